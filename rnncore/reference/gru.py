"""One tick of the GRU, forward and backward."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from rnncore.reference.activations import sigmoid
from rnncore.shapes import Array, check_shape


class GruTape(NamedTuple):
    """What the backward step needs to remember of the forward one."""

    x: Array
    h_prev: Array
    r: Array
    z: Array
    n: Array
    memory: Array  # h_prev @ Wh of the candidate, before the reset gate
    Wx: Array
    Wh: Array


def gru_step(x: Array, h_prev: Array, Wx: Array, Wh: Array, b: Array) -> tuple[Array, GruTape]:
    """Advance a GRU by one tick.

        r = sigmoid(x @ Wx_r + h_prev @ Wh_r + b_r)
        z = sigmoid(x @ Wx_z + h_prev @ Wh_z + b_z)
        n = tanh(x @ Wx_n + b_n + r * (h_prev @ Wh_n))
        h = (1 - z) * n + z * h_prev

    Shapes   x (N, D), h_prev (N, H), Wx (D, 3H), Wh (H, 3H), b (3H,); the columns hold the reset
             gate r, the update gate z and the candidate n.
    Returns  h (N, H) and the tape for `gru_step_backward`.
    Raises   ShapeError if two arguments disagree; it names what came and what was expected.
    Buffers  allocates; writes to no argument.        Fused twin: layers.TimeGRU
    Source   Cho et al. (2014), with the reset gate behind the matmul as in cuDNN and PyTorch. The
             book (appendix C) resets before the matmul and swaps the parts of z and 1 - z.
    """
    N, D = x.shape
    H = Wh.shape[0]
    check_shape("h_prev", h_prev, (N, H), "(N, H)")
    check_shape("Wx", Wx, (D, 3 * H), "(D, 3H)")
    check_shape("Wh", Wh, (H, 3 * H), "(H, 3H)")
    check_shape("b", b, (3 * H,), "(3H,)")

    from_input = np.split(x @ Wx + b, 3, axis=1)
    from_state = np.split(h_prev @ Wh, 3, axis=1)
    r = sigmoid(from_input[0] + from_state[0])
    z = sigmoid(from_input[1] + from_state[1])
    n = np.tanh(from_input[2] + r * from_state[2])
    h = (1 - z) * n + z * h_prev
    return h, GruTape(x, h_prev, r, z, n, from_state[2], Wx, Wh)


def _through_the_gates(dh: Array, tape: GruTape) -> tuple[Array, Array]:
    """From dL/dh to what enters through Wx (..., 3H) and what enters through Wh (..., 3H)."""
    r, z, n = tape.r, tape.z, tape.n
    dn = dh * (1 - z) * (1 - n**2)
    dz = dh * (tape.h_prev - n) * z * (1 - z)
    dr = dn * tape.memory * r * (1 - r)
    return np.concatenate((dr, dz, dn), axis=-1), np.concatenate((dr, dz, dn * r), axis=-1)


def gru_step_backward(dh: Array, tape: GruTape) -> tuple[Array, Array, Array, Array, Array]:
    """Carry the gradient of one tick back to everything that entered it.

    Shapes   dh (N, H) is all of dL/dh at this tick: from the loss here and from the tick after.
    Returns  dx (N, D), dh_prev (N, H), dWx (D, 3H), dWh (H, 3H), db (3H,)
    Buffers  allocates; writes to no argument.
    """
    check_shape("dh", dh, tape.h_prev.shape, "(N, H)")
    by_input, by_state = _through_the_gates(dh, tape)
    dx = by_input @ tape.Wx.T
    dh_prev = by_state @ tape.Wh.T + dh * tape.z
    return dx, dh_prev, tape.x.T @ by_input, tape.h_prev.T @ by_state, by_input.sum(axis=0)


def gru_carry(dh: Array, tape: GruTape) -> tuple[Array]:
    """Only the way back along the state, with any axes in front: (dh_prev,)."""
    return (_through_the_gates(dh, tape)[1] @ tape.Wh.T + dh * tape.z,)
