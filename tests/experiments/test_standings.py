"""Who stands where in a comparison, what is kept of it, and what it claims over seeds."""

from __future__ import annotations

import pytest

from rnncore.config import Config
from rnncore.experiments.contexts import (
    PARTS,
    ContextPoint,
    Equal,
    comparison,
    text_config,
)
from rnncore.experiments.examples import compared, share
from rnncore.experiments.standings import (
    Counting,
    best_of_kinds,
    counting,
    last_of_each,
    of_kind,
    prices,
    rival,
)
from rnncore.text.corpus import load_corpus
from tests.benchmarks import demos


def point(kind: str, words: int | None, found: float, ticks: int = 0) -> ContextPoint:
    return ContextPoint(kind, words, ticks, 8, 100, 5, 500, found, 0.1, True, False)


def test_who_stands_where() -> None:
    stood = [
        *(point("ngram", words, 3.0 - 0.5 * words) for words in range(3)),
        point("summed", 1, 2.6),
        point("summed", 2, 9.0),
        point("summed", 2, 2.1),
        point("concatenated", 1, 2.51),
        point("concatenated", 2, 1.9),
        point("recurrent", None, 1.7, 35),
        point("recurrent", None, 1.8, 10),
    ]
    best = [(one.kind, one.words, one.bits) for one in best_of_kinds(stood)]
    assert best == [
        ("recurrent", None, 1.7),
        ("concatenated", 2, 1.9),
        ("ngram", 2, 2.0),
        ("summed", 2, 2.1),
    ]
    assert of_kind(stood, "recurrent")[None].ticks == 10
    longer = rival(stood)
    assert longer is not None and longer.ticks == 35
    assert counting(stood) == Counting(1, 2)
    assert counting(stood[:3]) == Counting(0, 0)
    assert prices(stood, (2.9, 2.4, 1.5)) == pytest.approx({0: 0.1, 1: 0.1, 2: 0.5})
    assert prices(stood, (2.9, 2.4)) == pytest.approx({0: 0.1, 1: 0.1})
    assert [one.words for one in last_of_each(stood)][-3:] == [2, None, None]


@pytest.mark.slow
def test_what_is_kept_belongs_to_the_present_experiment() -> None:
    config = text_config(Config())
    corpus = load_corpus(config)
    modes: tuple[Equal, ...] = ("parameters", "sizes")
    for equal in modes:
        for part in PARTS:
            kept, setup = (
                compared(f"contexts.{equal}.{part}"),
                comparison(config, corpus, equal, part),
            )
            assert kept is not None and all(point.over for point in kept)
            trained = {
                (point.kind, point.words, point.ticks): (point.updates, point.parameters)
                for point in kept
                if point.kind != "ngram"
            }
            assert trained == {
                (*network.reads, 0 if network.window else network.config.time_size): (
                    network.updates(setup.corpus),
                    network.parameters(len(corpus.vocabulary)),
                )
                for network in setup.networks
            }
            counted = [point.bits for point in kept if point.kind == "ngram"]
            assert counted == pytest.approx([one.bits for one in setup.counted()], rel=1e-3)


@pytest.mark.parametrize(
    ("claim", "least"),
    [
        ("contexts.near_the_rung", 20),
        ("contexts.every_word_helps", 20),
        ("contexts.third_word_hurts_a_sum", 20),
        ("contexts.recurrent_wins", 18),
        ("contexts.short_T_is_better", 20),
        ("contexts_counted.on_the_rung", 20),
        ("contexts_counted.no_window_is_better", 18),
        ("contexts_counted.recurrent_wins", 20),
        ("contexts_short.ngram_wins", 20),
        ("rates.adam", 20),
        ("rates.sgd", 19),
    ],
)
def test_a_claim_was_true_over_seeds(claim: str, least: int) -> None:
    found = share(claim)
    assert found.of >= 20
    assert found.true * 20 >= least * found.of


@pytest.mark.slow
@pytest.mark.parametrize("demo", ["contexts", "contexts_counted", "contexts_short"])
def test_a_demo_proves_its_lesson(demo: str) -> None:
    (outcome,) = demos.DEMOS[demo]((1,))
    found = outcome.claims
    assert {claim for claim, true in found.items() if not true} == set()
