"""The text that the page shows: that of the visit's settings, and what was counted in it."""

from __future__ import annotations

from typing import NamedTuple

import streamlit as st

from pages.ui.inspected.preview import HASHED, corpus_of
from pages.ui.visit.identity import check_may_read
from pages.ui.visit.session import Session
from rnncore.config import Config
from rnncore.errors import RnnError
from rnncore.probes.untrained import text_in_budget
from rnncore.text.corpus import Corpus
from rnncore.text.statistics import Growth, Part, Ranking, growth, parts_of, ranking


class CorpusView(NamedTuple):
    """A text as it is read with these settings.

    whole   whether all of it is shown; of what an address alone asks for, a beginning is enough
    """

    config: Config
    corpus: Corpus
    whole: bool

    @property
    def parts(self) -> tuple[Part, ...]:
        return _parts(self.corpus)

    @property
    def ranking(self) -> Ranking:
        """Of the training text."""
        return _ranking(self.corpus)

    @property
    def growth(self) -> Growth:
        """Of the training text."""
        return _growth(self.corpus)


def look(visit: Session) -> CorpusView | None:
    """The text of the settings; None if there is none to be read, and visit.problem says why."""
    config = text_in_budget(visit.config)
    try:
        check_may_read(visit.visitor, config.corpus)
        with st.spinner(visit.t("corpus.reading"), show_time=True):
            corpus = corpus_of(config)
    except RnnError as error:
        visit.problem = error
        return None
    return CorpusView(config, corpus, config == visit.config)


@st.cache_resource(max_entries=32, show_spinner=False, hash_funcs=HASHED)
def _parts(corpus: Corpus) -> tuple[Part, ...]:
    return parts_of(corpus)


@st.cache_resource(max_entries=32, show_spinner=False, hash_funcs=HASHED)
def _ranking(corpus: Corpus) -> Ranking:
    return ranking(corpus.train, len(corpus.vocabulary))


@st.cache_resource(max_entries=32, show_spinner=False, hash_funcs=HASHED)
def _growth(corpus: Corpus) -> Growth:
    return growth(corpus.train)
