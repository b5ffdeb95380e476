"""Hidden states in a plane that stays put: what a sentence looks like to the network."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from rnncore.shapes import Array


class Plane(NamedTuple):
    """Two orthonormal directions in state space, through the origin."""

    axes: Array  # (2, H)

    def project(self, states: Array) -> Array:
        """Coordinates in the plane.      (..., H)  ->  (..., 2)"""
        return states @ self.axes.T

    def variance_share(self, states: Array) -> float:
        """How much of the states' variance about their mean lies in the plane, 0 to 1.

        Shapes   states (n, H)
        """
        centred = states - states.mean(axis=0)
        total = float(np.square(centred).sum())
        inside = float(np.square(self.project(centred)).sum())
        return min(inside / total, 1.0) if total else 0.0


def principal_plane(states: Array) -> Plane:
    """The plane that holds most of the variance of `states` (n, H), n >= 2.

    An axis points where its largest entry is positive, so that the same states give the same
    picture. With H = 1 the second axis is zero.
    """
    centred = states - states.mean(axis=0)
    if len(states) < states.shape[1]:
        _, _, directions = np.linalg.svd(centred, full_matrices=False)
    else:  # a tenth of the time, and on a busy machine less
        doubled = centred.astype(float)
        directions = np.linalg.eigh(doubled.T @ doubled).eigenvectors.T[::-1]
    axes = np.zeros((2, states.shape[1]), states.dtype)
    axes[: len(directions)] = directions[:2]
    largest = np.take_along_axis(axes, np.abs(axes).argmax(axis=1)[:, None], axis=1)
    return Plane(np.where(largest < 0, -axes, axes))
