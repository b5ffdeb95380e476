"""Look-up, softmax and cross entropy of the reference against finite differences and by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from rnncore.reference.gradient_check import numerical_gradient, relative_error
from rnncore.reference.output import (
    cross_entropy,
    cross_entropy_backward,
    embedding,
    embedding_backward,
    softmax,
)
from tests.engine.models import D, N, T, V


def test_the_embedding_gathers_every_use_of_a_row() -> None:
    rng = np.random.default_rng(0)
    W, ids = rng.standard_normal((V, D)), rng.integers(5, size=(T, N))  # rows occur often
    assert len(np.unique(ids)) < ids.size
    dx = rng.standard_normal((T, N, D))
    gradient = embedding_backward(dx, ids, V)
    numerical = numerical_gradient(lambda: float((embedding(ids, W) * dx).sum()), W)
    assert relative_error(gradient, numerical) < 1e-8
    assert not gradient[5:].any()


def test_softmax_is_a_distribution_and_knows_no_overflow() -> None:
    logits = np.random.default_rng(1).standard_normal((T, N, V))
    with np.errstate(all="raise", under="ignore"):
        for scale in (1, 1e4, 1e300):
            probabilities = softmax(scale * logits)
            np.testing.assert_allclose(probabilities.sum(axis=-1), 1, rtol=1e-12)
        np.testing.assert_allclose(softmax(logits + 1e3), softmax(logits), rtol=1e-9)
    expected = np.exp(logits) / np.exp(logits).sum(axis=-1, keepdims=True)
    np.testing.assert_allclose(softmax(logits), expected, rtol=1e-12)


def test_cross_entropy_by_hand() -> None:
    assert cross_entropy(np.zeros((T, N, V)), np.zeros((T, N), int)) == pytest.approx(math.log(V))
    sure = np.log(np.array([[0.5, 0.25, 0.25]]))
    assert cross_entropy(sure, np.array([0])) == pytest.approx(math.log(2))
    assert cross_entropy(1e4 * np.eye(3), np.array([1, 1, 1])) == pytest.approx(2e4 / 3)


def test_cross_entropy_backward_agrees_with_finite_differences() -> None:
    rng = np.random.default_rng(2)
    logits, targets = rng.standard_normal((T, N, V)), rng.integers(V, size=(T, N))
    gradient = cross_entropy_backward(logits, targets)
    assert gradient.shape == logits.shape
    numerical = numerical_gradient(lambda: cross_entropy(logits, targets), logits)
    assert relative_error(gradient, numerical) < 1e-8
    np.testing.assert_allclose(gradient.sum(axis=-1), 0, atol=1e-15)
