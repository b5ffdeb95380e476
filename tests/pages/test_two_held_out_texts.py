"""Where the beginning of held-out text is measured apart from the whole, both have values."""

from __future__ import annotations

import pytest

from pages.ui.figures.palette import LIGHT
from pages.ui.live.figures import perplexity
from pages.ui.live.panels import panels, translate
from pages.ui.visit.i18n import LANGUAGES, texts
from rnncore.runs.records import evaluation_record
from rnncore.training.events import Evaluation
from rnncore.views import HeldOutPoint, Rung
from tests.pages.views import RUN, TEXT_RUN

T = texts("en")


def test_a_run_draws_a_curve_of_the_beginning_and_points_of_the_whole() -> None:
    told = [
        Evaluation(0, "valid", 64.0, 6.0, 800),
        Evaluation(1000, "valid", 8.0, 3.0, 800),
        Evaluation(1000, "valid", 32.0, 5.0),
        Evaluation(1500, "valid", 4.0, 2.0, 800),
        Evaluation(1500, "valid", 16.0, 4.0),
        Evaluation(1500, "test", 16.5, 4.04),
    ]
    drawn: dict[str, list[tuple[float, float]]] = {}
    for op in [op for event in told for op in translate(evaluation_record(event))]:
        if op["op"] == "extend":
            drawn.setdefault(op["trace"], []).extend(zip(op["x"], op["y"], strict=True))
    assert drawn == {
        "part": [(0, 64.0), (1000, 8.0), (1500, 4.0)],
        "valid": [(1000, 32.0), (1500, 16.0)],
        "test": [(1500, 16.5)],
    }


def test_points_of_the_whole_have_no_line_beside_the_curve_and_look_otherwise() -> None:
    for run in (RUN, TEXT_RUN):
        traces = {trace.uid: trace for trace in perplexity.figure(run, LIGHT, T).data}
        whole, part = traces["valid"], traces["part"]
        assert whole.meta["beside"]["trace"] == part.uid
        look = whole.meta["beside"]["look"]
        assert (look["mode"], look["marker"]["symbol"]) == ("markers", "diamond")
        assert whole.mode == part.mode == "lines+markers"  # alone it has a line
        assert "beside" not in part.meta


def test_rungs_counted_on_the_whole_text_are_ticked_by_its_values_alone() -> None:
    run = TEXT_RUN._replace(counted=(Rung(0, 6.0), Rung(1, 4.0)))
    (labels,) = [t for t in perplexity.figure(run, LIGHT, T).data if t.uid == "labels"]
    assert labels.meta["ladder"]["curve"] == "valid"
    part, whole = (HeldOutPoint(40, "valid", 3.0, 1.6, tokens) for tokens in (800, None))
    assert [perplexity.held_out_ops(each)[0]["trace"] for each in (part, whole)] == [
        "part",
        "valid",
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_panel_says_which_text_a_value_is_of_only_where_there_are_two(language: str) -> None:
    t = texts(language)
    for run in (RUN, TEXT_RUN):
        (panel, *_) = panels(run, t)
        labels = {readout["name"]: readout["label"] for readout in panel["readouts"]}
        instead = panel["instead"]
        assert instead["of"] == "part" and labels["part"] == t("figures.perplexity.part")
        assert labels["best"] == t("figures.perplexity.best")
        for name, other in instead["labels"].items():
            assert other != labels[name] and other == t(f"figures.perplexity.{name}_beside")
        assert set(instead["labels"]) == {"valid", "best"}
        assert "{valid:three}" in panel["says"] and "{part" not in panel["says"]
        assert "{part:three}" in instead["says"] and "{valid" not in instead["says"]


def test_a_text_of_which_nothing_is_held_out_says_nothing_of_it() -> None:
    (panel, *_) = panels(TEXT_RUN._replace(on_training=("perplexity",)), T)
    assert panel["instead"]["says"] == panel["says"] and "{valid" not in panel["says"]


def test_perplexity_per_syllable_is_of_one_text_too() -> None:
    for tokens, name in ((800, "part_character"), (None, "valid_character")):
        *_, each = perplexity.held_out_ops(HeldOutPoint(40, "valid", 4.0, 2.0, tokens, 16.5))
        assert (each["name"], each["value"]) == (name, 16.5)
    (panel, *_) = panels(TEXT_RUN._replace(token_unit="jamo"), T)
    assert {"part_character", "valid_character"} <= {one["name"] for one in panel["readouts"]}
