"""Trainings that differ in one thing that decides how far back a gradient reaches."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rnncore.cells import CELLS
from rnncore.config import Config
from rnncore.experiments.race import RacePoint
from rnncore.experiments.reach import ReachRace, of_all_tokens, of_the_last_letter
from rnncore.text.corpus import Corpus, load_corpus
from rnncore.text.grammar import Grammar
from rnncore.text.lag import lag_language

LAG = 25
NEAR, AT_THE_FLOOR = 0.006, 0.01
"""Bits above the floor at which a runner has nothing more to learn, and within which it has learnt
the language."""
PLAIN, GATED = 36, 16
"""Hidden sizes without and with gates: 1,800 weights, and 1,700 or fewer."""
RATE, SMALLER_RATE = 1e-2, 3e-3
"""The rate of all, and the one at which the plain cell with GATED units does best."""


def cells_on_lag(
    cells: Sequence[str] = tuple(CELLS), seed: int = 0, *, same_size: bool = False
) -> ReachRace:
    """Set up one training for each cell on the lag language: who carries a letter over 25 steps?

    The plain cell has at least as many weights as a gated one. With `same_size` all have as many
    hidden units, and the plain cell learns at the smaller rate. The last letter's loss is followed
    back to the first letter.
    """
    base = Config.parse(
        {
            "corpus": "lag",
            "lag": LAG,
            "test_fraction": 0.0,
            "embedding_size": 8,
            "batch_size": 8,
            "time_size": 40,
            "max_grad_norm": 0.3,
            "learning_rate": RATE,
            "hidden_size": GATED,
            "seed": seed,
        }
    )
    configs = []
    for cell in cells:
        changes: dict[str, object] = {}
        if CELLS[cell].slope is not None:
            changes = {"learning_rate": SMALLER_RATE} if same_size else {"hidden_size": PLAIN}
        configs.append(base.with_changes(cell=cell, **changes))
    enough = lag_language(LAG).entropy_rate() + NEAR
    return ReachRace(
        tuple(configs), load_corpus(base), of_the_last_letter, 1_750_000, 8_000, enough
    )


def learnt(points: Iterable[RacePoint]) -> set[int]:
    """The runners of a race on the lag language that have come to its floor."""
    enough = lag_language(LAG).entropy_rate() + AT_THE_FLOOR
    return {point.runner for point in points if point.bits <= enough}


def cells_on_text(configs: Sequence[Config], corpus: Corpus) -> ReachRace:
    """The same on any text, by the losses of all its tokens."""
    return ReachRace(tuple(configs), corpus, of_all_tokens, 300_000, 10_000)


def near_share(grammar: Grammar, k: int) -> float:
    """Of the bits that all of the past can save per token of a grammar's text, the share that its
    last k tokens save."""
    nothing, *_, near = grammar.ladder(k)
    return (nothing - near) / (nothing - grammar.entropy_rate())
