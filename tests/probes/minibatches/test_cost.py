"""Costs from shapes against the products the reference makes and the buffers the layers hold."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from rnncore.cells import CELLS
from rnncore.model import Rnnlm
from rnncore.optimizers import BLOCK, OPTIMIZERS
from rnncore.probes.minibatches.cost import buffer_bytes, measure, update_cost
from rnncore.reference.bptt import unrolled_bptt
from rnncore.reference.output import cross_entropy_backward
from tests.engine.models import D, H, N, T, V, random_state, small_config, small_model
from tests.probes.tools import window

cells = pytest.mark.parametrize("cell", CELLS)


class Counted(np.ndarray):
    """An array whose matrix products are counted in multiply-adds."""

    products = 0

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **options: Any) -> Any:
        plain = [np.asarray(part) for part in inputs]
        options = {key: np.asarray(v[0]) if key == "out" else v for key, v in options.items()}
        if ufunc is np.matmul:
            Counted.products += plain[0].shape[0] * math.prod(plain[1].shape)
        result = getattr(ufunc, method)(*plain, **options)
        return result.view(Counted) if isinstance(result, np.ndarray) else result


@cells
@pytest.mark.parametrize("layers", [1, 2])
def test_the_work_is_what_the_reference_multiplies(
    cell: str, layers: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dlogits(*arguments: Any) -> Counted:
        return cross_entropy_backward(*arguments).view(Counted)

    monkeypatch.setattr("rnncore.reference.bptt.cross_entropy_backward", dlogits)
    model, (xs, ts) = small_model(cell, layers=layers), window()
    params = {name: value.view(Counted) for name, value in model.parameters.as_dict().items()}
    state = tuple(
        tuple(part.view(Counted) for part in layer)
        for layer in random_state(model, N, np.random.default_rng(0))
    )
    Counted.products = 0
    unrolled_bptt(CELLS[cell], params, xs, ts, state)
    work = update_cost(model.config, V, T).work
    G = len(CELLS[cell].gates)
    cut = layers * N * H * G * H  # the reference also carries back to before the window
    assert Counted.products == work.total + cut


@cells
@pytest.mark.parametrize(
    "changes",
    [{}, {"layers": 2}, {"embedding_size": H, "tied": True}, {"dtype": "float32"}],
    ids=str,
)
def test_the_memory_is_what_the_reference_keeps(cell: str, changes: dict[str, Any]) -> None:
    config = small_config(cell, **changes)
    for found in measure(config, V, [2, 13], repeats=1):
        memory = update_cost(config, V, found.time_size).memory
        assert found.bytes == memory.total - memory.optimizer
        assert found.reserved > found.bytes
        assert found.seconds > 0


@cells
def test_the_fused_layers_reserve_in_proportion(cell: str) -> None:
    """Every buffer is found: what is reserved grows with T, by more than what has to be kept."""
    reserved = [found.reserved for found in measure(small_config(cell), V, [10, 20, 30], 1)]
    kept = [update_cost(small_config(cell), V, T).memory.window for T in (10, 20)]
    growth = reserved[1] - reserved[0]
    assert growth > kept[1] - kept[0]
    assert reserved[2] - reserved[1] == pytest.approx(growth, rel=0.1)


def test_memory_grows_with_T_and_the_work_of_a_token_hardly() -> None:
    costs = [update_cost(small_config("lstm"), 3001, T) for T in (10, 20, 40)]
    window = [cost.memory.window for cost in costs]
    assert window[1] == 2 * window[0] and window[2] == 4 * window[0]
    assert len({cost.memory.fixed for cost in costs}) == 1
    assert costs[0].per_token == pytest.approx(costs[2].per_token, rel=0.02)
    assert costs[0].per_token < costs[2].per_token  # T-1 links for T ticks


def test_the_optimizer_keeps_its_moments() -> None:
    sizes = {
        name: update_cost(small_config("rnn", optimizer=name), V, T).memory
        for name in ("sgd", "momentum", "adam")
    }
    P = V * D + (D + H + 1) * H + (H + 1) * V
    assert sizes["sgd"].weights == 2 * 8 * P
    assert [sizes[name].optimizer // (8 * P) for name in sizes] == [1, 2, 3]  # P fits into a block


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_the_optimizer_holds_what_is_counted(name: str) -> None:
    """In more than one block of weights: the scratch is one block, whatever the network's size."""
    config = small_config("rnn", optimizer=name, hidden_size=211)
    model = Rnnlm(config, 211)
    optimizer = OPTIMIZERS[name](model.parameters)
    weights = buffer_bytes(model.parameters)
    held = buffer_bytes([model.parameters, optimizer]) - weights
    memory = update_cost(config, 211, T).memory
    assert model.parameters.values.size > 2 * BLOCK
    assert memory.weights == weights
    # SGD keeps a second set of blocks, for a table that is updated by rows.
    assert memory.optimizer <= held <= memory.optimizer + BLOCK * 8


def test_shared_memory_counts_once() -> None:
    array = np.zeros(10)
    assert buffer_bytes([array, array[2:], {"again": array.reshape(2, 5)}]) == 80
