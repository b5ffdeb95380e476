"""Idea 1: the text coloured by one unit, and what the network loses without it."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pages.ui.figures.tokens import isolated
from pages.ui.states import effects, silencing
from pages.ui.states.figures import coloured, ranking
from pages.ui.states.figures.coloured import Word
from pages.ui.states.network import Looked, story
from pages.ui.states.silencing import Known
from pages.ui.visit.session import Session
from pages.ui.widgets import held
from pages.ui.widgets.chart import chart
from pages.ui.widgets.header import section
from pages.ui.widgets.predictions import Answer, answered, kept_back
from pages.ui.widgets.theme import palette
from rnncore.model import Rnnlm
from rnncore.probes.excerpt import PLACES, excerpt, read_excerpt
from rnncore.probes.silencing import Costs, silenced
from rnncore.text.agreement import CONDITIONS
from rnncore.text.tokenizers import EOS
from rnncore.text.vocabulary import UNKNOWN

ANSWERING = {"unit": CONDITIONS, "unit_bits": ("bits",)}
"""By question, the columns of the ranking that answer it."""
NOTICEABLE = 0.05
"""Share of agreements that one would notice if it was lost."""
LITTLE, MUCH = 0.05, 0.2
"""Bits a token that are little, and that are much."""


def draw(visit: Session, row: DeltaGenerator, found: Looked) -> None:
    """Draw the text, the ranking, agreement and samples; all change with the silenced unit."""
    costs = silencing.measured(visit, found)
    if costs is None:
        return
    about = silencing.known(found)
    columns = silencing.columns(costs, about.tracking)
    by = _rank(visit, columns)
    order = silencing.order(costs, about.tracking, by)
    unit = _unit(visit, order)
    kept = _kept_back(visit, found)
    silent = visit.value("silent", 0) == 1 and not kept
    names = {number: visit.t("states.unit.name", unit=number) for number in sorted(order)}
    with row:
        held.selectbox(
            visit, "rank", "states.unit.rank", by, tuple(columns),
            lambda name: visit.t(f"states.ranks.{name}"), width=170,
        )  # fmt: skip
        held.selectbox(
            visit, "unit", "states.unit.unit", unit, tuple(order), names.__getitem__, width=130
        )
        held.toggle(visit, "silent", "states.unit.silence", silent, off=bool(kept))
    told = [] if kept else story(visit)  # which answers the question, too
    st.markdown(" ".join((*told, _said(visit, found, costs, about, unit, kept))))
    without = silenced(found.subject.model, (unit,))
    _text(visit, found, unit, without if silent else None)
    left, right = st.columns([3, 2], gap="medium")
    with left:
        section(visit.t("states.unit.ranking"))
        shown = {name: values for name, values in columns.items() if name not in kept}
        if shown:
            chart(
                ranking.figure(shown, order, unit, palette(), visit.t),
                key="states.ranking",
                name=_ranked(visit, shown, order, by),
                on_click=lambda clicked: visit.set_values(unit=int(clicked)),
            )
        if kept:
            kept_back(visit)
        st.caption(visit.t("states.unit.read", tokens=f"{costs.tokens:,}"))
    with right:
        effects.agreement(visit, costs, unit, silent, told="far" not in kept)
    left, right = st.columns([3, 2], gap="medium")
    with left:
        effects.pairs(visit, found, about, unit, silent)
    with right:
        effects.samples(visit, found, without if silent else found.subject.model, unit, silent)


def question(found: Looked) -> str:
    """Which question is asked: of agreement where the text has places for it, else of bits."""
    about = silencing.known(found)
    far = CONDITIONS.index("far")
    there = about.where is not None and (about.where.conditions == far).any()
    return "unit" if there and about.tracking is not None else "unit_bits"


def _kept_back(visit: Session, found: Looked) -> Sequence[str]:
    """Columns of the ranking that would answer the question too early."""
    asked = question(found)
    return () if answered(visit, f"states.predict.{asked}") else ANSWERING[asked]


def answer(visit: Session, found: Looked) -> Answer | None:
    """What becomes of agreement at a distance without the unit that tracks it best."""
    measured = _measured(found)
    if measured is None:
        return None
    costs, about = measured
    far = CONDITIONS.index("far")
    if about.tracking is None or not costs.places[far]:
        return None
    best = silencing.order(costs, about.tracking, "tracking")[0]
    worst = silencing.order(costs, about.tracking, "far")[0]
    intact, left, least = (costs.agreement[row, far] for row in (0, best + 1, worst + 1))
    lost = intact - left
    option = "nothing" if lost < NOTICEABLE else "much" if left < 0.75 else "some"
    return Answer(
        option,
        {
            "best": str(best),
            "tracks": f"{about.tracking[best]:.2f}",
            "intact": f"{intact:.0%}",
            "left": f"{left:.0%}",
            "moral": visit.t(
                f"states.predict.unit.{'same' if best == worst else 'other'}",
                worst=worst,
                least=f"{least:.0%}",
            ),
        },
    )


def answer_in_bits(visit: Session, found: Looked) -> Answer | None:
    """What the most important unit is worth in bits."""
    measured = _measured(found)
    if measured is None:
        return None
    costs, about = measured
    worst = silencing.order(costs, about.tracking, "bits")[0]
    lost = float(costs.extra_bits[worst])
    option = "little" if lost < LITTLE else "some" if lost < MUCH else "much"
    median = f"{float(np.median(costs.extra_bits)):.3f}"
    return Answer(option, {"unit": str(worst), "lost": f"{lost:.3f}", "median": median})


def _measured(found: Looked) -> tuple[Costs, Known] | None:
    costs = silencing.complete(found)
    return None if costs is None else (costs, silencing.known(found))


def _rank(visit: Session, columns: dict[str, list[float]]) -> str:
    usual = "far" if "far" in columns else "bits"
    by = visit.value("rank", usual)
    return by if by in columns else usual


def _unit(visit: Session, order: list[int]) -> int:
    """The unit that is looked at; at first the one that matters most."""
    unit = visit.value("unit", order[0])
    return unit if 0 <= unit < len(order) else order[0]


def _said(
    visit: Session, found: Looked, costs: Costs, about: Known, unit: int, kept: Sequence[str]
) -> str:
    """What silencing this unit does, in a sentence, without what is kept back."""
    t, said = visit.t, list[str]()
    if "bits" not in kept:
        said.append(t("states.unit.bits", unit=unit, lost=f"{costs.extra_bits[unit]:+.3f}"))
    far = CONDITIONS.index("far")
    if costs.places[far] and "far" not in kept:
        intact, left = costs.agreement[0, far], costs.agreement[unit + 1, far]
        said.append(t("states.unit.far", intact=f"{intact:.0%}", left=f"{left:.0%}"))
    if about.tracking is not None:
        ranked = silencing.order(costs, about.tracking, "tracking")
        said.append(
            t(
                "states.unit.tracks",
                tracks=f"{about.tracking[unit]:.2f}",
                place=ranked.index(unit) + 1,
                of=len(ranked),
            )
        )
    elif found.subject.corpus.grammar is None:
        said.append(t("states.no_grammar"))
    return " ".join(said)


def _text(visit: Session, found: Looked, unit: int, without: Rnnlm | None) -> None:
    t, corpus = visit.t, found.subject.corpus
    number = visit.value("place", 0) % PLACES
    text = excerpt(found.subject.config, corpus, number)
    now = read_excerpt(found.subject.model, text)
    changed = None if without is None else read_excerpt(without, text).bits
    values = now.hidden[:, unit]
    tokens = corpus.vocabulary.decode(text.shown)
    words = [
        Word(
            token,
            float(values[i]),
            _number(now.bits[i]),
            None if changed is None else _number(changed[i]),
        )
        for i, token in enumerate(tokens)
    ]
    written = [i for i, token in enumerate(tokens) if token not in (EOS, UNKNOWN)] or [0]
    high, low = (int(best(written, key=values.__getitem__)) for best in (max, min))
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.caption(t("states.coloured.legend" if without is None else "states.coloured.both"))
        held.button(
            visit, "place", "states.text_other", {"place": (number + 1) % PLACES},
            icon=":material/shuffle:", type="tertiary", shortcut="N",
        )  # fmt: skip
    chart(
        coloured.figure(words, palette(), t),
        key="states.text",
        name=t(
            "states.coloured.says",
            n=len(words),
            unit=unit,
            high=isolated(tokens[high]),
            most=f"{values[high]:+.2f}",
            low=isolated(tokens[low]),
            least=f"{values[low]:+.2f}",
        ),
        width="content",
    )


def _number(bits: float) -> float:
    return 0.0 if math.isnan(bits) else float(bits)


def _ranked(visit: Session, columns: dict[str, list[float]], order: list[int], by: str) -> str:
    t = visit.t
    first = "; ".join(
        t("states.unit.name", unit=unit)
        + (f": {ranking.said(by, columns[by][unit])}" if by in columns else "")
        for unit in order[:3]
    )
    return t("states.unit.ranked", by=t(f"states.ranks.{by}"), first=first)
