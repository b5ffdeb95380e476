"""What newcomers to a run are sent: its history, condensed and encoded once for all of them."""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import NamedTuple

from pages.ui.streaming.encoding import encoded, unreachable
from pages.ui.streaming.operations import Op, Translate
from rnncore.errors import StoreError
from rnncore.runs.records import Record
from rnncore.runs.store import Store

KEPT = 8
"""Histories that are kept: of the runs that somebody came to last. One takes up to a megabyte."""

log = logging.getLogger(__name__)


class History(NamedTuple):
    """Everything up to the record `seq`, as operations in JSON without the list's brackets.

    `trouble` is the operation that says which record could not be read, empty if all could.
    """

    seq: int
    ops: bytes
    trouble: bytes = b""


class Histories:
    """Records of runs as operations; whole histories are made once for all who wait for them."""

    def __init__(
        self,
        open_store: Callable[[], Store],
        translate: Translate,
        downsample: Callable[[Sequence[Record]], list[Record]],
    ) -> None:
        self._open_store, self._translate, self._downsample = open_store, translate, downsample
        self._kept: OrderedDict[str, History] = OrderedDict()
        self._made: dict[str, asyncio.Task[History]] = {}

    def operations(self, record: Record) -> list[Op]:
        """What shows a record."""
        if record.kind == "status":  # history: what a page shows is the status now
            return []
        try:
            return self._translate(record)
        except Exception:  # what cannot be drawn must not stop what can
            log.exception("a %s record could not be drawn", record.kind)
            return []

    def condensed(self, run_id: str, after: int) -> tuple[int, list[Op], list[StoreError]]:
        """What came after a record: the last one, operations, and what could not be read."""
        troubles: list[StoreError] = []
        found = self._open_store().records_after(run_id, after, damaged=troubles)
        records = self._downsample(found)
        ops = [op for record in records for op in self.operations(record)]
        return (records[-1].seq if records else after), ops, troubles

    def after(self, run_id: str, seq: int = 0) -> History:
        """What came after a record, encoded.  Raises StoreError."""
        last, ops, troubles = self.condensed(run_id, seq)
        return History(last, encoded(ops), encoded([unreachable(e) for e in troubles[:1]]))

    async def of(self, run_id: str, since: int) -> History:
        """The history up to at least the record `since`, shared.  Raises StoreError."""
        found = self._kept.get(run_id)
        if found is not None and found.seq >= since:
            self._kept.move_to_end(run_id)
            return found
        task = self._made.get(run_id)
        if task is None:
            task = self._made[run_id] = asyncio.create_task(self._read(run_id))
        return await asyncio.shield(task)  # who goes away does not take it from the others

    async def _read(self, run_id: str) -> History:
        try:
            made = await asyncio.to_thread(self.after, run_id)
        finally:
            del self._made[run_id]
        self._kept[run_id] = made
        self._kept.move_to_end(run_id)
        while len(self._kept) > KEPT:
            self._kept.popitem(last=False)
        return made
