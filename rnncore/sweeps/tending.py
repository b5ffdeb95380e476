"""Looking after all sweeps of a store that need it: what a server does beside its pages."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable
from contextlib import suppress
from threading import Event
from time import monotonic

from sqlalchemy import update

from rnncore.errors import ClusterError, RnnError, StoreError
from rnncore.runs.executors import Executor
from rnncore.runs.records import encode, error_values
from rnncore.runs.store import Store
from rnncore.runs.tables import sweeps
from rnncore.runs.troubles import PASSING
from rnncore.sweeps.coordinator import Coordinator
from rnncore.sweeps.holding import RELEASED, Holding

log = logging.getLogger(__name__)
TICK_SECONDS, LOOK_SECONDS = 0.1, 1.0
"""From one look at a sweep in hand to the next, and at what nobody has in hand."""


def tend(over: Event, store: Callable[[], Store], executor: Callable[[], Executor]) -> None:
    """Look after sweeps until `over`, whatever one attempt comes to.

    A store that was replaced is left for the one that is there now. At the end all sweeps are left
    to the next server.
    """
    tender: Tender | None = None
    while not over.wait(TICK_SECONDS):
        try:
            opened = store()
            if tender is None or tender.store is not opened:
                tender = Tender(opened, executor())
            tender.tick()
        except RnnError:
            continue  # said on the page, which cannot read the store either
        except Exception:
            log.exception("The sweeps could not be looked after; it is tried again.")
    if tender is not None:
        with suppress(StoreError):  # the age of the heartbeat will tell
            tender.leave()


class Tender:
    """Takes sweeps that nobody looks after, and looks after them."""

    def __init__(self, store: Store, executor: Executor) -> None:
        self.store, self._executor = store, executor
        self._holding = Holding(store.database, secrets.token_hex(8))
        self._hands: dict[str, Coordinator] = {}
        self._look_at = 0.0

    def tick(self) -> None:
        """One look at each.  Raises   StoreError if the store cannot be used now."""
        now = monotonic()
        if now >= self._look_at:
            self._look_at = now + LOOK_SECONDS
            for sweep_id in self._holding.unattended():
                if self._holding.take(sweep_id):
                    self._hands[sweep_id] = Coordinator(
                        self.store, sweep_id, self._holding, self._executor
                    )
        for sweep_id, coordinator in list(self._hands.items()):
            with suppress(ClusterError):  # its trials wait for workers, as their page says
                if not attempt(self.store, coordinator):
                    del self._hands[sweep_id]

    def leave(self) -> None:
        """Look after none any longer.  Raises   StoreError."""
        for sweep_id in self._hands:
            self._holding.leave(sweep_id)
        self._hands.clear()


def attempt(store: Store, coordinator: Coordinator) -> bool:
    """One tick; a sweep that cannot go on is failed, and says why.

    Raises   StoreError where the trouble may pass; ClusterError while no worker can be had.
    """
    try:
        return coordinator.tick()
    except ClusterError:
        raise
    except StoreError as error:
        if error.code in PASSING:
            raise
        _fail(store, coordinator.sweep_id, error)
    except RnnError as error:
        _fail(store, coordinator.sweep_id, error)
    except Exception as failure:
        log.exception("sweep %s failed", coordinator.sweep_id)
        _fail(store, coordinator.sweep_id, _unexpected(failure))
    return False


def _fail(store: Store, sweep_id: str, error: RnnError) -> None:
    columns = {"status": "failed", "error": encode(error_values(error)), **RELEASED}
    with store.database.transaction() as connection:
        connection.execute(update(sweeps).where(sweeps.c.id == sweep_id).values(columns))


def _unexpected(failure: Exception) -> RnnError:
    problem = f"{type(failure).__name__}: {failure}"
    return RnnError(
        "sweep_failed",
        f"The sweep stopped at an unexpected error ({problem}); its trials are kept. Resume to try "
        f"again.",
        problem=problem,
    )
