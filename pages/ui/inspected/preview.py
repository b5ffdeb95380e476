"""What a network is before it has learned anything, measured: the figures at step 0."""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock
from typing import Any

import streamlit as st

from rnncore.config import Config, text_settings, update_settings
from rnncore.probes import untrained
from rnncore.probes.untrained import Preview, text_in_budget
from rnncore.text.catalog import catalog
from rnncore.text.corpus import Corpus, load_corpus
from rnncore.text.ptb import check_fetched
from rnncore.text.vocabulary import Vocabulary

CORPORA, TOKENS = 8, 8_000_000
"""How many corpora are in memory, and how long they are together, at most: 64 MB. The newest stays
in any case."""

HASHED: dict[str | type[Any], Callable[[Any], Any]] = {
    Config: Config.model_dump_json,
    Corpus: lambda corpus: corpus.fingerprint,
    Vocabulary: lambda known: known.tokens,
}
"""How Streamlit tells apart what it has cached: by what settings and texts hold."""

_one_at_a_time = Lock()
"""However many people open links at once, the memory of one preview is taken."""
_counting = Lock()
_known: dict[tuple[Config, Vocabulary | None], int] = {}
"""Lengths of the corpora in memory, those that were asked for last at the end."""


def preview(config: Config) -> Preview:
    """Measure the untrained network of these settings, within the budget of a link.

    Raises   TextError or ConfigError if nothing can be trained with them.
    """
    return _measure(config.with_changes(**{name: DEFAULTS[name] for name in update_settings()}))


def corpus_of(config: Config, known: Vocabulary | None = None) -> Corpus:
    """The corpus of these settings, from memory where it was read before; see `load_corpus`.

    Raises   TextError also where the text would first have to be fetched: no link does that.
    """
    info = catalog().get(config.corpus)
    if info is not None and info.kind == "ptb":
        check_fetched()
    chosen = {name: getattr(config, name) for name in text_settings()}
    key = Config.parse(chosen), known
    corpus = _load(*key)
    with _counting:
        _known.pop(key, None)
        _known[key] = sum(map(len, (corpus.train, corpus.valid, corpus.test)))
        while len(_known) > 1 and (sum(_known.values()) > TOKENS or len(_known) > CORPORA):
            oldest = next(iter(_known))
            del _known[oldest]
            _load.clear(*oldest)
    return corpus


DEFAULTS = Config().model_dump()


@st.cache_resource(
    max_entries=CORPORA,
    show_spinner=False,
    hash_funcs=HASHED,
)
def _load(config: Config, known: Vocabulary | None) -> Corpus:
    return load_corpus(config, known)


@st.cache_data(max_entries=64, show_spinner=False, hash_funcs=HASHED)
def _measure(config: Config) -> Preview:
    corpus = corpus_of(text_in_budget(config))
    with _one_at_a_time:
        return untrained.preview(config, corpus)
