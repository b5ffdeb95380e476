"""Idea 2: a text that goes on, can be rewound to any place, and branches."""

from __future__ import annotations

from functools import partial

import numpy as np
import streamlit as st

from pages.ui.figures.mathematics import amount, decimals, percent, told_apart
from pages.ui.figures.tokens import isolated, visible
from pages.ui.generation import keeping
from pages.ui.generation.controls import legal, legal_toggle, nearest, sampling, sampling_row
from pages.ui.generation.figures import beam as figure
from pages.ui.generation.prompt import Prompted, prompt_row, prompted, shown
from pages.ui.visit.i18n import literal
from pages.ui.visit.session import Session
from pages.ui.widgets import held
from pages.ui.widgets.chart import chart
from pages.ui.widgets.coloured_text import Coloured, coloured_text, shade
from pages.ui.widgets.header import section
from pages.ui.widgets.predictions import Answer
from pages.ui.widgets.theme import palette
from rnncore.baselines.sentences import perplexity_of
from rnncore.config import MOST
from rnncore.probes.continuations import HOWS, Continuation, How, Way, continue_text
from rnncore.text.grammar_tables import NOWHERE

LENGTHS = {"words": (4, 8, 12, 16, 24, 32, 48), "characters": (20, 40, 60, 80, 120, 160)}
USUAL = {"words": 12, "characters": 60}
WIDTHS = (1, 2, 3, 4, 6, 8)
WIDTH = 4
"""Of a beam where nobody has chosen one, and of the beam in the question."""
DARKEST = 8.0
"""Bits at which a token has the strongest colour."""


def draw(visit: Session) -> None:
    """Draw the text, what might stand at the chosen place, the tree, and the branches so far."""
    now = prompted(visit)
    prompt_row(visit, now)
    way = way_of(visit)
    _controls(visit, now, way)
    found = _written(visit, now, way)
    keeping.keep(visit, now, found, way)
    _text(visit, now, found)
    if found.beam is not None:
        _tree(visit, now, found)
    keeping.draw(visit, now, found, way)


def answer(visit: Session) -> Answer:
    """Whether a beam finds a likelier text than greedy choices do."""
    now, length = prompted(visit), length_of(visit)
    greedy, beam = (
        continue_text(now.model, now.start, (), length, way)
        for way in (Way("greedy"), Way("beam", width=WIDTH))
    )
    gain = greedy.bits - beam.bits
    option = "same" if greedy.ids == beam.ids else "likelier" if gain > 0 else "rarer"
    bits = told_apart(greedy.bits, beam.bits, write=decimals)
    values = {"n": str(length), "width": str(WIDTH)}
    return Answer(option, {**dict(zip(("greedy", "beam"), bits, strict=True)), **values})


def way_of(visit: Session) -> Way:
    """How the text goes on, within bounds whatever the URL says."""
    asked = visit.value("how", HOWS[0])
    how: How = next((one for one in HOWS if one == asked), HOWS[0])
    seed = visit.within("seed", 0, 0, MOST)
    return Way(how, sampling(visit), seed, nearest(visit.value("width", WIDTH), WIDTHS))


def length_of(visit: Session) -> int:
    """Tokens that are written, as many as suit the tokens of the text."""
    kind = _kind(prompted(visit))
    return nearest(visit.value("length", USUAL[kind]), LENGTHS[kind])


def _kind(now: Prompted) -> str:
    words = now.corpus.tokenizer.name == "words" or now.tables is not None
    return "words" if words else "characters"


def _written(visit: Session, now: Prompted, way: Way) -> Continuation:
    given = _given(visit, now)
    return continue_text(now.model, now.start, given, length_of(visit), way, legal(visit, now))


def _given(visit: Session, now: Prompted) -> list[int]:
    """The tokens that the branch begins with; none where the address does not name tokens."""
    try:
        ids = [int(part) for part in visit.value("given", "").split("-") if part][:200]
    except ValueError:
        return []
    return ids if all(0 <= token < len(now.tokens) for token in ids) else []


