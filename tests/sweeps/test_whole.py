"""A sweep with real workers: one after another in warm ones, and again after all were killed."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread
from time import sleep

import pytest

from rnncore.runs.executors import LocalExecutor
from rnncore.runs.store import Store
from rnncore.sweeps import coordinator as module
from rnncore.sweeps.book import Sweeps
from rnncore.sweeps.coordinator import Coordinator
from rnncore.sweeps.holding import Holding
from rnncore.sweeps.plan import Plan
from rnncore.sweeps.tending import tend
from rnncore.sweeps.trial import Trial
from tests.runs.support import Launcher, wait_for
from tests.sweeps.support import Sweep, plan, valley


class Counting(LocalExecutor):
    """Real workers, and for which runs one was called."""

    def __init__(self, store_url: str) -> None:
        super().__init__(store_url)
        self.launched: list[str] = []

    def launch(self, run_id: str, *others: str) -> None:
        self.launched.append(run_id)
        super().launch(run_id, *others)


@contextmanager
def counting(store: Store) -> Iterator[Counting]:
    executor = Counting(store.url)
    try:
        yield executor
    finally:
        executor.close()


def look_after(store: Store, sweep_id: str, token: str, executor: LocalExecutor) -> Coordinator:
    holding = Holding(store.database, token)
    wait_for(lambda: holding.take(sweep_id))
    return Coordinator(store, sweep_id, holding, executor)


def to_the_end(coordinator: Coordinator) -> None:
    while coordinator.tick():
        sleep(0.02)


@pytest.mark.slow
def test_one_worker_trains_all_trials_one_after_another(
    store: Store, book: Sweeps, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "SHORT_SECONDS", 60.0)  # no second one on a busy machine
    sweep_id = book.create(plan(trials=5), workers=1)
    with counting(store) as executor:
        to_the_end(look_after(store, sweep_id, "first", executor))
        assert len(executor.launched) == 1
    trials = book.trials(sweep_id)
    assert [(t.status, t.step) for t in trials] == [("complete", 100)] * 5
    assert [[step for step, _ in t.curve] for t in trials] == [list(range(0, 101, 10))] * 5


@pytest.mark.slow
def test_it_goes_on_after_everything_was_killed(store: Store, book: Sweeps) -> None:
    made = plan(trials=4, updates=1000)
    sweep_id = book.create(made, workers=2)
    with counting(store) as executor:
        coordinator = look_after(store, sweep_id, "first", executor)

        def at_work() -> bool:
            coordinator.tick()
            return any(200 < trial.step for trial in book.trials(sweep_id))

        wait_for(at_work)
        for pid in executor.pids():
            os.kill(pid, signal.SIGKILL)
    with counting(store) as executor:  # another server, some seconds later
        to_the_end(look_after(store, sweep_id, "second", executor))
    trials = book.trials(sweep_id)
    assert [(t.status, t.step) for t in trials] == [("complete", 1000)] * 4
    assert [t.settings for t in trials] == whole(store, made)


def whole(store: Store, made: Plan) -> list[object]:
    """What a sweep asks for that nobody has killed."""

    def loss(trial: Trial) -> float:
        return valley(trial)

    sweep = Sweep(store, made)
    sweep.play(loss, lambda: None)
    return [trial.settings for trial in sweep.trials]


@pytest.mark.slow
def test_the_same_plan_finds_the_same_to_the_last_bit(store: Store, book: Sweeps) -> None:
    ids = [book.create(plan(trials=3), workers=1) for _ in range(2)]
    with counting(store) as executor:
        for number, sweep_id in enumerate(ids):
            to_the_end(look_after(store, sweep_id, f"token{number}", executor))
    first, second = (
        [(t.settings, t.value, t.curve, t.tokens) for t in book.trials(sweep_id)]
        for sweep_id in ids
    )
    assert first == second


def test_a_server_takes_up_what_nobody_looks_after(store: Store, book: Sweeps) -> None:
    sweep_id = book.create(plan(), workers=1)
    over, launcher = Event(), Launcher()
    thread = Thread(target=tend, args=(over, lambda: store, lambda: launcher))
    thread.start()
    try:
        wait_for(lambda: launcher.launched)
        row = book.row(sweep_id)
        assert row is not None and row.alive
    finally:
        over.set()
        thread.join()
    assert Holding(store.database, "next").unattended() == [
        sweep_id
    ]  # the next server has it at once


def test_a_sweep_that_cannot_go_on_says_why_and_hides_no_other(
    store: Store, book: Sweeps, monkeypatch: pytest.MonkeyPatch
) -> None:
    lost = book.create(plan(base={"corpus": "no-such-text"}), workers=1)
    sound = book.create(plan(), workers=1)
    over, launcher = Event(), Launcher()
    thread = Thread(target=tend, args=(over, lambda: store, lambda: launcher))
    thread.start()
    try:
        wait_for(lambda: launcher.launched)
    finally:
        over.set()
        thread.join()
    rows = {row.id: row for row in book.of(None)}
    error = rows[lost].error
    assert rows[lost].status == "failed" and error is not None
    assert "no-such-text" in error["message"]
    assert rows[sound].status == "running"
