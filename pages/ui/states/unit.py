"""Idea 1: the text coloured by one unit, and what the network loses without it."""

from __future__ import annotations

import math

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pages.ui.figures.tokens import isolated
from pages.ui.states import silencing
from pages.ui.states.figures import agreement as agreement_figure
from pages.ui.states.figures import coloured, ranking
from pages.ui.states.figures.agreement import Share
from pages.ui.states.figures.coloured import Word
from pages.ui.states.network import Looked, story
from pages.ui.states.silencing import Known
from pages.ui.visit.i18n import literal
from pages.ui.visit.session import Session
from pages.ui.widgets import held
from pages.ui.widgets.chart import chart
from pages.ui.widgets.header import section
from pages.ui.widgets.predictions import Answer
from pages.ui.widgets.theme import palette
from rnncore.model import Rnnlm
from rnncore.probes.excerpt import PLACES, excerpt, read_excerpt
from rnncore.probes.minimal_pairs import minimal_pairs
from rnncore.probes.samples import draw_samples
from rnncore.probes.silencing import Costs, silenced
from rnncore.text.agreement import CONDITIONS
from rnncore.text.tokenizers import EOS
from rnncore.text.vocabulary import UNKNOWN

SAMPLES = 6
"""Strings of a grammar that are shown of those that are drawn."""
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
    silent = visit.value("silent", 0) == 1
    names = {number: visit.t("states.unit.name", unit=number) for number in sorted(order)}
    with row:
        held.selectbox(
            visit, "rank", "states.unit.rank", by, tuple(columns),
            lambda name: visit.t(f"states.ranks.{name}"), width=170,
        )  # fmt: skip
        held.selectbox(
            visit, "unit", "states.unit.unit", unit, tuple(order), names.__getitem__, width=130
        )
        held.toggle(visit, "silent", "states.unit.silence", silent)
    st.markdown(" ".join((*story(visit), _said(visit, found, costs, about, unit))))
    without = silenced(found.subject.model, (unit,))
    _text(visit, found, unit, without if silent else None)
    left, right = st.columns([3, 2], gap="medium")
    with left:
        section(visit.t("states.unit.ranking"))
        chart(
            ranking.figure(columns, order, unit, palette(), visit.t),
            key="states.ranking",
            name=_ranked(visit, columns, order, by),
            on_click=lambda clicked: visit.set_values(unit=int(clicked)),
        )
        st.caption(visit.t("states.unit.read", tokens=f"{costs.tokens:,}"))
    with right:
        _agreement(visit, costs, unit, silent)
    left, right = st.columns([3, 2], gap="medium")
    with left:
        _pairs(visit, found, about, unit, silent)
    with right:
        _samples(visit, found, without if silent else found.subject.model, unit, silent)


def question(found: Looked) -> str:
    """Which question is asked: of agreement where the text has places for it, else of bits."""
    about = silencing.known(found)
    far = CONDITIONS.index("far")
    there = about.where is not None and (about.where.conditions == far).any()
    return "unit" if there and about.tracking is not None else "unit_bits"


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
            "worst": str(worst),
            "least": f"{least:.0%}",
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


def _said(visit: Session, found: Looked, costs: Costs, about: Known, unit: int) -> str:
    """What silencing this unit does, in a sentence."""
    t = visit.t
    said = [t("states.unit.bits", unit=unit, lost=f"{costs.extra_bits[unit]:+.3f}")]
    far = CONDITIONS.index("far")
    if costs.places[far]:
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
        f"{t('states.unit.name', unit=unit)}: {ranking.said(by, columns[by][unit])}"
        for unit in order[:3]
    )
    return t("states.unit.ranked", by=t(f"states.ranks.{by}"), first=first)


def _agreement(visit: Session, costs: Costs, unit: int, silent: bool) -> None:
    t = visit.t
    section(t("states.agreement.title"))
    shares = [
        Share(name, int(n), float(costs.agreement[0, c]), float(costs.agreement[unit + 1, c]))
        for c, (name, n) in enumerate(zip(CONDITIONS, costs.places, strict=True))
        if n
    ]
    if not shares:
        st.info(t("states.agreement.none"))
        return
    said = "; ".join(
        t(
            "states.agreement.share",
            condition=t(f"states.ranks.{one.condition}"),
            intact=f"{one.intact:.0%}",
            silenced=f"{one.silenced:.0%}",
        )
        for one in shares
    )
    chart(
        agreement_figure.figure(shares, palette(), t, silent=silent),
        key="states.agreement",
        name=t("states.agreement.says", unit=unit, said=said),
    )
    st.caption(t("states.agreement.caption"))


def _pairs(visit: Session, found: Looked, about: Known, unit: int, silent: bool) -> None:
    """Minimal pairs from the grammar, with what each network prefers."""
    if about.where is None:
        return
    t, (model, corpus, *_) = visit.t, found.subject
    section(t("states.pairs.title"))
    gains = np.ones((2, model.config.hidden_size))
    gains[1, unit] = 0
    known = corpus.vocabulary.tokens
    head = ("condition", "words", "pair", "intact", *(("silenced",) if silent else ()))
    lines = [
        f"| {' | '.join(t(f'states.pairs.{name}') for name in head)} |",
        f"|{' :--- |' * 3}{' ---: |' * (len(head) - 3)}",
    ]
    for pair in minimal_pairs(model, corpus, about.where, about.text, gains):
        words = corpus.tokenizer.join(corpus.vocabulary.decode(pair.words)).strip()
        (good, right), (bad, wrong) = pair.right, pair.wrong
        cells = [
            t("states.pairs.place", condition=t(f"states.ranks.{pair.condition}"), n=pair.distance),
            literal(words),
            f"**{literal(isolated(known[good]))}** / {literal(isolated(known[bad]))}",
            *(
                f"{'✓' if one > other else '✗'} {one:.0%} / {other:.0%}"
                for one, other in list(zip(right, wrong, strict=True))[: 1 + silent]
            ),
        ]
        lines.append(f"| {' | '.join(cells)} |")
    st.markdown("\n".join(lines))
    st.caption(t("states.pairs.caption"))


def _samples(visit: Session, found: Looked, model: Rnnlm, unit: int, silent: bool) -> None:
    t, corpus = visit.t, found.subject.corpus
    section(t("states.samples.without" if silent else "states.samples.title", unit=unit))
    samples, legal = draw_samples(model.twin(), corpus, 1.0, np.random.default_rng(0))
    marks = {True: "✓ ", False: "✗ ", None: ""}
    st.markdown(
        "\n".join(
            f"- {marks[one.legal]}{literal(' '.join(one.text.split()))}"
            for one in samples[:SAMPLES]
        )
    )
    if legal is not None:
        st.caption(t("states.samples.legal", share=f"{legal:.0%}", n=len(samples)))
