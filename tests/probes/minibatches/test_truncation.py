"""Gradients that a window's edge cuts off, against the flow of each window by itself."""

from __future__ import annotations

import numpy as np
import pytest

from rnncore.cells import CELLS
from rnncore.model import Rnnlm
from rnncore.probes.gradient_flow import state_gradients
from rnncore.probes.minibatches.truncation import arriving_gradients
from rnncore.shapes import Array, Ids
from tests.engine.models import assert_close
from tests.probes.tools import copied, same, standing_model, window

TICKS = 11
cells = pytest.mark.parametrize("cell", CELLS)


def norms(model: Rnnlm, ids: Ids, targets: Ids) -> Array:
    return np.linalg.norm(state_gradients(model, ids, targets)[:, 0], axis=1)


@cells
def test_uncut_it_is_the_ordinary_backward_pass(cell: str) -> None:
    model, (xs, ts) = standing_model(cell, streams=1), window(ticks=TICKS, streams=1)
    before = copied(model.state)
    arriving = arriving_gradients(model, xs[:, 0], ts[:, 0], TICKS)
    assert same(model.state, before)
    assert_close(arriving.whole, norms(model, xs, ts), 1e-10)
    assert_close(arriving.kept, arriving.whole, 1e-12)


@cells
@pytest.mark.parametrize("stateful", [True, False])
@pytest.mark.parametrize("time_size", [1, 4])
def test_cut_it_is_what_each_window_sends_back_by_itself(
    cell: str, stateful: bool, time_size: int
) -> None:
    model, (xs, ts) = standing_model(cell, streams=1), window(ticks=TICKS, streams=1)
    kept = arriving_gradients(model, xs[:, 0], ts[:, 0], time_size, stateful=stateful).kept
    for start in range(0, TICKS, time_size):
        part = slice(start, start + time_size)
        assert_close(kept[part], norms(model, xs[part], ts[part]), 1e-10)
        if stateful:
            model.hidden_states(xs[part])
        else:
            model.reset_state()
