"""What the panel of generated text shows, by value."""

from __future__ import annotations

from pages.ui.figures.palette import LIGHT
from pages.ui.live.figures import samples
from pages.ui.live.panels import panels
from pages.ui.visit.i18n import texts
from rnncore.views import BestView, Sample
from tests.pages.views import RUN, SNAPSHOT, TEXT_RUN

T = texts("en")


def test_samples_ops_keep_text_as_it_is() -> None:
    listed, grown, shown = samples.ops(SNAPSHOT)
    assert listed["note"] == 0.8
    assert [(line["parts"], line["verdict"]) for line in listed["lines"]] == [
        (["ab"], True),
        (["<i>"], False),
        (["aa …"], None),
    ]
    assert (grown["x"], grown["y"], shown["value"]) == ([5], [0.5], 0.5)
    assert len(samples.ops(SNAPSHOT._replace(legal_share=None))) == 1


def test_copied_pieces_are_every_other_part_of_a_line() -> None:
    told = Sample("<b>once</b> upon", None, ((0, 7), (12, 16)))
    listed, shown = samples.ops(SNAPSHOT._replace(samples=(told,), legal_share=None))
    assert listed["lines"][0]["parts"] == ["", "<b>once", "</b> ", "upon", ""]
    assert (shown["name"], shown["value"]) == ("copied", 7)
    nothing = samples.ops(SNAPSHOT._replace(samples=(Sample("ab", None, ()),), legal_share=None))
    assert (nothing[0]["lines"][0]["parts"], nothing[1]["value"]) == (["ab"], 0)
    (*_, panel) = panels(TEXT_RUN, T)
    assert "20 or more characters" in panel["caption"]
    assert [readout["name"] for readout in panel["readouts"]] == ["copied"]


def test_the_best_state_has_its_copied_pieces_marked_and_counted_beside_its_text() -> None:
    told = Sample("once upon a time", None, ((0, 4), (5, 11)))
    (listed,) = samples.best_ops(BestView(90, 60, 4.0, (told,), 0.8))
    assert listed["lines"][0]["parts"] == ["", "once", " ", "upon a", " time"]
    assert (listed["step"], listed["best"], listed["copied"]) == (90, 60, 6)
    (unsearched,) = samples.best_ops(BestView(90, 60, 4.0, (Sample("ab", None),), 0.8))
    assert "copied" not in unsearched  # a run of before
    assert samples.best_ops(BestView(90, 90, 4.0, (), 0.8)) == []


def test_the_legal_share_is_a_mean_with_the_looks_behind_it_as_dots() -> None:
    figure = samples.figure(RUN, LIGHT, T)
    assert figure is not None
    assert [trace.uid for trace in figure.data] == ["share", "mean"]  # the mean is drawn above
    dots, mean = figure.data
    assert (dots.mode, mean.mode) == ("markers", "lines")
    assert mean.meta == {"mean": {"of": "share", "over": samples.AVERAGED}}
    (*_, panel) = panels(RUN, T)
    assert f"newest {samples.AVERAGED}" in panel["caption"]
