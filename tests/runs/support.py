"""What the tests of runs share: small settings, a driver in a thread, waiting with a deadline."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from threading import Thread
from time import monotonic, sleep
from typing import Any, TypeVar

from rnncore.config import Config
from rnncore.runs.capacity import capacity
from rnncore.runs.claim import Claim
from rnncore.runs.driver import Driver
from rnncore.runs.files import LATEST, checkpoint_path
from rnncore.runs.heartbeat import Heartbeat
from rnncore.runs.records import Record
from rnncore.runs.row import RunRow
from rnncore.runs.store import Store
from rnncore.text.corpus import load_corpus
from rnncore.training.trainer import Trainer

Found = TypeVar("Found")

SMALL = Config(
    corpus="embedded-reber",
    grammar_tokens=3000,
    embedding_size=5,
    hidden_size=7,
    batch_size=3,
    time_size=11,
    epochs=100_000,
    seed=3,
)
"""Thousands of updates a second, and no end in sight."""


class Launcher:
    """In place of worker processes: notes which runs were given one."""

    def __init__(self) -> None:
        self.launched: list[str] = []

    def places(self) -> int:
        return capacity()

    def warm(self) -> None:
        pass

    def close(self) -> None:
        pass

    def launch(self, run_id: str, *others: str) -> None:
        self.launched += [run_id, *others]


def checkpoint_file(run_id: str, name: str = LATEST) -> Path:
    """The file of a run's checkpoint, in the data folder of this test."""
    path = checkpoint_path(run_id, name)
    assert isinstance(path, Path)
    return path


def wait_for(what: Callable[[], Found], seconds: float = 120.0) -> Found:
    """The first true value of `what()`; fails if there is none in time."""
    deadline = monotonic() + seconds
    while True:
        found = what()
        if found:
            return found
        assert monotonic() < deadline, "it did not come about in time"
        sleep(0.005)


def wait_for_status(store: Store, run_id: str, status: str) -> None:
    def reached() -> bool:
        run = run_of(store, run_id)
        assert run.status != "failed" or status == "failed", run.error
        return run.status == status

    wait_for(reached)


def wait_for_steps(store: Store, run_id: str, steps: int) -> None:
    def reached() -> bool:
        run = run_of(store, run_id)
        assert run.stored_status != "failed", run.error
        return run.step >= steps

    wait_for(reached)


@contextmanager
def driven(store: Store, run_id: str, token: str = "driver") -> Iterator[Driver]:
    """A driver at work on the run in a thread; at the end it is told to shut down."""
    with closing(claimed(store, run_id, token)) as claim, Heartbeat(claim) as heartbeat:
        driver = Driver(store, claim, heartbeat)
        failures: list[Exception] = []

        def work() -> None:
            try:
                driver.work()
            except Exception as failure:
                failures.append(failure)

        thread = Thread(target=work)
        thread.start()
        try:
            yield driver
        finally:
            driver.terminated = True
            thread.join(120)
            assert not thread.is_alive()
            if failures:
                raise failures[0]


def started(store: Store, config: Config = SMALL, *, watched: bool = False) -> str:
    run_id = store.create_run(config, watched=watched)
    store.send(run_id, "start")
    return run_id


def run_of(store: Store, run_id: str) -> RunRow:
    run = store.run(run_id)
    assert run is not None
    return run


def claimed(store: Store, run_id: str, token: str) -> Claim:
    claim = store.claim(run_id, token)
    assert claim is not None
    return claim


def losses(store: Store, run_id: str) -> list[float]:
    """The losses of all updates that the store holds, which must follow one another."""
    found: list[float] = []
    for record in store.records_after(run_id, kinds=("steps",)):
        assert record.payload["first"] == len(found) + 1
        found += record.payload["losses"]
        assert record.payload["last"] == len(found)
    return found


def script_losses(config: Config, updates: int) -> list[float]:
    """The same by a plain loop."""
    trainer = Trainer(config, load_corpus(config))
    return [trainer.step().loss for _ in range(updates)]


def of_kind(store: Store, run_id: str, kind: Any) -> list[Record]:
    return store.records_after(run_id, kinds=(kind,))
