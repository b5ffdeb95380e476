"""One tick of the Elman RNN, forward and backward."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from rnncore.shapes import Array, check_shape


class RnnTape(NamedTuple):
    """What the backward step needs to remember of the forward one."""

    x: Array
    h_prev: Array
    h: Array
    Wx: Array
    Wh: Array


def rnn_step(x: Array, h_prev: Array, Wx: Array, Wh: Array, b: Array) -> tuple[Array, RnnTape]:
    """Advance an Elman RNN by one tick.

        h = tanh(x @ Wx + h_prev @ Wh + b)

    Shapes   x (N, D), h_prev (N, H), Wx (D, H), Wh (H, H), b (H,)  ->  h (N, H)
    Returns  the new hidden state, each entry in (-1, 1), and the tape for `rnn_step_backward`.
    Raises   ShapeError if two arguments disagree; it names what came and what was expected.
    Buffers  allocates; writes to no argument.        Fused twin: layers.TimeRNN
    Source   Elman (1990), section 3.
    """
    N, D = x.shape
    H = Wh.shape[0]
    check_shape("h_prev", h_prev, (N, H), "(N, H)")
    check_shape("Wx", Wx, (D, H), "(D, H)")
    check_shape("Wh", Wh, (H, H), "(H, H)")
    check_shape("b", b, (H,), "(H,)")

    h = np.tanh(x @ Wx + h_prev @ Wh + b)
    return h, RnnTape(x, h_prev, h, Wx, Wh)


def rnn_step_backward(dh: Array, tape: RnnTape) -> tuple[Array, Array, Array, Array, Array]:
    """Carry the gradient of one tick back to everything that entered it.

        dz = dh * (1 - h^2)
        dx = dz @ Wx.T      dh_prev = dz @ Wh.T
        dWx = x.T @ dz      dWh = h_prev.T @ dz      db = sum of dz over the streams

    Shapes   dh (N, H) is all of dL/dh at this tick: from the loss here and from the tick after.
    Returns  dx (N, D), dh_prev (N, H), dWx (D, H), dWh (H, H), db (H,)
    Buffers  allocates; writes to no argument.
    Source   Deep Learning from Scratch 2, section 5.3.
    """
    check_shape("dh", dh, tape.h.shape, "(N, H)")
    dz = dh * (1 - tape.h**2)
    dx = dz @ tape.Wx.T
    dh_prev = dz @ tape.Wh.T
    return dx, dh_prev, tape.x.T @ dz, tape.h_prev.T @ dz, dz.sum(axis=0)


def rnn_carry(dh: Array, tape: RnnTape) -> tuple[Array]:
    """Only the way back along the state: dh_prev = (dh * (1 - h^2)) @ Wh.T.

    Shapes   dh (..., N, H): any axes in front, one tape for all, so that the gradients of many
             losses travel in one call.
    """
    return ((dh * (1 - tape.h**2)) @ tape.Wh.T,)
