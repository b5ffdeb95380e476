"""One open page at the hub: a bounded mailbox between the hub's thread and an event loop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import NamedTuple

ROOM = 500
"""Most updates that wait for a slow reader; beyond that it reads the store again."""


class Update(NamedTuple):
    """The operations of one record as JSON; seq 0 for what is not a record."""

    seq: int
    ops: bytes


class Subscriber:
    """Filled from any thread, emptied in the event loop it was made in.

    `behind` is true while updates are missing: before the first look at a run that has started, and
    after the mailbox ran over.
    """

    def __init__(self, *, behind: bool = True) -> None:
        self.behind = behind
        self._loop = asyncio.get_running_loop()
        self._updates: list[Update] = []
        self._news = asyncio.Event()

    def offer(self, updates: Sequence[Update]) -> None:
        """Put updates into the mailbox; nothing happens if its loop has ended."""
        self._call(self._take, updates)

    def wake(self) -> None:
        """Let `receive` return."""
        self._call(self._take, ())

    async def receive(self, seconds: float) -> list[Update]:
        """Everything in the mailbox, as soon as there is anything or after `seconds`."""
        try:
            await asyncio.wait_for(self._news.wait(), seconds)
        except TimeoutError:
            return []
        self._news.clear()
        updates, self._updates = self._updates, []
        return updates

    def _take(self, updates: Sequence[Update]) -> None:
        self._updates += updates
        if len(self._updates) > ROOM:
            self._updates, self.behind = [], True
        self._news.set()

    def _call(self, function: Callable[..., None], *arguments: object) -> None:
        try:
            self._loop.call_soon_threadsafe(function, *arguments)
        except RuntimeError:  # the loop is closed
            return
