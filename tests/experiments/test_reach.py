"""How far a gradient reaches in the races that are about it, and what is kept of such races."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from rnncore.cells import CELLS
from rnncore.experiments import examples
from rnncore.experiments.cells import LAG, SMALLER_RATE, cells_on_lag, cells_on_text, near_share
from rnncore.experiments.examples import Finished, Share, finished, share
from rnncore.experiments.lag import lag_lab
from rnncore.experiments.race import RacePoint, last_points
from rnncore.experiments.reach import FAR, Reach, StepBack, of_the_last_letter
from rnncore.experiments.scales import SCALES, scales_race
from rnncore.memory import parameter_count
from rnncore.model import Rnnlm
from rnncore.text.corpus import load_corpus
from rnncore.text.lag import lag_language
from rnncore.text.tiny_english import tiny_english
from tests.benchmarks import demos

SHIPPED = ("rnn", "lstm", "gru")


def test_no_gated_cell_has_more_weights_than_the_plain_one() -> None:
    race = cells_on_lag(SHIPPED)
    plain, *gated = (parameter_count(config, 4) for config in race.configs)
    assert all(weights <= plain for weights in gated)
    same = cells_on_lag(SHIPPED, same_size=True)
    assert len({config.hidden_size for config in same.configs}) == 1
    assert [config.learning_rate for config in same.configs].count(SMALLER_RATE) == 1


def test_the_last_letter_is_followed_back_to_the_first() -> None:
    race = cells_on_lag(("gru",))
    config = race.configs[0].with_changes(lag=3, grammar_tokens=2000, dtype="float64")
    corpus = load_corpus(config)
    model = Rnnlm(config, len(corpus.vocabulary))
    model.parameters["affine.b"][...] = -50.0
    model.parameters["affine.b"][corpus.vocabulary.encode("A")] = 0.0
    reach = of_the_last_letter(model, corpus)
    assert reach.norms.shape == (4,)
    # Whoever always says A is right about half the letters and off by 50 nats about the others:
    # of other tokens, fillers among them, it would be off by 50 nats about all but a few.
    assert reach.bits == pytest.approx(0.5 * 50 / np.log(2), rel=0.25)


def test_untrained_and_trained_are_measured_alike() -> None:
    race = cells_on_text(
        [
            config.with_changes(lag=3, grammar_tokens=3000)
            for config in cells_on_lag(SHIPPED).configs
        ],
        load_corpus(cells_on_lag(SHIPPED).configs[0].with_changes(lag=3, grammar_tokens=3000)),
    )._replace(tokens=320, every=320)
    points = list(race.run())
    before, after = race.untrained(), points[-1].trained
    assert [len(reach.norms) for reach in before] == [FAR + 1] * 3
    assert sorted(after) == [0, 1, 2]
    assert [reach.memory is None for reach in before] == [
        len(CELLS[cell].states) == 1 for cell in SHIPPED
    ]
    assert 0 < before[0].share < 10


def test_most_of_what_the_past_can_save_in_tiny_english_is_near() -> None:
    assert near_share(tiny_english(), 4) == pytest.approx(0.934, abs=0.001)
    assert near_share(lag_language(5), 6) == pytest.approx(1)


def test_what_is_kept_is_read_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    race = Finished(
        [RacePoint(0, 3, 60, 1.2345678, 0.5, 0.25, False)],
        {
            0: Reach(np.array([1.0, 1.23456e-9]), None, 0.1, StepBack(0.123456, 2.0)),
            1: Reach(np.ones(2), np.zeros(2), 2.0),
        },
    )
    path = tmp_path / "new" / "kept.json"
    examples.keep({"one": race}, {"claim": Share(3, 20)}, path)
    monkeypatch.setattr(examples, "path", lambda: path)
    examples._kept.cache_clear()
    read = finished("one")
    examples._kept.cache_clear()
    assert read.points == [RacePoint(0, 3, 60, 1.235, 0.5, 0.25, False)]
    assert read.reaches[0].norms.tolist() == [1.0, 1.235e-9]
    assert read.reaches[0].step == StepBack(0.1235, 2.0) and read.reaches[1].step is None
    assert read.reaches[1].memory is not None


def test_what_is_kept_belongs_to_the_present_demos() -> None:
    setups = {
        "cells": cells_on_lag(SHIPPED).configs,
        "cells_same_size": cells_on_lag(SHIPPED, same_size=True).configs,
        "scales": scales_race().configs,
        "lag": lag_lab(4, (4, 5)).configs,
    }
    for name, configs in setups.items():
        kept = finished(name)
        for runner, point in last_points(kept.points).items():
            config = configs[runner]
            assert point.tokens == point.step * config.batch_size * config.time_size
        assert sorted({point.runner for point in kept.points}) == list(range(len(configs)))
    assert len(finished("cells").reaches[0].norms) == LAG + 1


@pytest.mark.parametrize(
    ("claim", "least", "most"),
    [
        ("lag.4.4", 0, 4),
        ("lag.4.5", 18, 20),
        ("lag.8.4", 0, 2),
        ("lag.8.16", 18, 20),
        ("clipping.diverges", 18, 20),
        ("clipping.learns", 18, 20),
        ("scales.untrained", 20, 20),
        ("scales.met", 17, 20),
        ("scales.saturates", 20, 20),
        ("t_too_short.stays", 20, 20),
        ("t_too_short.never_below", 18, 20),
        ("t_too_short.long_window_learns", 20, 20),
        ("memorises.recites", 18, 20),
        ("memorises.held_out_turns_up", 20, 20),
        ("rate_too_high.circles", 20, 20),
        ("too_small.stays_above", 20, 20),
        ("cells.gru", 16, 20),
        ("cells.lstm", 18, 20),
        ("cells.rnn", 0, 2),
        ("cells_same_size.rnn_fails", 17, 20),
    ],
)
def test_a_demos_claim_was_true_over_seeds(claim: str, least: int, most: int) -> None:
    found = share(claim)
    assert found.of >= 20
    assert least <= found.true * 20 / found.of <= most


@pytest.mark.slow
@pytest.mark.parametrize(
    ("demo", "claims"),
    [
        ("lag", {"lag.4.4": False, "lag.4.5": True, "lag.8.4": False, "lag.8.16": True}),
        ("clipping", {"clipping.diverges": True, "clipping.learns": True}),
        ("scales", {"scales.untrained": True, "scales.met": True}),
        ("cells", {"cells.gru": True, "cells.lstm": True, "cells.rnn": False}),
        ("rate_too_high", {"rate_too_high.circles": True}),
        ("too_small", {"too_small.stays_above": True}),
        ("t_too_short", {"t_too_short.stays": True, "t_too_short.long_window_learns": True}),
        ("memorises", {"memorises.recites": True, "memorises.held_out_turns_up": True}),
    ],
)
def test_a_demo_proves_its_lesson(demo: str, claims: dict[str, bool]) -> None:
    (outcome,) = demos.DEMOS[demo]((1,))
    found = outcome.claims
    assert {claim: found[claim] for claim in claims} == claims


def test_three_scales_start_alike_in_all_else() -> None:
    first, *others = scales_race().configs
    for scale, config in zip(SCALES[1:], others, strict=True):
        assert config == first.with_changes(recurrent_scale=scale)


def test_a_step_back_is_measured_on_the_state_and_on_wh() -> None:
    race = scales_race()
    before = race.untrained()
    assert [reach.step.radius for reach in before if reach.step] == pytest.approx(list(SCALES))
    still = Rnnlm(race.configs[0], len(race.corpus.vocabulary))
    for name in ("cell.0.Wx", "cell.0.Wh", "cell.0.b"):
        still.parameters[name][...] = 0
    assert race.measure(still, race.corpus).step == StepBack(1.0, 0.0)
