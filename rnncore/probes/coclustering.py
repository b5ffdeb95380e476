"""Blocks of a matrix: rows and columns that go together, clustered at once."""

from __future__ import annotations

from math import ceil, log2
from typing import NamedTuple

import numpy as np

from rnncore.probes.clustering import Clusters, k_means
from rnncore.shapes import Array, Ids

RESTARTS = 8
"""Runs of k-means from different centres, of which the tightest is taken."""


class Blocks(NamedTuple):
    """The number of the block of each row, (n,), and of each column, (m,); the block with the most
    weight inside is 0. A block may have no row, or no column."""

    rows: Ids
    columns: Ids


def co_clusters(weights: Array, k: int, seed: int = 0) -> Blocks:
    """At most k >= 2 blocks of `weights` (n, m), none of them negative, with much of the weight
    inside: the graph of rows and columns, cut where little weight crosses, measured by what each
    part has in all. The same for the same seed.

    Source   Dhillon (2001), Co-clustering documents and words using bipartite spectral graph
             partitioning. With D1 and D2 the sums of rows and of columns, the singular vectors
             2 .. 1 + ceil(log2 k) of D1^-1/2 A D2^-1/2, scaled by D1^-1/2 and D2^-1/2, place rows
             and columns in one space, which k-means divides.
    """
    weights = weights.astype(float)
    by_row, by_column = (_inverse_root(weights.sum(axis=axis)) for axis in (1, 0))
    left, _, right = np.linalg.svd(by_row[:, None] * weights * by_column, full_matrices=False)
    used = slice(1, 1 + ceil(log2(k)))
    places = np.concatenate([by_row[:, None] * left[:, used], by_column[:, None] * right[used].T])
    of = _tightest(places, k, seed)
    rows, columns = of[: len(weights)], of[len(weights) :]
    inside = [weights[rows == block][:, columns == block].sum() for block in range(of.max() + 1)]
    number = np.argsort(np.argsort(-np.array(inside), kind="stable"))
    return Blocks(number[rows], number[columns])


def share_inside(weights: Array, blocks: Blocks) -> tuple[float, float]:
    """Share of the weight that lies inside the blocks; and the share that would if rows and columns
    with these sums had nothing to do with each other."""
    total = float(weights.sum()) or 1.0
    inside = float(weights[blocks.rows[:, None] == blocks.columns].sum()) / total
    size = int(max(blocks.rows.max(), blocks.columns.max())) + 1
    by_row = np.bincount(blocks.rows, weights.sum(axis=1), size) / total
    by_column = np.bincount(blocks.columns, weights.sum(axis=0), size) / total
    return inside, float(by_row @ by_column)


def _inverse_root(sums: Array) -> Array:
    """1 / sqrt, and 0 for a row or column without weight, which no other is near to."""
    return np.asarray(np.where(sums > 0, 1 / np.sqrt(np.where(sums > 0, sums, 1)), 0))


def _tightest(places: Array, k: int, seed: int) -> Ids:
    """Clusters with the smallest squared distances to their means, of several runs."""

    def spread(found: Clusters) -> float:
        return float(np.square(places - found.centres[found.of]).sum())

    runs = (k_means(places, k, RESTARTS * seed + start) for start in range(RESTARTS))
    return min(runs, key=spread).of
