"""The worker process: it trains one run.

    python -m rnncore.runs.worker --run ID      this one
    python -m rnncore.runs.worker --spare       get ready, then the one that stdin names

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
from collections.abc import Sequence
from contextlib import closing, suppress
from threading import Timer

from threadpoolctl import threadpool_limits

from rnncore.config import Config
from rnncore.errors import RnnError, StoreError
from rnncore.probes.snapshot import Prober
from rnncore.probes.spectra import spectra
from rnncore.runs.claim import Claim, ClaimLost
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

log = logging.getLogger(__name__)


def train(store: Store, run_id: str, token: str) -> None:
    """Claim the run and train it; what goes wrong is told in the store. Returns when all is done.

    Does nothing if a living worker has the run already.
    """
    claim = patiently(lambda: store.claim(run_id, token))
    if claim is None:
        return
    give_way = Timer(EAGER_SECONDS, _give_way)
    give_way.daemon = True
    give_way.start()
    threads = claim.run.config.threads
    with closing(claim), Heartbeat(claim) as heartbeat, threadpool_limits(threads):
        driver = Driver(store, claim, heartbeat)

        def terminate(*_: object) -> None:
            driver.terminated = True

        signal.signal(signal.SIGTERM, terminate)
        signal.signal(signal.SIGINT, terminate)
        try:
            driver.work()
        except ClaimLost:
            return
        except RnnError as error:
            _fail(claim, driver, error)
        except MemoryError:
            _fail(claim, driver, _out_of_memory())
        except Exception as failure:
            log.exception("run %s failed", run_id)
            _fail(claim, driver, _unexpected(failure))


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
    task.add_argument("--run", metavar="ID", help="the run to train")
    task.add_argument("--spare", action="store_true", help="wait for a run on stdin")
    parser.add_argument("--token", help="what the worker calls itself in the store")
    options = parser.parse_args(arguments)
    try:
        with threadpool_limits(1):
            store = patiently(Store)
            if options.run:
                train(store, options.run, options.token or secrets.token_hex(8))
                return 0
            warm_up()
            order = sys.stdin.readline().split()
            if order:
                train(store, *order)
    except StoreError as error:
        log.error("%s", error)
        return 1
    return 0


def _give_way() -> None:
    if hasattr(os, "setpriority"):
        os.setpriority(os.PRIO_PROCESS, os.getpid(), NICE)


def _fail(claim: Claim, driver: Driver, error: RnnError) -> None:
    said = error_values(error)
    record = status_record(claim.run.step, "failed", None, said)

    def tell() -> None:
        claim.commit([record], status="failed", reason=None, error=said, worker=None)

    with suppress(ClaimLost):
        patiently(tell, lambda: driver.terminated)


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
