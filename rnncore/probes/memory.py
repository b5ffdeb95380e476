"""How far back a changed token still changes the prediction, beside what the gradient says."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from rnncore.cells import CELLS
from rnncore.model import Rnnlm, State
from rnncore.probes.reading import Reading, carried_state, loss_gradients, next_tokens, read
from rnncore.shapes import Array, Ids, check_shape


class MemoryProfile(NamedTuple):
    """The effect on the last prediction of P contexts when the token d ticks before was another.

    variation  (L, P)  total variation |p - q| / 2 between the predictions, 0 to 1
    bits       (L, P)  KL(p || q) in bits, p with the text's token and q with the other one
    surprise   (L, P)  |change of the loss of the token that really followed|, in bits
    foreseen   (L, P)  the same change as the gradient foresees it, |dL/ds . (s' - s)|, s the state
                       of all layers right after the token and s' after the other one
    gradient   (L, P)  |dL/dh| at the top state after the token, L in nats: the gradient flow

    Row d = 0 is the last token read. `surprise` and `foreseen` are one quantity, measured and
    extrapolated: they may be held against one threshold.
    """

    variation: Array
    bits: Array
    surprise: Array
    foreseen: Array
    gradient: Array


class Horizon(NamedTuple):
    """How far a profile reaches: the largest distance whose value is at least `level`.

    distance   None if no value reaches the level
    open       the last distance measured still reaches it: the true horizon may be longer
    """

    distance: int | None
    level: float
    open: bool


def horizon(profile: Array, level: float) -> Horizon:
    """The horizon of a profile by distance (L,), `level` in the profile's own unit.

    A threshold relative to the strongest effect is `share * profile.max()`.
    """
    reached = np.flatnonzero(profile >= level)
    if not len(reached):
        return Horizon(None, level, False)
    return Horizon(int(reached[-1]), level, bool(reached[-1] == len(profile) - 1))


def memory_profile(
    model: Rnnlm, window: Ids, counts: Ids, distances: int, rng: np.random.Generator
) -> MemoryProfile:
    """Replace one token of real running text, read on, and compare the predictions at its end.

    For every context and every distance one token is replaced by another one, drawn by
    `counts` with the true token left out. All changed copies are read side by side: a copy
    branches off from the true reading where its token stands.

    Shapes   window (W+1, P): contexts of W tokens and the token that followed; counts (V,), how
             often each token occurs in the corpus. Distances d = 0 ... L-1 are measured, L the
             smaller of `distances` and W.
    State    the model's carried state is read, and left as it is.
    Raises   ShapeError if window or counts are not of these shapes.
    Cost     P * L * (L+1) / 2 ticks of the reference cell and P * L predictions.
    """
    check_shape("window", window, (None, None), "(W+1, P)")
    check_shape("counts", counts, (model.vocabulary_size,), "(V,)")
    xs, following = window[:-1], window[-1]
    distances = min(distances, len(xs))
    true = read(model, xs)
    last = true.states[-1][-1][0]
    gradients = _state_gradients(model, true, loss_gradients(model, last, following), distances)
    others, moved = _read_changed(model, xs, true, counts, distances, rng)

    p = next_tokens(model, last)
    effects = np.array([_compare(p, next_tokens(model, h), following) for h in others])
    variation, bits, surprise = effects.swapaxes(0, 1)
    foreseen = [_slope(*pair) for pair in zip(gradients, moved, strict=True)]
    return MemoryProfile(
        variation,
        bits,
        surprise,
        np.array(foreseen) / np.log(2),
        np.array([np.linalg.norm(gradient[-1][0], axis=1) for gradient in gradients]),
    )


def other_tokens(tokens: Ids, counts: Ids, rng: np.random.Generator) -> Ids:
    """For each token another one, drawn by `counts` among the rest.      (P,)  ->  (P,)

    Where nothing but one token was counted, all others are equally likely.
    """
    if np.count_nonzero(counts) < 2:
        counts = np.ones_like(counts)
    above = counts.cumsum(dtype=np.float64)
    own = counts[tokens]
    threshold = rng.random(len(tokens)) * (above[-1] - own)
    # As if the token's own slice were out.
    threshold += np.where(threshold >= above[tokens] - own, own, 0)
    drawn = np.searchsorted(above, threshold, side="right")
    return np.minimum(drawn, np.flatnonzero(counts)[-1])  # where rounding met the upper end


def _read_changed(
    model: Rnnlm,
    xs: Ids,
    true: Reading,
    counts: Ids,
    distances: int,
    rng: np.random.Generator,
) -> tuple[Array, list[State]]:
    """The last top state of every changed copy, (L, P, H) by distance, and by how much the state
    of all layers had moved right after the changed token."""
    W, P = xs.shape
    copies: State | None = None
    moved: list[State] = []
    for t in range(W - distances, W):
        before = true.states[t - 1] if t else carried_state(model, P)
        copies = before if copies is None else _side_by_side(copies, before)
        changed = other_tokens(xs[t], counts, rng)
        ids = np.concatenate((np.tile(xs[t], len(moved)), changed))
        copies = read(model, ids[None], state=copies).states[0]
        moved.append(
            tuple(
                tuple(part[-P:] - own for part, own in zip(layer, layer_true, strict=True))
                for layer, layer_true in zip(copies, true.states[t], strict=True)
            )
        )
    assert copies is not None
    hidden = copies[-1][0].reshape(distances, P, -1)
    return hidden[::-1], moved[::-1]


def _side_by_side(first: State, second: State) -> State:
    return tuple(
        tuple(np.concatenate(parts) for parts in zip(*layers, strict=True))
        for layers in zip(first, second, strict=True)
    )


def _state_gradients(model: Rnnlm, reading: Reading, dh: Array, distances: int) -> list[State]:
    """dL/d(state of all layers) after the last tick, the one before it, and so on: `distances`
    of them. `dh` (P, H) is what the loss sends to the last top state."""
    cell = CELLS[model.config.cell]
    now: State = tuple(
        tuple(np.zeros_like(dh) for _ in cell.states) for _ in range(model.config.layers)
    )
    now = (*now[:-1], (dh, *now[-1][1:]))
    gradients = [now]
    for tapes in reading.tapes[:-distances:-1]:
        from_above: Array | float = 0.0
        before = []
        for layer, tape in zip(now[::-1], tapes[::-1], strict=True):
            dx, *dstates, _, _, _ = cell.step_backward(layer[0] + from_above, *layer[1:], tape)
            before.append(tuple(dstates))
            from_above = dx
        now = tuple(before[::-1])
        gradients.append(now)
    return gradients


def _slope(gradient: State, moved: State) -> Array:
    """|sum of gradient * movement| over all states of all layers.      (P,)"""
    total = sum(
        np.einsum("ph,ph->p", g, m)
        for layers in zip(gradient, moved, strict=True)
        for g, m in zip(*layers, strict=True)
    )
    return np.abs(np.asarray(total))


def _compare(p: Array, q: Array, following: Ids) -> tuple[Array, Array, Array]:
    """Total variation, KL(p || q) in bits and |change of the loss| in bits.      (P, V) twice"""
    tiny = np.finfo(p.dtype).tiny
    ratio = np.log2(np.maximum(p, tiny) / np.maximum(q, tiny))
    rows = np.arange(len(following))
    return (
        np.abs(p - q).sum(axis=1) / 2,
        np.maximum((p * ratio).sum(axis=1), 0),
        np.abs(ratio[rows, following]),
    )
