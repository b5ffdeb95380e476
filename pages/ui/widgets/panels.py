"""Panels that move: how a page describes them, and the one component that draws them.

A panel is plain JSON: a title, readouts, the skeleton of a plot for each theme. What changes in it
comes as drawing operations, from a stream or from the page itself.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from typing import Any, Literal, NamedTuple

import orjson
import plotly.graph_objects as go
import streamlit as st

from pages.ui.figures.palette import PALETTES, Palette
from pages.ui.serving.plotly_script import address
from pages.ui.serving.scripts import component_script
from pages.ui.streaming.operations import Op
from pages.ui.visit.i18n import Texts, texts, unmarked, zero_name
from rnncore.config import live_settings
from rnncore.paths import assets_dir
from rnncore.runs.row import Status

Phase = Literal["ready", "waiting", "active", "paused", "final"]
PHASES: dict[Status, Phase] = {
    "ready": "ready",
    "waiting": "waiting",
    "queued": "active",
    "running": "active",
    "paused": "paused",
    "finished": "final",
    "failed": "final",
    "lost": "final",
}
"""What a run's status means for buttons and notices: where it changes, the page runs again."""
GOING: tuple[Phase, ...] = ("waiting", "active")
"""The phases in which a run trains, or will as soon as it has a place."""


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


class Progress(NamedTuple):
    """What the strip above the panels says of a training.

    `unit` is the number of tokens that one of its `done` steps reads; `standing` is how it ended,
    where the status does not say that.
    """

    status: Status
    done: int
    total: int
    epoch: int = 0
    epochs: int = 0
    unit: int = 1
    standing: str = ""


class Callbacks(NamedTuple):
    """What the component calls before the page runs again.

    status      the run's phase or a live setting has changed without the page's doing
    action      a button in a panel was pressed; `action` of the component's state is its name
    fallback    the stream cannot be opened
    """

    status: Callable[[], None] = lambda: None
    action: Callable[[], None] = lambda: None
    fallback: Callable[[], None] = lambda: None


def mount(
    key: str,
    described: dict[str, Any],
    progress: Progress,
    feed: Feed,
    callbacks: Callbacks = Callbacks(),  # noqa: B008 - immutable
    settings: Mapping[str, float] | None = None,
) -> Any:
    """Draw the panels that `described` tells of, fed by `feed`; returns the component's state.

    `settings` are the live ones that the page shows: where the stream reports another value, the
    page runs again.
    """
    return _component()(
        key=key,
        data={
            **described,
            **feed._asdict(),
            "ops": list(feed.ops),
            "phases": PHASES,
            "plotly": address(),
            "settings": settings,
            "strip": progress._asdict(),
        },
        on_status_change=callbacks.status,
        on_action_change=callbacks.action,
        on_fallback_change=callbacks.fallback,
    )


def describe(panels: Sequence[dict[str, Any]], t: Texts, **sentences: str) -> dict[str, Any]:
    """What `mount` draws: the panels and the words they need; `sentences` replace theirs."""
    words = labels(t)
    words["sentences"] = {**words["sentences"], **sentences}
    described = {"panels": list(panels), "labels": words, "locale": t.language}
    wording = hashlib.sha256(orjson.dumps(described)).hexdigest()[:16]
    return {**described, "wording": wording}


def moving_panels(
    panels: Sequence[dict[str, Any]],
    ops: Sequence[Op],
    progress: Progress,
    place: str,
    t: Texts,
    *,
    key: str,
    revision: str,
    batch: int,
) -> None:
    """Draw panels that the page feeds itself, each batch of operations once.

    A new `revision` forgets what was drawn, and so does another language: operations hold words. A
    new `batch` number brings new operations; giving the same ones again changes nothing, so a page
    may always give all of them. `place` is the strip's sentence with {done} and {total}.
    """
    moved = {"op": "progress", "done": progress.done, "epoch": 0, "rate": 0}
    feed = Feed(f"{revision}:{t.language}", None, [*ops, moved], batch=batch)
    mount(key, describe(panels, t, place=place), progress, feed)


