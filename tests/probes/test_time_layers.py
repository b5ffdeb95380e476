"""The whole model on a window: shapes, numbers and the loss are those of the model itself."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from rnncore.errors import ShapeError
from rnncore.probes.time_layers import time_layers
from tests.engine.models import N, T, V, random_ids, random_state, small_model


@pytest.mark.parametrize(
    ("cell", "changes"),
    [("rnn", {}), ("gru", {"layers": 2, "dropout": 0.5}), ("lstm", {"tied": True})],
)
def test_a_window_goes_through_as_in_training(cell: str, changes: dict[str, Any]) -> None:
    if "tied" in changes:
        changes = {**changes, "embedding_size": 5, "hidden_size": 5}
    model, rng = small_model(cell, **changes), np.random.default_rng(3)
    xs, ts = random_ids(rng)
    state = random_state(model, N, rng)
    model.state = state
    view = time_layers(model, xs, ts)
    D, H = model.config.embedding_size, model.config.hidden_size
    assert view.xs_vec.shape == (T, N, D)
    assert [hs.shape for hs in view.hs] == [(T, N, H)] * model.config.layers
    assert view.scores.shape == (T, N, V) and view.losses.shape == (T, N)
    for i, before in enumerate(view.before):
        np.testing.assert_array_equal(before, state[i][0])
    np.testing.assert_array_equal(model.state[0][0], state[0][0])  # left as it was
    np.testing.assert_allclose(view.losses, model.losses(xs, ts), rtol=1e-6)
    model.state = state
    assert view.loss == pytest.approx(model.forward(xs, ts), rel=1e-6)
    model.state = state
    np.testing.assert_allclose(view.scores, model.logits(xs), rtol=1e-6, atol=1e-9)


def test_it_begins_from_zero_without_a_state() -> None:
    model = small_model()
    view = time_layers(model, *random_ids(np.random.default_rng(3)))
    assert not view.before[0].any()


def test_targets_must_be_as_many_as_tokens() -> None:
    xs, ts = random_ids(np.random.default_rng(3))
    with pytest.raises(ShapeError):
        time_layers(small_model(), xs, ts[1:])
