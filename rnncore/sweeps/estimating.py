"""How long a sweep will take, from the measured speed of a few updates."""

from __future__ import annotations

from contextlib import suppress
from math import ceil
from statistics import mean
from time import perf_counter
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from rnncore.config import Config
from rnncore.errors import ConfigError
from rnncore.multiply_adds import per_token
from rnncore.probes.passages import TICK_COST
from rnncore.runs.capacity import cores
from rnncore.runs.limit import PARTS
from rnncore.sweeps.dispatching import PART
from rnncore.sweeps.plan import Plan
from rnncore.sweeps.space import Axis, Range, corners, is_log, rounded
from rnncore.text.corpus import Corpus, load_corpus
from rnncore.training.divergence import Diverged
from rnncore.training.trainer import Trainer

DRAWS = 100
"""Settings whose cost is counted."""
MEASURED_SECONDS = 0.25
"""Training that is measured; three updates at least."""
TRIAL_SECONDS = 0.15
"""What a trial takes besides updates and held-out text: its looks inside, its checkpoints."""
UPDATE_COST = 10 * TICK_COST
"""What an update costs besides its ticks, however small it is, in multiply-adds."""


def estimate(plan: Plan, workers: int | None = None) -> float:
    """Seconds until a sweep of `workers` trials at a time, or one a processor, will have ended, if
    none ends early.

    A few updates of the base are made and timed. Trials of other sizes cost as much more as their
    products of matrices and their ticks are more: the mean over settings drawn at random.
    Takes a third of a second, or as long as three updates do.
    Raises   as `checking.check_trials`, which is to be called first.
    """
    base = plan.config({})
    corpus = load_corpus(base)
    at_once = cores() if workers is None else min(workers, cores())
    trials = plan.trials if plan.size is None else min(plan.trials, plan.size * plan.seeds)
    speed = _seconds_per_unit(base, corpus)
    each = mean(_trial_seconds(plan, config, corpus, speed) for config in _drawn(plan))
    return ceil(trials / at_once) * each


def cost(config: Config, V: int) -> float:
    """Multiply-adds of one update, with those that stand for what the interpreter takes."""
    ticks = config.time_size
    products = 3 * ticks * config.batch_size * per_token(config, V)
    return products + ticks * config.layers * TICK_COST + UPDATE_COST


def _drawn(plan: Plan) -> list[Config]:
    """Trials such as the sweep will ask for; those that no network can be are passed over."""
    rng, found = np.random.default_rng(plan.seed), [plan.config(corners(plan.space)[0])]
    for _ in range(DRAWS):
        with suppress(ConfigError):
            drawn = {name: _value(plan, name, axis, rng) for name, axis in plan.space.items()}
            found.append(plan.config(drawn))
    return found[1:] or found


def _value(plan: Plan, name: str, axis: Axis, rng: np.random.Generator) -> Any:
    if not isinstance(axis, Range):
        return axis[rng.integers(len(axis))]
    if plan.sampler == "grid":
        return axis.grid(name)[rng.integers(len(axis.grid(name)))]
    if is_log(name):
        return rounded(name, axis.low * (axis.high / axis.low) ** rng.random())
    return rounded(name, rng.uniform(axis.low, axis.high))


def _trial_seconds(plan: Plan, config: Config, corpus: Corpus, speed: float) -> float:
    V = len(corpus.vocabulary)
    read = PARTS * min(PART, len(corpus.valid)) + len(corpus.valid) + len(corpus.test)
    update = speed * cost(config, V)
    held_out = read / (config.batch_size * config.time_size) * update
    training = plan.seconds if plan.updates is None else plan.updates * update
    assert training is not None
    return training + held_out + TRIAL_SECONDS


def _seconds_per_unit(config: Config, corpus: Corpus) -> float:
    """Seconds of a multiply-add, as it is in training."""
    with threadpool_limits(config.threads, "blas"):
        trainer = Trainer(config, corpus)
        made, started = 0, perf_counter()
        try:
            trainer.step()  # the first one makes the buffers
            started = perf_counter()
            while made < 3 or perf_counter() - started < MEASURED_SECONDS:
                trainer.step()
                made += 1
        except Diverged:  # a step that fails takes as long
            made += 1
    return (perf_counter() - started) / made / cost(config, len(corpus.vocabulary))
