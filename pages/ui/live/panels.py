"""The four panels of a run, and what each record of a run draws in them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import partial
from typing import Any

import streamlit as st

from pages.ui.figures import gradient_profile
from pages.ui.figures.grammar_states import state_name
from pages.ui.figures.palette import PALETTES
from pages.ui.figures.tokens import visible
from pages.ui.live import walk
from pages.ui.live.figures import perplexity, samples, states
from pages.ui.streaming.operations import Op, progress, rewind
from pages.ui.visit.i18n import Texts
from pages.ui.widgets.panels import (
    Callbacks,
    Feed,
    Progress,
    describe,
    mount,
    panel,
    readout,
    themes,
    view,
)
from rnncore.probes.copies import LEAST
from rnncore.probes.untrained import Preview
from rnncore.runs.records import Record, best_view, cloud_view, snapshot_view
from rnncore.runs.row import Status
from rnncore.text.tokenizers import JAMO
from rnncore.views import (
    FAR_BACK,
    LONGEST_COUNTED,
    Ghost,
    HeldOutPoint,
    Mark,
    RunView,
    loss_point,
)

NEAR = {"near": False}
"""The switch that shows the end of curves alone."""


def translate(record: Record) -> list[Op]:
    """What one record of a run changes on the screen."""
    payload = record.payload
    match record.kind:
        case "steps":
            point = loss_point(payload)
            moved = progress(point.step, point.epoch, point.tokens_per_second)
            return [*perplexity.train_ops(point), moved]
        case "evaluation":
            return perplexity.held_out_ops(HeldOutPoint(record.step, **payload))
        case "snapshot":
            view = snapshot_view(payload)
            return [*gradient_profile.ops(view), *states.ops(view), *samples.ops(view)]
        case "best":
            return samples.best_ops(best_view(payload))
        case "cloud":
            return states.cloud_ops(cloud_view(record))
        case "aimed":
            return states.aimed_ops(record.step)
        case "changed":
            return perplexity.mark_ops(Mark(record.step, **payload))
        case "gap":
            return perplexity.gap_ops(payload["first"], payload["last"])
        case "rewound":
            return [rewind(payload["step"])]
        case _:
            return []


def opening(preview: Preview) -> list[Op]:
    """The figures before the first update; none of a network that was too large to be measured."""
    if preview.snapshot is None or preview.train is None:
        return []
    held_out = perplexity.held_out_ops(preview.held_out) if preview.held_out else []
    view = preview.snapshot
    return [
        *perplexity.train_ops(preview.train),
        *held_out,
        *gradient_profile.ops(view),
        *states.aimed_ops(view.step),
        *(states.cloud_ops(preview.cloud) if preview.cloud else []),
        *states.ops(view),
        *samples.ops(view),
    ]


def live_panels(
    run: RunView,
    progress: Progress,
    feed: Feed,
    t: Texts,
    callbacks: Callbacks,
    settings: Mapping[str, float],
    *,
    controlled: bool,
    ghosts: tuple[Ghost, ...] = (),
) -> Any:
    """Draw the four panels of a run, its curve above those of `ghosts`; they go on moving by
    themselves while `feed` streams. Only who controls the run is offered what changes it."""
    described = skeletons(run, t.language, controlled, ghosts)
    return mount("live", described, progress, feed, callbacks, settings)


def progress_of(
    run: RunView, status: Status, step: int, epochs: int, standing: str = ""
) -> Progress:
    """How far the run has come: the epoch is that of its next update, counted from 1."""
    epoch = min(step * epochs // max(run.updates, 1) + 1, epochs)
    return Progress(status, step, run.updates, epoch, epochs, run.tokens_per_update, standing)


# Hashed value by value, the hundreds of states in a frame would take 8 ms of each rerun.
@st.cache_data(max_entries=64, show_spinner=False, hash_funcs={RunView: repr})
def skeletons(
    run: RunView, language: str, controlled: bool = True, ghosts: tuple[Ghost, ...] = ()
) -> dict[str, Any]:
    """Everything that stays while a run goes on: skeletons, titles, labels."""
    t = Texts(language)
    return describe(panels(run, t, controlled, ghosts), t)


def panels(
    run: RunView, t: Texts, controlled: bool = True, ghosts: tuple[Ghost, ...] = ()
) -> list[dict[str, Any]]:
    """The four panels of a run."""
    curves = [
        readout(t, perplexity.NAME, "train", "three", lambda p: p.train),
        # A short text has none held out.
        readout(t, perplexity.NAME, "valid", "three", lambda p: p.held_out, late=True),
        readout(t, perplexity.NAME, "test", "three", lambda p: p.held_out, late=True),
    ]
    if run.token_unit == JAMO.name:  # a figure to compare with that of a run on syllables
        curves.append(
            readout(t, perplexity.NAME, "valid_character", "three", lambda p: p.held_out, late=True)
        )
    curves += [
        readout(t, perplexity.NAME, "best", "three", lambda p: p.held_out, late=True),
        readout(t, perplexity.NAME, "best_at", "integer", late=True),
    ]
    flow = [
        readout(t, gradient_profile.NAME, "start", None, lambda p: p.start),
        readout(t, gradient_profile.NAME, "profile", None, lambda p: p.gradient),
    ]
    plane = [readout(t, states.NAME, *of) for of in (("variance", "percent"), ("aimed", "integer"))]
    grammar = run.state_names is not None
    word, other = states.differing(run)
    twin = bool(run.states and run.states.twin)
    far = min(FAR_BACK, run.distances - 1)
    return [
        _perplexity_panel(run, t, curves, ghosts),
        panel(
            t,
            gradient_profile.NAME,
            themes(gradient_profile.figure, run, t),
            flow,
            scale={palette.name: gradient_profile.scale(palette) for palette in PALETTES},
            says=t("figures.gradients.says", d=far),
            formula=gradient_profile.FORMULA,
            concludes=True,
            T=run.time_size,
            d=far,
            text=t.text_read("gradients" not in run.on_training),
        ),
        panel(
            t,
            states.NAME,
            themes(states.figure, run, t),
            plane,
            chips=_sentence(run, t),
            actions=["aim"] if controlled else [],
            says=t("figures.states.says", n=len(run.probe_tokens)),
            views=_colourings(run, t),
            switches={"twin": True} if twin else {},
            walk=walk.walk(run, t),
            variant="twin" if twin else "alone" if run.states else "path",
            word=word,
            other=other,
            text=t.text_read("states" not in run.on_training),
        ),
        panel(
            t,
            samples.NAME,
            themes(samples.figure, run, t),
            [
                readout(t, samples.NAME, "share", "percent", lambda p: p.legal)
                if grammar
                else readout(t, samples.NAME, "copied", "integer", late=True)
            ],
            listed=True,
            judged=grammar,
            says=t("figures.samples.says" if grammar else "figures.samples.says_text"),
            averaged=samples.AVERAGED,
            least=LEAST[run.token_unit],
            unit=t(f"units.{run.token_unit}"),
            variant="grammar" if grammar else "text",
        ),
    ]


def _perplexity(run: RunView, t: Texts) -> str:
    """The curves in words; with the floor, where there is one."""
    words = {"unit": t(f"units.{run.token_unit}"), "valid": ""}
    if "perplexity" not in run.on_training:
        words["valid"] = t("figures.perplexity.says_valid")
    if run.floor is None:
        return t("figures.perplexity.says", V=run.vocabulary_size, **words)
    return t("figures.perplexity.says_floor", floor=f"{run.floor:.3g}", **words)


def _perplexity_panel(
    run: RunView, t: Texts, curves: list[dict[str, Any]], ghosts: tuple[Ghost, ...]
) -> dict[str, Any]:
    """Bits above the floor, where there is one, and perplexity by the panel's menu."""
    unit = t(f"units.{run.token_unit}")
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
            says=_perplexity(run, t),
            unit=unit,
            order=len(run.counted),
            **said,
        )
    distance = themes(partial(perplexity.distance_figure, ghosts=ghosts), run, t)
    key, says, T = "distance", _perplexity(run, t), 0
    story = next((ghost for ghost in ghosts if ghost.time_size), None)
    if story is not None:
        key, T = "ghost", story.time_size
        last = story.bits[-1] - math.log2(run.floor)
        says = f"{says} {t('figures.perplexity.says_ghost', T=T, bits=f'{last:.2g}')}"
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


def _colourings(run: RunView, t: Texts) -> list[dict[str, Any]]:
    """Ways to colour the states."""
    known = run.states.colourings if run.states else ()
    word, other = states.differing(run)
    caption = "caption_twin" if run.states and run.states.twin else "caption_alone"
    text = t.text_read("states" not in run.on_training)
    return [
        view(t, states.NAME, colouring.name, caption=caption, word=word, other=other, text=text)
        for colouring in known
    ]


def _counted(run: RunView) -> str | None:
    """Which caption says what the n-grams beside the curves are; None without any."""
    if not run.counted:
        return None
    return "counted" if len(run.counted) == LONGEST_COUNTED else "counted_part"


def _sentence(run: RunView, t: Texts) -> list[dict[str, Any]]:
    """The probe sentence, each token with that of its twin where that is another one."""
    twin = run.states.twin if run.states and run.states.twin else run.probe_tokens
    names, known = run.state_names, run.probe_states
    return [
        {
            "text": visible(token),
            "twin": None if token == other else visible(other),
            "title": state_name(names[known[i]], t) if names and known else None,
        }
        for i, (token, other) in enumerate(zip(run.probe_tokens, twin, strict=True))
    ]
