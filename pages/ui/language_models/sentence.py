"""The sentence that the page looks at: typed, clicked together, or taken from the text."""

from __future__ import annotations

from typing import NamedTuple

from pages.ui.inspected.subject import Subject, subject
from pages.ui.visit.session import Session
from pages.ui.widgets.typed import Typed, beginning_of, offered_sentences, typed, typed_row
from rnncore.baselines.language_model import Recurrent
from rnncore.shapes import Ids
from rnncore.text.corpus import Corpus
from rnncore.text.sentences import sentence_of, written

LONGEST = 400
"""Characters that the box takes."""


class Spoken(NamedTuple):
    """A sentence and who reads it.

    subject   the network that is looked into, its text with it
    network   the same as a language model
    before    what is read before the sentence
    shown     it as a person types it, and as the network reads it
    """

    subject: Subject
    network: Recurrent
    before: Ids
    shown: Typed

    @property
    def text(self) -> str:
        return self.shown.text

    @property
    def sentence(self) -> Ids:
        """Its tokens."""
        return self.shown.read.ids

    @property
    def corpus(self) -> Corpus:
        return self.subject.corpus

    @property
    def tokens(self) -> tuple[str, ...]:
        """All tokens of the vocabulary."""
        return self.corpus.vocabulary.tokens


def spoken(visit: Session) -> Spoken:
    """The sentence in the box; where it cannot be read, the one before, and `visit.problem` says
    why."""
    found = subject(visit)
    corpus = found.corpus
    offered = offered_sentences(corpus)
    usual = written(offered[visit.value("number", 0) % len(offered)], corpus)
    shown = typed(visit, "sentence", usual, LONGEST, corpus, sentence_of)
    return Spoken(found, Recurrent(found.model), beginning_of(corpus), shown)


def sentence_row(visit: Session, now: Spoken) -> None:
    """Draw the box, the way to another sentence of the text, and what cannot be read."""
    offered = len(offered_sentences(now.corpus))
    typed_row(visit, "sentence", now.shown, LONGEST, offered)


def extended(now: Spoken, place: int, token: int) -> str:
    """The sentence up to `place`, where another word takes over."""
    ids = [*now.sentence[:place].tolist(), token]
    return now.corpus.tokenizer.join(now.corpus.vocabulary.decode(ids)).strip()
