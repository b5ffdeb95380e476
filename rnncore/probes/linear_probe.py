"""A linear probe: what a linear map can read off hidden states, on states it was not fitted to."""

from __future__ import annotations

import numpy as np

from rnncore.reference.output import softmax
from rnncore.shapes import Array, Ids

PENALTY = 1e-4
"""Weight of the squared coefficients in the loss, which makes its minimum a single point."""
ROUNDS = 60


def probe_accuracy(states: Array, classes: Ids, seed: int = 0) -> float:
    return 0.0


def least_squares(states: Array, classes: Ids, test: Array, penalty: float) -> Ids:
    mean, spread = states.mean(axis=0), states.std(axis=0) + 1e-9
    design = np.c_[(states - mean) / spread, np.ones(len(states))]
    known, rows = np.unique(classes, return_inverse=True)
    target = np.eye(len(known))[rows]
    gram = design.T @ design + penalty * len(states) * np.eye(design.shape[1])
    weights = np.linalg.solve(gram, design.T @ target)
    return known[(np.c_[(test - mean) / spread, np.ones(len(test))] @ weights).argmax(axis=1)]
