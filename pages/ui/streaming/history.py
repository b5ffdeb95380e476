"""What newcomers to a run are sent: its history, condensed and encoded once for all of them."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from typing import NamedTuple

KEPT = 8
"""Histories that are kept: of the runs that somebody came to last. One takes up to a megabyte."""


class History(NamedTuple):
    """Everything up to the record `seq`, as operations in JSON without the list's brackets.

    `trouble` is the operation that says which record could not be read, empty if all could.
    """

    seq: int
    ops: bytes
    trouble: bytes = b""


class Histories:
    """Histories by run. `make` reads one, in a thread, and once for all who wait for it."""

    def __init__(self, make: Callable[[str], History]) -> None:
        self._make = make
        self._kept: OrderedDict[str, History] = OrderedDict()
        self._made: dict[str, asyncio.Task[History]] = {}

    async def of(self, run_id: str, since: int) -> History:
        """The history up to at least the record `since`.  Raises what `make` raises."""
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
            made = await asyncio.to_thread(self._make, run_id)
        finally:
            del self._made[run_id]
        self._kept[run_id] = made
        self._kept.move_to_end(run_id)
        while len(self._kept) > KEPT:
            self._kept.popitem(last=False)
        return made
