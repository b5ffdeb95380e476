"""Where the parts of each cell's graph stand: a drawing by hand, in units of about a hundred
pixels."""

from __future__ import annotations

from typing import NamedTuple

Point = tuple[float, float]


class Layout(NamedTuple):
    """A drawing of one cell.

    span     left, right, bottom and top edge; height in pixels
    nodes    centre of every operation
    ends     where a wire begins that comes from outside, or ends that leaves
    bends    points between a wire's source and one of its readers ("" for the way out)
    strips   centre of a wire's numbers
    cell     width and height of one number; `numbers` whether they are written out
    """

    span: tuple[float, float, float, float]
    height: int
    nodes: dict[str, Point]
    ends: dict[str, Point]
    bends: dict[tuple[str, str], tuple[Point, ...]]
    strips: dict[str, Point]
    cell: Point
    numbers: bool


RNN = Layout(
    span=(-0.3, 7.35, -1.0, 3.42),
    height=300,
    nodes={
        "matmul_x": (1.3, 0.5),
        "matmul_h": (1.3, 1.9),
        "add": (2.75, 1.9),
        "add_bias": (4.2, 1.9),
        "tanh": (5.65, 1.9),
    },
    ends={
        "x": (-0.15, 0.5),
        "h_prev": (-0.15, 1.9),
        "Wx": (1.3, 0.0),
        "Wh": (1.3, 2.4),
        "b": (4.2, 2.55),
        "h": (7.1, 1.9),
    },
    bends={("u", "add"): ((2.75, 0.5),)},
    strips={
        "x": (0.42, 0.5),
        "h_prev": (0.42, 1.9),
        "Wx": (1.3, -0.38),
        "Wh": (1.3, 2.8),
        "u": (2.06, 0.5),
        "v": (2.02, 1.9),
        "s": (3.47, 1.9),
        "b": (4.2, 2.65),
        "z": (4.92, 1.9),
        "h": (6.42, 1.9),
    },
    cell=(0.225, 0.2),
    numbers=True,
)

LSTM = Layout(
    span=(-0.2, 10.6, -0.9, 4.9),
    height=335,
    nodes={
        "matmul_x": (1.1, 0.6),
        "matmul_h": (1.1, 2.2),
        "add": (2.1, 2.2),
        "add_bias": (3.1, 2.2),
        "split": (4.05, 2.2),
        "sigmoid_f": (5.35, 3.4),
        "tanh_g": (5.35, 2.4),
        "sigmoid_i": (5.35, 1.4),
        "sigmoid_o": (5.35, 0.3),
        "keep": (6.5, 4.35),
        "write": (6.5, 1.9),
        "add_c": (7.5, 4.35),
        "tanh_c": (8.4, 2.6),
        "show": (9.3, 0.3),
    },
    ends={
        "x": (-0.1, 0.6),
        "h_prev": (-0.1, 2.2),
        "c_prev": (-0.1, 4.35),
        "Wx": (1.1, 0.14),
        "Wh": (1.1, 2.8),
        "b": (3.1, 2.86),
        "h": (10.45, 0.3),
        "c": (10.45, 4.35),
    },
    bends={
        ("u", "add"): ((2.1, 0.6),),
        ("z_f", "sigmoid_f"): ((4.4, 2.2), (4.4, 3.4)),
        ("z_g", "tanh_g"): ((4.4, 2.2), (4.4, 2.4)),
        ("z_i", "sigmoid_i"): ((4.4, 2.2), (4.4, 1.4)),
        ("z_o", "sigmoid_o"): ((4.4, 2.2), (4.4, 0.3)),
        ("f", "keep"): ((6.5, 3.4),),
        ("g", "write"): ((6.5, 2.4),),
        ("i", "write"): ((6.5, 1.4),),
        ("new", "add_c"): ((7.5, 1.9),),
        ("c", "tanh_c"): ((8.4, 4.35),),
        ("tanh_c", "show"): ((9.3, 2.6),),
    },
    strips={
        "x": (0.4, 0.6),
        "h_prev": (0.4, 2.2),
        "c_prev": (0.4, 4.35),
        "Wx": (1.1, -0.2),
        "Wh": (1.1, 3.14),
        "b": (3.1, 2.95),
        "u": (1.62, 0.6),
        "v": (1.6, 2.2),
        "s": (2.6, 2.2),
        "z": (3.58, 2.2),
        "z_f": (4.8, 3.4),
        "z_g": (4.8, 2.4),
        "z_i": (4.8, 1.4),
        "z_o": (4.8, 0.3),
        "f": (5.95, 3.4),
        "g": (5.95, 2.4),
        "i": (5.95, 1.4),
        "o": (6.8, 0.3),
        "kept": (7.0, 4.35),
        "new": (7.08, 1.9),
        "c": (9.3, 4.35),
        "tanh_c": (8.85, 2.6),
        "h": (9.88, 0.3),
    },
    cell=(0.125, 0.17),
    numbers=False,
)

