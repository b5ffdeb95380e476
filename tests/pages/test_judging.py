"""What is said of a comparison over context lengths: who wins, what counting costs, and why."""

from __future__ import annotations

import pytest

from pages.ui.language_models.judging import is_complete, reasons, verdict
from pages.ui.visit.i18n import texts
from rnncore.config import Config
from rnncore.experiments.contexts import Comparison, ContextPoint, comparison
from rnncore.text.corpus import load_corpus
from tests.pages.compared import STOOD, point

T = texts("en")


@pytest.fixture(scope="module")
def setup() -> Comparison:
    config = Config(corpus="embedded-reber", grammar_tokens=2_000)
    return comparison(config, load_corpus(config))


@pytest.mark.parametrize(
    ("last", "option"),
    [
        ([point("recurrent", None, 1.5, 10)], "wins_recurrent"),
        ([point("concatenated", 8, 1.4)], "wins_concatenated"),
        ([point("summed", 8, 1.4)], "wins_summed"),
        ([point("ngram", 5, 1.2)], "wins_ngram"),
        ([point("ngram", 5, 1.497)], "tie"),
    ],
)
def test_whoever_wins_is_said_to_win(
    setup: Comparison, last: list[ContextPoint], option: str
) -> None:
    said = verdict(T, setup, [*STOOD, *last])
    opening = T(f"language_models.contexts.{option}", **dict.fromkeys(
        ("first", "second", "bits", "gap", "tie", "text"), "#")).split("#")[0]  # fmt: skip
    assert opening in said
    assert said.startswith("So far: "), "not all networks have been trained"


def test_a_comparison_is_judged_in_the_end_when_all_are_trained(setup: Comparison) -> None:
    whole = [
        *(point("ngram", words, 1.0 + words) for words in range(6)),
        *(
            point(*network.reads, 2.0, 0 if network.window else network.config.time_size)
            for network in setup.networks
        ),
    ]
    assert is_complete(setup, whole)
    said = verdict(T, setup, whole)
    assert said.startswith("**The n-gram wins here**")
    assert T("language_models.contexts.too_few", text=f"{setup.text:,}") in said
    early = [*whole, whole[-1]._replace(over=False)]
    assert not is_complete(setup, early) and not is_complete(setup, whole[:-1])
    assert verdict(T, setup, early).startswith("So far: ")
    assert "too few" not in verdict(T, setup, early)


def test_counting_costs_something_or_nothing(setup: Comparison) -> None:
    assert setup.ladder is not None
    on_it = [point("ngram", words, bits) for words, bits in enumerate(setup.ladder[:6])]
    text = f"{setup.text:,}"
    free = T("language_models.contexts.free", most="0.000", text=text)
    assert verdict(T, setup, on_it) == free
    above = [one._replace(bits=one.bits + 0.25) for one in on_it]
    assert "**0.25 bits** above its rung" in verdict(T, setup, above)


def test_the_reasons_are_by_value() -> None:
    sums = [point("summed", 2, 2.5), point("summed", 3, 2.75), point("summed", 4, 2.6)]
    said = reasons(T, [*STOOD, *sums])
    assert T("language_models.contexts.equal_context_none", best=0, of=1) in said
    assert T("language_models.contexts.sum_worse", two="2.50", three="2.75") in said
    assert "90 updates with T = 10 give 1.500 bits, 30 with T = 35 give 1.750" in said
    longer = reasons(T, [*STOOD, point("recurrent", None, 1.25, 35, updates=30)])
    assert "Although T = 35 makes only 30 updates" in longer
    lost = point("summed", 1, 3.0, diverged=True)
    assert T("language_models.contexts.diverged") in reasons(T, [*STOOD, lost])
    assert reasons(T, STOOD[:2]) == ""
