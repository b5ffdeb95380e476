"""Reading tokens with the reference, so that every tick can be walked back; and what to read."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from rnncore.cells import CELLS
from rnncore.model import Rnnlm, State
from rnncore.reference.output import softmax
from rnncore.shapes import Array, Ids, check_shape
from rnncore.text.corpus import Corpus

WARM_UP = 16, 100
"""Fewest and most ticks read before the first measured one, so that no state is fresh from zero."""


class Reading(NamedTuple):
    """What T ticks left behind. `tapes[t][i]` is layer i's tape of tick t, for `step_backward`
    and `carry` of its reference cell; `states[t]` is the state of all layers after tick t."""

    tapes: list[tuple[Any, ...]]
    states: list[State]

    @property
    def hidden(self) -> Array:
        """Hidden states of the top layer, (T, N, H). Allocates."""
        return np.stack([state[-1][0] for state in self.states])


def read(
    model: Rnnlm, ids: Ids, *, state: State | None = None, dtype: str | None = None
) -> Reading:
    """Read ids (T, N) tick by tick from `state`, the model's carried one if None is given.

    The model is left as it is: its carried state does not advance. Without a state for N streams
    the reading begins from zero. With `dtype` weights and state are converted before. Dropout
    is off, as in every measurement.
    Raises   ShapeError if ids are not (T, N).
    """
    check_shape("ids", ids, (None, None), "(T, N)")
    cell = CELLS[model.config.cell]
    dtype = dtype or model.config.dtype
    now = carried_state(model, ids.shape[1], dtype) if state is None else state
    weights = [cell_weights(model, i, dtype) for i in range(model.config.layers)]
    tapes, states = [], []
    for row in ids:
        x = model.embedding_table[row].astype(dtype, copy=False)
        after, tick = [], []
        for i, layer in enumerate(weights):
            *advanced, tape = cell.step(x, *now[i], *layer)
            after.append(tuple(advanced))
            tick.append(tape)
            x = advanced[0]
        now = tuple(after)
        tapes.append(tuple(tick))
        states.append(now)
    return Reading(tapes, states)


def carried_state(model: Rnnlm, streams: int, dtype: str | None = None) -> State:
    """The state that `model` would read the next tokens of so many streams from."""
    dtype = dtype or model.config.dtype
    shape = (streams, model.config.hidden_size)
    names = CELLS[model.config.cell].states
    return tuple(
        tuple(part.astype(dtype, copy=False) for part in layer)
        if layer and layer[0].shape == shape
        else tuple(np.zeros(shape, dtype) for _ in names)
        for layer in model.state
    )


def cell_weights(model: Rnnlm, layer: int, dtype: str | None = None) -> tuple[Array, ...]:
    """Wx, Wh and b of a layer; a negative number counts from the top."""
    i = range(model.config.layers)[layer]
    dtype = dtype or model.config.dtype
    return tuple(
        model.parameters[f"cell.{i}.{name}"].astype(dtype, copy=False) for name in ("Wx", "Wh", "b")
    )


def loss_gradients(model: Rnnlm, hidden: Array, targets: Ids) -> Array:
    """What the loss of every tick sends to that tick's own top state: (p - one_hot) @ W.T.

    Shapes   hidden (..., H), targets (...)  ->  (..., H), of losses in nats, not averaged
    """
    W = model.parameters["affine.W"].astype(hidden.dtype, copy=False)
    dlogits = next_tokens(model, hidden)
    chosen = targets[..., None]
    np.put_along_axis(dlogits, chosen, np.take_along_axis(dlogits, chosen, -1) - 1, -1)
    return np.asarray(dlogits @ W.T)


def next_tokens(model: Rnnlm, hidden: Array) -> Array:
    """The next token's probabilities, (..., H) -> (..., V), in the precision of `hidden`."""
    W, b = (
        model.parameters[name].astype(hidden.dtype, copy=False) for name in ("affine.W", "affine.b")
    )
    return softmax(hidden @ W + b)


def stretches(text: Ids, length: int, count: int) -> Ids:
    """Up to `count` stretches of `text` side by side, evenly spread, each `length` tokens long.

    A text that is too short gives fewer, at last one of all its tokens: (ticks, streams).
    """
    ticks = min(length, len(text))
    streams = max(1, min(count, len(text) // max(ticks, 1)))
    starts = np.linspace(0, len(text) - ticks, streams).astype(int)
    return text[starts + np.arange(ticks)[:, None]]


def warmed_stretches(text: Ids, ticks: int, count: int) -> Ids:
    """`stretches` of `ticks` inputs, the target of the last one, and a warm-up before them: as
    many tokens as WARM_UP allows and the text holds without an overlap, and no fewer than `ticks`
    within those bounds. A text that is too short gives less."""
    fewest, most = WARM_UP
    apart = len(text) // count - ticks - 1
    warm_up = min(max(apart, ticks, fewest), most)
    if warm_up + ticks >= len(text):
        warm_up = fewest
    return stretches(text, warm_up + ticks + 1, count)


class RunningText(NamedTuple):
    """A stretch of real text to measure on, and a model that stands right before it."""

    model: Rnnlm  # a twin whose carried state is that of the text before
    xs: Ids  # (T, N)
    ts: Ids  # (T, N), the token after each of xs


def text_is_held_out(corpus: Corpus, ticks: int) -> bool:
    """Whether `running_text` of so many ticks is held-out text."""
    return corpus.holds_out(WARM_UP[0] + ticks)


def running_text(model: Rnnlm, corpus: Corpus, ticks: int, streams: int) -> RunningText:
    """`streams` stretches of held-out text, evenly spread, where a model that has read what stands
    before them, up to WARM_UP tokens, goes on for `ticks` ticks.

    Training text where there is too little held out; fewer ticks where all is too short.
    """
    fewest, _ = WARM_UP
    window = warmed_stretches(corpus.watched(fewest + ticks), ticks, streams)
    warm_up = max(len(window) - 1 - ticks, min(fewest, len(window) - 2), 0)
    twin = model.twin()
    if warm_up:
        twin.hidden_states(window[:warm_up])
    return RunningText(twin, window[warm_up:-1], window[warm_up + 1 :])
