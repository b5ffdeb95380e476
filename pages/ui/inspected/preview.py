"""What a network is before it has learned anything, measured: the figures at step 0."""

from __future__ import annotations

import math
from typing import NamedTuple

import streamlit as st

from rnncore.config import Config, text_settings, update_settings
from rnncore.probes.snapshot import Prober
from rnncore.text.corpus import Corpus, load_corpus
from rnncore.text.vocabulary import Vocabulary
from rnncore.training.trainer import Trainer
from rnncore.views import HeldOutPoint, LossPoint, RunView, SnapshotView

QUICK = 3e9
"""Multiplications that the first look may spend on the held-out text: about a second."""


class Preview(NamedTuple):
    """A run at step 0. The held-out text is left out where it would take long."""

    run: RunView
    snapshot: SnapshotView
    train: LossPoint
    held_out: HeldOutPoint | None


def preview(config: Config) -> Preview:
    """Measure the untrained network of these settings.

    Raises   TextError or ConfigError if nothing can be trained with them.
    """
    return _measure(config.with_changes(**{name: DEFAULTS[name] for name in update_settings()}))


def corpus_of(config: Config, known: Vocabulary | None = None) -> Corpus:
    """The corpus of these settings, from memory where it was read before; see `load_corpus`."""
    chosen = {name: getattr(config, name) for name in text_settings()}
    return _load(Config.parse(chosen), known)


DEFAULTS = Config().model_dump()


@st.cache_resource(
    max_entries=8,
    show_spinner=False,
    hash_funcs={Config: Config.model_dump_json, Vocabulary: lambda known: known.tokens},
)
def _load(config: Config, known: Vocabulary | None) -> Corpus:
    return load_corpus(config, known)


@st.cache_data(max_entries=64, show_spinner=False, hash_funcs={Config: Config.model_dump_json})
def _measure(config: Config) -> Preview:
    corpus = corpus_of(config)
    trainer = Trainer(config, corpus)
    prober = Prober(trainer)
    snapshot = prober.snapshot()
    perplexity = prober.train_perplexity()
    train = LossPoint(0, 1, perplexity, math.log2(perplexity), 0.0, 0.0)
    work = len(corpus.valid) * config.hidden_size * len(corpus.vocabulary)
    held_out = None
    if len(corpus.valid) > 1 and work < QUICK:
        measured = trainer.evaluate()
        held_out = HeldOutPoint(0, "valid", measured.perplexity, measured.bits)
    return Preview(prober.run_view(), snapshot, train, held_out)
