"""Records the spectrum of the recurrent weights during a run: often at first, then less."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from time import monotonic

import numpy as np

from rnncore.probes.spectra import spectra
from rnncore.runs.budget import TimeBudget
from rnncore.runs.records import Record, spectrum_record
from rnncore.training.trainer import Trainer

SHARE, SECONDS = 0.005, 0.1
"""Share of the time that it may take, and from one to the next."""
SPACING = 1.15
"""Weights move ever more slowly: the next is due when the run is so many times farther."""


class SpectrumRecorder:
    """Gives `add` a record of the spectrum from time to time; `known` are (seq, step) of those that
    there are, the newest last."""

    def __init__(self, add: Callable[[Record], None], known: Sequence[tuple[int, int]]) -> None:
        self._add, self._last = add, known[-1][1] if known else 0
        self._budget = TimeBudget(SHARE, SECONDS, monotonic())

    def record(self, trainer: Trainer, now: float) -> None:
        """Measure if it is time to, and if all weights are finite."""
        step, weights = trainer.steps, trainer.model.parameters.values
        if step <= self._last * SPACING or not self._budget.due(now):
            return
        if np.isfinite(weights).all():
            self._last = step
            with self._budget.spending():
                found = spectra(trainer.model)
            self._add(spectrum_record(step, found))
