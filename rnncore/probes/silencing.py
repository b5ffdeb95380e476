"""Silencing hidden units: what a network loses when one of them is held at zero."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from rnncore.cells import CELLS
from rnncore.model import Rnnlm, State
from rnncore.multiply_adds import per_token
from rnncore.parameters import Parameters
from rnncore.probes.reading import cell_weights, stretches
from rnncore.reference.output import softmax
from rnncore.shapes import Array, Ids
from rnncore.text.agreement import CONDITIONS, Agreement

TOKENS, STREAMS, WARM_UP = 8_000, 20, 40
"""Held-out tokens that are read with every unit silenced, the streams that read them side by side,
and tokens that each reads before."""
WORK = 4e10
"""Multiply-adds that all these readings may cost together, a few seconds: of a larger network fewer
tokens are read."""
FEWEST = 100
"""Tokens that are read however large the network is."""
AT_ONCE = 1_000_000
"""Probabilities that are in memory at once, if those of one token are not more; and as many in a
slice, which is a tenth of a second."""


class Costs(NamedTuple):
    """What every unit is worth, from `tokens` tokens; the first row is the intact network, row u+1
    the one whose unit u is silenced.

    bits     mean -log2 P of a token, (H + 1,)
    right    how often more probability was on tokens that agree than on those of other kinds, by
             condition of CONDITIONS, (H + 1, 3)
    places   how many places there were of each condition, (3,)
    done     share of the work that this is, 0 to 1
    """

    bits: Array
    right: Array
    places: Ids
    tokens: int
    done: float

    @property
    def agreement(self) -> Array:
        """Share of the places that are right, (H + 1, 3); NaN where there are none."""
        with np.errstate(invalid="ignore"):
            return self.right / self.places

    @property
    def extra_bits(self) -> Array:
        """Bits a token that silencing each unit costs, (H,)."""
        return self.bits[1:] - self.bits[0]


def silenced(model: Rnnlm, units: tuple[int, ...]) -> Rnnlm:
    """A copy of `model` whose top layer lacks these units: their columns of Wx, Wh and b are zero,
    in every gate, and so are their rows of Wh. From a zero state they stay at zero for ever."""
    kept = model.parameters
    shapes = {name: kept[name].shape for name in kept.names}
    parameters = Parameters(shapes, model.config.dtype, trained=False)
    parameters.values[:] = kept.values
    H, top = model.config.hidden_size, model.config.layers - 1
    gates = len(CELLS[model.config.cell].gates)
    columns = [gate * H + unit for unit in units for gate in range(gates)]
    for name in ("Wx", "Wh", "b"):
        parameters[f"cell.{top}.{name}"][..., columns] = 0
    parameters[f"cell.{top}.Wh"][list(units)] = 0
    return Rnnlm(model.config, model.vocabulary_size, parameters)


class Reading(NamedTuple):
    """Top states of K networks at once, (T, K, N, H), and the state to go on from."""

    hidden: Array
    state: State


def read_with(model: Rnnlm, ids: Ids, gains: Array, state: State | None = None) -> Reading:
    """Read ids (T, N) by K networks at once, whose top hidden units are multiplied by `gains`
    (K, H) after every tick: 0 silences a unit, 1 leaves it. Without a state from zero.

    Returns the top states (T, K, N, H), and the state to go on from.
    """
    T, N = ids.shape
    K, H = gains.shape
    cell, layers = CELLS[model.config.cell], model.config.layers
    dtype = model.config.dtype
    weights = [cell_weights(model, i) for i in range(layers)]
    if state is None:
        streams = [N] * (layers - 1) + [K * N]
        state = tuple(tuple(np.zeros((n, H), dtype) for _ in cell.states) for n in streams)
    factor = np.repeat(gains.astype(dtype), N, axis=0)
    hidden = np.empty((T, K * N, H), dtype)
    now = list(state)
    for t in range(T):
        x = model.embedding_table[ids[t]]
        for i in range(layers - 1):  # what lies below the top is the same in all of them
            *advanced, _ = cell.step(x, *now[i], *weights[i])
            now[i] = tuple(advanced)
            x = advanced[0]
        *advanced, _ = cell.step(np.tile(x, (K, 1)), *now[-1], *weights[-1])
        np.multiply(advanced[0], factor, out=hidden[t])
        now[-1] = (hidden[t], *advanced[1:])
    return Reading(hidden.reshape(T, K, N, H), tuple(now))


def each_silenced(model: Rnnlm, text: Ids, where: Agreement | None) -> Iterator[Costs]:
    """Read `text` with no unit silenced and with each one alone, all at once; yield what is known
    so far after every slice of the work, at first nothing, from 0 tokens. `where` says where in
    `text` tokens have to agree."""
    H = model.config.hidden_size
    gains = np.concatenate([np.ones((1, H)), 1 - np.eye(H)])
    places, warm_up = _places(model, text)
    K, (T, N) = len(gains), places.shape
    height = max(1, AT_ONCE // (K * N * max(model.vocabulary_size, H)))
    conditions = np.full(len(text), -1)
    kinds = np.zeros(len(text), int)
    if where is not None:
        conditions[where.at], kinds[where.at] = where.conditions, where.kinds
    lost, right = np.zeros(K), np.zeros((K, len(CONDITIONS)))
    count, there = 0, np.zeros(len(CONDITIONS), int)
    state: State | None = None
    for top in range(0, T - 1, height):
        rows = places[top : min(top + height, T - 1)]
        hidden, state = read_with(model, text[rows], gains, state)
        measured = rows[max(warm_up - top, 0) :]
        if len(measured):
            p = _probabilities(model, hidden[-len(measured) :])  # (t, K, N, V)
            targets = text[measured + 1]
            chosen = np.take_along_axis(p, targets[:, None, :, None], -1)[..., 0]
            lost -= np.log2(np.maximum(chosen, np.finfo(p.dtype).tiny)).sum(
                axis=(0, 2), dtype=float
            )
            count += targets.size
            for c in range(len(CONDITIONS)):
                ticks, streams = (conditions[measured + 1] == c).nonzero()
                if where is None or not len(ticks):
                    continue
                kind = kinds[measured[ticks, streams] + 1]
                said = p[ticks, :, streams]  # (n, K, V)
                good = np.einsum("nkv,nv->nk", said, where.right[kind].astype(p.dtype))
                bad = np.einsum("nkv,nv->nk", said, where.wrong[kind].astype(p.dtype))
                right[:, c] += (good > bad).sum(axis=0)
                there[c] += len(ticks)
        done = min(top + height, T - 1) / (T - 1)
        yield Costs(lost / max(count, 1), right.copy(), there.copy(), count, done)


def _places(model: Rnnlm, text: Ids) -> tuple[Ids, int]:
    """Positions of the tokens that are read, (ticks, streams), and how many ticks are warm-up."""
    variants, V = model.config.hidden_size + 1, model.vocabulary_size
    streams = max(1, min(STREAMS, AT_ONCE // (variants * V)))
    affordable = WORK / (variants * per_token(model.config, V)) - streams * WARM_UP
    ticks = int(min(TOKENS, max(affordable, FEWEST))) // streams
    places = stretches(np.arange(len(text)), WARM_UP + ticks + 1, streams)
    return places, max(0, min(WARM_UP, len(places) - 2))


def _probabilities(model: Rnnlm, hidden: Array) -> Array:
    return softmax(hidden @ model.parameters["affine.W"] + model.parameters["affine.b"])
