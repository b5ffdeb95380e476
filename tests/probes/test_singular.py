"""The iteration for the largest singular value against the full decomposition."""

from __future__ import annotations

import numpy as np
import pytest

from rnncore.probes.singular import SMALL, largest_singular_value
from rnncore.shapes import Array

SIZE = SMALL + 31


def matrices() -> dict[str, Array]:
    rng = np.random.default_rng(4)
    gauss = rng.standard_normal((2, SIZE, SIZE)) / np.sqrt(SIZE)
    orthogonal = np.linalg.qr(gauss)[0]
    return {
        "gauss": gauss,
        "product": np.linalg.matrix_power(gauss, 8),
        "orthogonal": orthogonal,
        "crowded": orthogonal * np.linspace(0.9, 1, SIZE),
        "wide": rng.standard_normal((2, SIZE, 2 * SIZE)),
        "one direction": gauss[..., :1] @ gauss[..., :1, :],
        "vanishing": 1e-30 * gauss,
    }


@pytest.mark.parametrize("name", matrices())
def test_it_agrees_with_the_decomposition_and_is_never_larger(name: str) -> None:
    chosen = matrices()[name]
    exact = np.linalg.svd(chosen, compute_uv=False)[..., 0]
    found = largest_singular_value(chosen)
    assert found.shape == (2,)
    np.testing.assert_allclose(found, exact, rtol=1e-3)
    assert (found <= exact * (1 + 1e-9)).all()


def test_nothing_stretches_nothing() -> None:
    assert largest_singular_value(np.zeros((3, SIZE, SIZE))).tolist() == [0, 0, 0]


def test_small_matrices_are_decomposed_in_full() -> None:
    chosen = np.random.default_rng(1).standard_normal((5, 7, 7))
    exact = np.linalg.svd(chosen, compute_uv=False)[..., 0]
    np.testing.assert_array_equal(largest_singular_value(chosen), exact)
