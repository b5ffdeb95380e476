"""Idea 4: a text coloured by surprise, by what was unexpected of it, and by what was lost."""

from __future__ import annotations

from functools import partial
from typing import NamedTuple

import streamlit as st

from pages.ui.figures.mathematics import percent
from pages.ui.figures.tokens import isolated
from pages.ui.generation.figures import surprise as figure
from pages.ui.generation.prompt import grammar_of
from pages.ui.inspected.preview import HASHED
from pages.ui.inspected.subject import Subject, subject
from pages.ui.visit.i18n import literal
from pages.ui.visit.session import Session
from pages.ui.widgets import held
from pages.ui.widgets.chart import chart
from pages.ui.widgets.coloured_text import Coloured, coloured_text, shade
from pages.ui.widgets.predictions import Answer, answered, kept_back
from pages.ui.widgets.theme import palette
from pages.ui.widgets.typed import Typed, beginning_of, cut, typed, unread
from rnncore.probes.surprise import Account, Told, account, tell
from rnncore.text.corpus import Corpus
from rnncore.text.sentences import passages_in, text_of

QUESTION = "generation.predict.surprise"
LONGEST, MOST_TOKENS = 1_000, 300
"""Characters that the box takes, and tokens of them that are read."""
OFFERED = {"words": 60, "characters": 240, "jamo": 240}
"""Tokens of a held-out passage."""
MEASURES = ("surprise", "excess", "regret")
STRONGEST = {"surprise": 8.0, "excess": 6.0, "regret": 3.0}
"""Bits at which a token has the strongest colour."""
NEAR = 0.1
"""Bits up to which two means count as equal."""


class Read(NamedTuple):
    """A text, and what the network says of each of its tokens."""

    subject: Subject
    shown: Typed
    told: tuple[Told, ...]
    sum: Account
    floor: float | None

    @property
    def corpus(self) -> Corpus:
        return self.subject.corpus


def draw(visit: Session) -> None:
    """Draw the text, its colours, its sum, and the tokens one by one."""
    t, found = visit.t, read(visit)
    measure = _measure(visit, found)
    _box(visit, found)
    names = [name for name in MEASURES if name != "regret" or found.floor is not None]
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        held.segments(
            visit, "measure", "generation.surprise.measure", measure, names,
            lambda name: t(f"generation.surprise.{name}"),
        )  # fmt: skip
        st.caption(t(f"generation.surprise.{measure}_help"), width="content")
    said = _said(visit, found)
    place = visit.within("at", _worst(found, measure), 0, len(found.told) - 1)
    if not answered(visit, QUESTION):
        named = t(f"generation.surprise.{measure}")
        said = t("generation.surprise.asked", n=len(found.told), measure=named)
        _coloured(visit, found, measure, place, said)
        kept_back(visit)
        return
    _coloured(visit, found, measure, place, said)
    st.markdown(said)
    st.caption(_of_one(visit, found, place))
    chart(
        figure.figure(
            found.told, [found.corpus.vocabulary.tokens[one.token] for one in found.told],
            place, palette(), t,
        ),
        key="generation.surprise",
        name=f"{t('generation.surprise.alt', n=len(found.told))} {_of_one(visit, found, place)}",
        on_click=lambda clicked: visit.set_values(at=int(clicked)),
    )  # fmt: skip


def answer(visit: Session) -> Answer:
    """How surprise and entropy compare on average."""
    found = read(visit).sum
    gap = found.surprise - found.entropy
    option = "near" if abs(gap) <= NEAR else "above" if gap > 0 else "below"
    values = {"surprise": found.surprise, "entropy": found.entropy}
    return Answer(option, {name: f"{value:.2f}" for name, value in values.items()})


def read(visit: Session) -> Read:
    """The text in the box; where it cannot be read, the one before, and `visit.problem` says
    why."""
    found = subject(visit)
    corpus = found.corpus
    offered = _offered(corpus)
    usual = offered[visit.value("passage", 0) % len(offered)]
    shown = typed(visit, "text", usual, LONGEST, corpus, partial(text_of, most=MOST_TOKENS))
    config = found.config
    told = tell(
        found.model.twin(),
        beginning_of(corpus),
        shown.read.ids,
        grammar_of(corpus),
        window=0 if config.stateful else config.time_size,
    )
    floor = None if corpus.grammar is None else corpus.grammar.entropy_rate()
    return Read(found, shown, told, account(told), floor)


