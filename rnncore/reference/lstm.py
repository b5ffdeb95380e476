"""One tick of the LSTM, forward and backward."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from rnncore.reference.activations import sigmoid
from rnncore.shapes import Array, check_shape


class LstmTape(NamedTuple):
    """What the backward step needs to remember of the forward one."""

    x: Array
    h_prev: Array
    c_prev: Array
    g: Array
    f: Array
    i: Array
    o: Array
    c: Array
    Wx: Array
    Wh: Array


def lstm_step(
    x: Array, h_prev: Array, c_prev: Array, Wx: Array, Wh: Array, b: Array
) -> tuple[Array, Array, LstmTape]:
    """Advance an LSTM by one tick.

        [g, f, i, o] = x @ Wx + h_prev @ Wh + b
        g = tanh(g)   f, i, o = sigmoid(f, i, o)
        c = f * c_prev + g * i
        h = o * tanh(c)

    Shapes   x (N, D), h_prev and c_prev (N, H), Wx (D, 4H), Wh (H, 4H), b (4H,); the columns hold
             the new memory g, the forget gate f, the input gate i and the output gate o.
    Returns  h (N, H), c (N, H), and the tape for `lstm_step_backward`.
    Raises   ShapeError if two arguments disagree; it names what came and what was expected.
    Buffers  allocates; writes to no argument.        Fused twin: layers.TimeLSTM
    Source   Hochreiter & Schmidhuber (1997), with the forget gate of Gers et al. (2000);
             Deep Learning from Scratch 2, section 6.2.
    """
    N, D = x.shape
    H = Wh.shape[0]
    check_shape("h_prev", h_prev, (N, H), "(N, H)")
    check_shape("c_prev", c_prev, (N, H), "(N, H)")
    check_shape("Wx", Wx, (D, 4 * H), "(D, 4H)")
    check_shape("Wh", Wh, (H, 4 * H), "(H, 4H)")
    check_shape("b", b, (4 * H,), "(4H,)")

    zg, zf, zi, zo = np.split(x @ Wx + h_prev @ Wh + b, 4, axis=1)
    g, f, i, o = np.tanh(zg), sigmoid(zf), sigmoid(zi), sigmoid(zo)
    c = f * c_prev + g * i
    h = o * np.tanh(c)
    return h, c, LstmTape(x, h_prev, c_prev, g, f, i, o, c, Wx, Wh)


def _through_the_gates(dh: Array, dc: Array, tape: LstmTape) -> tuple[Array, Array]:
    """From dL/dh and dL/dc of a tick to its pre-activations (..., 4H) and to dc_prev."""
    g, f, i, o = tape.g, tape.f, tape.i, tape.o
    tanh_c = np.tanh(tape.c)
    dc = dc + dh * o * (1 - tanh_c**2)
    dg, df, di, do = dc * i, dc * tape.c_prev, dc * g, dh * tanh_c
    slopes = (dg * (1 - g**2), df * f * (1 - f), di * i * (1 - i), do * o * (1 - o))
    return np.concatenate(slopes, axis=-1), dc * f


def lstm_step_backward(
    dh: Array, dc: Array, tape: LstmTape
) -> tuple[Array, Array, Array, Array, Array, Array]:
    """Carry the gradient of one tick back to everything that entered it.

    Shapes   dh, dc (N, H): all of dL/dh and what comes to c from the tick after.
    Returns  dx (N, D), dh_prev (N, H), dc_prev (N, H), dWx (D, 4H), dWh (H, 4H), db (4H,)
    Buffers  allocates; writes to no argument.
    Source   Deep Learning from Scratch 2, section 6.3.
    """
    check_shape("dh", dh, tape.c.shape, "(N, H)")
    dz, dc_prev = _through_the_gates(dh, dc, tape)
    dx, dh_prev = dz @ tape.Wx.T, dz @ tape.Wh.T
    return dx, dh_prev, dc_prev, tape.x.T @ dz, tape.h_prev.T @ dz, dz.sum(axis=0)


def lstm_carry(dh: Array, dc: Array, tape: LstmTape) -> tuple[Array, Array]:
    """Only the way back along the states, with any axes in front: (dh_prev, dc_prev)."""
    dz, dc_prev = _through_the_gates(dh, dc, tape)
    return dz @ tape.Wh.T, dc_prev
