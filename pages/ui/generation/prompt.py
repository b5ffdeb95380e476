"""The prompt that the page goes on from, and who goes on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import streamlit as st

from pages.ui.inspected.subject import Subject, subject
from pages.ui.visit.i18n import literal
from pages.ui.visit.session import Session
from pages.ui.widgets import held
from rnncore.errors import TextError
from rnncore.model import Rnnlm
from rnncore.shapes import Ids
from rnncore.text.corpus import Corpus
from rnncore.text.grammar_tables import NOWHERE, GrammarTables, Legal, tables_of
from rnncore.text.sentences import Sentence, beginning, sentences_in, typed, written
from rnncore.text.tokenizers import EOS

LONGEST, MOST_TOKENS = 240, 400
"""Characters that the box takes, and tokens of them that are read."""


class Prompted(NamedTuple):
    """A prompt and who goes on from it.

    subject  the network that is looked into, its text with it
    before   what is read before the prompt: the end of another string or sentence
    prompt   its tokens
    text     it as a person types it
    read     the same with what could not be read
    tables   the grammar, where there is one
    """

    subject: Subject
    before: Ids
    prompt: Ids
    text: str
    read: Sentence
    tables: GrammarTables | None

    @property
    def model(self) -> Rnnlm:
        """A twin of the network, to read with."""
        return self.subject.model.twin()

    @property
    def corpus(self) -> Corpus:
        return self.subject.corpus

    @property
    def tokens(self) -> tuple[str, ...]:
        """All tokens of the vocabulary."""
        return self.corpus.vocabulary.tokens

    @property
    def start(self) -> Ids:
        """All that is read before the first new token."""
        return np.concatenate((self.before, self.prompt))

    @property
    def legal(self) -> Legal | None:
        """The grammar after the prompt; None without one, and where it forbids the prompt."""
        if self.tables is None:
            return None
        state = self.tables.follow(self.prompt.tolist())[-1]
        return None if state == NOWHERE else Legal(self.tables, state)


@dataclass
class LastRead:
    """The last prompt that could be read, and the text it is of."""

    fingerprint: str = ""
    text: str = ""


def prompted(visit: Session) -> Prompted:
    """The prompt in the box; where it cannot be read, the one before, and `visit.problem` says
    why."""
    found = subject(visit)
    corpus = found.corpus
    offered = offered_prompts(corpus)
    usual = offered[visit.value("number", 0) % len(offered)]
    asked = visit.value("prompt", usual)[:LONGEST]
    last = visit.page_state(LastRead)
    try:
        read = typed(asked, corpus, MOST_TOKENS)
        last.fingerprint, last.text = corpus.fingerprint, asked
    except TextError as error:
        visit.problem = error
        asked = last.text if last.fingerprint == corpus.fingerprint else usual
        read = typed(asked, corpus, MOST_TOKENS)
    return Prompted(found, beginning_of(corpus), read.ids, asked, read, grammar_of(corpus))


def prompt_row(visit: Session, now: Prompted) -> None:
    """Draw the box, the way to another prompt from the text, and what cannot be read."""
    words = "generation.prompt"
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        box = visit.value("prompt", now.text)
        held.text(visit, "prompt", words, box, LONGEST, width="stretch")
        number = (visit.value("number", 0) + 1) % len(offered_prompts(now.corpus))
        held.button(
            visit,
            "number",
            f"{words}_other",
            {"number": number, "prompt": None, "given": None, "place": None},
            icon=":material/shuffle:",
            type="tertiary",
            shortcut="N",
        )
    unread(visit, now.read)


def unread(visit: Session, read: Sentence) -> None:
    """Say what of a typed text the network does not know, and what was left away."""
    t = visit.t
    if read.unknown:
        unknown = ", ".join(literal(token) for token in read.unknown)
        st.caption(t("language_models.unknown", words=unknown))
    if read.left:
        st.caption(t("language_models.cut", kept=len(read.ids), left=read.left))


def extended(now: Prompted, token: int) -> str:
    """The prompt with one more token, as a person types it."""
    return now.corpus.tokenizer.join(
        now.corpus.vocabulary.decode([*now.prompt.tolist(), token])
    ).strip()


def shown(ids: Sequence[int] | Ids, corpus: Corpus) -> str:
    """A text as people read it, in one line."""
    return corpus.tokenizer.show(corpus.vocabulary.decode(ids)).replace("\n", " ↵ ").strip()


@st.cache_data(
    max_entries=16, show_spinner=False, hash_funcs={Corpus: lambda corpus: corpus.fingerprint}
)
def offered_prompts(corpus: Corpus) -> list[str]:
    """The first halves of held-out sentences, as a person types them."""
    halves = [ids[: max(1, len(ids) // 2)] for ids in sentences_in(corpus)]
    return list(dict.fromkeys(filter(None, (written(half, corpus) for half in halves)))) or [EOS]


@st.cache_data(
    max_entries=16, show_spinner=False, hash_funcs={Corpus: lambda corpus: corpus.fingerprint}
)
def beginning_of(corpus: Corpus) -> Ids:
    """What is read before a prompt."""
    return beginning(corpus)


@st.cache_resource(
    max_entries=16, show_spinner=False, hash_funcs={Corpus: lambda corpus: corpus.fingerprint}
)
def grammar_of(corpus: Corpus) -> GrammarTables | None:
    """The grammar as tables over the corpus's vocabulary, where there is one."""
    grammar = corpus.grammar
    return None if grammar is None else tables_of(grammar, corpus.vocabulary)
