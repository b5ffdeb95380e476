"""The sentence and its twin, whose states are drawn as paths: typed, or those of the text."""

from __future__ import annotations

from contextlib import suppress
from typing import NamedTuple

import streamlit as st

from pages.ui.states.network import Looked
from pages.ui.visit.session import Session
from pages.ui.widgets import held
from pages.ui.widgets.typed import beginning_of, cut, unread
from rnncore.errors import TextError
from rnncore.shapes import Ids
from rnncore.text.corpus import Corpus
from rnncore.text.sentences import sentence_of, written
from rnncore.text.twins import twin_of

LONGEST = 400
"""Characters of a box that are read."""
NAMES = ("sentence", "twin")


class Sentences(NamedTuple):
    """What is read before them, and the two; the second is empty where there is no twin."""

    before: Ids
    sentence: Ids
    twin: Ids


def sentences(visit: Session, found: Looked) -> Sentences:
    """The two in the boxes; those of the text in the place of one that cannot be read, and
    `visit.problem` says why."""
    corpus = found.subject.corpus
    both = [_read(visit, name, corpus) for name in NAMES]
    return Sentences(beginning_of(corpus), *both)


def boxes(visit: Session, found: Looked) -> None:
    """Draw the two boxes."""
    corpus = found.subject.corpus
    for column, name in zip(st.columns(2), NAMES, strict=True):
        with column:
            usual = written(_usual(name, corpus), corpus) if len(_usual(name, corpus)) else ""
            held.text(visit, name, f"states.clouds.{name}", visit.value(name, usual), LONGEST)
            cut(visit, name, LONGEST)
            with suppress(TextError):  # said where it is read
                if asked := visit.value(name, ""):
                    unread(visit, sentence_of(asked[:LONGEST], corpus))


def _read(visit: Session, name: str, corpus: Corpus) -> Ids:
    asked = visit.value(name, "")
    if asked:
        try:
            return sentence_of(asked[:LONGEST], corpus).ids
        except TextError as error:
            visit.problem = error
    return _usual(name, corpus)


def _usual(name: str, corpus: Corpus) -> Ids:
    return corpus.vocabulary.encode(corpus.probe if name == "sentence" else twin_of(corpus))
