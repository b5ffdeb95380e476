"""The sentence that the page looks at: typed, clicked together, or taken from the text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import streamlit as st

from pages.ui.inspected.subject import Subject, subject
from pages.ui.visit.i18n import literal
from pages.ui.visit.session import Session
from pages.ui.widgets import held
from rnncore.baselines.language_model import Recurrent
from rnncore.errors import TextError
from rnncore.shapes import Ids
from rnncore.text.corpus import Corpus
from rnncore.text.sentences import Sentence, beginning, sentence_of, sentences_in, written

LONGEST = 400
"""Characters that the box takes."""


class Spoken(NamedTuple):
    """A sentence and who reads it.

    subject   the network that is looked into, its text with it
    network   the same as a language model
    before    what is read before the sentence
    sentence  its tokens
    text      it as a person types it
    """

    subject: Subject
    network: Recurrent
    before: Ids
    sentence: Ids
    text: str

    @property
    def corpus(self) -> Corpus:
        return self.subject.corpus

    @property
    def tokens(self) -> tuple[str, ...]:
        """All tokens of the vocabulary."""
        return self.corpus.vocabulary.tokens


@dataclass
class LastRead:
    """The last sentence that could be read, and the text it is of."""

    fingerprint: str = ""
    text: str = ""


def spoken(visit: Session) -> Spoken:
    """The sentence in the box; where it cannot be read, the one before, and `visit.problem` says
    why."""
    found = subject(visit)
    corpus = found.corpus
    offered = _offered(corpus)
    usual = written(offered[visit.value("number", 0) % len(offered)], corpus)
    asked = visit.value("sentence", usual)
    last = visit.page_state(LastRead)
    try:
        read = sentence_of(asked[:LONGEST], corpus)
        last.fingerprint, last.text = corpus.fingerprint, asked
    except TextError as error:
        visit.problem = error
        asked = last.text if last.fingerprint == corpus.fingerprint else usual
        read = sentence_of(asked, corpus)
    return Spoken(found, Recurrent(found.model), _beginning(corpus), read.ids, asked)


def sentence_row(visit: Session, now: Spoken) -> None:
    """Draw the box, the way to another sentence of the text, and what cannot be read."""
    corpus = now.corpus
    words = "language_models.sentence"
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        box = visit.value("sentence", now.text)
        held.text(visit, "sentence", words, box, LONGEST, width="stretch")
        number = (visit.value("number", 0) + 1) % len(_offered(corpus))
        held.button(
            visit,
            "number",
            f"{words}_other",
            {"number": number, "sentence": None},
            icon=":material/shuffle:",
            type="tertiary",
            shortcut="N",
        )
    for note in _notes(visit, now):
        st.caption(note)


def _notes(visit: Session, now: Spoken) -> list[str]:
    """What a reader has to know: unknown words, and a sentence that is cut."""
    t, notes = visit.t, []
    read: Sentence = sentence_of(now.text, now.corpus)
    if read.unknown:
        unknown = ", ".join(literal(token) for token in read.unknown)
        notes.append(t("language_models.unknown", words=unknown))
    if read.left:
        notes.append(t("language_models.cut", kept=len(read.ids), left=read.left))
    return notes


def extended(now: Spoken, place: int, token: int) -> str:
    """The sentence up to `place`, where another word takes over."""
    ids = [*now.sentence[:place].tolist(), token]
    return now.corpus.tokenizer.join(now.corpus.vocabulary.decode(ids)).strip()


@st.cache_data(
    max_entries=16, show_spinner=False, hash_funcs={Corpus: lambda corpus: corpus.fingerprint}
)
def _offered(corpus: Corpus) -> list[Ids]:
    return sentences_in(corpus)


@st.cache_data(
    max_entries=16, show_spinner=False, hash_funcs={Corpus: lambda corpus: corpus.fingerprint}
)
def _beginning(corpus: Corpus) -> Ids:
    return beginning(corpus)
