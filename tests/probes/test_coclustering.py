"""Blocks of rows and columns: planted ones are found, and small cuts are the best there are."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pytest

from rnncore.probes.clustering import v_measure
from rnncore.probes.coclustering import Blocks, co_clusters, share_inside
from rnncore.probes.responses import Seen, halves


def planted(seed: int, sizes: list[tuple[int, int]], noise: float) -> tuple[Any, Any, Any]:
    """A matrix with blocks of ones among `noise`, shuffled, and the true blocks."""
    rng = np.random.default_rng(seed)
    rows = rng.permutation(np.repeat(range(len(sizes)), [n for n, _ in sizes]))
    columns = rng.permutation(np.repeat(range(len(sizes)), [m for _, m in sizes]))
    weights = (rows[:, None] == columns) * 1.0 + noise * rng.random((len(rows), len(columns)))
    return weights, rows, columns


@pytest.mark.parametrize("sizes", [[(5, 9), (7, 4)], [(4, 6), (8, 5), (6, 6)], [(5, 5)] * 5])
@pytest.mark.parametrize("seed", range(4))
def test_planted_blocks_are_found_under_other_names(
    sizes: list[tuple[int, int]], seed: int
) -> None:
    weights, rows, columns = planted(seed, sizes, noise=0.15)
    found = co_clusters(weights, len(sizes))
    assert v_measure(rows, found.rows) == pytest.approx(1)
    assert v_measure(columns, found.columns) == pytest.approx(1)
    pairs = {*zip(rows, found.rows, strict=True), *zip(columns, found.columns, strict=True)}
    assert len(pairs) == len(sizes), "rows and columns have the same names"


def cut(weights: Any, rows: Any, columns: Any) -> float:
    """Normalised cut of a division in two: what crosses, by what each part has in all."""
    inside = rows[:, None] == columns
    crossing = weights[~inside].sum()
    parts = [weights[rows == part].sum() + weights[:, columns == part].sum() for part in (0, 1)]
    return float(sum(crossing / part for part in parts)) if min(parts) > 0 else np.inf


@pytest.mark.parametrize("seed", range(8))
def test_no_other_division_in_two_cuts_less(seed: int) -> None:
    rng = np.random.default_rng(seed)
    sizes = [(int(rng.integers(1, 4)), int(rng.integers(1, 3))) for _ in range(2)]
    weights, *_ = planted(seed, sizes, noise=0.5)
    n, m = weights.shape
    least = min(
        cut(weights, np.array(of[:n]), np.array(of[n:])) for of in product((0, 1), repeat=n + m)
    )
    assert cut(weights, *co_clusters(weights, 2)) == pytest.approx(least)


def test_the_heaviest_block_comes_first_and_the_same_seed_gives_the_same() -> None:
    weights, *_ = planted(3, [(2, 2), (9, 9), (4, 4)], noise=0.1)
    found = co_clusters(weights, 3)
    inside = [weights[found.rows == k][:, found.columns == k].sum() for k in range(3)]
    assert inside == sorted(inside, reverse=True)
    again = co_clusters(weights, 3)
    assert found.rows.tolist() == again.rows.tolist()
    assert found.columns.tolist() == again.columns.tolist()


def test_a_row_without_weight_and_sizes_of_one_are_no_trouble() -> None:
    weights, *_ = planted(0, [(3, 3), (3, 3)], noise=0.1)
    weights[2] = 0
    assert set(co_clusters(weights, 2).columns.tolist()) == {0, 1}
    for shape in ((1, 1), (1, 4), (4, 1), (2, 2)):
        found = co_clusters(np.ones(shape), 3)
        assert (len(found.rows), len(found.columns)) == shape
    assert co_clusters(np.zeros((3, 2)), 2).rows.tolist() == [0, 0, 0]


def test_the_share_inside_stands_beside_that_of_chance() -> None:
    weights = np.array([[3.0, 1], [0, 4]])
    blocks = Blocks(np.array([0, 1]), np.array([0, 1]))
    assert share_inside(weights, blocks) == pytest.approx((7 / 8, (4 * 3 + 4 * 5) / 64))
    independent = np.outer([1.0, 2, 3], [4.0, 5])
    inside, chance = share_inside(independent, Blocks(np.array([0, 1, 1]), np.array([1, 0])))
    assert inside == pytest.approx(chance)


def test_a_unit_counts_once_for_each_direction() -> None:
    states = np.array([[1.0, 0.0], [-1.0, 0.2], [0.0, -0.2]])
    found = halves(Seen(states, np.array([7, 3, 5])), [3, 7, 9], 3)
    assert found.words.tolist() == [3, 7], "9 does not occur"
    assert list(zip(found.units.tolist(), found.signs.tolist(), strict=True))[:2] == [
        (0, 1),
        (0, -1),
    ]
    np.testing.assert_allclose(found.responses[0], [-1, 1])
    np.testing.assert_allclose(found.weights[1], [1, 0])
    assert len(found.units) == 3
