"""Idea 4: the whole model on a window, with the shape and the numbers of everything that passes."""

from __future__ import annotations

from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pages.ui.figures.tokens import isolated
from pages.ui.inspected.passage import passage
from pages.ui.inspected.subject import Subject, subject
from pages.ui.language_models.figures import shapes as figure
from pages.ui.visit.i18n import literal
from pages.ui.visit.session import Session
from pages.ui.widgets import held
from pages.ui.widgets.chart import chart
from pages.ui.widgets.predictions import Answer, answered
from pages.ui.widgets.theme import palette
from rnncore.cells import CELLS
from rnncore.probes.minibatches.rows import excerpt
from rnncore.probes.minibatches.unrolled import place_of
from rnncore.probes.time_layers import TimeLayers, time_layers

QUESTION = "language_models.predict.shapes"
TICK = 3
"""The tick that is looked at before one is chosen."""
LONGEST, STREAMS = 40, 4
"""The largest T that BPTT draws, and the N that it opens with."""


def draw(visit: Session, row: DeltaGenerator) -> None:
    """Draw the layers, and the ways from each into the other pages at the same token."""
    t, found = visit.t, subject(visit)
    view = _view(found)
    T, N = view.xs.shape
    tick = visit.within("tick", TICK, 0, T - 1)
    stream = visit.within("stream", 0, 0, N - 1)
    tokens = found.corpus.vocabulary.tokens
    with row:
        held.select_slider(
            visit, "stream", "language_models.shapes.stream", stream, range(N),
            lambda n: str(n + 1), width=180,
        )  # fmt: skip
    st.caption(t("language_models.shapes.caption"))
    told = answered(visit, QUESTION)
    said = t(
        f"language_models.shapes.{'says' if told else 'asked'}",
        T=T,
        N=N,
        n=T * N,
        loss=f"{view.loss:.3f}",
        token=literal(isolated(tokens[view.xs[tick, stream]])),
        target=literal(isolated(tokens[view.ts[tick, stream]])),
        own=f"{view.losses[tick, stream]:.3f}",
    )
    st.markdown(said)
    _ways(visit, found, view, tick, stream)
    chart(
        figure.figure(
            view,
            figure.parts(view, found.config, tokens, stream),
            tokens,
            tick,
            stream,
            palette(),
            t,
            told=told,
        ),
        key="language_models.shapes",
        name=said,
        on_click=lambda clicked: _choose(visit, clicked),
    )


def answer(visit: Session) -> Answer:
    """Over how many numbers the loss is a mean."""
    view = _view(subject(visit))
    T, N = view.xs.shape
    return Answer("both", {"T": str(T), "N": str(N), "n": str(T * N), "loss": f"{view.loss:.3f}"})


def _view(found: Subject) -> TimeLayers:
    text = passage(found)
    return time_layers(text.model, text.xs, text.ts)


def _ways(visit: Session, found: Subject, view: TimeLayers, tick: int, stream: int) -> None:
    """A link from every layer: to Cell at the same token, where the cell has a graph; to BPTT where
    the same token is read in training."""
    t, graph = visit.t, CELLS[found.config.cell].graph
    turn = len(graph.nodes) + 1 if graph else 0
    window = _window(found, int(view.xs[tick, stream]), int(view.ts[tick, stream]))
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        for layer, page, values in (
            ("embedding", "cell", {"at": 0}),
            ("recurrent", "cell", {"at": 1}),
            ("through_time", "bptt", window),
            ("affine", "cell", {"at": turn}),
            ("loss", "cell", {"at": turn}),
        ):
            if page == "cell" and graph is None:
                continue
            place = {"tick": tick, "stretch": stream} if page == "cell" else {}
            st.page_link(
                visit.pages[page],
                label=t(f"language_models.shapes.to_{layer}"),
                help=t(f"language_models.shapes.to_{layer}_help"),
                query_params=visit.link_to(page, **values, **place),
            )


def _window(found: Subject, read: int, wanted: int) -> dict[str, int]:
    """What BPTT's controls hold where stream 1 reads the token; only T where it does not soon."""
    T = min(found.config.time_size, LONGEST)
    soon = excerpt(len(found.corpus.train), STREAMS, T).updates_per_epoch * T
    place = place_of(found.corpus.train[: soon + 1], read, wanted)
    if place is None:
        return {"T": T}
    return {"T": T, "update": place // T + 1, "tick": place % T + 1}


def _choose(visit: Session, clicked: Any) -> None:
    visit.set_values(tick=int(clicked[0]))
