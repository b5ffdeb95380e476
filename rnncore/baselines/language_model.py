"""What all language models have in common: P(next word | words before)."""

from __future__ import annotations

from typing import Protocol

import numpy as np

from rnncore.errors import ConfigError
from rnncore.memory import READ_AT_ONCE
from rnncore.model import Rnnlm
from rnncore.reference.output import softmax
from rnncore.shapes import Array, Floats, Ids, check_ids
from rnncore.text.corpus import Corpus
from rnncore.text.tokenizers import EOS


class LanguageModel(Protocol):
    """n-grams, window models, the uniform guess and the recurrent network, side by side.

    `probabilities(ids)[i]` is `distribution(ids[:i])[ids[i]]`, up to rounding.
    """

    @property
    def parameter_count(self) -> int:
        """Numbers that it keeps."""

    def probabilities(self, ids: Ids) -> Floats:
        """p of every token of a text given those before it, shape (n,)."""

    def distribution(self, before: Ids) -> Floats:
        """p of every word after the words `before`, which may be none; shape (V,), sum 1."""


def held_out_loss(model: LanguageModel, ids: Ids) -> float:
    """Mean loss in nats of predicting ids[1:], the tokens that `metrics.held_out_loss` counts.

    The first token has nothing before it and is read only. Raises ConfigError if there are fewer
    than two.
    """
    if len(ids) < 2:
        raise ConfigError(
            "short_held_out_text",
            f"The held-out text has {len(ids)} token, but at least two were expected; raise "
            f"valid_fraction and test_fraction, or use a longer text.",
            tokens=len(ids),
        )
    p = np.maximum(model.probabilities(ids)[1:], np.finfo(np.float64).tiny)
    return max(-float(np.log(p).mean()), 0.0)


def sentence_end(corpus: Corpus) -> int | None:
    """The word at which an n-gram model ends a sentence: `<eos>` in a text of lines.

    None where the text is one stream: characters, a text of one line, and every grammar, since
    its ladder is that of the endless text.
    """
    if corpus.grammar is not None or EOS not in corpus.vocabulary:
        return None
    return int(corpus.vocabulary.encode([EOS])[0])


class Uniform:
    """Every word is equally likely."""

    parameter_count = 0

    def __init__(self, vocabulary_size: int) -> None:
        self.vocabulary_size = vocabulary_size

    def probabilities(self, ids: Ids) -> Floats:
        check_ids("ids", ids, self.vocabulary_size)
        return np.full(len(ids), 1 / self.vocabulary_size)

    def distribution(self, before: Ids) -> Floats:
        check_ids("before", before, self.vocabulary_size)
        return np.full(self.vocabulary_size, 1 / self.vocabulary_size)


class Recurrent:
    """A trained `Rnnlm`, read by one stream from a zero state; where its run is not stateful, the
    state is zero again before every T tokens. Before the first token the output layer reads the
    zero state itself.

    Works on a twin. `probabilities` takes as long as the text: `metrics.held_out_loss` is the
    faster way to the mean of a long one.
    """

    def __init__(self, model: Rnnlm) -> None:
        self._model = model.twin()
        self._reset = 0 if model.config.stateful else model.config.time_size

    @property
    def parameter_count(self) -> int:
        return len(self._model.parameters.values)

    def probabilities(self, ids: Ids) -> Floats:
        if not len(ids):
            return np.empty(0)
        model, column = self._model, ids[:, None]
        model.reset_state()
        p = [self._first()[ids[:1]]]
        for top in range(0, len(ids) - 1, self._reset or READ_AT_ONCE):
            if self._reset:
                model.reset_state()
            window = slice(top, min(top + (self._reset or READ_AT_ONCE), len(ids) - 1))
            p.append(np.exp(-model.losses(column[:-1][window], column[1:][window])[:, 0]))
        return np.concatenate(p)

    def distribution(self, before: Ids) -> Floats:
        if not len(before):
            return self._first()
        if self._reset:
            before = before[(len(before) - 1) // self._reset * self._reset :]
        model = self._model
        model.reset_state()
        for top in range(0, len(before), READ_AT_ONCE):
            model.hidden_states(before[top : top + READ_AT_ONCE, None])
        return self._after(model.hidden[-1, 0])

    def _first(self) -> Floats:
        return self._after(np.zeros(self._model.config.hidden_size, self._model.config.dtype))

    def _after(self, h: Array) -> Floats:
        weights = self._model.parameters
        logits = h @ weights["affine.W"] + weights["affine.b"]
        return np.asarray(softmax(logits.astype(np.float64)), np.float64)
