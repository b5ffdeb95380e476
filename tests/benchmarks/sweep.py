"""How many trials a minute a sweep makes: python -m tests.benchmarks.sweep, or `make bench-sweep`.

The same 32 trials of 2,000 updates by rnncore in two workers, by Optuna's own `optimize` over a
PyTorch loop in one process, and by the same in two processes that share Optuna's RDB storage. All
read the same windows of the same text and measure the same held-out tokens at each tenth. What it
takes to start the processes counts. Beside trials a minute stand the processor's seconds a trial,
which other programs disturb less.

Environment   SIZES=tiny,chapter5 chooses; TRIALS=32 and UPDATES=2000 change how much there is to
              do; BENCH_JSON=FILE writes the figures.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from contextlib import closing
from pathlib import Path
from resource import RUSAGE_CHILDREN, RUSAGE_SELF, getrusage
from time import monotonic, sleep
from typing import Any, NamedTuple

import optuna

from rnncore.runs.executors import LocalExecutor
from rnncore.runs.store import Store
from rnncore.sweeps.book import Sweeps
from rnncore.sweeps.coordinator import Coordinator
from rnncore.sweeps.holding import Holding
from rnncore.sweeps.plan import Plan
from tests.benchmarks.machine import Watch, machine

WORKERS = 2
TICK_SECONDS = 0.02
ROOT = Path(__file__).parents[2]
SIZES: dict[str, dict[str, Any]] = {
    "tiny": {"embedding_size": 32, "hidden_size": 32, "batch_size": 8, "time_size": 16},
    "chapter5": {"embedding_size": 100, "hidden_size": 100, "batch_size": 10, "time_size": 5},
}


def plan_of(size: str, trials: int, updates: int) -> Plan:
    """A search for the learning rate of plain SGD: all trials do the same work."""
    base = {"corpus": "tiny-english", "optimizer": "sgd", **SIZES[size]}
    space = {"learning_rate": {"low": 0.01, "high": 1.0}}
    return Plan.parse(
        {"base": base, "space": space, "sampler": "tpe", "trials": trials, "updates": updates}
    )


def main() -> int:
    trials, updates = number("TRIALS", 32), number("UPDATES", 2000)
    wanted = [name for name in os.environ.get("SIZES", "").split(",") if name] or list(SIZES)
    if unknown := set(wanted) - set(SIZES):
        sys.exit(f"SIZES has {', '.join(unknown)}; choose from {', '.join(SIZES)}.")
    figures: dict[str, Any] = {"machine": machine(), "trials": trials, "updates": updates}
    for size in wanted:
        watch = Watch()
        found = {
            "rnncore": with_rnncore(size, trials, updates),
            "one process": with_optuna(size, trials, updates, processes=1),
            "two processes": with_optuna(size, trials, updates, processes=2),
        }
        others = watch.others()
        figures[size] = {name: speed._asdict() for name, speed in found.items()}
        figures[size] |= {"others": others, **ratios(found)}
        say(size, found, figures[size])
    if named := os.environ.get("BENCH_JSON"):
        Path(named).write_text(json.dumps(figures, indent=2), encoding="utf-8")
    return 0


class Speed(NamedTuple):
    """Trials a minute by the clock, and seconds of the processor that one takes."""

    per_minute: float
    processor: float


class Clock:
    """Measures from when it is made; of processes that have been waited for."""

    def __init__(self) -> None:
        self._clock, self._processor = monotonic(), _spent()

    def speed(self, trials: int, seconds: float | None = None) -> Speed:
        """Of so many trials until now, or in so many seconds."""
        seconds = monotonic() - self._clock if seconds is None else seconds
        return Speed(60 * trials / seconds, (_spent() - self._processor) / trials)

    @property
    def seconds(self) -> float:
        return monotonic() - self._clock


def _spent() -> float:
    used = (getrusage(who) for who in (RUSAGE_SELF, RUSAGE_CHILDREN))
    return sum(each.ru_utime + each.ru_stime for each in used)


def with_rnncore(size: str, trials: int, updates: int) -> Speed:
    """The sweep in a store of its own."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["RNN_EXPLORER_HOME"] = folder
        clock = Clock()
        with (
            closing(Store(f"sqlite:///{folder}/runs.db")) as store,
            closing(LocalExecutor(store.url)) as executor,
        ):
            book, holding = Sweeps(store), Holding(store.database, "benchmark")
            plan = plan_of(size, trials, updates)
            sweep_id = book.create(plan, workers=WORKERS, holder=holding.token)
            coordinator = Coordinator(store, sweep_id, holding, executor, alone=True)
            while coordinator.tick():
                sleep(TICK_SECONDS)
            seconds, done = clock.seconds, book.trials(sweep_id)
    check([(trial.status, trial.step) for trial in done], trials, updates)
    return clock.speed(trials, seconds)


def with_optuna(size: str, trials: int, updates: int, processes: int) -> Speed:
    """Optuna over a PyTorch loop; with more than one process, by its RDB storage."""
    with tempfile.TemporaryDirectory() as folder:
        storage = f"sqlite:///{folder}/study.db" if processes > 1 else ""
        if storage:  # before the processes, which would all make its tables
            optuna.create_study(storage=storage, study_name="sweep")
        command = [sys.executable, "-m", "tests.benchmarks.sweep_with_torch", size]
        clock = Clock()
        shares = [trials // processes + (k < trials % processes) for k in range(processes)]
        running = [
            subprocess.Popen(
                [*command, str(share), str(updates), storage],
                cwd=ROOT,
                env={**os.environ, "OMP_NUM_THREADS": "1"},
                stdout=subprocess.PIPE,
                text=True,
            )
            for share in shares
        ]
        said = [process.communicate()[0] for process in running]
        speed = clock.speed(trials)
    if any(process.returncode for process in running):
        sys.exit(f"{size}: Optuna with PyTorch ended early; is PyTorch installed (make bench)?")
    check([tuple(trial) for lines in said for trial in json.loads(lines)], trials, updates)
    return speed


def check(found: list[Any], trials: int, updates: int) -> None:
    """That as much was done as is said."""
    if found != [("complete", updates)] * trials:
        sys.exit(f"{trials} trials of {updates} updates were to be made, but these were: {found}")


def ratios(found: dict[str, Speed]) -> dict[str, float]:
    own, one, two = (found[name] for name in ("rnncore", "one process", "two processes"))
    return {
        "times_one_process": own.per_minute / one.per_minute,
        "times_two_processes": own.per_minute / two.per_minute,
        "processor_times_two_processes": two.processor / own.processor,
    }


def number(name: str, default: int) -> int:
    return int(os.environ.get(name, default))


def say(size: str, found: dict[str, Speed], figures: dict[str, Any]) -> None:
    for name, speed in found.items():
        sys.stdout.write(
            f"{size}, {name}: {speed.per_minute:.1f} trials a minute, "
            f"{speed.processor:.2f} s of the processor a trial\n"
        )
    sys.stdout.write(
        f"{size}: rnncore makes {figures['times_two_processes']:.2f} times the trials of two "
        f"processes, {figures['times_one_process']:.2f} times those of one, and by the processor "
        f"{figures['processor_times_two_processes']:.2f} times those of two; other programs had "
        f"{figures['others']:.0%} of the machine\n"
    )
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
