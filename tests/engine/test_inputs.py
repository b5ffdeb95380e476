"""TimeInput: the table multiplied first, against every token's row multiplied by itself."""

from __future__ import annotations

import numpy as np
import pytest

from rnncore.layers.inputs import Embedded, TimeInput
from rnncore.reference.output import embedding_backward
from tests.engine.models import assert_close

V, H = 11, 5


@pytest.mark.parametrize("numbers", [0, 10**6], ids=["sorted", "matched"])
@pytest.mark.parametrize("scale", [[1.0], [1.0, 0.5, 0.5, 0.5]], ids=["one gate", "four gates"])
@pytest.mark.parametrize("D", [3, 31], ids=["weights are scaled", "products are scaled"])
def test_a_table_of_tokens_is_read_like_its_rows(
    D: int, scale: list[float], numbers: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rnncore.layers.inputs.ONE_HOT_NUMBERS", numbers)
    rng, G = np.random.default_rng(0), len(scale)
    weights = rng.standard_normal((D, G * H)), rng.standard_normal(G * H)
    by_rows, by_table = (
        (np.full((D, G * H), 9.0), np.full(G * H, 9.0)) for _ in range(2)
    )  # to be overwritten
    plain = TimeInput(weights, by_rows, np.array(scale))
    embedded = TimeInput(weights, by_table, np.array(scale))
    table = rng.standard_normal((V, D))
    for T, N in ((7, 2), (7, 2), (3, 5), (1, 1), (7, 2)):
        ids = rng.integers(2, V, size=(T, N))  # some tokens never occur
        z, other = np.empty((T, G, N, H)), np.empty((T, G, N, H))
        plain.forward(table[ids], z)
        embedded.forward(Embedded(table, ids), other)
        assert_close(other, z, 1e-13, "z")
        expected = (table[ids] @ weights[0] + weights[1]).reshape(T, N, G, H)
        assert_close(z.swapaxes(1, 2), expected * np.array(scale)[:, None], 1e-13, "scaled")

        dz = rng.standard_normal((T * N, G * H))
        dxs, dtable = plain.backward(dz), embedded.backward(dz)
        assert_close(dxs, (dz @ weights[0].T).reshape(T, N, D), 1e-13, "dxs")
        assert_close(dtable, embedding_backward(dxs, ids, V), 1e-12, "dtable")
        assert_close(by_rows[0], table[ids].reshape(-1, D).T @ dz, 1e-12, "dWx")
        for came, wanted in zip(by_table, by_rows, strict=True):
            assert_close(came, wanted, 1e-12)
        assert_close(by_rows[1], dz.sum(axis=0), 1e-12, "db")
