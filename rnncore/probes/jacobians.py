"""What one tick does to the next and how that multiplies: dh_t/dh_k along tokens really read."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from rnncore.cells import CELLS
from rnncore.initializers import spectral_radius
from rnncore.model import Rnnlm
from rnncore.probes.reading import Reading, cell_weights, read
from rnncore.probes.singular import largest_singular_value
from rnncore.reference.protocols import Tape
from rnncore.reference.rnn import rnn_carry, rnn_step
from rnncore.shapes import Array, Ids


class JacobianDecay(NamedTuple):
    """How large dh_t/dh_(t-d) is, t the last tick and d = 0 ... T-1, beside what bounds it.

    For every stream n, measured:
    spectral      (T, N)  largest singular value: the most that any change can grow
    frobenius     (T, N)  Frobenius norm / sqrt(H): the growth of a random change (root mean square)
    memory        (T, N)  largest singular value of dh_t/dc_(t-d), h and c held apart; LSTM only

    Never below `spectral`:
    tick_bound    (T, N)  product of the largest singular values of every tick's own Jacobian (of
                          h and c together for the LSTM)
    slope_bound   (T, N)  product of  sigma_max(Wh) * max tanh'  of every tick; RNN only
    weight_bound  (T,)    sigma_max(Wh)^d; RNN only

    Neither bound nor measurement, but often taken for one:
    radius        (T,)    rho(Wh)^d, rho the largest |eigenvalue|; RNN only
    """

    spectral: Array
    frobenius: Array
    memory: Array | None
    tick_bound: Array
    slope_bound: Array | None
    weight_bound: Array | None
    radius: Array | None


def jacobian_decay(model: Rnnlm, ids: Ids) -> JacobianDecay:
    """Carry the identity back from the last tick of `ids`, tick by tick, and measure it.

        dh_t/dh_(k-1) = dh_t/dh_k * dh_k/dh_(k-1)      of the top layer, with every tanh' in it

    Shapes   ids (T, N); the model's carried state is read, and left as it is.
    Cost     products of T*N pairs of H x H matrices and twice as many largest singular values;
             twice as wide for the LSTM.
    """
    reading = read(model, ids, dtype="float64")
    cell = CELLS[model.config.cell]
    T, N, H = len(ids), ids.shape[1], model.config.hidden_size
    spectral, frobenius, ticks = np.ones((T, N)), np.ones((T, N)), np.ones((T, N))
    memory = np.zeros((T, N)) if len(cell.states) > 1 else None
    flowing = np.eye(H, len(cell.states) * H)  # dh_t/dh_t = I, dh_t/dc_t = 0
    for d in range(1, T):
        tick = tick_jacobian(model.config.cell, reading.tapes[T - d][-1])
        flowing = flowing @ tick
        by_h = flowing[..., :H]
        spectral[d] = largest_singular_value(by_h)
        frobenius[d] = np.linalg.norm(by_h, axis=(1, 2)) / np.sqrt(H)
        ticks[d] = largest_singular_value(tick)
        if memory is not None:
            memory[d] = largest_singular_value(flowing[..., H:])
    bounds = _weight_bounds(model, reading, cell.slope) if cell.slope else (None, None, None)
    return JacobianDecay(spectral, frobenius, memory, ticks.cumprod(axis=0), *bounds)


def tick_jacobian(cell_name: str, tape: Tape) -> Array:
    """d(states after a tick) / d(states before it), of every stream.      (N, S*H, S*H)

    S is the number of the cell's states; entry [n, i, j] is how much state i of stream n after
    the tick changes with state j before it. `tape` is that of the reference step.
    """
    cell = CELLS[cell_name]
    N, H = tape.h_prev.shape
    size = len(cell.states) * H
    each_after = np.broadcast_to(np.eye(size)[:, None], (size, N, size))
    before = cell.carry(*np.split(each_after, len(cell.states), axis=-1), tape)
    return np.concatenate(before, axis=-1).swapaxes(0, 1)


def _weight_bounds(
    model: Rnnlm, reading: Reading, slope: Callable[[Tape], Array]
) -> tuple[Array, Array, Array]:
    Wh = cell_weights(model, -1, "float64")[1]
    slopes = np.stack([slope(tick[-1]) for tick in reading.tapes])
    T, N, _ = slopes.shape
    sigma = largest_singular_value(Wh)
    steepest = slopes.max(axis=2)[:0:-1]  # max f' of the ticks T-1 ... 1
    slope_bound = np.concatenate((np.ones((1, N)), sigma * steepest)).cumprod(axis=0)
    distances = np.arange(T)
    return slope_bound, sigma**distances, spectral_radius(Wh) ** distances


class BookFigure(NamedTuple):
    """The norm of a gradient of ones after d ticks back, d = 0 ... T, sqrt(sum of squares) / N."""

    without_slope: Array | None  # (T+1,) as the book draws it: dh @ Wh.T again and again; RNN only
    along_tokens: Array  # (T+1,) the same dh through the ticks really read, tanh' and all


def book_figure(model: Rnnlm, ids: Ids) -> BookFigure:
    """The figure of section 6.1.4 with this model's own Wh, beside the truth along `ids`.

    The book multiplies by Wh.T alone. A tick back is (dh * (1 - h^2)) @ Wh.T: leaving out the
    slope of tanh, which is never above 1, is right only where all h are 0.
    Shapes   ids (T, N); the model's carried state is read, and left as it is.
    Source   Deep Learning from Scratch 2, section 6.1.4.
    """
    cell = CELLS[model.config.cell]
    reading = read(model, ids, dtype="float64")
    N, H = ids.shape[1], model.config.hidden_size
    flowing: tuple[Array, ...] = (np.ones((N, H)), *(np.zeros((N, H)) for _ in cell.states[1:]))
    norms = [_book_norm(flowing[0])]
    for tape in reading.tapes[::-1]:
        flowing = cell.carry(*flowing, tape[-1])
        norms.append(_book_norm(flowing[0]))
    without = None
    if cell.slope is not None:
        without = repeated_product(cell_weights(model, -1, "float64")[1], N, len(ids))
    return BookFigure(without, np.array(norms))


def book_example(ticks: int = 20, scale: float = 1.0) -> BookFigure:
    """The book's own numbers: N = 2, H = 3, Wh drawn after seed(3) and multiplied by `scale`.

    The book stops at the first curve. For the second an RNN with that Wh reads noise, N(0, 1)
    in every unit and drawn on from the same generator, from a zero state.
    """
    N, H = 2, 3
    rng = np.random.RandomState(3)
    Wh = scale * rng.randn(H, H)
    h: Array = np.zeros((N, H))
    tapes = []
    for _ in range(ticks):
        h, tape = rnn_step(rng.randn(N, H), h, np.eye(H), Wh, np.zeros(H))
        tapes.append(tape)
    dh: Array = np.ones((N, H))
    norms = [_book_norm(dh)]
    for tape in tapes[::-1]:
        (dh,) = rnn_carry(dh, tape)
        norms.append(_book_norm(dh))
    return BookFigure(repeated_product(Wh, N, ticks), np.array(norms))


def repeated_product(Wh: Array, streams: int, ticks: int) -> Array:
    """Norms of ones, multiplied by Wh.T `ticks` times.      (H, H)  ->  (ticks+1,)"""
    dh: Array = np.ones((streams, len(Wh)))
    norms = [_book_norm(dh)]
    for _ in range(ticks):
        dh = dh @ Wh.T
        norms.append(_book_norm(dh))
    return np.array(norms)


def _book_norm(dh: Array) -> float:
    return float(np.sqrt((dh**2).sum())) / len(dh)
