"""The four panels of the Overview, and what each record of a run draws in them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from pages.ui.figures import gradient_profile
from pages.ui.figures.grammar_states import state_name
from pages.ui.figures.palette import PALETTES
from pages.ui.figures.tokens import visible
from pages.ui.overview.figures import perplexity, samples, states
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
from rnncore.probes.untrained import Preview
from rnncore.runs.driver import SETTLED
from rnncore.runs.records import Record, snapshot_view
from rnncore.runs.row import Status
from rnncore.views import (
    FAR_BACK,
    LONGEST_COUNTED,
    HeldOutPoint,
    Mark,
    RunView,
    loss_point,
    ordered_states,
)


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
        *states.ops(view),
        *states.aimed_ops(view.step),
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
) -> Any:
    """Draw the four panels of a run; they go on moving by themselves while `feed` streams.

    Only who controls the run is offered what changes it.
    """
    described = skeletons(run, t.language, controlled)
    return mount("live", described, progress, feed, callbacks, settings)


def progress_of(run: RunView, status: Status, step: int, epochs: int) -> Progress:
    """How far the run has come: the epoch is that of its next update, counted from 1."""
    epoch = min(step * epochs // max(run.updates, 1) + 1, epochs)
    return Progress(status, step, run.updates, epoch, epochs, run.tokens_per_update)


@st.cache_data(max_entries=64, show_spinner=False)
def skeletons(run: RunView, language: str, controlled: bool = True) -> dict[str, Any]:
    """Everything that stays while a run goes on: skeletons, titles, labels."""
    t = Texts(language)
    return describe(panels(run, t, controlled), t)


def panels(run: RunView, t: Texts, controlled: bool = True) -> list[dict[str, Any]]:
    """The four panels of the Overview."""
    curves = [
        readout(t, perplexity.NAME, "train", "three", lambda p: p.train),
        readout(t, perplexity.NAME, "valid", "three", lambda p: p.held_out),
        readout(t, perplexity.NAME, "test", "three", lambda p: p.held_out, late=True),
    ]
    flow = [
        readout(t, gradient_profile.NAME, "start", None, lambda p: p.start),
        readout(t, gradient_profile.NAME, "profile", None, lambda p: p.gradient),
    ]
    plane = [readout(t, states.NAME, *of) for of in (("variance", "percent"), ("aimed", "integer"))]
    grammar = run.state_names is not None
    far = min(FAR_BACK, run.distances - 1)
    return [
        _perplexity_panel(run, t, curves),
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
        ),
        panel(
            t,
            states.NAME,
            themes(states.figure, run, t),
            plane,
            chips=_sentence(run, t),
            actions=["aim"] if controlled else [],
            says=t("figures.states.says", n=len(run.probe_tokens)),
            settled=SETTLED,
            variant="grammar" if grammar else "text",
        ),
        panel(
            t,
            samples.NAME,
            themes(samples.figure, run, t),
            [readout(t, samples.NAME, "share", "percent", lambda p: p.legal)] if grammar else [],
            listed=True,
            judged=grammar,
            says=t("figures.samples.says") if grammar else None,
            averaged=samples.AVERAGED,
            variant="grammar" if grammar else "text",
        ),
    ]


def _perplexity(run: RunView, t: Texts) -> str:
    """The curves in words; with the floor, where there is one."""
    unit = t(f"units.{run.token_unit}")
    if run.floor is None:
        return t("figures.perplexity.says", unit=unit, V=run.vocabulary_size)
    return t("figures.perplexity.says_floor", unit=unit, floor=f"{run.floor:.3g}")


def _perplexity_panel(run: RunView, t: Texts, curves: list[dict[str, Any]]) -> dict[str, Any]:
    """Bits above the floor, where there is one, and perplexity by the panel's menu."""
    unit = t(f"units.{run.token_unit}")
    plot = themes(perplexity.figure, run, t)
    if run.floor is None:
        return panel(
            t,
            perplexity.NAME,
            plot,
            curves,
            variant=_counted(run),
            near=True,
            says=_perplexity(run, t),
            unit=unit,
            order=len(run.counted),
        )
    views = [
        view(t, perplexity.NAME, "distance", caption="caption_distance", unit=unit),
        view(t, perplexity.NAME, "perplexity", plot, unit=unit),
    ]
    distance = themes(perplexity.distance_figure, run, t)
    return panel(
        t,
        perplexity.NAME,
        distance,
        curves,
        variant="distance",
        views=views,
        near=True,
        says=_perplexity(run, t),
        unit=unit,
    )


def _counted(run: RunView) -> str | None:
    """Which caption says what the n-grams beside the curves are; None without any."""
    if not run.counted:
        return None
    return "counted" if len(run.counted) == LONGEST_COUNTED else "counted_part"


def _sentence(run: RunView, t: Texts) -> list[dict[str, Any]]:
    """The probe sentence, each token in the colour of its true state."""
    known = run.state_names is not None and run.probe_states is not None
    places = ordered_states(run.probe_states or [0] * len(run.probe_tokens))
    chips = []
    for token, place, state in zip(
        run.probe_tokens, places, run.probe_states or places, strict=True
    ):
        colours = {palette.name: states.colour(place, palette) for palette in PALETTES}
        name = state_name(run.state_names[state], t) if known and run.state_names else None
        chips.append({"text": visible(token), "title": name, "colour": colours})
    return chips
