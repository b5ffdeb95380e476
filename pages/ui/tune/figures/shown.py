"""What the figures of a sweep draw, put together once for all of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from pages.ui.tune.figures.ticks import Say
from rnncore.sweeps.analysis import Brush, Scale
from rnncore.sweeps.trial import Trial


class Shown(NamedTuple):
    """A sweep as it is drawn.

    scales    axes: settings by importance, then the results, if there are some
    kept      numbers of the trials within all brushes
    chosen    number of the trial that is looked at
    floor     bits of the best model there can be; None where nobody knows
    names     of settings and results, and
    say       their values, as Plotly shows them
    """

    scales: Sequence[Scale]
    trials: Sequence[Trial]
    kept: Collection[int]
    brushes: Mapping[str, Brush]
    chosen: int | None
    floor: float | None
    names: Mapping[str, str]
    say: Say