def value_of(one: Told, measure: str) -> float | None:
    """What colours a token, in bits."""
    return {"surprise": one.surprise, "excess": one.excess, "regret": one.regret}[measure]


def _measure(visit: Session, found: Read) -> str:
    usual = MEASURES[0] if found.floor is None else MEASURES[2]
    asked = visit.value("measure", usual)
    return asked if asked in MEASURES and (asked != "regret" or found.floor is not None) else usual


def _worst(found: Read, measure: str) -> int:
    values = [value_of(one, measure) or 0.0 for one in found.told]
    return values.index(max(values))


def _box(visit: Session, found: Read) -> None:
    words = "generation.surprise"
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        box = visit.value("text", found.shown.text)
        held.lines(visit, "text", f"{words}.text", box, LONGEST, height=96, width="stretch")
        number = (visit.value("passage", 0) + 1) % len(_offered(found.corpus))
        held.button(
            visit, "passage", f"{words}.other", {"passage": number, "text": None, "at": None},
            icon=":material/shuffle:", type="tertiary", shortcut="N",
        )  # fmt: skip
    cut(visit, "text", LONGEST)
    unread(visit, found.shown.read)


def _coloured(visit: Session, found: Read, measure: str, place: int, said: str) -> None:
    t, colours, tokens = visit.t, palette(), []
    for one in found.told:
        value = value_of(one, measure)
        title = t(
            "generation.surprise.pointed",
            surprise=f"{one.surprise:.2f}",
            entropy=f"{one.entropy:.2f}",
        )
        if one.regret is not None:
            title += t("generation.surprise.pointed_regret", regret=f"{one.regret:+.2f}")
        ground = "" if value is None else shade(value, STRONGEST[measure], colours)
        token = found.corpus.vocabulary.tokens[one.token]
        tokens.append(Coloured(token, ground, title, weight=abs(value or 0.0)))
    coloured_text(
        tokens,
        key="generation.coloured",
        name=said,
        tokenizer=found.corpus.tokenizer,
        chosen=place,
        on_click=lambda clicked: visit.set_values(at=clicked),
    )


def _said(visit: Session, found: Read) -> str:
    t, whole = visit.t, found.sum
    parts = [
        t(
            "generation.surprise.mean",
            n=whole.tokens,
            surprise=f"{whole.surprise:.3f}",
            entropy=f"{whole.entropy:.3f}",
            excess=f"{whole.surprise - whole.entropy:+.3f}".replace("-", "−"),
        )
    ]
    if found.floor is not None and whole.legal:
        parts.append(
            t(
                "generation.surprise.account",
                network=f"{whole.network:.3f}",
                truth=f"{whole.truth:.3f}",
                regret=f"{whole.regret:.3f}".replace("-", "−"),
                floor=f"{found.floor:.3f}",
                sampling=f"{whole.truth - found.floor:+.3f}".replace("-", "−"),
                n=whole.legal,
            )
        )
    if found.floor is not None and whole.legal < whole.tokens:
        place = next(n for n, one in enumerate(found.told) if one.true_bits is None)
        token = literal(isolated(found.corpus.vocabulary.tokens[found.told[place].token]))
        tables = grammar_of(found.corpus)
        until = "illegal" if tables and tables.ends else "illegal_for_good"
        parts.append(t(f"generation.surprise.{until}", place=place + 1, token=token))
    return " ".join(parts)


def _of_one(visit: Session, found: Read, place: int) -> str:
    one, tokens = found.told[place], found.corpus.vocabulary.tokens
    likeliest = ", ".join(
        f"{literal(isolated(tokens[token]))} {percent(p)}"
        for token, p in zip(one.likeliest, one.their, strict=True)
    )
    return visit.t(
        "generation.surprise.one",
        token=literal(isolated(tokens[one.token])),
        place=place + 1,
        p=percent(2.0**-one.surprise),
        surprise=f"{one.surprise:.2f}",
        entropy=f"{one.entropy:.2f}",
        likeliest=likeliest,
    )


@st.cache_data(max_entries=16, show_spinner=False, hash_funcs=HASHED)
def _offered(corpus: Corpus) -> list[str]:
    """Held-out passages, as a person types them."""
    passages = passages_in(corpus, OFFERED[corpus.tokenizer.name])
    texts = (corpus.tokenizer.join(corpus.vocabulary.decode(ids)).strip() for ids in passages)
    return list(dict.fromkeys(text for text in texts if text)) or [corpus.vocabulary.tokens[0]]
