"""What every reference cell offers: the types of its step, its backward step and its tape."""

from __future__ import annotations

from typing import Any, Protocol

from rnncore.shapes import Array


class Tape(Protocol):
    """A NamedTuple of what the backward step needs of the forward one: x (N, D), h_prev (N, H),
    the other states before the tick as <state>_prev, Wx, Wh, and what the cell adds."""

    @property
    def x(self) -> Array: ...
    @property
    def h_prev(self) -> Array: ...
    def _asdict(self) -> dict[str, Any]: ...


class Step(Protocol):
    """step(x, *states, Wx, Wh, b) -> (*states, tape): one tick.

    Shapes   x (N, D), each state (N, H), Wx (D, G*H), Wh (H, G*H), b (G*H,) of a cell with G
             gates; the first state is h, the output.
    """

    def __call__(self, *arguments: Any, **named: Any) -> tuple[*tuple[Array, ...], Tape]: ...


class StepBackward(Protocol):
    """step_backward(*dstates, tape) -> (dx, *dstates_prev, dWx, dWh, db)."""

    def __call__(self, *arguments: Any, **named: Any) -> tuple[Array, ...]: ...


class Carry(Protocol):
    """carry(*dstates, tape) -> dstates_prev: only the way back along the states, (..., N, H), with
    any axes in front."""

    def __call__(self, *arguments: Any, **named: Any) -> tuple[Array, ...]: ...


class ReferenceCell(Protocol):
    """What an unrolled network needs to know of its cell; its `states` by name, h first."""

    @property
    def states(self) -> tuple[str, ...]: ...
    @property
    def step(self) -> Step: ...
    @property
    def step_backward(self) -> StepBackward: ...
