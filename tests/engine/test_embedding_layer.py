"""TimeEmbedding on both of its paths, matched and sorted, against the reference's plain sum."""

from __future__ import annotations

import numpy as np
import pytest

from rnncore.layers.embedding import MATCHES, TimeEmbedding
from rnncore.reference.output import embedding, embedding_backward
from rnncore.shapes import Ids

D = 3
SMALL, LARGE = (5, 3), (31, 17)
V = 499


def window(rng: np.random.Generator, sizes: tuple[int, int], lowest: int = 0) -> Ids:
    """Ids that repeat, from a part of the vocabulary only."""
    return rng.integers(lowest, lowest + 29, size=sizes)


def test_the_sizes_lie_on_both_sides_of_the_switch() -> None:
    assert (SMALL[0] * SMALL[1]) ** 2 <= MATCHES < (LARGE[0] * LARGE[1]) ** 2


@pytest.mark.parametrize(
    "order",
    [
        (SMALL, SMALL, SMALL),
        (LARGE, LARGE, LARGE),
        (LARGE, SMALL, LARGE),
        (SMALL, LARGE, SMALL),
        (LARGE, (31, 13), LARGE, SMALL),
    ],
    ids=str,
)
def test_rows_of_one_window_are_forgotten_in_the_next(order: tuple[tuple[int, int], ...]) -> None:
    """Each window has other tokens: what the one before left in dW must be gone."""
    rng = np.random.default_rng(0)
    W, dW = rng.standard_normal((V, D)), np.full((V, D), 9.0)
    layer = TimeEmbedding(W, dW)
    for turn, sizes in enumerate(order):
        ids = window(rng, sizes, 37 * turn)
        np.testing.assert_array_equal(layer.forward(ids), embedding(ids, W))
        dxs = rng.standard_normal((*sizes, D))
        layer.backward(dxs)
        expected = embedding_backward(dxs, ids, V)
        np.testing.assert_allclose(dW, expected, rtol=1e-10, atol=1e-12)
        if layer.touched is not None:  # whoever updates only these rows must miss none
            np.testing.assert_array_equal(np.unique(layer.touched), np.unique(ids))


def test_one_token_alone_in_a_window() -> None:
    W, dW = np.ones((V, D)), np.zeros((V, D))
    layer = TimeEmbedding(W, dW)
    ids = np.full(LARGE, V - 1)
    layer.forward(ids)
    layer.backward(np.ones((*LARGE, D)))
    assert dW[-1].tolist() == [ids.size] * D and not dW[:-1].any()
