"""Clusters of states, and how well they agree with classes that are known."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from rnncore.shapes import Array, Ids
from rnncore.text.entropy import entropy

MOST_ROUNDS = 60
"""Rounds of k-means; it mostly settles in half as many."""


class Clusters(NamedTuple):
    """Of each point the number of its cluster, (n,), and the mean of each cluster, (k, H)."""

    of: Ids
    centres: Array


def k_means(points: Array, k: int, seed: int = 0) -> Clusters:
    """At most k clusters of `points` (n, H) with small squared distances to their means.

    The same for the same seed. Fewer clusters where there are fewer different points.
    Source   Lloyd (1982), begun as k-means++ does: Arthur and Vassilvitskii (2007).
    """
    points = points.astype(float)
    rng = np.random.default_rng(seed)
    centres = _scattered(points, k, rng)
    of = np.full(len(points), -1)
    for _ in range(MOST_ROUNDS):
        nearest = _distances(points, centres).argmin(axis=1)
        if (nearest == of).all():
            break
        of = nearest
        counts = np.bincount(of, minlength=len(centres))
        sums = np.zeros_like(centres)
        np.add.at(sums, of, points)
        centres[counts > 0] = sums[counts > 0] / counts[counts > 0, None]
    there, of = np.unique(of, return_inverse=True)
    return Clusters(of, centres[there])


def _scattered(points: Array, k: int, rng: np.random.Generator) -> Array:
    """First centres: each drawn with a probability that grows as the squared distance to those
    before."""
    centres = [points[rng.integers(len(points))]]
    distances = np.square(points - centres[0]).sum(axis=1)
    while len(centres) < k and distances.max() > 1e-12:
        drawn = np.searchsorted(np.cumsum(distances), rng.random() * distances.sum(), "right")
        centres.append(points[min(int(drawn), len(points) - 1)])
        distances = np.minimum(distances, np.square(points - centres[-1]).sum(axis=1))
    return np.stack(centres)


def _distances(points: Array, centres: Array) -> Array:
    """Squared distances (n, k), each less the square of its point, which changes no order."""
    return np.asarray(np.square(centres).sum(axis=1) - 2 * points @ centres.T)


def v_measure(classes: Ids, clusters: Ids) -> float:
    """How well clusters and classes (n,) tell each other, 0 to 1: the harmonic mean of homogeneity,
    1 - H(class | cluster) / H(class), and completeness, 1 - H(cluster | class) / H(cluster).

    Source   Rosenberg and Hirschberg (2007)
    """
    joint = contingency(classes, clusters) / len(classes)
    of_class, of_cluster = joint.sum(axis=1), joint.sum(axis=0)
    both = entropy(joint.ravel())
    parts = []
    for own, other in ((of_class, of_cluster), (of_cluster, of_class)):
        whole = entropy(own)
        parts.append(1 - (both - entropy(other)) / whole if whole > 0 else 1.0)
    homogeneity, completeness = parts
    together = homogeneity + completeness
    return float(np.clip(2 * homogeneity * completeness / together, 0, 1)) if together > 0 else 0.0


def purity(classes: Ids, clusters: Ids) -> float:
    """Share of the points whose class is the most frequent one of their cluster."""
    return float(contingency(classes, clusters).max(axis=0).sum() / len(classes))


def contingency(classes: Ids, clusters: Ids) -> Ids:
    """How many points each class has in each cluster, (classes, clusters)."""
    _, rows = np.unique(classes, return_inverse=True)
    _, columns = np.unique(clusters, return_inverse=True)
    table = np.zeros((rows.max() + 1, columns.max() + 1), int)
    np.add.at(table, (rows, columns), 1)
    return table
