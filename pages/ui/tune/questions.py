"""What to predict of a sweep before looking, and what was measured."""

from __future__ import annotations

from pages.ui.figures.mathematics import perplexity_of
from pages.ui.tune.watched import Watched
from pages.ui.widgets.predictions import Answer, Question
from rnncore.sweeps.analysis import sound

CLOSE = 1.05
"""Perplexity of a trial that is as good as the best, as a ratio."""
FEW, MOST = 0.25, 0.75
"""Shares of the trials."""
ALIKE = 2.0
"""Shares of the differences of which one is not twice the other are alike."""


def close(found: Watched) -> Answer | None:
    """How many trials come close to the best, once all have ended."""
    ended = [trial for trial in found.trials if trial.ended]
    good = [perplexity_of(trial.value or 0.0) for trial in sound(ended)]
    if found.going or not good:
        return None
    near = sum(value <= CLOSE * min(good) for value in good)
    share = near / len(ended)
    option = "few" if share < FEW else "most" if share > MOST else "half"
    return Answer(option, {"near": str(near), "of": str(len(ended))})


def seeds(found: Watched) -> Answer | None:
    """Whether the settings or the seed explain more of the differences."""
    told = found.importances
    if told.seeds is None or not told.enough:
        return None
    first = told.settings[0].share
    option = "alike"
    if first > ALIKE * told.seeds or told.seeds > ALIKE * first:
        option = "settings" if first > told.seeds else "seed"
    return Answer(option, {"share": f"{first:.0%}", "seeds": f"{told.seeds:.0%}"})


def waits(found: Watched) -> bool:
    """Whether the sweep goes on."""
    return found.going


QUESTIONS = {
    "search": Question(("few", "half", "most"), close, waits, hides=False),
    "influence": Question(("settings", "alike", "seed"), seeds, waits),
}
"""By idea; the link of a question is that of its idea."""
