"""A sentence as a product of conditional probabilities, and its words in another order."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

from rnncore.baselines.kneser_ney import KneserNey
from rnncore.baselines.language_model import LanguageModel, Recurrent, Uniform
from rnncore.baselines.orders import hear, in_turn, swaps
from rnncore.baselines.sentences import factors, most_natural, perplexity_of, read_sentence
from rnncore.baselines.windows import WindowLm
from rnncore.shapes import Ids
from tests.engine.models import small_config, small_model

V = 7
BEFORE = np.array([1, 2, 3])


class Two:
    """Word 0 has three quarters, word 1 the rest."""

    parameter_count = 0
    p = np.array([0.75, 0.25])

    def probabilities(self, ids: Ids) -> np.ndarray:
        return self.p[ids]

    def distribution(self, before: Ids) -> np.ndarray:
        return self.p


def test_factors_product_rank_and_branches_by_hand() -> None:
    reading = read_sentence(Two(), np.array([0]), np.array([0, 1, 0]), likeliest=1)
    first, second, third = reading.places
    assert (first.rank, second.rank, third.rank) == (1, 2, 1)
    assert (second.branches, second.likeliest, second.their) == (4, (0,), (0.75,))
    assert 2**-reading.bits == pytest.approx(0.75 * 0.25 * 0.75)
    assert reading.perplexity == pytest.approx((0.75 * 0.25 * 0.75) ** (-1 / 3))


def models() -> dict[str, LanguageModel]:
    ids = np.random.default_rng(2).integers(V, size=400)
    return {
        "uniform": Uniform(V),
        "n-gram": KneserNey.fit(ids, 3, V),
        "summed": WindowLm(small_config(), V, "summed", 3),
        "network": Recurrent(small_model(vocabulary_size=V)),
    }


@pytest.mark.slow
@pytest.mark.parametrize("name", models())
@given(sentence=some.lists(some.integers(0, V - 1), min_size=1, max_size=8))
def test_word_by_word_and_all_at_once_agree(name: str, sentence: list[int]) -> None:
    model, ids = MODELS[name], np.array(sentence)
    reading = read_sentence(model, BEFORE, ids)
    p = [place.probability for place in reading.places]
    np.testing.assert_allclose(p, factors(model, BEFORE, ids), rtol=1e-6)
    assert all(1 <= place.rank <= V for place in reading.places)
    assert reading.perplexity == pytest.approx(math.exp(-np.log(p).mean()))


MODELS = models()


def test_the_uniform_guess_wavers_between_all_words() -> None:
    reading = read_sentence(Uniform(V), BEFORE, np.array([0, 5, 5]))
    assert reading.perplexity == pytest.approx(V)
    assert {place.rank for place in reading.places} == {1}


def test_candidates_are_ranked_by_word_and_not_by_length() -> None:
    candidates = [np.array([1]), np.array([0, 0, 0, 0, 0, 0])]
    found = most_natural(Two(), np.array([0]), candidates)
    assert [one.number for one in found] == [1, 0]
    assert found[0].bits > found[1].bits  # the longer one is less probable as a whole
    assert found[0].perplexity == pytest.approx(4 / 3)


def test_a_perplexity_beyond_all_numbers_is_infinite() -> None:
    assert perplexity_of(1e9, 2) == math.inf
    assert perplexity_of(6, 3) == 4


@given(
    sentence=some.lists(some.integers(0, V - 1), min_size=3, max_size=9),
    words=some.integers(2, 5),
    at=some.integers(0, 9),
)
def test_a_sum_hears_no_order_where_the_window_holds_the_same_words(
    sentence: list[int], words: int, at: int
) -> None:
    ids = np.array(sentence)
    places = swaps(ids, words)
    if not places:
        return
    first = places[at % len(places)]
    assert ids[first] != ids[first + 1] and first + 2 < len(ids)
    model = WindowLm(small_config(), V, "summed", words)
    heard = hear(model, BEFORE, ids, first)
    assert heard.difference == 0
    assert heard.same[first + 2]
    assert sorted(in_turn(ids, first)) == sorted(ids)


def test_side_by_side_and_the_network_hear_the_order() -> None:
    ids = np.array([0, 4, 2, 6, 1])
    for model in (WindowLm(small_config(), V, "concatenated", 3), MODELS["network"]):
        assert hear(model, BEFORE, ids, 1).difference > 0


def test_a_window_of_one_word_has_no_order() -> None:
    assert swaps(np.array([1, 2, 3]), 1) == ()
    assert swaps(np.array([1, 1, 1, 1]), 3) == ()
    assert swaps(np.array([1, 2]), 3) == ()
