"""Units and words that go together: the responses of all units to the frequent words, in blocks."""

from __future__ import annotations

import streamlit as st

from pages.ui.figures.tokens import isolated
from pages.ui.states.figures import blocks as figure
from pages.ui.visit.i18n import literal
from pages.ui.visit.session import Session
from pages.ui.widgets import held
from pages.ui.widgets.chart import chart
from pages.ui.widgets.header import section
from pages.ui.widgets.theme import palette
from rnncore.probes.coclustering import Blocks, co_clusters, share_inside
from rnncore.probes.responses import Halves, Seen, halves
from rnncore.text.corpus import Corpus

WORDS, ROWS = 40, 48
"""Most frequent words, and half units that answer them most, of the matrix."""
BLOCKS, MOST = 5, 10
NAMED = 6
"""Half units of a block that are named in its sentence."""


def draw(visit: Session, seen: Seen, corpus: Corpus, words: list[int]) -> None:
    """Draw the matrix in blocks, and say the words of each."""
    t = visit.t
    words = [word for word in words if (seen.tokens == word).any()][:WORDS]
    section(t("states.blocks.title"))
    if len(words) < 2:
        st.info(t("states.blocks.absent"))
        return
    k = visit.within("blocks", BLOCKS, 2, MOST)
    held.select_slider(
        visit, "blocks", "states.blocks.number", k, range(2, MOST + 1), str, width=200
    )
    found = halves(seen, words, ROWS)
    blocks = co_clusters(found.weights, k)
    names = [isolated(token) for token in corpus.vocabulary.decode(found.words)]
    inside, chance = share_inside(found.weights, blocks)
    said = t("states.blocks.said", inside=f"{inside:.0%}", chance=f"{chance:.0%}")
    st.markdown(said)
    chart(
        figure.figure(found, blocks, corpus.vocabulary.decode(found.words), palette(), t),
        key="states.block_map",
        name=said,
        width="content",
        on_click=lambda clicked: visit.set_values(word=int(clicked)),
    )
    st.markdown("\n".join(_lines(visit, found, blocks, names)))
    st.caption(t("states.blocks.caption", rows=len(found.units), words=len(found.words)))


def _lines(visit: Session, found: Halves, blocks: Blocks, names: list[str]) -> list[str]:
    """A line for each block: its words, and the units that answer them most."""
    t, lines = visit.t, []
    rows = figure.order(blocks.rows, found.weights.sum(axis=1))
    columns = figure.order(blocks.columns, found.weights.sum(axis=0))
    for block in range(int(max(blocks.rows.max(), blocks.columns.max())) + 1):
        own = [literal(names[i]) for i in columns if blocks.columns[i] == block]
        there = [i for i in rows if blocks.rows[i] == block]
        units = [figure.half_name(int(found.units[i]), int(found.signs[i])) for i in there]
        more = t("states.blocks.more", n=len(units) - NAMED) if len(units) > NAMED else ""
        lines.append(
            t(
                "states.blocks.block",
                number=block + 1,
                words=", ".join(own) or t("states.blocks.none"),
                units=" ".join((*units[:NAMED], more)).strip() or t("states.blocks.none"),
            )
        )
    return [f"- {line}" for line in lines]
