"""One process per engine, waiting while another is measured."""

from __future__ import annotations

import multiprocessing
import os
import time
from multiprocessing.connection import Connection
from typing import Any

from tests.benchmarks.engines import Engine, build
from tests.benchmarks.problem import Problem

ONE_THREAD = {
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "XLA_FLAGS": "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1 "
    + os.environ.get("XLA_FLAGS", ""),
    "NPROC": "1",
    "JAX_PLATFORMS": "cpu",
}


class Member:
    """An engine in a process of its own. Every method waits for its answer.

    Raises   RuntimeError with the reason if the engine cannot do what is asked.
    """

    def __init__(self, engine: str) -> None:
        os.environ.update(ONE_THREAD)  # libraries read these when the new process imports them
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(engine, theirs), daemon=True)
        self._process.start()

    def prepare(self, size: str, cell: str, updates: int) -> list[float]:
        """Build the engine anew; make the first updates and return their losses."""
        return self._ask("prepare", size, cell, updates)

    def measure(self, updates: int) -> tuple[float, float]:
        """Seconds by the clock and of processor time that so many further updates take."""
        return self._ask("measure", updates)

    def dismiss(self) -> None:
        self._pipe.send(("dismiss",))
        self._process.join()

    def _ask(self, *message: Any) -> Any:
        self._pipe.send(message)
        try:
            fine, answer = self._pipe.recv()
        except EOFError:
            raise RuntimeError("its process has ended") from None
        if not fine:
            raise RuntimeError(answer)
        return answer


def _serve(name: str, pipe: Connection) -> None:
    engine: Engine | None = None
    while True:
        message = pipe.recv()
        try:
            if message[0] == "dismiss":
                return
            if message[0] == "prepare":
                _, size, cell, updates = message
                engine = None
                engine = build(name, Problem(size, cell))
                answer: Any = engine.run(updates)
            else:
                assert engine is not None
                clock, processor = time.perf_counter(), time.process_time()
                engine.run(message[1])
                answer = (time.perf_counter() - clock, time.process_time() - processor)
            pipe.send((True, answer))
        except Exception as failure:
            lines = str(failure).strip().splitlines() or [""]
            pipe.send((False, f"{type(failure).__name__}: {lines[0]}"))
