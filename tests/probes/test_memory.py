"""The memory probe against reading the changed text from the beginning, one copy at a time."""

from __future__ import annotations

import numpy as np
import pytest

from rnncore.cells import CELLS
from rnncore.errors import ShapeError
from rnncore.model import Rnnlm
from rnncore.probes.memory import MemoryProfile, horizon, memory_profile, other_tokens
from rnncore.probes.reading import next_tokens, read
from rnncore.reference.gradient_check import numerical_gradient
from rnncore.shapes import Array, Ids
from tests.engine.models import V
from tests.probes.tools import copied, last_loss, same, standing_model, window

cells = pytest.mark.parametrize("cell", CELLS)
W, P, L = 6, 5, 4
COUNTS = np.arange(V)


def text() -> Ids:
    return window(4, W + 1, P)[0]


def measured(model: Rnnlm) -> MemoryProfile:
    return memory_profile(model, text(), COUNTS, L, np.random.default_rng(7))


def replacements() -> list[Ids]:
    """The tokens drawn in `measured`, by distance: the farthest is replaced first."""
    rng = np.random.default_rng(7)
    drawn = [other_tokens(text()[t], COUNTS, rng) for t in range(W - L, W)]
    return drawn[::-1]


@cells
@pytest.mark.parametrize("layers", [1, 2])
def test_it_is_what_reading_the_changed_text_gives(cell: str, layers: int) -> None:
    model = standing_model(cell, layers=layers, streams=P)
    before = copied(model.state)
    profile, window, others = measured(model), text(), replacements()
    assert same(model.state, before)
    p = next_tokens(model, read(model, window[:-1]).hidden[-1])
    for d in range(L):
        changed = window.copy()
        changed[W - 1 - d] = others[d]
        assert (changed[W - 1 - d] != window[W - 1 - d]).all()
        q = next_tokens(model, read(model, changed[:-1]).hidden[-1])
        for n in range(P):
            variation = 0.5 * np.abs(p[n] - q[n]).sum()
            divergence = float((p[n] * np.log2(p[n] / q[n])).sum())
            surprise = abs(np.log2(p[n] / q[n])[window[-1, n]])
            assert profile.variation[d, n] == pytest.approx(variation, rel=1e-9)
            assert profile.bits[d, n] == pytest.approx(divergence, rel=1e-6)
            assert profile.surprise[d, n] == pytest.approx(surprise, rel=1e-9)


@pytest.mark.slow
@cells
@pytest.mark.parametrize("layers", [1, 2])
def test_what_the_gradient_foresees_agrees_with_finite_differences(cell: str, layers: int) -> None:
    model, window, others = standing_model(cell, layers=layers, streams=P), text(), replacements()
    profile = measured(model)
    true = read(model, window[:-1]).states
    for d in range(L):
        k = W - 1 - d
        before = true[k - 1] if k else model.state
        after = read(model, others[d][None], state=before).states[0]

        def loss(k: int = k) -> float:
            return last_loss(model, window[k + 1 : -1], window[-1], true[k])

        change: Array = np.zeros(P)
        for layer, moved in zip(true[k], after, strict=True):
            for part, other in zip(layer, moved, strict=True):
                gradient = numerical_gradient(loss, part)
                change += (gradient * (other - part)).sum(axis=1)
                if part is true[k][-1][0]:
                    norm = np.linalg.norm(gradient, axis=1)
        np.testing.assert_allclose(
            profile.foreseen[d], np.abs(change) / np.log(2), rtol=1e-5, atol=1e-9
        )
        np.testing.assert_allclose(profile.gradient[d], norm, rtol=1e-6, atol=1e-9)


def test_small_movements_are_foreseen() -> None:
    """With an embedding close to zero every token says nearly the same: the change is linear."""
    model = standing_model("lstm", streams=P)
    model.parameters["embedding.W"][...] *= 1e-4
    profile = measured(model)
    np.testing.assert_allclose(profile.foreseen, profile.surprise, rtol=1e-2, atol=1e-9)


def test_a_network_without_recurrence_remembers_nothing() -> None:
    model = standing_model("rnn", streams=P)
    model.parameters["cell.0.Wh"][...] = 0
    profile = measured(model)
    assert profile.variation[0].min() > 0
    for effect in profile:
        assert not effect[1:].any()
    assert horizon(profile.variation.mean(axis=1), 0.001) == (0, 0.001, False)


def test_distances_end_with_the_contexts() -> None:
    model = standing_model("gru", streams=P)
    assert memory_profile(model, text(), COUNTS, W, np.random.default_rng(0)).bits.shape == (W, P)
    assert memory_profile(model, text(), COUNTS, 99, np.random.default_rng(0)).bits.shape == (W, P)
    assert memory_profile(model, text(), COUNTS, 1, np.random.default_rng(0)).bits.shape == (1, P)
    with pytest.raises(ShapeError, match="counts"):
        memory_profile(model, text(), COUNTS[1:], L, np.random.default_rng(0))


def test_other_tokens_follow_the_counts_and_are_never_the_same() -> None:
    counts, rng = np.array([3, 0, 1, 4, 2]), np.random.default_rng(0)
    for token in range(5):
        drawn = other_tokens(np.full(40_000, token), counts, rng)
        rest = np.where(np.arange(5) == token, 0, counts)
        shares = np.bincount(drawn, minlength=5) / 40_000
        np.testing.assert_allclose(shares, rest / rest.sum(), atol=0.01)
        assert shares[token] == 0
    alone = other_tokens(np.array([2, 2, 2]), np.array([0, 0, 5, 0]), rng)
    assert 2 not in alone and alone.max() < 4


def test_the_horizon_is_the_last_distance_that_reaches_the_level() -> None:
    profile = np.array([1.0, 0.5, 0.01, 0.2, 0.05])
    assert horizon(profile, 0.1) == (3, 0.1, False)
    assert horizon(profile, 0.05) == (4, 0.05, True)
    assert horizon(profile, 2.0) == (None, 2.0, False)
