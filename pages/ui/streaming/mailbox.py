"""One open page at the hub: a bounded mailbox between the hub's thread and an event loop."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress
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
    after the mailbox ran over. `visitor` is whose page it is, if that is known.
    """

    def __init__(self, *, behind: bool = True, visitor: str | None = None) -> None:
        self.behind, self.visitor = behind, visitor
        self.loop = asyncio.get_running_loop()
        self._updates: list[Update] = []
        self._news = asyncio.Event()

    def wake(self) -> None:
        """Let `receive` return."""
        offer([self], ())

    async def receive(self, seconds: float) -> list[Update]:
        """Everything in the mailbox, as soon as there is anything or after `seconds`."""
        try:
            async with asyncio.timeout(seconds):
                await self._news.wait()
        except TimeoutError:
            return []
        self._news.clear()
        updates, self._updates = self._updates, []
        return updates

    def take(self, updates: Sequence[Update]) -> None:
        """Put updates into the mailbox; call it in the subscriber's loop."""
        self._updates += updates
        if len(self._updates) > ROOM:
            self._updates, self.behind = [], True
        self._news.set()


def offer(subscribers: Sequence[Subscriber], updates: Sequence[Update]) -> None:
    """Put updates into all these mailboxes, from any thread: one call for each event loop.

    Nothing happens where a loop has ended.
    """
    by_loop: dict[asyncio.AbstractEventLoop, list[Subscriber]] = {}
    for subscriber in subscribers:
        by_loop.setdefault(subscriber.loop, []).append(subscriber)
    for loop, group in by_loop.items():
        with suppress(RuntimeError):  # the loop is closed
            loop.call_soon_threadsafe(_hand_out, group, updates)


def _hand_out(subscribers: Sequence[Subscriber], updates: Sequence[Update]) -> None:
    for subscriber in subscribers:
        subscriber.take(updates)
