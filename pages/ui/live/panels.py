"""The four panels of a run, and what each record of a run draws in them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from pages.ui.figures import gradient_profile
from pages.ui.figures.grammar_states import state_name
from pages.ui.figures.palette import PALETTES
from pages.ui.figures.tokens import visible
from pages.ui.live import perplexity_panel, walk
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
from rnncore.views import (
    FAR_BACK,
    Ghost,
    HeldOutPoint,
    Mark,
    RunView,
    loss_point,
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
        perplexity_panel.described(run, t, ghosts),
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
