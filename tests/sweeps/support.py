"""What the tests of sweeps share: small plans, and runs that end without a worker."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import log2
from typing import Any

from rnncore.runs.records import Record, evaluation_record
from rnncore.runs.store import Store
from rnncore.sweeps.book import Sweeps
from rnncore.sweeps.coordinator import Coordinator
from rnncore.sweeps.holding import Holding
from rnncore.sweeps.plan import Plan
from rnncore.sweeps.trial import Trial
from rnncore.training.events import Evaluation
from tests.runs.support import Launcher

BASE = {
    "corpus": "embedded-reber",
    "grammar_tokens": 3000,
    "embedding_size": 5,
    "hidden_size": 7,
    "batch_size": 3,
    "time_size": 11,
}
SPACE: dict[str, Any] = {"learning_rate": {"low": 1e-3, "high": 1.0}}


def plan(**changes: Any) -> Plan:
    """A small plan of a hundred updates a trial."""
    return Plan.parse({"base": BASE, "space": SPACE, "trials": 6, "updates": 100, **changes})


def trial(number: int, bits: Sequence[float], status: Any = "complete", **changes: Any) -> Trial:
    """A trial of that plan that has measured these bits, one at each tenth."""
    curve = tuple((10 * (k + 1), value) for k, value in enumerate(bits))
    made = Trial(
        number,
        f"run{number}",
        {"learning_rate": 0.01, "seed": 0},
        status,
        min(bits, default=None),
        curve[-1][0] if curve else 0,
        curve=curve,
        told=number if status in ("complete", "pruned", "diverged", "failed") else None,
    )
    return made._replace(**changes)


class Sweep:
    """A sweep, its coordinator in this thread, and runs that end as the test says."""

    def __init__(self, store: Store, made: Plan, workers: int = 1) -> None:
        self.store, self.book, self.launcher = store, Sweeps(store), Launcher()
        self.id = self.book.create(made, workers=workers)
        self.take_over("first")

    def take_over(self, token: str) -> None:
        """Another process looks after it, as if the one before had been killed."""
        holding = Holding(self.store.database, token)
        with self.store.database.transaction() as connection:
            connection.exec_driver_sql("UPDATE sweeps SET heartbeat = 0")
        assert holding.unattended() == [self.id]
        assert holding.take(self.id)
        self.coordinator = Coordinator(self.store, self.id, holding, self.launcher)

    @property
    def trials(self) -> list[Trial]:
        return self.book.trials(self.id)

    @property
    def plan(self) -> Plan:
        row = self.book.row(self.id)
        assert row is not None
        return row.plan

    def tick(self) -> bool:
        return self.coordinator.tick()

    def end(self, number: int, bits: Sequence[float], reason: str = "stopped") -> None:
        """The run of a trial measures these bits at each tenth of its budget, and ends."""
        run_id = self.trials[number].run_id
        assert run_id is not None
        finish(self.store, run_id, bits, reason)

    def play(self, loss: Callable[[Trial], float], between: Callable[[], None]) -> None:
        """Let each trial reach the bits that `loss` gives, until all have ended."""
        while self.tick():
            between()
            for each in self.trials:
                if each.run_id is not None and each.told is None:
                    self.end(each.number, [loss(each)] * 10)


def finish(store: Store, run_id: str, bits: Sequence[float], reason: str) -> None:
    """A run reports what it has measured at each tenth of a hundred updates, and ends."""
    claim = store.claim(run_id, "worker")
    assert claim is not None
    records = [measured(10 * (k + 1), value) for k, value in enumerate(bits)]
    step = 10 * len(bits)
    claim.commit(records, step=step, status="finished", reason=reason, worker=None)
    claim.close()


def measured(step: int, bits: float) -> Record:
    return evaluation_record(Evaluation(step, "valid", 2**bits, bits, None, None))


def valley(of: Trial) -> float:
    """A loss whose lowest place is a learning rate of 0.03."""
    return 1 + abs(log2(of.settings["learning_rate"] / 0.03))
