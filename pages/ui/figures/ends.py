"""The names of curves at their ends, where those lie close together."""

from __future__ import annotations

from collections.abc import Sequence

ROOM = 14
"""Pixels from a name to the next."""


def apart(
    values: Sequence[float], axis: tuple[float, float], pixels: float, room: float = ROOM
) -> list[float]:
    """Values of an axis that goes over so many pixels, moved as little upwards as keeps them `room`
    pixels apart, or downwards at its upper end; in the order they came in."""
    low, high = axis
    step = room * (high - low) / pixels
    order = sorted(range(len(values)), key=values.__getitem__)
    moved = list(values)
    least, most = low, high
    for place in order:
        moved[place] = max(moved[place], least)
        least = moved[place] + step
    for place in reversed(order):
        moved[place] = min(moved[place], most)
        most = moved[place] - step
    return moved
