"""What lies beneath the curve of a run with a window that is too short."""

from __future__ import annotations

import pytest

from rnncore.config import Config
from rnncore.experiments.contrast import LONG, STORY, ghost_of
from rnncore.experiments.examples import finished
from rnncore.presets import preset_config
from rnncore.text.corpus import load_corpus
from rnncore.text.windows import Windows

CONFIG = preset_config(STORY)


@pytest.mark.parametrize(
    "changes", [{}, {"time_size": 2}, {"time_size": 5}, {"epochs": 9}, {"temperature": 0.5}]
)
def test_the_story_with_any_other_window_has_the_ghost(changes: dict[str, float]) -> None:
    ghost = ghost_of(CONFIG.with_changes(**changes))
    assert ghost is not None and ghost.time_size == LONG
    assert ghost.updates[0] == 0 and len(ghost.updates) == len(ghost.bits)
    assert ghost.bits[-1] < 0.5833 + 0.025  # the exact floor of the language


@pytest.mark.parametrize(
    "changes",
    [
        {"time_size": LONG},
        {"seed": 1},
        {"learning_rate": 3e-3},
        {"hidden_size": 33},
        {"cell": "gru"},
        {"corpus": "lag"},
        {"batch_size": 10},
    ],
)
def test_another_run_has_none(changes: dict[str, object]) -> None:
    assert ghost_of(CONFIG.with_changes(**changes)) is None


def test_a_run_of_ones_own_has_none() -> None:
    assert ghost_of(Config()) is None


def test_what_is_kept_is_of_the_story_as_it_is() -> None:
    corpus = load_corpus(CONFIG)
    windows = Windows(corpus.train, CONFIG.batch_size, CONFIG.time_size, CONFIG.window_scheme)
    points = finished(STORY).points
    assert points[-1].step == CONFIG.epochs * windows.updates_per_epoch
    assert all(point.tokens == point.step * CONFIG.batch_size * LONG for point in points)
