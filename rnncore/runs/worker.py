"""The worker process: it trains one run, or trials of a sweep one after another.

    python -m rnncore.runs.worker --run ID ...  these
    python -m rnncore.runs.worker --spare       get ready, then those that stdin names

The store is the one that RNN_EXPLORER_DB names. SIGTERM and SIGINT: write a checkpoint, pause, end.
A spare ends when its stdin closes; a worker with a run does not care for its stdin. While the
store is locked or the disk is full, a worker waits.
"""

from __future__ import annotations

import argparse
import gc
import logging
import os
import secrets
import signal
import sys
from collections.abc import Callable, Sequence
from contextlib import closing, suppress
from threading import Timer, get_native_id
from time import monotonic, sleep

from threadpoolctl import threadpool_limits

from rnncore.config import Config
from rnncore.errors import RnnError, StoreError
from rnncore.probes.snapshot import Prober
from rnncore.probes.spectra import spectra
from rnncore.runs.claim import Claim, ClaimLost
from rnncore.runs.database import default_url
from rnncore.runs.driver import Driver
from rnncore.runs.heartbeat import Heartbeat
from rnncore.runs.records import encode, error_values, status_record
from rnncore.runs.store import Store
from rnncore.runs.troubles import patiently
from rnncore.text.corpus import load_corpus
from rnncore.training.trainer import Trainer

NICE = 19
"""Training gives way to the server, so that pages stay quick: with 30 runs on two cores a rerun of
a page takes 0.4 s (95th percentile), with a niceness of 5 it takes 1.9 s,"""
EAGER_SECONDS = 1.0
"""but not in its first moments: someone has pressed Start and waits for the first points."""

LINGER, POLL_SECONDS = 1.0, 0.02
"""Seconds that a worker waits for the next trial when one has ended, and between two looks."""

log = logging.getLogger(__name__)


def run_many(
    store: Store, run_ids: Sequence[str], token: str, ending: Ending, *, called: bool = False
) -> bool:
    """Train runs one after another in this thread, and after them what their series has next;
    whether the first of them was to be had.

    A trial begins in the process that has just ended another, with everything imported and the text
    read. Ends when `ending` is told, or when nothing has come for LINGER seconds.
    called   take the first one only if nobody has come for it since a worker was called
    """
    waiting = list(run_ids)
    while waiting and not ending.told:
        run_id = waiting.pop(0)
        if not train(store, run_id, token, ending, called=called) and called:
            return False
        called = False
        if not waiting:
            waiting += _next_of_series(store, run_id, token, ending)
    return True


def run_all(store_url: str, run_ids: Sequence[str], token: str) -> None:
    """What a process of its own does: `run_many` until the process is told to end."""
    with closing(patiently(lambda: Store(store_url))) as store:
        ending = Ending()
        ending.listen_to_signals()
        run_many(store, run_ids, token, ending)


def _next_of_series(store: Store, run_id: str, token: str, ending: Ending) -> list[str]:
    """The run that this worker has been given after another of its series, if any."""
    run = patiently(lambda: store.run(run_id), lambda: ending.told)
    deadline = monotonic() + LINGER
    if run is None or run.series is None:
        return []
    series = run.series
    while not ending.told:
        found = patiently(lambda: store.queue.succeed(series, token), lambda: ending.told)
        if found is not None:
            return [found]
        if monotonic() > deadline or run.status not in ("finished", "failed"):
            break
        sleep(POLL_SECONDS)
    return []


class Ending:
    """Whether the worker has been told to end; whoever trains then pauses."""

    def __init__(self) -> None:
        self.told = False
        self.driver: Driver | None = None

    def listen_to_signals(self) -> None:
        """Let SIGTERM and SIGINT tell it. Only the main thread of a process can."""
        signal.signal(signal.SIGTERM, self.tell)
        signal.signal(signal.SIGINT, self.tell)

    def tell(self, *_: object) -> None:
        self.told = True
        if self.driver is not None:
            self.driver.terminated = True


