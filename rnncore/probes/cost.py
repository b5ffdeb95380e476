"""What one update costs in memory and arithmetic, computed from shapes, and measured."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from time import perf_counter
from typing import Any, NamedTuple

import numpy as np

from rnncore.config import GATES, Config, parameter_count
from rnncore.layers.embedding import ONE_HOT_ENTRIES
from rnncore.model import Rnnlm

PER_TICK = {"rnn": (3, 1), "lstm": (13, 1), "gru": (14, 1)}
"""Numbers a fused layer keeps for every tick and stream, in multiples of H and of its inputs:
states, gates and their gradients; the gradient of its inputs."""
PER_STREAM = {"rnn": 3, "lstm": 10, "gru": 3}
"""Numbers it keeps for every stream whatever T, in multiples of H: the state before the window,
the carried one, and what one tick needs."""
COPIED_WEIGHTS = {"rnn": False, "lstm": True, "gru": True}
"""Whether a layer keeps scaled copies of Wx and Wh."""
IDS_PER_TICK = 4
"""Whole numbers for every tick and stream: input, target, and their rows in two layers."""
ID_BYTES = 8
MOMENTS = {"sgd": 0, "momentum": 1, "adagrad": 1, "adam": 2}


class Memory(NamedTuple):
    """Bytes that training holds between and during updates.

    weights      all weights and their gradients
    optimizer    what the update rule remembers, and its scratch
    fixed        buffers whose size does not depend on T
    window       buffers of all T ticks: what BPTT has to keep to walk back
    """

    weights: int
    optimizer: int
    fixed: int
    window: int

    @property
    def total(self) -> int:
        return sum(self)


class Work(NamedTuple):
    """Multiply-adds of one update, in matrix products; elementwise work is left out.

    embedding  the gradient of the table where it is a one-hot product; looking up costs none
    inputs     x @ Wx of all layers, and back twice: to Wx and to x
    recurrent  h @ Wh of all layers, and back: to Wh from every tick, to h over T-1 links
    outputs    h @ W + b of the affine layer, and back twice
    """

    embedding: int
    inputs: int
    recurrent: int
    outputs: int

    @property
    def total(self) -> int:
        return sum(self)


class Cost(NamedTuple):
    """One update at window length `time_size`; `per_token` are its multiply-adds by token."""

    time_size: int
    memory: Memory
    work: Work
    per_token: float


class Measured(NamedTuple):
    """The same measured: bytes of every buffer a model has reserved (weights and gradients among
    them, no optimizer), and the median seconds of a forward and backward pass."""

    time_size: int
    bytes: int
    seconds: float


def update_cost(config: Config, vocabulary_size: int, time_size: int) -> Cost:
    """The cost of one update, from shapes alone, at any T.

    Memory is that of the fused layers, temporary arrays left out. Arithmetic a token hardly
    depends on T; memory grows with it.
    """
    T, N = time_size, config.batch_size
    work = _work(config, vocabulary_size, T)
    return Cost(T, _memory(config, vocabulary_size, T), work, work.total / (T * N))


def measure(
    config: Config, vocabulary_size: int, time_sizes: Sequence[int], repeats: int = 5
) -> Iterator[Measured]:
    """Run a model of these settings on random tokens at each T, one result after the other."""
    rng = np.random.default_rng(config.seed)
    for T in time_sizes:
        model = Rnnlm(config.with_changes(time_size=T), vocabulary_size)
        xs, ts = rng.integers(vocabulary_size, size=(2, T, config.batch_size))
        seconds = []
        for _ in range(repeats + 1):
            started = perf_counter()
            model.forward(xs, ts, train=True)
            model.backward()
            seconds.append(perf_counter() - started)
        yield Measured(T, buffer_bytes(model), float(np.median(seconds[1:])))


def buffer_bytes(owner: Any) -> int:
    """Bytes of all arrays that an object holds, itself or through what it holds; shared memory
    counts once."""
    found: dict[int, int] = {}
    seen: set[int] = set()
    waiting = [owner]
    while waiting:
        item = waiting.pop()
        if id(item) in seen:
            continue
        seen.add(id(item))
        if isinstance(item, np.ndarray):
            while isinstance(item.base, np.ndarray):
                item = item.base
            found[id(item)] = item.nbytes
        elif isinstance(item, dict):
            waiting += item.values()
        elif isinstance(item, list | tuple):
            waiting += item
        elif type(item).__module__.startswith("rnncore."):
            waiting += getattr(item, "__dict__", {}).values()
    return sum(found.values())


def _memory(config: Config, V: int, T: int) -> Memory:
    N, D, H, G = config.batch_size, config.embedding_size, config.hidden_size, GATES[config.cell]
    P, number = parameter_count(config, V), np.dtype(config.dtype).itemsize
    fixed = 0
    per_tick = D + (V if _one_hot(config, V, T) else 0)  # embedded tokens, one-hot matrix
    for layer in range(config.layers):
        inputs = H if layer else D
        of_h, of_inputs = PER_TICK[config.cell]
        per_tick += of_h * H + of_inputs * inputs
        fixed += N * PER_STREAM[config.cell] * H
        if COPIED_WEIGHTS[config.cell]:
            fixed += (inputs + H + 1) * G * H
    per_tick += 2 * (H + 1) + V + H + 1  # affine: inputs, scaled inputs, logits, dh; row sums
    optimizer = P * (MOMENTS[config.optimizer] + 1)
    return Memory(
        2 * P * number, optimizer * number, fixed * number,
        T * N * (per_tick * number + IDS_PER_TICK * ID_BYTES),
    )  # fmt: skip


def _work(config: Config, V: int, T: int) -> Work:
    N, D, H, G = config.batch_size, config.embedding_size, config.hidden_size, GATES[config.cell]
    ticks = T * N
    widths = D + (config.layers - 1) * H
    return Work(
        embedding=ticks * V * D if _one_hot(config, V, T) else 0,
        inputs=3 * ticks * widths * G * H,
        recurrent=config.layers * (2 * T + (T - 1)) * N * H * G * H,
        outputs=3 * ticks * H * V + 2 * ticks * V,  # the bias is a row of the product, both ways
    )


def _one_hot(config: Config, V: int, T: int) -> bool:
    return not config.tied and T * config.batch_size * V <= ONE_HOT_ENTRIES
