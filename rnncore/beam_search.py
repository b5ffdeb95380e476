"""Beam search: of all ways to go on, the few likeliest are followed at once."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from rnncore.model import Rnnlm
from rnncore.sampling import tempered
from rnncore.shapes import Array, Ids
from rnncore.text.grammar_tables import NOWHERE, Legal


class Node(NamedTuple):
    """A token of the tree.

    token   its id
    parent  number of the node before it on the level before; 0 on the first
    bits    -log2 P of everything from the prompt to here: the lower, the likelier
    kept    whether it was followed; else it was looked at and dropped
    """

    token: int
    parent: int
    bits: float
    kept: bool


class Beam(NamedTuple):
    """The tree, level by level, each from its likeliest node on: first those that were followed,
    at most `width`, then as many of the next best. A parent is a node that was followed."""

    levels: tuple[tuple[Node, ...], ...]

    def path(self, number: int = 0) -> list[int]:
        """Tokens from the prompt to a node of the last level, the best by default."""
        tokens: list[int] = []
        for level in reversed(self.levels):
            tokens.append(level[number].token)
            number = level[number].parent
        return tokens[::-1]


def beam_search(
    model: Rnnlm, prompt: Ids, length: int, width: int, legal: Legal | None = None
) -> Beam:
    """The likeliest `length` tokens after `prompt` (length >= 1), as far as a beam of `width` finds
    them: one is greedy, V to the power of length - 1 and more is exhaustive.

    Of equals those with the better parent and the lower id go first. With `legal` only tokens that
    the grammar allows are followed, and P is shared among them. Give a `twin()`: the model's
    carried state is replaced.
    """
    model.reset_state()
    if len(prompt) > 1:
        model.hidden_states(prompt[:-1, None])
    tokens = np.asarray(prompt[-1:])
    bits = np.zeros(1)
    states = np.array([NOWHERE if legal is None else legal.state])
    levels = []
    for _ in range(length):
        logits = model.logits(tokens[None, :])[0].astype(np.float64)
        allowed = None if legal is None else legal.tables.after[states] != NOWHERE
        p = tempered(logits, 1.0, allowed)
        with np.errstate(divide="ignore"):
            reached = bits[:, None] - np.log2(p)
        parents, chosen = _likeliest(reached, 2 * width)
        # The first ones are followed, the others shown.
        levels.append(
            tuple(
                Node(int(token), int(parent), float(reached[parent, token]), number < width)
                for number, (parent, token) in enumerate(zip(parents, chosen, strict=True))
            )
        )
        parents, tokens = parents[:width], chosen[:width]
        bits = reached[parents, tokens]
        if legal is not None:
            states = legal.tables.after[states[parents], tokens]
        model.state = tuple(tuple(part[parents] for part in layer) for layer in model.state)
    return Beam(tuple(levels))


def _likeliest(bits: Array, most: int) -> tuple[Ids, Ids]:
    """Rows and columns of the `most` smallest numbers, sorted; infinite ones are left out."""
    flat = bits.ravel()
    if most < flat.size:
        bound = np.partition(flat, most - 1)[most - 1]
        near = np.flatnonzero(flat <= bound)
    else:
        near = np.arange(flat.size)
    near = near[np.isfinite(flat[near])]
    order = near[np.argsort(flat[near], kind="stable")][:most]
    rows, columns = np.divmod(order, bits.shape[1])
    return np.asarray(rows), np.asarray(columns)
