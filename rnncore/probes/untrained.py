"""A network before its first update, measured within a budget that is known before it is built."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import cache
from typing import NamedTuple

import numpy as np

from rnncore.config import Config
from rnncore.initializers import initialize
from rnncore.metrics import bits, held_out_loss, perplexity
from rnncore.model import Rnnlm, parameter_shapes
from rnncore.parameters import Parameters
from rnncore.probes.passages import Cost, Passages, cost_of, passages, peak_bytes
from rnncore.probes.snapshot import Prober, run_view
from rnncore.text.catalog import catalog
from rnncore.text.corpus import Corpus, load_corpus
from rnncore.text.windows import Windows
from rnncore.training.trainer import windows_to_train
from rnncore.views import CloudView, HeldOutPoint, LossPoint, RunView, SnapshotView

TIMES = 2
"""The budget, in multiples of what the default settings cost."""
LARGEST_VOCABULARY = 10_000
"""Of the built-in texts: that of the Penn Treebank. Weights take memory however little is read, so
that the bytes of the budget are those of the default settings on the largest text."""
SHARES = tuple(2.0**-halvings for halvings in range(8))
"""Of every passage that may be read, the largest that fits first."""
FEWEST_HELD_OUT = 500
"""Tokens that a figure of held-out text is worth showing for."""
RESPLIT = 2
"""A drawn text that another tokenizer splits costs so many times more."""


class Preview(NamedTuple):
    """A run at step 0: its frame, and what was measured.

    whole   whether every passage was read that a run reads at step 0; otherwise shorter ones or,
            where all else is None, none
    """

    run: RunView
    snapshot: SnapshotView | None
    train: LossPoint | None
    held_out: HeldOutPoint | None
    whole: bool
    cloud: CloudView | None = None


class Untrained(NamedTuple):
    """What a `Prober` measures where there is no trainer."""

    config: Config
    corpus: Corpus
    model: Rnnlm
    windows: Windows
    total_updates: int
    steps: int = 0
    seconds: float = 0.0


@cache
def budget() -> Cost:
    """What a preview may cost."""
    config = Config()
    corpus = load_corpus(config)
    whole = passages(config, corpus)
    cost = cost_of(config, corpus, whole)
    return Cost(
        TIMES * cost.multiply_adds,
        TIMES * peak_bytes(config, LARGEST_VOCABULARY, whole),
        TIMES * cost.ticks,
    )


def affordable(config: Config, corpus: Corpus) -> Passages | None:
    """The longest passages that fit the budget; None if not even the shortest do.

    One share for all of them, and then as much held-out text as there is room for.
    """
    for share in SHARES:
        chosen = passages(config, corpus, share)
        whole = chosen.held_out
        chosen = chosen._replace(held_out=0)
        if cost_of(config, corpus, chosen).fits(budget()):
            break
    else:
        return None
    held_out = whole
    while held_out >= min(FEWEST_HELD_OUT, max(whole, 1)):
        more = chosen._replace(held_out=held_out)
        if cost_of(config, corpus, more).fits(budget()):
            return more
        held_out //= 2
    return chosen


def text_in_budget(config: Config) -> Config:
    """The same settings with a text that is drawn no longer than the budget allows: the beginning
    of what a run draws. Other texts stay as they are."""
    info = catalog().get(config.corpus)
    if info is None or info.kind != "grammar":
        return config
    most = TIMES * Config().grammar_tokens
    if config.tokenizer not in ("auto", info.tokenizer):
        most //= RESPLIT
    drawn = min(config.grammar_tokens, config.max_tokens or config.grammar_tokens)
    return config if drawn <= most else config.with_changes(grammar_tokens=most)


def preview(config: Config, corpus: Corpus) -> Preview:
    """Measure the untrained network of these settings, as far as the budget goes.

    `corpus` is that of `text_in_budget(config)`. Where that is the beginning of a longer text, the
    updates of the frame follow from its length: a run may make one more or less in an epoch.
    Raises   TextError or ConfigError if nothing can be trained with them.
    """
    planned = windows_to_train(config, _as_long(config, corpus))
    updates = config.epochs * planned.updates_per_epoch
    run = run_view(config, corpus, updates)
    if text_in_budget(config) != config:  # what is measured on the text is so on the whole of it
        run = run._replace(unigram=None, forgotten=None, states=None)
    chosen = affordable(config, corpus)
    if chosen is None:
        return Preview(run, None, None, None, False)
    first = Untrained(config, corpus, _network(config, corpus), _windows(config, corpus), updates)
    prober = Prober(first, chosen)
    reached = prober.train_perplexity()
    held_out = None
    if chosen.held_out:
        loss = held_out_loss(first.model.twin(), corpus.valid[: chosen.held_out])
        part = chosen.held_out if chosen.held_out < len(corpus.valid) else None
        spelt = corpus.tokens_per_character(corpus.valid[: chosen.held_out])
        per_character = None if spelt is None else perplexity(loss * spelt)
        held_out = HeldOutPoint(0, "valid", perplexity(loss), bits(loss), part, per_character)
    return Preview(
        run,
        prober.snapshot(),
        LossPoint(0, 1, reached, math.log2(reached), 0.0, 0.0),
        held_out,
        chosen == passages(config, corpus) and text_in_budget(config) == config,
        prober.cloud() if chosen.cloud and run.states else None,
    )


def _network(config: Config, corpus: Corpus) -> Rnnlm:
    """A network that is only read: it has no gradients."""
    V = len(corpus.vocabulary)
    parameters = Parameters(parameter_shapes(config, V), config.dtype, trained=False)
    initialize(parameters, config)
    return Rnnlm(config, V, parameters)


def _windows(config: Config, corpus: Corpus) -> Windows:
    """Windows of the training text that is there, smaller ones where it is but a beginning."""
    n = len(corpus.train) - 1
    N = min(config.batch_size, n)
    return Windows(corpus.train, N, min(config.time_size, n // N), config.window_scheme)


def _as_long(config: Config, corpus: Corpus) -> Corpus:
    """A stand-in for the corpus of `config`, of which this may be the beginning: its lengths."""
    read = text_in_budget(config)
    if read == config:
        return corpus
    known = len(corpus.train) + len(corpus.valid) + len(corpus.test)
    asked = min(config.grammar_tokens, config.max_tokens or config.grammar_tokens)
    whole = known * asked / read.grammar_tokens
    if config.max_tokens:
        whole = min(whole, config.max_tokens)
    train, valid, test = (
        np.broadcast_to(np.int64(0), round(len(part) * whole / known))
        for part in (corpus.train, corpus.valid, corpus.test)
    )
    return replace(corpus, train=train, valid=valid, test=test)