def train(store: Store, run_id: str, token: str, ending: Ending, *, called: bool = False) -> bool:
    """Claim the run and train it; what goes wrong is told in the store. Returns when all is done.

    Does nothing, and returns False, if a living worker has the run already; `called` as in
    `Store.claim`.
    """
    claim = patiently(lambda: store.claim(run_id, token, called=called), lambda: ending.told)
    if claim is None:
        return False
    eager = EAGER_SECONDS if claim.run.series is None else 0.0
    give_way = Timer(eager, _give_way, (_scheduled(),))
    give_way.daemon = True
    give_way.start()
    threads = claim.run.config.threads
    with closing(claim), Heartbeat(claim) as heartbeat, threadpool_limits(threads):
        driver = ending.driver = Driver(store, claim, heartbeat)
        driver.terminated = ending.told
        try:
            driver.work()
        except ClaimLost:
            pass
        except RnnError as error:
            fail(claim, error, lambda: driver.terminated)
        except MemoryError:
            fail(claim, _out_of_memory(), lambda: driver.terminated)
        except Exception as failure:
            log.exception("run %s failed", run_id)
            fail(claim, _unexpected(failure), lambda: driver.terminated)
    return True


def warm_up() -> None:
    """Do everything once that the first moments of a run will do, with a small network on the
    text that most runs read."""
    config = Config(embedding_size=8, hidden_size=8)
    trainer = Trainer(config, load_corpus(config))
    prober = Prober(trainer)
    trainer.step()
    trainer.evaluate("valid")
    encode(prober.run_view()._asdict())
    encode(prober.snapshot()._asdict())
    spectra(trainer.model)
    gc.collect()
    gc.freeze()


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m rnncore.runs.worker", description=__doc__)
    task = parser.add_mutually_exclusive_group(required=True)
    task.add_argument("--run", metavar="ID", nargs="+", help="the runs to train")
    task.add_argument("--spare", action="store_true", help="wait for a run on stdin")
    parser.add_argument("--token", help="what the worker calls itself in the store")
    options = parser.parse_args(arguments)
    try:
        with threadpool_limits(1):
            if options.run:
                run_all(default_url(), options.run, options.token or secrets.token_hex(8))
                return 0
            patiently(Store).close()  # of a store that cannot be used a spare says so at once
            warm_up()
            token, *run_ids = sys.stdin.readline().split() or [""]
            if run_ids:
                run_all(default_url(), run_ids, token)
    except StoreError as error:
        log.error("%s", error)
        return 1
    return 0


def _scheduled() -> int:
    """What has a niceness: the process, or on Linux the thread."""
    return get_native_id() if sys.platform == "linux" else os.getpid()


def _give_way(scheduled: int) -> None:
    if hasattr(os, "setpriority"):
        with suppress(ProcessLookupError):  # it has ended meanwhile
            os.setpriority(os.PRIO_PROCESS, scheduled, NICE)


def fail(claim: Claim, error: RnnError, give_up: Callable[[], bool] = lambda: False) -> None:
    """Let the run in hand have failed of this error."""
    said = error_values(error)
    record = status_record(claim.run.step, "failed", None, said)

    def tell() -> None:
        claim.commit([record], status="failed", reason=None, error=said, worker=None)

    with suppress(ClaimLost):
        patiently(tell, give_up)


def _out_of_memory() -> RnnError:
    return RnnError(
        "out_of_memory",
        "The machine has no memory left for this run; its last checkpoint is kept. Close other "
        "programs and resume, or lower the hidden size, T, N or the vocabulary.",
    )


def _unexpected(failure: Exception) -> RnnError:
    problem = f"{type(failure).__name__}: {failure}"
    return RnnError(
        "worker_failed",
        f"Training stopped at an unexpected error ({problem}); its last checkpoint is kept. "
        f"Resume to try again, or reset.",
        problem=problem,
    )


if __name__ == "__main__":
    sys.exit(main())
