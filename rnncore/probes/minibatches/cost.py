"""What one update costs in memory and arithmetic, computed from shapes, and measured."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from time import perf_counter
from typing import Any, NamedTuple

import numpy as np

from rnncore.cells import CELLS
from rnncore.config import Config
from rnncore.memory import parameter_count
from rnncore.model import Rnnlm
from rnncore.optimizers import BLOCK
from rnncore.probes.reading import read
from rnncore.shapes import Ids

ID_BYTES = 8
MOMENTS = {"sgd": 0, "momentum": 1, "adagrad": 1, "adam": 2}


class Memory(NamedTuple):
    """Bytes that an update cannot do without.

    weights    all weights and their gradients
    optimizer  what the update rule remembers, and the one block of scratch that it works in
    fixed      the state before the window, of every layer
    window     what BPTT keeps of all T ticks to walk back: token ids, embedded tokens, states and
               gates of every layer, and the logits, which turn into their own gradient
    """

    weights: int
    optimizer: int
    fixed: int
    window: int

    @property
    def total(self) -> int:
        return sum(self)


class Work(NamedTuple):
    """Multiply-adds of one update in matrix products, as the equations ask for them.

    inputs     x @ Wx of all layers, and back twice: to Wx and to x
    recurrent  h @ Wh of all layers, and back: to Wh from every tick, to h over T-1 links
    outputs    h @ W of the affine layer, and back twice
    """

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
    """The same measured on real arrays and a real clock, the optimizer left out.

    bytes     weights, gradients, and what the reference kept of the window
    reserved  weights, gradients, and every buffer of the fused layers, which hold gradients of
              all ticks and copies besides, for speed
    seconds   median of the fused forward and backward pass
    """

    time_size: int
    bytes: int
    reserved: int
    seconds: float


def update_cost(config: Config, vocabulary_size: int, time_size: int) -> Cost:
    """The cost of one update at any T, from shapes alone.

    Arithmetic a token hardly depends on T; memory grows with it. Elementwise work and what lives
    for a moment only are left out.
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
        weights = buffer_bytes(model.parameters)
        kept = weights + _kept_bytes(model, xs, ts)
        yield Measured(T, kept, buffer_bytes(model), float(np.median(seconds[1:])))


def _kept_bytes(model: Rnnlm, xs: Ids, ts: Ids) -> int:
    """What the reference still holds of a window when it turns back, the weights left out."""
    reading = read(model, xs)
    logits = reading.hidden @ model.parameters["affine.W"]
    kept: dict[int, Any] = {id(part): part for part in (xs, ts, logits)}
    for tick, state in zip(reading.tapes, reading.states, strict=True):
        for tape in tick:
            kept |= {
                id(part): part for name, part in tape._asdict().items() if name not in ("Wx", "Wh")
            }
        kept |= {id(part): part for layer in state for part in layer}
    return sum(part.nbytes for part in kept.values())


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
        elif not isinstance(item, type):
            waiting += getattr(item, "__dict__", {}).values()
    return sum(found.values())


def _memory(config: Config, V: int, T: int) -> Memory:
    N, D, H = config.batch_size, config.embedding_size, config.hidden_size
    P, number = parameter_count(config, V), np.dtype(config.dtype).itemsize
    cell = CELLS[config.cell]
    per_tick = D + config.layers * cell.tape_numbers * H + V
    return Memory(
        weights=2 * P * number,
        optimizer=(MOMENTS[config.optimizer] * P + min(BLOCK, P)) * number,
        fixed=N * config.layers * len(cell.states) * H * number,
        window=T * N * (per_tick * number + 2 * ID_BYTES),
    )


def _work(config: Config, V: int, T: int) -> Work:
    N, D, H = config.batch_size, config.embedding_size, config.hidden_size
    G = len(CELLS[config.cell].gates)
    ticks, widths = T * N, D + (config.layers - 1) * H
    return Work(
        inputs=3 * ticks * widths * G * H,
        recurrent=config.layers * (2 * T + (T - 1)) * N * H * G * H,
        outputs=3 * ticks * H * V,
    )
