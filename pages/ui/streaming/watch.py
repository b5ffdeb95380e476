"""A run that is watched: who watches, and what was new of it lately."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable

from pages.ui.streaming.mailbox import ROOM, Subscriber, Update
from pages.ui.streaming.operations import Op
from rnncore.runs.row import RunRow


class Watch:
    """A run that at least one page shows, as far as the hub has read it.

    seq      the last record that was read
    begins   `recent` holds every update since this record
    state    its status as an operation, None while it is unknown
    """

    def __init__(self, run: RunRow | None) -> None:
        self.seq = self.begins = run.last_seq if run else 0
        self.state: Op | None = None
        self.known = run is not None  # one that is still to begin is not missed
        self.subscribers: set[Subscriber] = set()
        self.controllers: set[str] = set()
        self._recent: deque[Update] = deque()

    def add(self, updates: Iterable[Update]) -> None:
        """Keep updates for those who come now; the oldest go."""
        self._recent.extend(update for update in updates if update.seq)
        while len(self._recent) > ROOM:
            self.begins = self._recent.popleft().seq

    def since(self, seq: int) -> list[Update] | None:
        """All updates after this record; None if some of them are kept no more."""
        if seq < self.begins:
            return None
        return [update for update in self._recent if update.seq > seq]

    def kept_by(self, owner: str | None) -> bool:
        """Whether one of those who watch may keep the run alive: its owner or a controller."""
        keepers = {*self.controllers, owner} - {None}
        return any(subscriber.visitor in keepers for subscriber in list(self.subscribers))
