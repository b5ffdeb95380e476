"""Beam search: exhaustive where it is wide enough, greedy where it is one."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from rnncore.beam_search import beam_search
from rnncore.generation import generate
from rnncore.model import Rnnlm
from rnncore.text.grammar_tables import GrammarTables, Legal
from tests.engine.models import cells, small_model

PROMPT = np.array([2, 0, 1])
V, LENGTH = 4, 4


def tiny(cell: str = "rnn") -> Rnnlm:
    model = small_model(cell, vocabulary_size=V)
    model.parameters["affine.W"][...] *= 6
    return model


def bits(model: Rnnlm, text: tuple[int, ...]) -> float:
    """-log2 P(text | PROMPT), by the layers' own loss."""
    ids = np.concatenate((PROMPT, text))
    model.reset_state()
    losses = model.losses(ids[:-1, None], ids[1:, None])[:, 0]
    return float(losses[len(PROMPT) - 1 :].sum() / np.log(2))


@cells
def test_a_wide_beam_is_exhaustive_search(cell: str) -> None:
    model = tiny(cell)
    every = sorted(product(range(V), repeat=LENGTH), key=lambda text: bits(model, text))
    found = beam_search(model.twin(), PROMPT, LENGTH, V ** (LENGTH - 1))
    assert tuple(found.path()) == every[0]
    last = found.levels[-1]
    assert len(last) == 2 * V ** (LENGTH - 1)
    for number, text in enumerate(every[: len(last)]):
        assert tuple(found.path(number)) == text
        assert last[number].bits == pytest.approx(bits(model, text))


@cells
def test_a_beam_of_one_is_greedy(cell: str) -> None:
    model = tiny(cell)
    greedy = generate(model.twin(), PROMPT, 0, np.random.default_rng(0))
    expected = [int(next(greedy)[0]) for _ in range(20)]
    assert beam_search(model.twin(), PROMPT, 20, 1).path() == expected


def test_the_tree_says_who_was_followed() -> None:
    found = beam_search(tiny(), PROMPT, 3, 2)
    for level in found.levels:
        assert [node.kept for node in level] == [True, True, False, False]
        assert [node.bits for node in level] == sorted(node.bits for node in level)
        assert all(node.parent < 2 for node in level)
    for parents, level in zip(found.levels, found.levels[1:], strict=False):
        assert all(node.bits >= parents[node.parent].bits for node in level)


def test_of_equals_the_lowest_ids_are_followed() -> None:
    model = tiny()
    model.parameters.values[...] = 0
    assert beam_search(model, PROMPT, 3, 3).path() == [0, 0, 0]


def test_only_legal_tokens_are_followed() -> None:
    after = np.array([[-1, 1, -1, 1], [0, -1, -1, -1]])
    tables = GrammarTables(after, (after >= 0) / 2.0, 0)
    model = tiny()
    found = beam_search(model, PROMPT, LENGTH, 50, Legal(tables, 0))
    ways = {tuple(found.path(number)) for number in range(len(found.levels[-1]))}
    assert ways == {(a, 0, b, 0) for a, b in product((1, 3), repeat=2)}
    total = sum(2.0**-node.bits for node in found.levels[-1])
    assert total == pytest.approx(1)  # P is shared among what is legal
