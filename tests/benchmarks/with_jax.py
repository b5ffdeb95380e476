"""JAX as its users would write it: one jitted update, lax.scan over the ticks, donated buffers."""

from __future__ import annotations

from functools import partial
from itertools import cycle
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from rnncore.cells import CELLS
from tests.benchmarks.problem import LEARNING_RATE, Problem

Params = dict[str, Any]
State = tuple[Any, ...]


def rnn_tick(Wh: Any, state: State, from_input: Any) -> tuple[State, Any]:
    h = jnp.tanh(from_input + state[0] @ Wh)
    return (h,), h


def lstm_tick(Wh: Any, state: State, from_input: Any) -> tuple[State, Any]:
    h, c = state
    g, f, i, o = jnp.split(from_input + h @ Wh, 4, axis=1)
    c = jax.nn.sigmoid(f) * c + jnp.tanh(g) * jax.nn.sigmoid(i)
    h = jax.nn.sigmoid(o) * jnp.tanh(c)
    return (h, c), h


def gru_tick(Wh: Any, state: State, from_input: Any) -> tuple[State, Any]:
    (h,) = state
    r, z, n = jnp.split(from_input, 3, axis=1)
    from_r, from_z, memory = jnp.split(h @ Wh, 3, axis=1)
    z = jax.nn.sigmoid(z + from_z)
    h = (1 - z) * jnp.tanh(n + jax.nn.sigmoid(r + from_r) * memory) + z * h
    return (h,), h


TICKS = {"rnn": rnn_tick, "lstm": lstm_tick, "gru": gru_tick}


def mean_loss(tick: Any, params: Params, state: State, xs: Any, ts: Any) -> tuple[Any, State]:
    inputs = params["embedding.W"][xs] @ params["cell.0.Wx"] + params["cell.0.b"]
    state, hs = lax.scan(partial(tick, params["cell.0.Wh"]), state, inputs)
    logits = hs @ params["affine.W"] + params["affine.b"]
    picked = jnp.take_along_axis(logits, ts[..., None], axis=-1)[..., 0]
    return (jax.nn.logsumexp(logits, axis=-1) - picked).mean(), state


class Jax:
    """All inputs in one matmul before the scan; losses are fetched when a run is over."""

    def __init__(self, problem: Problem) -> None:
        gradient = jax.value_and_grad(partial(mean_loss, TICKS[problem.cell]), has_aux=True)

        @partial(jax.jit, donate_argnums=(0, 1))
        def update(params: Params, state: State, xs: Any, ts: Any) -> tuple[Params, State, Any]:
            (loss, state), gradients = gradient(params, state, xs, ts)
            params = jax.tree.map(lambda w, g: w - LEARNING_RATE * g, params, gradients)
            return params, state, loss

        self._update = update
        self._params = {name: jnp.array(w) for name, w in problem.weights.items()}
        self._shape = (problem.size.N, problem.size.H)
        self._states = len(CELLS[problem.cell].states)
        self._state: State = ()
        self._windows = cycle(
            (jnp.array(xs, np.int32), jnp.array(ts, np.int32), k == 0)
            for k, (xs, ts) in enumerate(problem.windows)
        )

    def run(self, updates: int) -> list[float]:
        losses = []
        for _ in range(updates):
            xs, ts, reset = next(self._windows)
            if reset:
                self._state = tuple(jnp.zeros(self._shape) for _ in range(self._states))
            self._params, self._state, loss = self._update(self._params, self._state, xs, ts)
            losses.append(loss)
        return [float(loss) for loss in losses]
