"""Candidate sentences by how natural they are, as in speech recognition or translation."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import streamlit as st

from pages.ui.figures.mathematics import amount
from pages.ui.language_models.sentence import Spoken
from pages.ui.visit.i18n import literal
from pages.ui.visit.session import Session
from pages.ui.widgets import held
from pages.ui.widgets.header import section
from pages.ui.widgets.predictions import answered
from pages.ui.widgets.typed import cut
from rnncore.baselines.orders import in_turn, swaps
from rnncore.baselines.sentences import factors, most_natural
from rnncore.errors import TextError
from rnncore.shapes import Ids
from rnncore.text.sentences import MOST_TOKENS, Sentence, sentence_of, written
from rnncore.text.tokenizers import EOS

QUESTION = "language_models.predict.product"
MOST, LONGEST = 8, 1_200
"""Candidates that are read, and characters of all of them."""


def draw(visit: Session, now: Spoken) -> None:
    """Draw the candidates, which one may change, and their order."""
    t, words = visit.t, "language_models.candidates"
    section(t(f"{words}.title"))
    typing, ranking = st.columns([2, 3], gap="medium")
    usual = "\n".join(_usual(now, told=answered(visit, QUESTION)))
    with typing:
        held.lines(
            visit, "candidates", f"{words}.lines", visit.value("candidates", usual), LONGEST,
            height=172,
        )  # fmt: skip
        cut(visit, "candidates", LONGEST)
    lines = visit.value("candidates", usual)[:LONGEST].splitlines()
    found = _candidates(visit, now, lines)
    with ranking:
        if found.texts:
            st.markdown(_table(visit, now, found.texts, found.read))
        for sentence in found.refused:
            st.warning(sentence, icon=":material/help:")
        for said in _left_away(visit, found):
            st.caption(said)
        st.caption(t(f"{words}.caption"))


class Candidates(NamedTuple):
    """The first MOST lines that differ as they are read, and what became of the others.

    refused   why lines cannot be read
    again     how many stood there before, read as the same tokens
    beyond    how many were left away because there are MOST before them
    shortened how many are longer than what is read of a sentence
    unknown   tokens that nobody knows, in their order
    """

    texts: list[str]
    read: list[Ids]
    refused: list[str]
    again: int
    beyond: int
    shortened: int
    unknown: tuple[str, ...]


def _candidates(visit: Session, now: Spoken, lines: Sequence[str]) -> Candidates:
    there, refused = dict[tuple[int, ...], tuple[str, Sentence]](), list[str]()
    again = beyond = 0
    for line in filter(None, map(str.strip, lines)):
        try:
            read = sentence_of(line, now.corpus)
        except TextError as error:
            refused.append(visit.t.explain(error))
            continue
        key = tuple(read.ids.tolist())
        if key in there:
            again += 1
        elif len(there) == MOST:
            beyond += 1
        else:
            there[key] = line, read
    texts, read_as = [text for text, _ in there.values()], [one for _, one in there.values()]
    return Candidates(
        texts,
        [one.ids for one in read_as],
        list(dict.fromkeys(refused))[:MOST],
        again,
        beyond,
        sum(one.left > 0 for one in read_as),
        tuple(dict.fromkeys(token for one in read_as for token in one.unknown)),
    )


def _left_away(visit: Session, found: Candidates) -> list[str]:
    """What of the lines is not ranked, or not read as it stands."""
    t, words = visit.t, "language_models.candidates"
    said = []
    if found.again:
        said.append(t(f"{words}.again", n=found.again))
    if found.beyond:
        said.append(t(f"{words}.beyond", most=MOST, n=found.beyond))
    if found.shortened:
        said.append(t(f"{words}.shortened", n=found.shortened, most=MOST_TOKENS))
    if found.unknown:
        said.append(t("typed.unknown", words=", ".join(map(literal, found.unknown))))
    return said


def _table(visit: Session, now: Spoken, texts: list[str], read: list[Ids]) -> str:
    t, words = visit.t, "language_models.candidates"
    found = most_natural(now.network, now.before, read)
    head = [t(f"{words}.{name}") for name in ("rank", "sentence", "probability", "perplexity")]
    lines = [f"| {' | '.join(head)} |", "| ---: | :--- | ---: | ---: |"]
    for rank, one in enumerate(found, 1):
        p = amount(2.0**-one.bits) if one.bits < 1000 else f"2^−{one.bits:.0f}"
        sentence = literal(texts[one.number])
        shown = f"**{sentence}**" if rank == 1 else sentence
        lines.append(f"| {rank} | {shown} | {p} | {amount(one.perplexity)} |")
    return "\n".join(lines)


def turned(now: Spoken) -> int | None:
    """Where two neighbours change places: those that are likeliest as they stand, so that the
    change is felt. None where there are none."""
    places = swaps(now.sentence, len(now.sentence))
    p = factors(now.network, now.before, now.sentence)
    return max(places, key=lambda i: p[i] * p[i + 1], default=None)


def shown(now: Spoken, ids: Ids) -> str:
    """A sentence as it is written."""
    return written(ids, now.corpus)


def _usual(now: Spoken, *, told: bool) -> list[str]:
    """The sentence, its words in another order once that question is answered, its twin, and all of
    its words turned round."""
    found = [now.sentence]
    place = turned(now)
    if place is not None and told:
        found.append(in_turn(now.sentence, place))
    twin = now.corpus.grammar.twin if now.corpus.grammar is not None else ()
    if twin:
        found += [now.corpus.vocabulary.encode(one) for one in (now.corpus.probe, twin)]
    ended = now.tokens[now.sentence[-1]] == EOS
    body = now.sentence[: len(now.sentence) - ended]
    found.append(np.concatenate((body[::-1], now.sentence[len(body) :])))
    return list(dict.fromkeys(shown(now, ids) for ids in found))
