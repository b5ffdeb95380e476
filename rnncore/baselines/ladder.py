"""The ladder of a text that no grammar has drawn: what n-grams of rising order reach on it."""

from __future__ import annotations

from rnncore.baselines.kneser_ney import KneserNey
from rnncore.baselines.language_model import held_out_loss, sentence_end
from rnncore.metrics import perplexity
from rnncore.text.corpus import Corpus
from rnncore.views import LONGEST_COUNTED, Rung

MOST_TOKENS = 7_000_000
"""Tokens times orders that are counted, in a second at most: of the Penn Treebank the orders 1, 2
and 3. A number, and not the clock: a text has the same ladder on every machine."""


def counted_rungs(corpus: Corpus) -> tuple[Rung, ...]:
    """Held-out perplexity of n-grams that are counted in the training text, order 1, 2, ... up to
    LONGEST_COUNTED or to what MOST_TOKENS allow.

    None for a grammar, whose ladder is exact, and where no text is held out: n-grams know by heart
    the text that they were counted in.
    """
    if corpus.grammar is not None or len(corpus.valid) < 2:
        return ()
    tokens, orders = len(corpus.train) + len(corpus.valid), range(1, LONGEST_COUNTED + 1)
    longest = sum(tokens * sum(range(1, order + 1)) <= MOST_TOKENS for order in orders)
    if not longest:
        return ()
    fitted = KneserNey.fit_orders(
        corpus.train, longest, len(corpus.vocabulary), sentence_end(corpus)
    )
    return tuple(
        Rung(model.order - 1, perplexity(held_out_loss(model, corpus.valid))) for model in fitted
    )
