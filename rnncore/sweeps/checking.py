"""Whether the trials of a plan can be trained at all: their memory, and their text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rnncore.config import Config
from rnncore.errors import ConfigError
from rnncore.memory import GIB, MEMORY_LIMIT, memory_bytes
from rnncore.sweeps.plan import Plan
from rnncore.sweeps.space import corners
from rnncore.text.corpus import load_corpus
from rnncore.training.trainer import held_out, windows_to_train


def check_trials(plan: Plan) -> None:
    """Refuse a plan one of whose trials could not be trained. Builds no weights.

    Raises   TextError if the text cannot be used; ConfigError if it has no held-out part, or if a
             trial at the ends of the ranges needs too much memory or leaves too little of the text.
    """
    corpus = load_corpus(plan.config({}))
    held_out(corpus, "valid")
    ends = [(settings, plan.config(settings)) for settings in corners(plan.space)]
    V = len(corpus.vocabulary)
    settings, largest = max(ends, key=lambda end: memory_bytes(end[1], V))
    needed = memory_bytes(largest, V)
    if needed > MEMORY_LIMIT:
        raise _too_large(settings, largest, needed)
    for _, config in ends:
        windows_to_train(config, corpus)


def check_trial(plan: Plan, settings: Mapping[str, Any]) -> None:
    """Refuse a trial of these varied settings, as `check_trials` does."""
    config = plan.config(settings)
    windows_to_train(config, load_corpus(config))


def _too_large(settings: Mapping[str, Any], config: Config, needed: int) -> ConfigError:
    named = ", ".join(f"{name} = {value}" for name, value in settings.items())
    return ConfigError(
        "sweep_memory",
        f"The largest trial ({named}) would need about {needed / GIB:,.1f} GiB of memory, more "
        f"than the {MEMORY_LIMIT / GIB:.0f} GiB a run may use; lower the upper end of a range, or "
        f"a size in base.",
        settings=named,
        needed=f"{needed / GIB:,.1f}",
        limit=f"{MEMORY_LIMIT / GIB:.0f}",
    )
