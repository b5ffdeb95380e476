"""What it saves to train K runs of one shape together: python -m tests.benchmarks.lockstep.

For each size and cell, processor time of an update alone over its time in a stack of K: medians of
rounds in which both take turns, with one BLAS thread. `trial` is the same of a whole trial of a
sweep, with its measurements of held-out text at each tenth of its updates.

Environment   SIZES=tiny,chapter5,default,lag and CELLS=rnn,lstm,gru choose; ROUNDS=7;
              BENCH_JSON=FILE writes the figures
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import median
from time import process_time
from typing import Any

from threadpoolctl import threadpool_limits

from rnncore.config import Config
from rnncore.experiments.lag import lag_lab
from rnncore.lockstep.shape import shape_of
from rnncore.lockstep.stack import Stack
from rnncore.text.corpus import load_corpus
from rnncore.training.trainer import Trainer
from tests.benchmarks.sweep import SIZES as SWEEP_SIZES

RUNS = (4, 8, 16, 32)
UPDATES, TRIAL = 40, 200
"""Updates of each run in a round, and updates between two measurements of a trial."""
SIZES: dict[str, dict[str, Any]] = {
    **SWEEP_SIZES,
    "default": {},
    "lag": lag_lab().configs[0].differences(),
}


def main() -> int:
    sizes, cells = chosen("SIZES", list(SIZES)), chosen("CELLS", ["rnn", "lstm", "gru"])
    rounds = int(os.environ.get("ROUNDS", 7))
    figures = []
    with threadpool_limits(1):
        for size in sizes:
            for cell in cells:
                found = {
                    "size": size,
                    "cell": cell,
                    **measured(SIZES[size] | {"cell": cell}, rounds),
                }
                figures.append(found)
                sys.stdout.write(json.dumps(found) + "\n")
                sys.stdout.flush()
    if path := os.environ.get("BENCH_JSON"):
        Path(path).write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    return 0


def measured(settings: dict[str, Any], rounds: int) -> dict[str, Any]:
    """How many times an update, and a trial, takes alone of what it takes among K."""
    rate = {"learning_rate": 0.01, "epochs": 1_000_000}
    config = Config.parse({"corpus": "tiny-english", "optimizer": "sgd"} | settings | rate)
    corpus = load_corpus(config)
    if shape_of(config, len(corpus.vocabulary)) is None:
        return {"stacked": False}
    figures: dict[str, Any] = {"stacked": True}
    alone = Trainer(config, corpus)
    for K in RUNS:
        runs = [Trainer(config.with_changes(seed=seed), corpus) for seed in range(K)]
        stack, ratios, shares = Stack(), [], []
        for _ in range(rounds):
            one = seconds(partial(several, alone, UPDATES * 4)) / 4
            together = seconds(partial(stack.advance, runs, UPDATES)) / K
            reading = seconds(partial(alone.evaluate, "valid")) * UPDATES / TRIAL
            ratios.append(one / together)
            shares.append((one + reading) / (together + reading))
        figures[f"update_{K}"] = round(median(ratios[1:]), 2)
        figures[f"trial_{K}"] = round(median(shares[1:]), 2)
        figures["microseconds"] = round(one / UPDATES * 1e6)
    return figures


def several(trainer: Trainer, updates: int) -> None:
    for _ in range(updates):
        trainer.step()


def seconds(work: Callable[[], object]) -> float:
    started = process_time()
    work()
    return process_time() - started


def chosen(variable: str, known: list[str]) -> list[str]:
    named = [name for name in os.environ.get(variable, "").split(",") if name] or known
    if unknown := set(named) - set(known):
        sys.exit(f"{variable} has {', '.join(unknown)}; choose from {', '.join(known)}.")
    return named


if __name__ == "__main__":
    sys.exit(main())
