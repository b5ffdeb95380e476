"""The live panels: records of a run become drawing operations, and one component draws them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from typing import Any, NamedTuple

import orjson
import plotly.graph_objects as go
import streamlit as st

from pages.ui.figures import gradients, perplexity, samples, states
from pages.ui.figures.grammar_states import state_name
from pages.ui.figures.palette import PALETTES
from pages.ui.i18n import Texts
from pages.ui.operations import Op, progress, rewind
from pages.ui.preview import Preview
from pages.ui.vendor import ADDRESS
from rnncore.config import live_settings
from rnncore.paths import assets_dir
from rnncore.runs.records import Record, snapshot_view
from rnncore.runs.row import Status
from rnncore.views import HeldOutPoint, Mark, RunView, loss_point, ordered_states

SCRIPTS = ("labels", "series", "sketch", "figure", "panel", "strip", "live")
"""The parts of the component, in the order in which they build on each other."""
PHASES: dict[Status, str] = {
    "ready": "ready",
    "queued": "active",
    "running": "active",
    "paused": "paused",
    "finished": "final",
    "failed": "final",
    "lost": "final",
}
"""What a run's status means for the buttons: the page runs again when the phase changes."""


class Feed(NamedTuple):
    """Where the panels get their operations from.

    revision    a new one makes the panels forget what they hold
    stream      relative URL of a stream of operations, None without one
    ops, seq    operations to draw now and the last record among them, numbered by `batch`
    """

    revision: str
    stream: str | None
    ops: Sequence[Op] = ()
    seq: int = 0
    batch: int = 0


