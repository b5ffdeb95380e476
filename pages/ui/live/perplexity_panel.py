"""The panel of perplexity: its curves, readouts and words, by what a run is measured on."""

from __future__ import annotations

import math
from functools import partial
from typing import Any

from pages.ui.live.figures import perplexity
from pages.ui.visit.i18n import Texts
from pages.ui.widgets.panels import panel, readout, themes, view
from rnncore.text.tokenizers import JAMO
from rnncore.views import LONGEST_COUNTED, Ghost, RunView

NEAR = {"near": False}
"""The switch that shows the end of curves alone."""
BESIDE = ("valid", "best")
"""Readouts that have another name where the beginning of held-out text has a curve of its own."""


def described(run: RunView, t: Texts, ghosts: tuple[Ghost, ...]) -> dict[str, Any]:
    """The panel; once the beginning of held-out text is measured apart, its words tell the two
    texts from each other."""
    instead = {
        "of": perplexity.PART,
        "says": _says(run, t, ghosts, perplexity.PART),
        "labels": {name: t(f"figures.perplexity.{name}_beside") for name in BESIDE},
    }
    return {**_panel(run, t, ghosts), "instead": instead}


def _readouts(run: RunView, t: Texts) -> list[dict[str, Any]]:
    def held_out(name: str) -> dict[str, Any]:  # a short text has none
        return readout(t, perplexity.NAME, name, "three", lambda p: p.held_out, late=True)

    curves = [readout(t, perplexity.NAME, "train", "three", lambda p: p.train)]
    for name in (perplexity.PART, "valid", "test"):
        curves.append(held_out(name))
        if run.token_unit == JAMO.name and name != "test":  # to compare with a run on syllables
            curves.append(held_out(f"{name}_character"))
    curves += [held_out("best"), readout(t, perplexity.NAME, "best_at", "integer", late=True)]
    return curves


def _says(run: RunView, t: Texts, ghosts: tuple[Ghost, ...], held_out: str = "valid") -> str:
    """The curves in words, that of `held_out` among them; with the floor, where there is one."""
    words = {"unit": t(f"units.{run.token_unit}"), "valid": ""}
    if "perplexity" not in run.on_training:
        words["valid"] = t(f"figures.perplexity.says_{held_out}")
    if run.floor is None:
        return t("figures.perplexity.says", V=run.vocabulary_size, **words)
    says = t("figures.perplexity.says_floor", floor=f"{run.floor:.3g}", **words)
    story = _story(ghosts)
    if story is None:
        return says
    last = f"{story.bits[-1] - math.log2(run.floor):.2g}"
    return f"{says} {t('figures.perplexity.says_ghost', T=story.time_size, bits=last)}"


def _story(ghosts: tuple[Ghost, ...]) -> Ghost | None:
    """The same settings with another T, where they are beneath the curve."""
    return next((ghost for ghost in ghosts if ghost.time_size), None)


def _panel(run: RunView, t: Texts, ghosts: tuple[Ghost, ...]) -> dict[str, Any]:
    """Bits above the floor, where there is one, and perplexity by the panel's menu."""
    unit, curves, says = t(f"units.{run.token_unit}"), _readouts(run, t), _says(run, t, ghosts)
    split = "training" if "perplexity" in run.on_training else "held_out"
    said: dict[str, Any] = {
        name: t(f"figures.perplexity.{name}_{split}") for name in ("read", "passed")
    }
    plot = themes(partial(perplexity.figure, ghosts=ghosts), run, t)
    if run.floor is None:
        return panel(
            t,
            perplexity.NAME,
            plot,
            curves,
            variant=_counted(run),
            switches=NEAR,
            says=says,
            unit=unit,
            order=len(run.counted),
            **said,
        )
    distance = themes(partial(perplexity.distance_figure, ghosts=ghosts), run, t)
    story = _story(ghosts)
    key, T = ("ghost", story.time_size) if story else ("distance", 0)
    views = [
        view(t, perplexity.NAME, "distance", caption=f"caption_{key}", unit=unit, T=T, **said),
        view(t, perplexity.NAME, "perplexity", plot, unit=unit, **said),
    ]
    return panel(
        t,
        perplexity.NAME,
        distance,
        curves,
        variant=key,
        views=views,
        switches=NEAR,
        says=says,
        unit=unit,
        T=T,
        **said,
    )


def _counted(run: RunView) -> str | None:
    """Which caption says what the n-grams beside the curves are; None without any."""
    if not run.counted:
        return None
    return "counted" if len(run.counted) == LONGEST_COUNTED else "counted_part"
