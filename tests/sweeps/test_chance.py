"""Seeds of a trial's settings, measured as the trial was."""

from __future__ import annotations

from typing import Any

import pytest

from rnncore.experiments.seeds import Seeds, Spread, seeds
from rnncore.runs.limit import Limit
from rnncore.sweeps.chance import Alike, alike, course_of
from rnncore.sweeps.dispatching import PART
from rnncore.sweeps.plan import Plan
from rnncore.sweeps.trial import Trial
from rnncore.text.corpus import load_corpus
from rnncore.training.trainer import Trainer, windows_to_train

BASE = {"grammar_tokens": 9000, "embedding_size": 4, "hidden_size": 8, "time_size": 5}
SPACE = {"learning_rate": {"low": 0.001, "high": 0.1}}


def trial(number: int, value: float | None, status: Any = "complete", step: int = 50) -> Trial:
    return Trial(number, f"run{number}", {"learning_rate": 0.02, "seed": 0}, status, value, step)


def test_the_seed_of_the_trial_comes_to_what_the_trial_came_to() -> None:
    plan = Plan.parse({"base": {**BASE, "schedule": "cosine"}, "space": SPACE, "updates": 50})
    varied = trial(0, 1.0).settings
    corpus = load_corpus(plan.config(varied))
    per_epoch = windows_to_train(plan.config(varied), corpus).updates_per_epoch
    trainer = Trainer(plan.config(varied, per_epoch), corpus)
    measured = []
    while trainer.steps < 50:
        trainer.step()
        if trainer.steps % Limit(updates=50).every == 0:
            measured.append(trainer.evaluate("valid", PART).bits)
    *_, last = seeds(trainer.config, corpus, 3, course_of(plan, trial(0, 1.0)))
    assert min(measured) in last.lowest
    assert [spread.update for spread in last.spreads] == [*range(0, 51, 5)]
    assert last.updates == last.of == 50


def test_a_trial_that_ended_early_has_seeds_as_short_as_itself() -> None:
    plan = Plan.parse({"base": BASE, "space": SPACE, "updates": 50})
    assert course_of(plan, trial(0, 1.0, "pruned", step=20)) == (20, 5, PART)
    seconds = Plan.parse({"base": BASE, "space": SPACE, "seconds": 3})
    assert course_of(seconds, trial(0, 1.0, step=321)) == (321, None, PART)


@pytest.mark.parametrize(
    ("lowest", "found"),
    [
        ((1.5, 2.0, 2.5), Alike(1.5, 2.5, within=3, others=5)),
        ((2.25,), Alike(2.25, 2.25, within=0, others=5)),
        ((), None),
    ],
)
def test_trials_that_lie_among_the_seeds_are_counted(
    lowest: tuple[float, ...], found: Alike | None
) -> None:
    trials = [
        trial(0, 1.0),
        trial(1, 1.5),
        trial(2, 2.0),
        trial(3, 2.5, "pruned"),
        trial(4, 2.0, "diverged"),
        trial(5, None, "waiting"),
        trial(6, 2.6),
        trial(7, 2.0),
    ]
    spreads = (Spread(50, 2.0, 1.5, 2.5, 3),)
    assert alike(trials, 7, Seeds(20, 50, 50, 20 - len(lowest), spreads, lowest)) == found
