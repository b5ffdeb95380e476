"""What silencing a unit does to agreement, to minimal pairs and to what the network writes."""

from __future__ import annotations

import numpy as np
import streamlit as st

from pages.ui.figures.tokens import isolated
from pages.ui.states.figures import agreement as figure
from pages.ui.states.figures.agreement import Share
from pages.ui.states.network import Looked
from pages.ui.states.silencing import Known
from pages.ui.visit.i18n import literal
from pages.ui.visit.session import Session
from pages.ui.widgets.chart import chart
from pages.ui.widgets.header import section
from pages.ui.widgets.theme import palette
from rnncore.model import Rnnlm
from rnncore.probes.minimal_pairs import minimal_pairs
from rnncore.probes.samples import draw_samples
from rnncore.probes.silencing import Costs
from rnncore.text.agreement import CONDITIONS

SAMPLES = 6
"""Strings of a grammar that are shown of those that are drawn."""


def agreement(visit: Session, costs: Costs, unit: int, silent: bool, *, told: bool) -> None:
    """Draw how often tokens agree, intact and without the unit; that only where it is silenced, or
    what it does may be `told`."""
    t, both = visit.t, told or silent
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
            "states.agreement.share" if both else "states.agreement.share_intact",
            condition=t(f"states.ranks.{one.condition}"),
            intact=f"{one.intact:.0%}",
            silenced=f"{one.silenced:.0%}",
        )
        for one in shares
    )
    chart(
        figure.figure(shares, palette(), t, silent=silent, told=both),
        key="states.agreement",
        name=t(
            "states.agreement.says" if both else "states.agreement.says_intact",
            unit=unit,
            said=said,
        ),
    )
    st.caption(t("states.agreement.caption"))


def pairs(visit: Session, found: Looked, about: Known, unit: int, silent: bool) -> None:
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


def samples(visit: Session, found: Looked, model: Rnnlm, unit: int, silent: bool) -> None:
    """Draw what `model` writes, always from the same random numbers."""
    t, corpus = visit.t, found.subject.corpus
    section(t("states.samples.without" if silent else "states.samples.title", unit=unit))
    written, legal = draw_samples(model.twin(), corpus, 1.0, np.random.default_rng(0))
    marks = {True: "✓ ", False: "✗ ", None: ""}
    st.markdown(
        "\n".join(
            f"- {marks[one.legal]}{literal(' '.join(one.text.split()))}"
            for one in written[:SAMPLES]
        )
    )
    if legal is not None:
        st.caption(t("states.samples.legal", share=f"{legal:.0%}", n=len(written)))
