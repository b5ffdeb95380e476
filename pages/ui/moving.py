"""Panels of a page's own that move while the page feeds them: the live component, without a run."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import orjson
import plotly.graph_objects as go
import streamlit as st

from pages.ui.figures.palette import Palette
from pages.ui.i18n import Texts, texts
from pages.ui.live import PHASES, component, labels, themes
from pages.ui.operations import Op
from pages.ui.vendor import ADDRESS
from rnncore.runs.row import Status


class Progress(NamedTuple):
    """What the strip above the panels says. `place` is a sentence with {done} and {total}."""

    status: Status
    done: int
    total: int
    place: str


def skeleton(
    figure: Callable[[Any, Palette, Texts], go.Figure], described: Any, t: Texts
) -> dict[str, Any] | None:
    """What `live.themes` draws of `described` (plain values and arrays), from memory where it was
    drawn before: building a figure costs more than measuring what goes into it."""
    return _skeleton(f"{figure.__module__}.{figure.__qualname__}", described, t.language, figure)


@st.cache_data(max_entries=64, show_spinner=False)
def _skeleton(
    name: str, described: Any, language: str, _figure: Callable[..., go.Figure]
) -> dict[str, Any] | None:
    return themes(_figure, described, texts(language))


def moving_panels(
    panels: Sequence[dict[str, Any]],
    ops: Sequence[Op],
    progress: Progress,
    t: Texts,
    *,
    key: str,
    revision: str,
    batch: int,
) -> None:
    """Draw `panels` (as `live.panel` describes them) and apply `ops`, each batch once.

    A new `revision` forgets what was drawn; a new `batch` number brings new operations. Giving
    the same operations again changes nothing, so a page may always give all of them.
    """
    words = labels(t)
    words["sentences"] = {**words["sentences"], "place": progress.place}
    described = {"panels": list(panels), "labels": words, "locale": t.language}
    component()(
        key=key,
        data={
            **described,
            "wording": hashlib.sha256(orjson.dumps(described)).hexdigest()[:16],
            "revision": revision,
            "stream": None,
            "ops": [
                *ops,
                {"op": "progress", "done": progress.done, "epoch": 0, "rate": 0},
            ],
            "seq": 0,
            "batch": batch,
            "phases": PHASES,
            "plotly": ADDRESS,
            "strip": {
                "status": progress.status,
                "done": progress.done,
                "total": progress.total,
                "epoch": 0,
                "epochs": 0,
                "unit": 1,
            },
        },
        on_status_change=lambda: None,
        on_action_change=lambda: None,
        on_fallback_change=lambda: None,
    )
