"""Hidden states in a plane that stays put: what a sentence looks like to the network."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from rnncore.shapes import Array


class Subspace(NamedTuple):
    """Orthonormal directions in state space, through the origin: two of a plane, three of a
    space."""

    axes: Array  # (2 | 3, H)

    def project(self, states: Array) -> Array:
        """Coordinates along the axes.      (..., H)  ->  (..., 2 | 3)"""
        return states @ self.axes.T

    def variance_share(self, states: Array) -> float:
        """How much of the states' variance about their mean lies in it, 0 to 1.

        Shapes   states (n, H)
        """
        centred = states - states.mean(axis=0)
        total = float(np.square(centred).sum())
        inside = float(np.square(self.project(centred)).sum())
        return min(inside / total, 1.0) if total else 0.0


def principal_plane(states: Array, before: Subspace | None = None) -> Subspace:
    """The plane that holds most of the variance of `states` (n, H), n >= 2.

    An axis points as the one `before` does, or else where its largest entry is positive, so that
    the same states give the same picture. With H = 1 the second axis is zero.
    """
    return _subspace(_directions(states - states.mean(axis=0))[:2], states, before)


def principal_space(states: Array) -> Subspace:
    """The three dimensions that hold most of the variance of `states` (n, H), n >= 2, that of the
    most first. An axis points where its largest entry is positive. With n or H below 3 the last
    ones are zero."""
    return _subspace(_directions(states - states.mean(axis=0))[:3], states, None, dimensions=3)


def parting_plane(states: Array, parting: Array, before: Subspace | None = None) -> Subspace:
    """The plane whose second axis is the direction `parting` (H,), and whose first one holds most
    of the variance of `states` (n, H) that is left beside it, pointing as in `principal_plane`.

    With H = 1 the first axis is zero. A `parting` of zero has no direction: then it is the
    principal plane.
    """
    length = np.linalg.norm(parting)
    if not 0 < length < np.inf:
        return principal_plane(states, before)
    up = parting.astype(float) / length
    centred = states - states.mean(axis=0)
    across = _directions(centred - np.outer(centred @ up, up))[0]
    across = across - (across @ up) * up
    rest = np.linalg.norm(across)
    across = across / rest if rest > 0.5 else np.zeros_like(up)  # all lies along `up`
    turned = _subspace(across[None], states, before)
    return Subspace(np.stack([turned.axes[0], up.astype(states.dtype)]))


def _directions(centred: Array) -> Array:
    """Directions of `centred` (n, H), that of the most variance first; at least min(n, H)."""
    if len(centred) < centred.shape[1]:
        return np.linalg.svd(centred, full_matrices=False)[2]
    doubled = centred.astype(float)  # a tenth of the time, and on a busy machine less
    return np.linalg.eigh(doubled.T @ doubled).eigenvectors.T[::-1]


def _subspace(
    directions: Array, states: Array, before: Subspace | None, dimensions: int = 2
) -> Subspace:
    axes = np.zeros((dimensions, states.shape[1]), states.dtype)
    axes[: len(directions)] = directions
    pointing = np.take_along_axis(axes, np.abs(axes).argmax(axis=1)[:, None], axis=1)
    if before is not None:
        pointing = np.einsum("ah,ah->a", axes, before.axes)[:, None]
    return Subspace(np.where(pointing < 0, -axes, axes))


def apart(one: Array, other: Array, states: Array) -> Array:
    """How far two paths are from each other at each place, in units of how far two of the `states`
    (n, H) are apart as a rule (root mean square).      (T, H), (T, H)  ->  (T,)"""
    usual = np.sqrt(2 * float(states.astype(float).var(axis=0).sum()))
    return np.asarray(np.linalg.norm(one - other, axis=1) / (usual or 1.0))
