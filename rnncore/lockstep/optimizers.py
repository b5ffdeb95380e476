"""Update rules on the weights of K networks: `rnncore/optimizers.py` with a rate for each row."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from rnncore.optimizers import BLOCK, AdaGrad, Adam, Momentum
from rnncore.shapes import Array, Floats

Cut = tuple[slice, list[Array], Array]


class StackedOptimizer:
    """Updates values (K, P) by gradients (K, P), with `moments` (K, P) by name.

    Vectors are worked through in parts that stay in the cache: several networks at a time, or one
    in pieces.
    """

    MOMENTS: tuple[str, ...] = ()

    def __init__(self, values: Array, gradients: Array) -> None:
        self.moments = {name: np.zeros_like(values) for name in self.MOMENTS}
        K, P = values.shape
        runs, width = max(1, BLOCK // P), min(P, BLOCK)
        scratch = np.empty((min(runs, K), width), values.dtype)
        self._cuts: list[Cut] = []
        for k in range(0, K, runs):
            rows = slice(k, min(k + runs, K))
            for top in range(0, P, BLOCK):
                place = (rows, slice(top, top + BLOCK))
                views = [each[place] for each in (values, gradients, *self.moments.values())]
                height, breadth = views[0].shape
                self._cuts.append((rows, views, scratch[:height, :breadth]))

    def update(self, rates: Sequence[float], steps: Sequence[int]) -> None:
        """One update of each network, at its rate; `steps` is how many it has made before."""
        self._update(_column(np.array(rates), self._cuts[0][2]))

    def _update(self, rates: Array) -> None:
        raise NotImplementedError


def _column(numbers: Floats, like: Array) -> Array:
    return numbers.astype(like.dtype)[:, None]


class StackedSgd(StackedOptimizer):
    def _update(self, rates: Array) -> None:
        for rows, (w, g), scratch in self._cuts:
            np.multiply(g, rates[rows], scratch)
            np.subtract(w, scratch, w)


class StackedMomentum(StackedOptimizer):
    MOMENTS = ("v",)

    def _update(self, rates: Array) -> None:
        for rows, (w, g, v), scratch in self._cuts:
            np.multiply(v, Momentum.DECAY, v)
            np.multiply(g, rates[rows], scratch)
            np.subtract(v, scratch, v)
            np.add(w, v, w)


class StackedAdaGrad(StackedOptimizer):
    MOMENTS = ("s",)

    def _update(self, rates: Array) -> None:
        for rows, (w, g, s), scratch in self._cuts:
            np.multiply(g, g, scratch)
            np.add(s, scratch, s)
            np.sqrt(s, scratch)
            np.add(scratch, AdaGrad.EPSILON, scratch)
            np.divide(g, scratch, scratch)
            np.multiply(scratch, rates[rows], scratch)
            np.subtract(w, scratch, w)


class StackedAdam(StackedOptimizer):
    MOMENTS = ("m", "v")

    def update(self, rates: Sequence[float], steps: Sequence[int]) -> None:
        b1, b2 = Adam.BETA1, Adam.BETA2
        # Powers of Python's numbers: NumPy's differ from them in the last bit.
        roots = np.sqrt([1 - b2 ** (made + 1) for made in steps])
        scaled = np.array(rates) * roots / [1 - b1 ** (made + 1) for made in steps]
        like = self._cuts[0][2]
        epsilons, speeds = _column(Adam.EPSILON * roots, like), _column(scaled, like)
        for rows, (w, g, m, v), scratch in self._cuts:
            np.multiply(m, b1, m)
            np.multiply(g, 1 - b1, scratch)
            np.add(m, scratch, m)
            np.multiply(v, b2, v)
            np.multiply(g, g, scratch)
            np.multiply(scratch, 1 - b2, scratch)
            np.add(v, scratch, v)
            np.sqrt(v, scratch)
            np.add(scratch, epsilons[rows], scratch)
            np.divide(m, scratch, scratch)
            np.multiply(scratch, speeds[rows], scratch)
            np.subtract(w, scratch, w)


STACKED_OPTIMIZERS: dict[str, type[StackedOptimizer]] = {
    "sgd": StackedSgd,
    "momentum": StackedMomentum,
    "adagrad": StackedAdaGrad,
    "adam": StackedAdam,
}
