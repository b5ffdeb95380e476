"""Window models: gradients, readable twin, sizes, and what order of words they can see."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnncore.baselines.windows import (
    LONGEST_WINDOW,
    Kind,
    WindowLm,
    largest_size,
    window_parameters,
)
from rnncore.config import Config
from rnncore.errors import ConfigError, ShapeError
from rnncore.reference.gradient_check import (
    directional_gradient,
    numerical_gradient,
    relative_error,
)
from rnncore.reference.windows import window_loss
from rnncore.shapes import Ids

V, D, H, C, B = 13, 5, 7, 3, 11
KINDS: tuple[Kind, ...] = ("summed", "concatenated")
kinds = pytest.mark.parametrize("kind", KINDS)


def model(kind: Kind, words: int = C, dtype: str = "float64") -> WindowLm:
    """One whose biases are not zero."""
    settings = {"embedding_size": D, "hidden_size": H, "dtype": dtype}
    built = WindowLm(Config.parse(settings), V, kind, words)
    values = built.parameters.values
    values += 0.5 * np.random.default_rng(1).standard_normal(values.shape)
    return built


def batch(seed: int, words: int = C, size: int = B) -> tuple[Ids, Ids]:
    """Windows, some of them with words missing at their beginning, and their next words."""
    rng = np.random.default_rng(seed)
    contexts, targets = rng.integers(V, size=(size, words)), rng.integers(V, size=size)
    for row in range(min(words, size)):
        contexts[row, : words - row] = V
    return contexts, targets


@kinds
def test_gradients_of_the_reference_are_those_of_finite_differences(kind: Kind) -> None:
    params = model(kind).parameters.as_dict()
    contexts, targets = batch(0)

    def loss() -> float:
        return window_loss(params, contexts, targets, summed=kind == "summed")[0]

    _, gradients = window_loss(params, contexts, targets, summed=kind == "summed")
    assert gradients.keys() == params.keys()
    for name, weights in params.items():
        numerical = numerical_gradient(loss, weights)
        assert np.abs(numerical).max() > 1e-4, name
        assert relative_error(gradients[name], numerical) < 1e-7, name


@kinds
@pytest.mark.parametrize("scale", [1.0, 3e3])  # logits that exp can take, and others
def test_fused_and_reference_agree_batch_after_batch(kind: Kind, scale: float) -> None:
    fused = model(kind)
    fused.parameters["affine.W"][...] *= scale
    params = fused.parameters.as_dict()
    for seed, size in enumerate((11, 11, 400, 2, 11)):
        contexts, targets = batch(seed, size=size)
        kept = contexts.copy()
        loss = fused.forward(contexts, targets)
        fused.backward()
        assert (contexts == kept).all()
        expected, gradients = window_loss(params, contexts, targets, summed=kind == "summed")
        assert loss == pytest.approx(expected, rel=1e-10)
        for name, gradient in gradients.items():
            assert relative_error(fused.parameters.gradient(name), gradient) < 1e-10, name


@kinds
def test_the_whole_gradient_along_a_random_direction(kind: Kind) -> None:
    fused = model(kind)
    contexts, targets = batch(3)
    fused.forward(contexts, targets)
    fused.backward()
    analytic = fused.parameters.gradients.copy()
    direction = np.random.default_rng(4).standard_normal(analytic.shape)
    numerical = directional_gradient(
        lambda: fused.forward(contexts, targets), fused.parameters.values, direction
    )
    assert numerical == pytest.approx(float(analytic @ direction), rel=1e-6)


@kinds
def test_reading_gives_the_probabilities_that_the_loss_is_made_of(kind: Kind) -> None:
    read = model(kind)
    ids = np.random.default_rng(5).integers(V, size=40)
    contexts = read.contexts(ids, np.arange(len(ids) - 1))
    expected = read.forward(contexts, ids[1:])
    assert -np.log(read.probabilities(ids)[1:]).mean() == pytest.approx(expected, rel=1e-12)


def test_a_window_ends_with_its_position_and_begins_with_the_text() -> None:
    ids = np.array([4, 5, 6, 7])
    came = model("concatenated").contexts(ids, np.array([-1, 0, 1, 3]))
    assert came.tolist() == [[V, V, V], [V, V, 4], [V, 4, 5], [5, 6, 7]]


same_words = st.lists(st.integers(0, V - 1), min_size=2, max_size=6).flatmap(
    lambda words: st.tuples(st.just(words), st.permutations(words))
)


@given(same_words, st.sampled_from(["float32", "float64"]))
def test_the_summed_model_cannot_tell_orders_apart_to_the_last_bit(
    orders: tuple[list[int], list[int]], dtype: str
) -> None:
    one, other = (np.array(words) for words in orders)
    summed = model("summed", len(one), dtype)
    first, second = summed.distribution(one), summed.distribution(other)
    assert first.tobytes() == second.tobytes()
    text = np.concatenate([one, [0], one[::-1], other, [0]])
    p = summed.probabilities(text)
    assert p[len(one)] == p[-1]


def test_the_concatenated_model_tells_them_apart() -> None:
    ordered = model("concatenated")
    one, other = (
        ordered.distribution(np.array([1, 2, 3])),
        ordered.distribution(np.array([3, 2, 1])),
    )
    assert np.abs(one - other).max() > 1e-3


@given(
    st.sampled_from(KINDS),
    st.integers(1, 12),
    st.integers(1, 3_000),
    st.integers(1, 10**7),
)
def test_the_largest_size_fits_and_one_more_does_not(
    kind: Kind, words: int, vocabulary: int, budget: int
) -> None:
    def needed(size: int) -> int:
        return window_parameters(kind, words, vocabulary, size, size)

    if needed(1) > budget:
        with pytest.raises(ConfigError, match="parameters"):
            largest_size(kind, words, vocabulary, budget)
        return
    size = largest_size(kind, words, vocabulary, budget)
    assert needed(size) <= budget < needed(size + 1)


@pytest.mark.parametrize(("words", "size"), [(1, 37), (2, 32), (3, 28), (4, 26), (6, 22), (8, 20)])
def test_sizes_at_the_budget_of_the_small_recurrent_network(words: int, size: int) -> None:
    assert largest_size("concatenated", words, 57, 5_785) == size
    assert largest_size("summed", words, 57, 5_785) == 37


@kinds
def test_parameters_are_counted(kind: Kind) -> None:
    assert model(kind).parameter_count == window_parameters(kind, C, V, D, H)
    assert len(model(kind).parameters.values) == window_parameters(kind, C, V, D, H)


@pytest.mark.parametrize("words", [-1, 0, LONGEST_WINDOW + 1, 10**6])
def test_a_window_out_of_bounds_is_refused(words: int) -> None:
    with pytest.raises(ConfigError, match=f"1 to {LONGEST_WINDOW} were expected"):
        WindowLm(Config(), V, "summed", words)


def test_a_model_that_needs_too_much_memory_is_refused_before_it_is_built() -> None:
    with pytest.raises(ConfigError, match="GiB of memory"):
        WindowLm(Config(embedding_size=10**6, hidden_size=10**6), V, "summed", 3)


@kinds
def test_ids_of_another_vocabulary_are_refused(kind: Kind) -> None:
    read = model(kind)
    for ids in (np.array([0, V]), np.array([-1, 0])):
        with pytest.raises(ShapeError, match="vocabulary"):
            read.probabilities(ids)
        with pytest.raises(ShapeError, match="vocabulary"):
            read.distribution(ids)
    with pytest.raises(ShapeError, match="vocabulary"):
        read.forward(np.zeros((1, C), np.int64), np.array([V]))
