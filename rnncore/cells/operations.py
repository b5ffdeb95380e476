"""The few operations that recurrent cells are made of, each forward, backward and in LaTeX."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from rnncore.reference.activations import sigmoid
from rnncore.shapes import Array

Arrays = tuple[Array, ...]


class Operation(NamedTuple):
    """One kind of node.

    symbol    what is written into the node
    forward   (*inputs) -> outputs
    backward  (gradients of the outputs, inputs, outputs) -> what is sent to each input
    formula   (*LaTeX of the inputs, *LaTeX of the outputs) -> outputs = ...
    slopes    the same -> for each input: its gradient = ..., written d input
    """

    symbol: str
    forward: Callable[..., Arrays]
    backward: Callable[[Arrays, Arrays, Arrays], Arrays]
    formula: Callable[..., str]
    slopes: Callable[..., tuple[str, ...]]


def d(latex: str) -> str:
    """How the gradient of a quantity is written: d x for dL/dx, as the code names it."""
    return rf"\mathrm{{d}}{latex}"


MATMUL = Operation(
    "MatMul",
    lambda a, W: (a @ W,),
    lambda dys, ins, outs: (dys[0] @ ins[1].T, ins[0].T @ dys[0]),
    lambda a, W, y: rf"{y} = {a}\,{W}",
    lambda a, W, y: (
        rf"{d(a)} = {d(y)}\,{W}^\top",
        rf"{d(W)} = {a}^\top\,{d(y)}",
    ),
)
ADD = Operation(
    "+",
    lambda a, b: (a + b,),
    lambda dys, ins, outs: (dys[0], dys[0]),
    lambda a, b, y: f"{y} = {a} + {b}",
    lambda a, b, y: (f"{d(a)} = {d(y)}", f"{d(b)} = {d(y)}"),
)
ADD_BIAS = Operation(
    "+",
    lambda a, b: (a + b,),
    lambda dys, ins, outs: (dys[0], dys[0].sum(axis=0)),
    lambda a, b, y: f"{y} = {a} + {b}",
    lambda a, b, y: (f"{d(a)} = {d(y)}", rf"{d(b)} = \textstyle\sum_n {d(y)}"),
)
MULTIPLY = Operation(
    "×",
    lambda a, b: (a * b,),
    lambda dys, ins, outs: (dys[0] * ins[1], dys[0] * ins[0]),
    lambda a, b, y: rf"{y} = {a} \odot {b}",
    lambda a, b, y: (rf"{d(a)} = {d(y)} \odot {b}", rf"{d(b)} = {d(y)} \odot {a}"),
)
TANH = Operation(
    "tanh",
    lambda a: (np.tanh(a),),
    lambda dys, ins, outs: (dys[0] * (1 - outs[0] ** 2),),
    lambda a, y: rf"{y} = \tanh({a})",
    lambda a, y: (rf"{d(a)} = {d(y)} \odot (1 - {y}^2)",),
)
SIGMOID = Operation(
    "σ",
    lambda a: (sigmoid(a),),
    lambda dys, ins, outs: (dys[0] * outs[0] * (1 - outs[0]),),
    lambda a, y: rf"{y} = \sigma({a})",
    lambda a, y: (rf"{d(a)} = {d(y)} \odot {y} \odot (1 - {y})",),
)
ONE_MINUS = Operation(
    "1 −",
    lambda a: (1 - a,),
    lambda dys, ins, outs: (-dys[0],),
    lambda a, y: f"{y} = 1 - {a}",
    lambda a, y: (f"{d(a)} = -{d(y)}",),
)


def split(parts: int) -> Operation:
    """Cut the columns into so many gates of equal width."""
    return Operation(
        "split",
        lambda a: tuple(np.split(a, parts, axis=1)),
        lambda dys, ins, outs: (np.concatenate(dys, axis=1),),
        lambda a, *ys: f"{_side_by_side(ys)} = {a}",
        lambda a, *ys: (f"{d(a)} = {_side_by_side([d(y) for y in ys])}",),
    )


def _side_by_side(latex: Sequence[str]) -> str:
    return "[" + r",\, ".join(latex) + "]"
