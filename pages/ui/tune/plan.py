"""The plan that the form describes: what the address says of it, checked as a whole."""

from __future__ import annotations

from typing import Any, NamedTuple, get_args

import streamlit as st

from pages.ui.tune.space import EXAMPLE, Space, given_of, read, values, write
from pages.ui.visit.address import check_corpus
from pages.ui.visit.session import Session
from rnncore.config import Config
from rnncore.errors import ConfigError, RnnError
from rnncore.runs.capacity import cores
from rnncore.sweeps.book import MOST_WORKERS
from rnncore.sweeps.checking import check_trials
from rnncore.sweeps.estimating import estimate
from rnncore.sweeps.plan import Plan, Pruner, Sampler

SAMPLERS: tuple[Sampler, ...] = get_args(Sampler)
PRUNERS: tuple[Pruner, ...] = get_args(Pruner)
BUDGETS = ("updates", "seconds")
TRIALS, SEEDS, UPDATES, SECONDS = 24, 2, 1000, 10
MOST_TRIALS, MOST_SEEDS, MOST_UPDATES, MOST_SECONDS = 10_000, 100, 1_000_000, 86_400
VALUES = ("space", "sampler", "pruner", "trials", "seeds", "budget", "updates", "seconds")
"""What the address says of a plan."""


class Draft(NamedTuple):
    """A plan to be: the form as it stands, and the plan, or why it is none."""

    space: Space
    sampler: Sampler
    pruner: Pruner
    trials: int
    seeds: int
    budget: str
    updates: int
    seconds: int
    workers: int
    plan: Plan | None
    refused: RnnError | None


def draft(visit: Session) -> Draft:
    """The plan as the page's controls describe it, checked as far as that needs no text."""
    space = read(visit.value("space", EXAMPLE))
    sampler = _one_of(SAMPLERS, visit.value("sampler", ""))
    pruner = _one_of(PRUNERS, visit.value("pruner", ""))
    budget = visit.value("budget", BUDGETS[0])
    budget = budget if budget in BUDGETS else BUDGETS[0]
    made = Draft(
        space,
        sampler,
        pruner,
        visit.within("trials", TRIALS, 1, MOST_TRIALS),
        visit.within("seeds", SEEDS, 1, MOST_SEEDS),
        budget,
        visit.within("updates", UPDATES, 1, MOST_UPDATES),
        visit.within("seconds", SECONDS, 1, MOST_SECONDS),
        visit.within("workers", cores(), 1, MOST_WORKERS),
        None,
        None,
    )
    try:
        return made._replace(plan=_plan(visit.config, made))
    except ConfigError as error:
        return made._replace(refused=error)


def keep(visit: Session, space: Space) -> None:
    """Keep another space; that of the example is the default."""
    written = write(space)
    visit.set_values(space=None if written == EXAMPLE else written)


def fill_in(visit: Session, made: Plan, seeds: int | None = None) -> None:
    """Open the form with the plan of a sweep, perhaps with other seeds. Where its text is another
    visitor's, it says so, and keeps the visitor's own settings."""
    seeds = seeds or made.seeds
    space = {name: given_of(name, axis) for name, axis in made.space.items()}
    said: dict[str, Any] = {
        "space": write(space),
        "sampler": made.sampler,
        "pruner": made.pruner,
        "trials": max(made.trials, made.trials * seeds // made.seeds),
        "seeds": seeds,
        "budget": "seconds" if made.updates is None else "updates",
        "updates": made.updates,
        "seconds": None if made.seconds is None else max(1, round(made.seconds)),
    }
    usual = {
        "space": EXAMPLE,
        "sampler": SAMPLERS[0],
        "pruner": PRUNERS[0],
        "trials": TRIALS,
        "seeds": SEEDS,
        "budget": BUDGETS[0],
        "updates": UPDATES,
        "seconds": SECONDS,
    }
    kept = {name: None if value == usual[name] else value for name, value in said.items()}
    visit.set_values(sweep=None, brush=None, top=None, idea=None, **kept)
    try:
        check_corpus(made.base, visit.visitor)
        visit.config = Config.parse(made.base)
    except RnnError as error:
        visit.problem = error


@st.cache_data(max_entries=64, show_spinner=False)
def refusal(raw: str) -> RnnError | None:
    """Why the trials of a plan, as JSON, cannot be trained."""
    try:
        check_trials(Plan.model_validate_json(raw))
    except RnnError as error:
        return error
    return None


@st.cache_data(max_entries=64, show_spinner=False)
def seconds(raw: str, workers: int) -> float:
    """Seconds that a plan, as JSON, will take: a few updates are made and timed."""
    return estimate(Plan.model_validate_json(raw), workers)


def _plan(config: Config, made: Draft) -> Plan:
    """Raises ConfigError: what is no number first, then everything else at once."""
    axes: dict[str, Any] = {}
    for name, given in made.space.items():
        try:
            axes[name] = values(name, given)
        except ConfigError as error:
            told = {"code": error.code, "message": str(error), "values": error.values}
            raise ConfigError(
                "tune_axis", f"{name}: {error}", setting=name, problem=[told]
            ) from None
    base = {name: value for name, value in config.differences().items() if name not in axes}
    return Plan.parse(
        {
            "base": base,
            "space": axes,
            "sampler": made.sampler,
            "pruner": made.pruner,
            "trials": made.trials,
            "seeds": made.seeds,
            made.budget: made.updates if made.budget == "updates" else made.seconds,
        }
    )


def _one_of(known: tuple[Any, ...], name: str) -> Any:
    return name if name in known else known[0]
