"""One protocol for all language models: reading a text and asking after a history agree."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from rnncore.baselines.kneser_ney import KneserNey
from rnncore.baselines.language_model import (
    LanguageModel,
    Recurrent,
    Uniform,
    held_out_loss,
    sentence_end,
)
from rnncore.baselines.windows import WindowLm
from rnncore.config import Config
from rnncore.errors import ConfigError, ShapeError
from rnncore.memory import READ_AT_ONCE, parameter_count
from rnncore.metrics import held_out_loss as measured
from rnncore.model import Rnnlm
from rnncore.text.corpus import load_corpus
from tests.engine.models import small_config, small_model

V = 23


def recurrent(**changes: Any) -> Recurrent:
    return Recurrent(small_model(vocabulary_size=V, **changes))


def n_gram(end: int | None = None) -> KneserNey:
    return KneserNey.fit(np.random.default_rng(7).integers(V, size=500), 3, V, end)


MODELS: dict[str, LanguageModel] = {
    "uniform": Uniform(V),
    "n-gram of a stream": n_gram(),
    "n-gram of sentences": n_gram(4),
    "summed": WindowLm(small_config(), V, "summed", 3),
    "concatenated": WindowLm(small_config(), V, "concatenated", 3),
    "recurrent": recurrent(),
    "gated": recurrent(cell="lstm", layers=2),
    "tied": recurrent(tied=True, embedding_size=11),
    "without a state": recurrent(stateful=False),
}
models = pytest.mark.parametrize("model", MODELS.values(), ids=MODELS)


@models
def test_reading_a_text_agrees_with_asking_after_each_word(model: LanguageModel) -> None:
    ids = np.random.default_rng(0).integers(V, size=30)
    p = model.probabilities(ids)
    assert p.shape == (30,)
    for place in range(len(ids)):
        after = model.distribution(ids[:place])
        assert after.shape == (V,) and (after > 0).all()
        assert after.sum() == pytest.approx(1, abs=1e-9)
        assert p[place] == pytest.approx(after[ids[place]], rel=1e-9)


@models
def test_asking_twice_gives_the_same(model: LanguageModel) -> None:
    ids = np.random.default_rng(1).integers(V, size=12)
    first = model.distribution(ids)
    model.probabilities(ids[::-1].copy())
    assert (model.distribution(ids) == first).all()


@models
def test_a_text_without_a_word_has_no_probabilities(model: LanguageModel) -> None:
    assert model.probabilities(np.zeros(0, np.int64)).shape == (0,)


@pytest.mark.parametrize("stateful", [True, False])
@pytest.mark.parametrize("length", [2, 6, READ_AT_ONCE, 2 * READ_AT_ONCE + 3])
def test_the_recurrent_network_is_read_as_its_run_is_measured(length: int, stateful: bool) -> None:
    model = small_model(stateful=stateful)
    ids = np.random.default_rng(2).integers(V, size=length)
    expected = measured(model.twin(), ids)
    assert held_out_loss(Recurrent(model), ids) == pytest.approx(expected, rel=1e-9)


def test_the_state_of_a_training_is_left_alone() -> None:
    model = small_model()
    model.forward(np.array([[1], [2]]), np.array([[2], [3]]))
    kept = model.state[0][0].copy()
    Recurrent(model).distribution(np.array([5, 6]))
    assert (model.state[0][0] == kept).all()


def test_the_uniform_guess_has_as_many_bits_as_its_vocabulary() -> None:
    assert held_out_loss(Uniform(V), np.arange(5)) == pytest.approx(np.log(V))


def test_parameters_are_counted() -> None:
    config = small_config()
    assert MODELS["uniform"].parameter_count == 0
    assert Recurrent(Rnnlm(config, V)).parameter_count == parameter_count(config, V)


def test_a_probability_of_zero_is_a_large_loss_and_no_warning() -> None:
    model = WindowLm(small_config(), V, "summed", 1)
    model.parameters["affine.b"][0] = 1e4
    loss = held_out_loss(model, np.array([1, 2]))
    assert 600 < loss < np.inf


@pytest.mark.parametrize("ids", [[], [1]])
def test_a_held_out_text_of_fewer_than_two_tokens_is_refused(ids: list[int]) -> None:
    with pytest.raises(ConfigError, match="at least two were expected"):
        held_out_loss(Uniform(V), np.array(ids, np.int64))


@models
def test_ids_beyond_the_vocabulary_are_refused(model: LanguageModel) -> None:
    with pytest.raises(ShapeError, match="vocabulary"):
        model.probabilities(np.array([1, V]))
    with pytest.raises(ShapeError, match="vocabulary"):
        model.distribution(np.array([V]))


@pytest.mark.parametrize(
    ("settings", "end"),
    [
        ({"corpus": "tiny-english", "grammar_tokens": 500}, None),
        ({"corpus": "embedded-reber", "grammar_tokens": 500}, None),
        ({"corpus": "tiny-english", "grammar_tokens": 500, "tokenizer": "characters"}, None),
        ({"corpus": "story-en", "tokenizer": "words"}, "<eos>"),
        ({"corpus": "story-en", "tokenizer": "characters"}, None),
    ],
)
def test_texts_of_lines_have_sentences(settings: dict[str, Any], end: str | None) -> None:
    corpus = load_corpus(Config.parse(settings))
    found = sentence_end(corpus)
    assert (None if found is None else corpus.vocabulary.tokens[found]) == end


def test_the_default_grammar_is_counted_as_one_stream() -> None:
    corpus = load_corpus(Config())
    fitted = KneserNey.fit(corpus.train, 5, len(corpus.vocabulary), sentence_end(corpus))
    losses = [held_out_loss(fitted, part) for part in (corpus.valid, corpus.test)]
    assert np.mean(losses) / np.log(2) == pytest.approx(2.101, abs=1e-3)
