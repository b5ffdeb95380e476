"""Every text has a ladder: what n-grams reach on it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from rnncore.baselines.kneser_ney import KneserNey
from rnncore.baselines.ladder import MOST_TOKENS, counted_rungs
from rnncore.baselines.language_model import sentence_end
from rnncore.config import Config
from rnncore.text.corpus import load_corpus

STORY = Config(corpus="story-en")


@pytest.mark.parametrize("tokenizer", ["words", "characters"])
def test_the_rungs_of_a_text_are_those_of_its_n_grams(tokenizer: str) -> None:
    corpus = load_corpus(STORY.with_changes(tokenizer=tokenizer))
    rungs = counted_rungs(corpus)
    assert [rung.memory for rung in rungs] == [0, 1, 2, 3, 4]
    for order, rung in enumerate(rungs, 1):
        fitted = KneserNey.fit(corpus.train, order, len(corpus.vocabulary), sentence_end(corpus))
        p = fitted.probabilities(corpus.valid)[1:]
        assert rung.perplexity == pytest.approx(2 ** -np.log2(p).mean())
    assert rungs[0].perplexity > rungs[1].perplexity > rungs[2].perplexity


def test_a_grammar_has_its_own_ladder_and_an_unread_text_none() -> None:
    assert counted_rungs(load_corpus(Config(corpus="reber"))) == ()
    assert counted_rungs(load_corpus(STORY.with_changes(valid_fraction=0))) == ()


@pytest.mark.slow
@pytest.mark.parametrize(("share", "orders"), [(1.0, 0), (0.5, 1), (0.2, 2), (0.12, 3)])
def test_a_long_text_is_counted_as_far_as_a_second_reaches(share: float, orders: int) -> None:
    """By its length, so that it has as many rungs on every machine."""
    corpus = load_corpus(STORY)
    long = replace(corpus, train=np.zeros(int(share * MOST_TOKENS), np.int64))
    assert len(counted_rungs(long)) == orders