GRU = Layout(
    span=(-0.2, 10.75, -1.0, 4.95),
    height=345,
    nodes={
        "matmul_x": (1.1, 0.5),
        "add_bias": (2.1, 0.5),
        "split_x": (3.05, 0.5),
        "matmul_h": (1.1, 2.45),
        "split_h": (3.05, 2.45),
        "add_z": (5.05, 3.5),
        "sigmoid_z": (5.95, 3.5),
        "add_r": (5.05, 2.2),
        "sigmoid_r": (5.95, 2.2),
        "reset": (6.7, 1.3),
        "add_n": (7.4, 0.5),
        "tanh_n": (8.2, 0.5),
        "one_minus": (7.65, 2.6),
        "write": (8.9, 2.6),
        "keep": (8.9, 4.4),
        "add_h": (9.75, 4.4),
    },
    ends={
        "x": (-0.1, 0.5),
        "h_prev": (-0.1, 4.4),
        "Wx": (1.1, 0.04),
        "Wh": (1.1, 3.05),
        "b": (2.1, 1.15),
        "h": (10.6, 4.4),
    },
    bends={
        ("h_prev", "matmul_h"): ((0.35, 4.4), (0.35, 2.45)),
        ("v_z", "add_z"): ((3.65, 2.45), (3.65, 3.8), (5.05, 3.8)),
        ("s_z", "add_z"): ((3.48, 0.5), (3.48, 3.2), (5.05, 3.2)),
        ("v_r", "add_r"): ((5.05, 2.45),),
        ("s_r", "add_r"): ((3.48, 0.5), (3.48, 1.9), (5.05, 1.9)),
        ("v_n", "reset"): ((3.65, 2.45), (3.65, 1.3)),
        ("r", "reset"): ((6.7, 2.2),),
        ("memory", "add_n"): ((7.4, 1.3),),
        ("z", "keep"): ((8.9, 3.5),),
        ("z", "one_minus"): ((6.95, 3.5), (6.95, 2.6)),
        ("n", "write"): ((8.9, 0.5),),
        ("new", "add_h"): ((9.75, 2.6),),
    },
    strips={
        "x": (0.4, 0.5),
        "h_prev": (2.1, 4.4),
        "Wx": (1.1, -0.32),
        "Wh": (1.1, 3.4),
        "b": (2.1, 1.24),
        "u": (1.6, 0.5),
        "s": (2.6, 0.5),
        "v": (2.1, 2.45),
        "s_r": (4.58, 1.9),
        "v_r": (4.0, 2.45),
        "s_z": (4.58, 3.2),
        "v_z": (4.0, 3.8),
        "s_n": (4.58, 0.5),
        "v_n": (4.0, 1.3),
        "z_r": (5.5, 2.2),
        "r": (6.38, 2.2),
        "z_z": (5.5, 3.5),
        "z": (6.45, 3.5),
        "memory": (7.07, 1.3),
        "z_n": (7.79, 0.5),
        "n": (8.63, 0.5),
        "left": (8.28, 2.6),
        "new": (9.33, 2.6),
        "kept": (9.33, 4.4),
        "h": (10.18, 4.4),
    },
    cell=(0.115, 0.17),
    numbers=False,
)

LAYOUTS = {"rnn": RNN, "lstm": LSTM, "gru": GRU}
"""Drawings by the name of the cell; one is optional, and needs the graph of the cell's record."""
