"""The report of a worker: updates and records, written in one transaction at a time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any, TypeVar

from rnncore.errors import RnnError, StoreError
from rnncore.runs.claim import Claim
from rnncore.runs.downsample import LIMITS, downsample, evenly, lighten
from rnncore.runs.records import (
    Kind,
    Record,
    error_values,
    status_record,
    steps_record,
)
from rnncore.runs.row import Status
from rnncore.runs.store import Store
from rnncore.runs.troubles import RETRY_SECONDS, patiently
from rnncore.training.events import Step

T = TypeVar("T")


class Report:
    """Collects updates and records of a claimed run and commits them.

    tokens   read by one update
    While the store cannot be written for a passing reason, `commit` waits and tries again until
    `give_up()` is true.
    """

    def __init__(
        self, store: Store, claim: Claim, tokens: int, give_up: Callable[[], bool]
    ) -> None:
        self._store, self._claim = store, claim
        self._tokens = tokens
        self._give_up = give_up
        self._steps: list[Step] = []
        self._records: list[Record] = []
        self._written: dict[Kind, int] = dict.fromkeys(LIMITS, 0)
        self._troubles: dict[str, dict[str, Any]] = {}
        self._state: tuple[Status, str | None] = ("ready", None)
        self._seconds = 0.0

    def start(self, state: Status, reason: str | None, seconds: float) -> None:
        """Where the run stands: its status, and the training time behind it."""
        self._state, self._seconds = (state, reason), seconds

    @property
    def pending(self) -> bool:
        """Whether anything waits for the next commit."""
        return bool(self._steps or self._records)

    def add_step(self, step: Step) -> None:
        self._steps.append(step)

    def add(self, record: Record) -> None:
        """Add a record; it follows the updates made before it."""
        if record.kind == "changed":  # one learning rate a stretch
            self._close_stretch()
        self._records.append(record)

    def _close_stretch(self) -> None:
        if self._steps:
            last = self._steps[-1].seconds
            tokens = self._tokens * len(self._steps)
            self._records.append(steps_record(self._steps, last - self._seconds, tokens))
            self._seconds = last
            self._steps = []

    def set_status(self, step: int, status: Status, reason: str | None = None) -> None:
        """Report that the run is now running, paused, ..."""
        self._state = (status, reason)
        self.add(status_record(step, status, reason, self._trouble()))

    def set_error(self, step: int, source: str, error: RnnError | None) -> None:
        """Report a trouble that training goes on with, once; None says that it is over."""
        known = self._troubles.get(source)
        if error is None and known is not None:
            del self._troubles[source]
        elif error is not None and (known is None or known["code"] != error.code):
            self._troubles[source] = error_values(error)
        else:
            return
        self.add(status_record(step, *self._state, self._trouble()))

    def commit(self, step: int, **columns: Any) -> None:
        """Write everything collected, with the run's `step`, state and trouble."""
        self._close_stretch()
        status, reason = self._state
        columns = {"status": status, "reason": reason, "error": self._trouble(), **columns}
        self._patiently(lambda: self._claim.commit(self._records, step=step, **columns))
        for record in self._records:
            if record.kind in self._written:
                self._written[record.kind] += 1
        self._records = []

    def compact(self) -> None:
        """Shorten the history where it has become longer than twice what is worth keeping.

        Call it when nothing is collected and a checkpoint has just been written: merged updates
        are never rewound.
        """
        for kind, count in self._written.items():
            if count >= LIMITS[kind]:
                self._written[kind] = 0
                self._shorten(kind)

    def lighten(self) -> None:
        """Drop from the history what no page shows any more, when the run comes to rest.

        Call it when nothing is collected and a checkpoint has just been written.
        """
        kinds: tuple[Kind, ...] = ("snapshot", "spectrum")
        found = self._patiently(lambda: self._store.records_after(self._claim.run.id, kinds=kinds))
        lighter = lighten(found)
        if lighter:
            self._patiently(lambda: self._claim.replace((), lighter))

    def _shorten(self, kind: Kind) -> None:
        changed: list[Record] = []
        if kind in ("snapshot", "cloud"):  # large: choose without reading them
            places = self._patiently(lambda: self._store.places(self._claim.run.id, kind))
            chosen = set(evenly([step for _, step in places], LIMITS[kind]))
            removed = [seq for i, (seq, _) in enumerate(places) if i not in chosen]
        else:
            records = self._patiently(
                lambda: self._store.records_after(self._claim.run.id, kinds=(kind,))
            )
            kept = downsample(records)
            before = {record.seq: record for record in records}
            changed = [record for record in kept if record is not before[record.seq]]
            removed = sorted(before.keys() - {record.seq for record in kept})
        if removed:
            self._patiently(lambda: self._claim.replace(removed, changed))

    def _trouble(self) -> Mapping[str, Any] | None:
        return next(reversed(self._troubles.values()), None)  # the newest

    def _patiently(self, act: Callable[[], T]) -> T:
        return patiently(act, self._give_up, self._complain, RETRY_SECONDS)

    def _complain(self, error: StoreError) -> None:
        """Say why nothing is reported: so little may find a place where a report does not."""
        if error.code == "store_full":
            with suppress(StoreError):
                self._claim.commit(error=error_values(error))
