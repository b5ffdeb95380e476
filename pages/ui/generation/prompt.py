"""The prompt that the page goes on from, and who goes on."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import NamedTuple

import numpy as np
import streamlit as st

from pages.ui.inspected.preview import HASHED
from pages.ui.inspected.subject import Subject, subject
from pages.ui.visit.session import Session
from pages.ui.widgets.typed import Typed, beginning_of, offered_sentences, typed, typed_row
from rnncore.model import Rnnlm
from rnncore.shapes import Ids
from rnncore.text.corpus import Corpus
from rnncore.text.grammar_tables import NOWHERE, GrammarTables, Legal, tables_of
from rnncore.text.sentences import text_of, written
from rnncore.text.tokenizers import EOS

LONGEST, MOST_TOKENS = 240, 400
"""Characters that the box takes, and tokens of them that are read."""


class Prompted(NamedTuple):
    """A prompt and who goes on from it.

    subject  the network that is looked into, its text with it
    before   what is read before the prompt: the end of another string or sentence
    shown    it as a person types it, and as the network reads it
    tables   the grammar, where there is one
    """

    subject: Subject
    before: Ids
    shown: Typed
    tables: GrammarTables | None

    @property
    def text(self) -> str:
        return self.shown.text

    @property
    def prompt(self) -> Ids:
        """Its tokens."""
        return self.shown.read.ids

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


def prompted(visit: Session) -> Prompted:
    """The prompt in the box; where it cannot be read, the one before, and `visit.problem` says
    why."""
    found = subject(visit)
    corpus = found.corpus
    offered = offered_prompts(corpus)
    usual = offered[visit.value("number", 0) % len(offered)]
    shown = typed(visit, "prompt", usual, LONGEST, corpus, partial(text_of, most=MOST_TOKENS))
    return Prompted(found, beginning_of(corpus), shown, grammar_of(corpus))


def prompt_row(visit: Session, now: Prompted) -> None:
    """Draw the box, the way to another prompt from the text, and what cannot be read."""
    offered = len(offered_prompts(now.corpus))
    typed_row(visit, "prompt", now.shown, LONGEST, offered, given=None, place=None)


def extended(now: Prompted, token: int) -> str:
    """The prompt with one more token, as a person types it."""
    return now.corpus.tokenizer.join(
        now.corpus.vocabulary.decode([*now.prompt.tolist(), token])
    ).strip()


def shown(ids: Sequence[int] | Ids, corpus: Corpus) -> str:
    """A text as people read it, in one line."""
    return corpus.tokenizer.show(corpus.vocabulary.decode(ids)).replace("\n", " ↵ ").strip()


@st.cache_data(max_entries=16, show_spinner=False, hash_funcs=HASHED)
def offered_prompts(corpus: Corpus) -> list[str]:
    """The first halves of held-out sentences, as a person types them."""
    halves = [ids[: max(1, len(ids) // 2)] for ids in offered_sentences(corpus)]
    return list(dict.fromkeys(filter(None, (written(half, corpus) for half in halves)))) or [EOS]


@st.cache_resource(max_entries=16, show_spinner=False, hash_funcs=HASHED)
def grammar_of(corpus: Corpus) -> GrammarTables | None:
    """The grammar as tables over the corpus's vocabulary, where there is one."""
    grammar = corpus.grammar
    return None if grammar is None else tables_of(grammar, corpus.vocabulary)
