"""A text that a person types for the network to read: its box, the way to another one of the
corpus, and what of it cannot be read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

import streamlit as st

from pages.ui.inspected.preview import HASHED
from pages.ui.visit.i18n import literal
from pages.ui.visit.session import Session
from pages.ui.widgets import held
from pages.ui.widgets.held import Value
from rnncore.errors import TextError
from rnncore.shapes import Ids
from rnncore.text.corpus import Corpus
from rnncore.text.sentences import Sentence, beginning, sentences_in


class Typed(NamedTuple):
    """A text as a person types it, and as the network reads it."""

    text: str
    read: Sentence


@dataclass
class LastRead:
    """By box of the page, the last text that could be read, and the corpus that it was read for."""

    by_box: dict[str, tuple[str, str]] = field(default_factory=dict)


def typed(
    visit: Session,
    name: str,
    usual: str,
    longest: int,
    corpus: Corpus,
    read: Callable[[str, Corpus], Sentence],
) -> Typed:
    """What is in the box of this name, `usual` at first; where it cannot be read, what was read
    before in this corpus, and `visit.problem` says why."""
    asked, last = visit.value(name, usual)[:longest], visit.page_state(LastRead).by_box
    try:
        found = Typed(asked, read(asked, corpus))
        last[name] = asked, corpus.fingerprint
    except TextError as error:
        visit.problem = error
        text, fingerprint = last.get(name, ("", ""))
        text = text if fingerprint == corpus.fingerprint else usual
        found = Typed(text, read(text, corpus))
    return found


def typed_row(
    visit: Session, name: str, shown: Typed, longest: int, offered: int, **sets: Value
) -> None:
    """Draw the box, which takes so many characters, the way to the next of the `offered` texts,
    which also sets the values `sets`, and what cannot be read. The texts of all of them stand in
    the locale under the page's name and `name`."""
    words = f"{visit.page}.{name}"
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        held.text(visit, name, words, visit.value(name, shown.text), longest, width="stretch")
        held.button(
            visit,
            "number",
            f"{words}_other",
            {"number": (visit.value("number", 0) + 1) % offered, name: None, **sets},
            icon=":material/shuffle:",
            type="tertiary",
            shortcut="N",
        )
    cut(visit, name, longest)
    unread(visit, shown.read)


def cut(visit: Session, name: str, longest: int) -> None:
    """Say how much of a text in the box of this name is read, where that is not all."""
    length = held.too_long(visit, name, longest)
    if length is not None:
        st.caption(visit.t("typed.too_long", kept=f"{longest:,}", length=f"{length:,}"))


def unread(visit: Session, read: Sentence) -> None:
    """Say what of a typed text the network does not know, and what was left away."""
    t = visit.t
    if read.unknown:
        unknown = ", ".join(literal(token) for token in read.unknown)
        st.caption(t("typed.unknown", words=unknown))
    if read.left:
        st.caption(t("typed.cut", kept=len(read.ids), left=read.left))


@st.cache_data(max_entries=16, show_spinner=False, hash_funcs=HASHED)
def offered_sentences(corpus: Corpus) -> list[Ids]:
    """Sentences of the corpus to take."""
    return sentences_in(corpus)


@st.cache_data(max_entries=16, show_spinner=False, hash_funcs=HASHED)
def beginning_of(corpus: Corpus) -> Ids:
    """What is read before a typed text: the end of another sentence."""
    return beginning(corpus)