class Standing(NamedTuple):
    """How the run stands, for the strip above the panels."""

    status: Status
    step: int
    epochs: int

    def epoch(self, updates: int) -> int:
        """The epoch that the next of so many updates in all belongs to, counted from 1."""
        return min(self.step * self.epochs // max(updates, 1) + 1, self.epochs)


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
            return [*gradients.ops(view), *states.ops(view), *samples.ops(view)]
        case "changed":
            return perplexity.mark_ops(Mark(record.step, **payload))
        case "gap":
            return perplexity.gap_ops(payload["first"], payload["last"])
        case "rewound":
            return [rewind(payload["step"])]
        case _:
            return []


def opening(preview: Preview) -> list[Op]:
    """The figures before the first update."""
    held_out = perplexity.held_out_ops(preview.held_out) if preview.held_out else []
    view = preview.snapshot
    return [
        *perplexity.train_ops(preview.train),
        *held_out,
        *gradients.ops(view),
        *states.ops(view),
        *samples.ops(view),
    ]


def live_panels(
    run: RunView,
    standing: Standing,
    feed: Feed,
    t: Texts,
    *,
    key: str = "live",
    on_status: Callable[[], None] = lambda: None,
    on_action: Callable[[], None] = lambda: None,
    on_fallback: Callable[[], None] = lambda: None,
) -> Any:
    """Draw the four panels of a run; they go on moving by themselves while `feed` streams.

    Calls `on_status` when the run's phase changes without the page's doing, `on_action` when a
    button in a panel is pressed (result.action is its name), `on_fallback` when the stream cannot
    be opened.
    """
    lasting = frame(run, t.language)
    return component()(
        key=key,
        data={
            **lasting,
            "revision": feed.revision,
            "stream": feed.stream,
            "ops": list(feed.ops),
            "seq": feed.seq,
            "batch": feed.batch,
            "phases": PHASES,
            "plotly": ADDRESS,
            "strip": {
                "status": standing.status,
                "done": standing.step,
                "total": run.updates,
                "epoch": standing.epoch(run.updates),
                "epochs": standing.epochs,
                "unit": run.tokens_per_update,
            },
        },
        on_status_change=on_status,
        on_action_change=on_action,
        on_fallback_change=on_fallback,
    )


@st.cache_data(max_entries=64, show_spinner=False)
def frame(run: RunView, language: str) -> dict[str, Any]:
    """Everything that stays while a run goes on: skeletons, titles, labels."""
    t = Texts(language)
    described = {"panels": panels(run, t), "labels": labels(t), "locale": language}
    wording = hashlib.sha256(orjson.dumps(described)).hexdigest()[:16]
    return {**described, "wording": wording}


def panels(run: RunView, t: Texts) -> list[dict[str, Any]]:
    """The four panels of the Overview."""
    unit = t(f"units.{run.token_unit}")
    curves = [
        readout(t, perplexity.NAME, "train", "three", lambda p: p.train),
        readout(t, perplexity.NAME, "valid", "three", lambda p: p.held_out),
    ]
    flow = [
        readout(t, gradients.NAME, "start", None, lambda p: p.start),
        readout(t, gradients.NAME, "profile", None, lambda p: p.gradient),
    ]
    share = [readout(t, samples.NAME, "share", "percent", lambda p: p.legal)]
    grammar = run.state_names is not None
    return [
        panel(t, perplexity.NAME, themes(perplexity.figure, run, t), curves, unit=unit),
        panel(
            t,
            gradients.NAME,
            themes(gradients.figure, run, t),
            flow,
            scale={palette.name: gradients.scale(palette) for palette in PALETTES},
            T=run.time_size,
        ),
        panel(
            t,
            states.NAME,
            themes(states.figure, run, t),
            [readout(t, states.NAME, "variance", "percent")],
            chips=_sentence(run, t),
            actions=["aim"],
            variant="grammar" if grammar else "text",
        ),
        panel(
            t,
            samples.NAME,
            themes(samples.figure, run, t),
            share if grammar else [],
            listed=True,
            judged=grammar,
            variant="grammar" if grammar else "text",
        ),
    ]


def labels(t: Texts) -> dict[str, Any]:
    """The words that the component itself needs."""
    settings = {name: t(f"settings.{name}.label") for name in live_settings()}
    return {
        "settings": settings,
        "statuses": t.table("statuses"),
        "verdicts": t.table("verdicts"),
        "sentences": t.table("strip"),
    }


def panel(
    t: Texts,
    name: str,
    plot: dict[str, Any] | None,
    readouts: list[dict[str, Any]],
    *,
    chips: list[dict[str, Any]] | None = None,
    actions: Iterable[str] = (),
    scale: dict[str, Any] | None = None,
    listed: bool = False,
    judged: bool = False,
    variant: str | None = None,
    **values: object,
) -> dict[str, Any]:
    caption = f"caption_{variant}" if variant else "caption"
    return {
        "id": name,
        "title": t(f"figures.{name}.title"),
        "caption": t(f"figures.{name}.{caption}", **values),
        "plot": plot,
        "readouts": readouts,
        "chips": chips or [],
        "scale": scale,
        "actions": [
            {
                "name": action,
                "label": t(f"figures.{name}.{action}"),
                "help": t(f"figures.{name}.{action}_help"),
            }
            for action in actions
        ],
        "list": listed,
        "judged": judged,
    }


def readout(
    t: Texts,
    figure: str,
    name: str,
    style: str | None,
    colour: Callable[[Any], str] | None = None,
) -> dict[str, Any]:
    colours = {palette.name: colour(palette) for palette in PALETTES} if colour else None
    return {
        "name": name,
        "label": t(f"figures.{figure}.{name}"),
        "format": style,
        "colour": colours,
    }


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
        chips.append({"text": states.label(token), "title": name, "colour": colours})
    return chips


def themes(figure: Callable[..., go.Figure | None], run: Any, t: Texts) -> dict[str, Any] | None:
    """A skeleton for each theme, as plain JSON values."""
    drawn = {palette.name: figure(run, palette, t) for palette in PALETTES}
    return {name: _plain(found) for name, found in drawn.items() if found is not None} or None


def _plain(figure: go.Figure) -> dict[str, Any]:
    """A figure as JSON values; plotly leaves out the uid, by which traces are known here."""
    values = orjson.loads(figure.to_json())
    for trace, drawn in zip(figure.data, values["data"], strict=True):
        drawn["uid"] = trace.uid
    return values


@cache
def component() -> Any:
    """The component, registered once a server."""
    folder = assets_dir() / "js"
    script = "\n".join((folder / f"{name}.js").read_text(encoding="utf-8") for name in SCRIPTS)
    style = (folder / "live.css").read_text(encoding="utf-8")
    return st.components.v2.component("live_panels", js=script, css=style, isolate_styles=False)
