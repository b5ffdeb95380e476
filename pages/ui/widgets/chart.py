"""A chart that changes with the page's controls: drawn again in place, without a blank frame."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, Literal

import plotly.graph_objects as go
import streamlit as st

from pages.ui.serving.plotly_script import Bundle, address
from pages.ui.serving.scripts import component_script
from pages.ui.visit import session
from pages.ui.visit.i18n import unmarked
from pages.ui.widgets.frame import ENLARGED


def chart(
    figure: go.Figure,
    *,
    key: str,
    name: str,
    width: Literal["stretch", "content"] = "stretch",
    on_click: Callable[[Any], None] | None = None,
    on_brush: Callable[[Mapping[str, Any]], None] | None = None,
    at: float | None = None,
    needs: int | None = None,
    bundle: Bundle = "cartesian",
    on_failure: Callable[[str], None] | None = None,
) -> None:
    """Draw `figure`, which says its height, and its width where that is "content".

    `name` is what a screen reader says of it: what a person would see in it now, in a sentence,
    which may be one in Markdown that stands beside it. A click on a point that has customdata calls
    `on_click` with it, before the page runs again. Where the chart is wider than its place, such as
    on a phone, what stands `at` this share of its width is scrolled into sight. Letters that are
    enlarged grow by less where the figure `needs` more pixels of width than there are.

    With `on_brush` a person draws boxes over the chart: it is called with {at, range}, the box's
    number among the figure's shapes (None: a new one) and its ends by axis (None: all are to go).
    The shapes of such a figure are its boxes, which one can move and resize.

    A figure in three dimensions takes the `bundle` gl3d, which a browser fetches only now. Where it
    cannot draw it, `on_failure` is called with what it lacks, "webgl" or "script".
    """

    def note() -> None:
        chosen = session.widget(key).click
        if on_click is not None and chosen is not None:
            on_click(chosen)

    def brush() -> None:
        told = session.widget(key).brush
        if on_brush is not None and told is not None:
            on_brush(told)

    def fail() -> None:
        lacking = session.widget(key).failure
        if on_failure is not None and lacking is not None:
            on_failure(str(lacking))

    scale = ENLARGED if session.current().presenting else 1
    for side in ("width", "height"):  # letters grow in the browser (enlarge.js), and need room
        if figure.layout[side] is not None:
            figure.layout[side] *= scale
    drawn = figure.to_json()
    _component()(
        key=key,
        data={
            "figure": drawn,
            "version": hashlib.sha256(drawn.encode()).hexdigest()[:16],
            "name": unmarked(name),
            "plotly": address(bundle),
            "solid": bundle == "gl3d",
            "at": at,
            "needs": needs,
            "brushes": on_brush is not None,
        },
        width=width,
        height="content" if needs or figure.layout.width else int(figure.layout.height),
        on_click_change=note,
        on_brush_change=brush,
        on_failure_change=fail,
        on_theme_change=lambda: None,  # to run the page again is all that it takes
    )


@cache
def _component() -> Any:
    """The component, registered once a server."""
    script = component_script("chart")
    return st.components.v2.component("chart", js=script, isolate_styles=False)
