"""Runs in the order of a table: sorted, the pinned first, branches below what they began from."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import inf, isnan
from typing import Literal, NamedTuple, get_args

from rnncore.runs.summary import Reached, Summary

Order = Literal["best", "newest", "test", "seconds", "tokens"]
ORDERS: tuple[Order, ...] = get_args(Order)


class Placed(NamedTuple):
    """A run, and how many branchings above it stand in the same table."""

    summary: Summary
    depth: int


def _bits(reached: Reached | None) -> float:
    """For sorting: what is missing or no number comes last."""
    return inf if reached is None or isnan(reached.bits) else reached.bits


KEYS: dict[Order, Callable[[Summary], float]] = {
    "best": lambda one: _bits(one.facts.best),
    "newest": lambda one: -one.run.created,
    "test": lambda one: _bits(one.facts.test),
    "seconds": lambda one: one.facts.seconds,
    "tokens": lambda one: float(one.tokens),
}


def ordered(summaries: Sequence[Summary], order: Order) -> list[Placed]:
    """The runs sorted by `order`, every branch below its parent where that is among them.

    The lowest best and test value come first, as do the newest run and the least effort. A tree
    stands where its first member would, and a pinned run has its tree stand before all others.
    """
    key = KEYS[order]
    ids = {one.run.id for one in summaries}
    below: dict[str | None, list[Summary]] = {}
    for one in sorted(summaries, key=lambda one: (key(one), -one.run.created)):
        below.setdefault(one.run.parent if one.run.parent in ids else None, []).append(one)
    trees: list[list[Placed]] = []
    seen: set[str] = set()
    # Beginning with a run of a ring of parents, which only a damaged store has, loses none.
    for root in (*below.get(None, ()), *summaries):
        if root.run.id not in seen:
            trees.append(_tree(root, below, seen))
    return [placed for tree in sorted(trees, key=lambda tree: _rank(tree, key)) for placed in tree]


def _tree(root: Summary, below: dict[str | None, list[Summary]], seen: set[str]) -> list[Placed]:
    """A run and all that began from it, each before its own branches."""
    found, waiting = [], [Placed(root, 0)]
    while waiting:
        placed = waiting.pop()
        run_id = placed.summary.run.id
        if run_id in seen:
            continue
        seen.add(run_id)
        found.append(placed)
        branches = below.get(run_id, [])
        waiting += [Placed(one, placed.depth + 1) for one in reversed(branches)]
    return found


def _rank(tree: list[Placed], key: Callable[[Summary], float]) -> tuple[bool, float, float]:
    pinned = any(placed.summary.run.pinned for placed in tree)
    return (
        not pinned,
        min(key(placed.summary) for placed in tree),
        -tree[0].summary.run.created,
    )
