"""What scaling Wh does to the gradients of real windows, and what clipping makes of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from rnncore.cells import CELLS
from rnncore.initializers import spectral_radius
from rnncore.model import Rnnlm, parameter_shapes
from rnncore.optimizers import global_norm
from rnncore.parameters import Parameters
from rnncore.probes.gradient_flow import gradient_flow
from rnncore.probes.reading import cell_weights
from rnncore.shapes import Array
from rnncore.text.windows import Window


class Explosion(NamedTuple):
    """Gradients of K windows with every Wh multiplied by each of S scales.

    losses    (S, K)  mean loss of the window in nats
    norms     (S, K)  global norm of the gradient, before clipping
    clipped   (S, K)  after clipping: the direction stays, the length is at most `limit`
    profiles  (S, T)  mean |dL_t/dh_(t-d)| by distance in the last window, as in gradient flow
    radii     (S,)    rho of the scaled Wh; None for gated cells
    """

    scales: tuple[float, ...]
    limit: float
    losses: Array
    norms: Array
    clipped: Array
    profiles: Array
    radii: Array | None


def explosion(
    model: Rnnlm, windows: Sequence[Window], scales: Sequence[float], limit: float
) -> Explosion:
    """Measure scaled copies of `model` on windows that follow one another in the training text.

    Every copy begins from a zero state and carries it from window to window, in float64: a
    gradient that explodes overflows float32. `limit` is the greatest norm that clipping lets
    through; 0 clips nothing.
    Shapes   windows of one size (T, N), K >= 1 of them; the model is left as it is.
    Cost     S * K updates without the update, and S gradient flows of one window.
    """
    losses, norms = np.empty((2, len(scales), len(windows)))
    profiles = []
    for s, scale in enumerate(scales):
        copy = scaled_copy(model, scale)
        for k, (xs, ts, reset) in enumerate(windows):
            if reset:
                copy.reset_state()
            before = copy.state
            losses[s, k] = copy.forward(xs, ts)
            copy.backward()
            norms[s, k] = global_norm(copy.parameters)
        copy.state = before
        profiles.append(gradient_flow(copy, xs, ts).profile())
    radii = None
    if CELLS[model.config.cell].slope is not None:
        radii = spectral_radius(cell_weights(model, -1, "float64")[1]) * np.array(scales)
    clipped = np.minimum(norms, limit) if limit else norms
    return Explosion(tuple(scales), limit, losses, norms, clipped, np.array(profiles), radii)


def scaled_copy(model: Rnnlm, scale: float) -> Rnnlm:
    """A float64 model of its own with the same weights, every Wh multiplied by `scale`."""
    config = model.config.with_changes(dtype="float64")
    parameters = Parameters(parameter_shapes(config, model.vocabulary_size), "float64")
    parameters.values[...] = model.parameters.values
    for i in range(config.layers):
        parameters[f"cell.{i}.Wh"][...] *= scale
    return Rnnlm(config, model.vocabulary_size, parameters)


class NormHistogram(NamedTuple):
    """How often gradient norms fall between edges that are even on a logarithmic axis.

    share   of the norms above `limit`: windows whose update clipping shortens
    """

    edges: Array  # (B+1,)
    counts: NDArray[np.int64]  # (B,)
    limit: float
    share: float


def norm_histogram(norms: Array, limit: float, bins: int = 30) -> NormHistogram:
    """Count positive, finite norms of any shape, at least one; an edge falls on no norm but the
    smallest and the largest. The limit lies within the edges, so that it can be drawn."""
    flat = np.asarray(norms, np.float64).ravel()
    seen = flat[np.isfinite(flat) & (flat > 0)]
    ends = np.append(seen, limit) if limit else seen
    edges = np.geomspace(ends.min() / 1.001, ends.max() * 1.001, bins + 1)
    counts = np.histogram(seen, edges)[0]
    share = float((flat > limit).mean()) if limit else 0.0
    return NormHistogram(edges, counts, limit, share)
