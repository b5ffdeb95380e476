"""A clock that tests set in place of the machine's, so that nothing depends on its speed."""

from __future__ import annotations


class Clock:
    """Seconds that pass by hand (`clock.now += 3`), and by `tick` at each look."""

    def __init__(self, tick: float = 0.0) -> None:
        self.now, self._tick = 0.0, tick

    def __call__(self) -> float:
        self.now += self._tick
        return self.now