def _controls(visit: Session, now: Prompted, way: Way) -> None:
    t, kind = visit.t, _kind(now)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        held.segments(
            visit, "how", "generation.branches.how", way.how, HOWS,
            lambda how: t(f"generation.branches.{how}"),
        )  # fmt: skip
        held.select_slider(
            visit, "length", "generation.branches.length", length_of(visit), LENGTHS[kind], str,
            width=180,
        )  # fmt: skip
        if way.how == "beam":
            held.select_slider(
                visit, "width", "generation.branches.width", way.width, WIDTHS, str, width=180
            )
        if way.how == "sample":
            held.number(visit, "seed", "generation.branches.seed", way.seed, 0, MOST, width=150)
            held.button(
                visit, "reseed", "generation.branches.reseed",
                {"seed": way.seed + 1 if way.seed < MOST else 0, "given": None, "place": None},
                icon=":material/casino:", shortcut="D",
            )  # fmt: skip
        else:
            legal_toggle(visit, now)
    if way.how == "sample":
        sampling_row(visit, now)


def _text(visit: Session, now: Prompted, found: Continuation) -> None:
    t, colours = visit.t, palette()
    place = _place(visit, found)
    tokens = [Coloured(now.tokens[token], kind="prompt") for token in now.prompt.tolist()]
    for number, one in enumerate(found.told):
        tokens.append(
            Coloured(
                now.tokens[one.token],
                shade(one.surprise, DARKEST, colours),
                t(
                    "generation.branches.pointed",
                    p=percent(2.0**-one.surprise),
                    rank=one.rank,
                ),
                "given" if number < found.given else "plain",
                weight=one.surprise,
            )
        )
    n = len(now.prompt)
    said = t(
        "generation.branches.said",
        bits=f"{found.bits:.2f}",
        p=amount(2.0 ** -min(found.bits, 1000)),
        n=len(found.ids),
        perplexity=amount(perplexity_of(found.bits, len(found.ids))),
    )
    coloured_text(
        tokens,
        key="generation.text",
        name=f"{shown(found.ids, now.corpus)}. {said}",
        tokenizer=now.corpus.tokenizer,
        chosen=n + place,
        on_click=lambda clicked: visit.set_values(place=clicked - n + 1) if clicked >= n else None,
    )
    st.markdown(said)
    _alternatives(visit, now, found, place)


def _place(visit: Session, found: Continuation) -> int:
    return visit.within("place", 1, 1, len(found.ids)) - 1


def _alternatives(visit: Session, now: Prompted, found: Continuation, place: int) -> None:
    """What might stand at the chosen place, each a button that branches there."""
    t, one = visit.t, found.told[place]
    forbidden = _forbidden(visit, now, found, place)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        held.slider(
            visit, "place", "generation.branches.place", place + 1, 1, len(found.ids), width=230,
            format="%d: " + visible(now.tokens[one.token]).replace("%", "%%"),
        )  # fmt: skip
        for number, (token, p) in enumerate(zip(one.likeliest, one.their, strict=True)):
            chosen = token == one.token
            given = "-".join(map(str, (*found.ids[:place], token)))
            st.button(
                f"{literal(isolated(now.tokens[token]))} {percent(p)}",
                key=f"generation.alternative.{number}",
                help=None,
                type="primary" if chosen else "secondary",
                disabled=chosen or token in forbidden,
                on_click=partial(visit.set_values, given=given, place=place + 1),
            )
        if found.given:
            held.button(
                visit, "rewind", "generation.branches.rewind", {"given": None},
                icon=":material/undo:", type="tertiary",
            )  # fmt: skip
    st.caption(t("generation.branches.caption"))


def _forbidden(visit: Session, now: Prompted, found: Continuation, place: int) -> set[int]:
    """Tokens that the grammar rules out at a place, if only what it allows may be written."""
    bound = legal(visit, now)
    if bound is None:
        return set()
    state = bound.tables.follow(found.ids[:place], bound.state)[-1]
    return set() if state == NOWHERE else set(np.flatnonzero(bound.tables.p[state] == 0).tolist())


def _tree(visit: Session, now: Prompted, found: Continuation) -> None:
    t, beam = visit.t, found.beam
    assert beam is not None
    section(t("generation.beam.title"))
    drawn = figure.tree(beam, now.tokens)
    last = [node for node in beam.levels[-1] if node.kept]
    said = t(
        "generation.beam.said",
        n=len(beam.levels),
        looked=sum(map(len, beam.levels)),
        kept=sum(node.kept for level in beam.levels for node in level),
        best=f"{last[0].bits:.2f}",
        worst=f"{last[-1].bits:.2f}",
    )
    st.markdown(said)
    chart(
        figure.figure(drawn, palette(), t),
        key="generation.beam",
        name=said,
        width="content",
        on_click=lambda clicked: visit.set_values(
            given="-".join(map(str, (*found.ids[: found.given], *clicked)))
        ),
    )