def skeleton(
    figure: Callable[[Any, Palette, Texts], go.Figure], described: Any, t: Texts
) -> dict[str, Any] | None:
    """What `themes` draws of `described` (plain values and arrays), from memory where it was
    drawn before: building a figure costs more than measuring what goes into it."""
    return _skeleton(f"{figure.__module__}.{figure.__qualname__}", described, t.language, figure)


@st.cache_data(max_entries=64, show_spinner=False)
def _skeleton(
    name: str, described: Any, language: str, _figure: Callable[..., go.Figure]
) -> dict[str, Any] | None:
    return themes(_figure, described, texts(language))


def labels(t: Texts) -> dict[str, Any]:
    """The words that the component itself needs."""
    settings = live_settings()
    return {
        "settings": {name: t(f"settings.{name}.label") for name in settings},
        "zeros": {name: zero_name(t, name) for name in settings},
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
    says: str | None = None,
    views: Sequence[dict[str, Any]] = (),
    switches: Mapping[str, bool] | None = None,
    walk: dict[str, Any] | None = None,
    formula: str | None = None,
    concludes: bool = False,
    **values: object,
) -> dict[str, Any]:
    """One panel as `mount` takes it. `values` are those of its caption.

    says       its text alternative, in whose gaps the values of the panel's readouts go as they
               come, as {name:style}; without it the caption is
    views      other ways to show the same data, which the panel's menu offers: `view`
    switches   what the menu lets one switch on and off, and whether it is on at first
    walk       a sentence and its states, which the panel's traces are dressed with
    formula    in MathML, beside the caption
    concludes  whether a sentence stands below the plot, in whose gaps go the values of readouts
    """
    key = f"caption_{variant}" if variant else "caption"
    caption = t(f"figures.{name}.{key}", **values)
    return {
        "id": name,
        "title": t(f"figures.{name}.title"),
        "caption": caption,
        "says": says or unmarked(caption),
        "plot": plot,
        "readouts": readouts,
        "chips": chips or [],
        "scale": scale,
        "scaleLabel": t(f"figures.{name}.scale") if formula else None,
        "formula": formula,
        "sentence": t(f"figures.{name}.sentence", **values) if concludes else None,
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
        "views": list(views),
        "switches": [
            {"name": switch, "label": t(f"figures.{name}.{switch}"), "on": on}
            for switch, on in (switches or {}).items()
        ],
        "walk": walk,
    }


def view(
    t: Texts,
    figure: str,
    name: str,
    plot: dict[str, Any] | None = None,
    *,
    caption: str = "caption",
    **values: object,
) -> dict[str, Any]:
    """A way to show a panel's data. The first of a panel is its own plot and caption: give none.

    All its plots have the same curves; what differs is where they are drawn.
    """
    return {
        "name": name,
        "label": t(f"figures.{figure}.view_{name}"),
        "caption": t(f"figures.{figure}.{caption}", **values),
        "plot": plot,
    }


def readout(
    t: Texts,
    figure: str,
    name: str,
    style: str | None,
    colour: Callable[[Any], str] | None = None,
    *,
    late: bool = False,
) -> dict[str, Any]:
    """A number in a panel's head; one that comes `late` is not there before it has a value."""
    colours = {palette.name: colour(palette) for palette in PALETTES} if colour else None
    return {
        "name": name,
        "label": t(f"figures.{figure}.{name}"),
        "format": style,
        "colour": colours,
        "late": late,
    }


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
def _component() -> Any:
    """The component, registered once a server."""
    script = component_script("panels")
    folder = assets_dir() / "js"
    style = "".join((folder / f"{name}.css").read_text("utf-8") for name in ("panels", "menu"))
    return st.components.v2.component("live_panels", js=script, css=style, isolate_styles=False)
