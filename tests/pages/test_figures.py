"""What the figures draw, by value."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import plotly.graph_objects as go
import pytest

from pages.ui.figures import gradient_profile
from pages.ui.figures.palette import DARK, LIGHT, PALETTES
from pages.ui.figures.style import COUNT, LOG_TEXTS, LOG_TICKS, VALUE
from pages.ui.gradients.figures import decay
from pages.ui.live.figures import perplexity, samples, states
from pages.ui.live.panels import panels
from pages.ui.visit.i18n import LANGUAGES, texts
from rnncore.text.lag import lag_language
from rnncore.views import (
    NEAREST,
    HeldOutPoint,
    LossPoint,
    Mark,
    Rung,
    RunView,
    above_floor,
    gradient_share,
    rung_lines,
)
from tests.pages.views import FRAMED_RUN, RUN, SNAPSHOT, TEXT_RUN

T = texts("en")


def horizontal_lines(figure: go.Figure) -> list[float]:
    """Heights of the lines one can see, from top to bottom."""
    seen = [s for s in figure.layout.shapes if s.line.color != "rgba(0,0,0,0)" and s.y0 == s.y1]
    return sorted({shape.y0 for shape in seen}, reverse=True)


def words(figure: go.Figure) -> dict[float, str]:
    """What is written beside the lines, by height."""
    labels = trace(figure, "labels")
    return {y: text.strip() for y, text in zip(labels.y, labels.text, strict=True)}


def trace(figure: go.Figure, uid: str) -> go.Scatter:
    return next(trace for trace in figure.data if trace.uid == uid)


def test_perplexity_has_start_rungs_and_floor_as_lines() -> None:
    figure = perplexity.figure(RUN, LIGHT, T)
    assert horizontal_lines(figure) == [8, 6.0, 2.999, 1.6, 1.5]  # 3.0 shares a line with 2.999
    assert words(figure)[8] == "V = 8: guessing"
    assert words(figure)[2.999] == "2 tokens back"  # the line is that of the longest memory
    assert words(figure)[1.5] == "floor 1.5"
    assert figure.layout.yaxis.type == "log"


def test_every_line_is_named_and_every_rung_says_what_has_to_be_passed() -> None:
    crowded = RUN._replace(rungs=(Rung(0, 7.9), Rung(1, 4.0), Rung(2, 3.9), Rung(3, 1.55)))
    figure = perplexity.figure(crowded, LIGHT, T)
    assert sorted(words(figure), reverse=True) == horizontal_lines(figure)
    ladder = trace(figure, "labels").meta["ladder"]
    assert ladder["curve"] == "valid"
    passed = [math.log2(rung.perplexity) for rung in crowded.rungs]
    assert ladder["bits"] == [None, *passed, None]


def test_the_distance_above_the_floor_has_the_same_ladder_in_bits() -> None:
    figure, other = (
        draw(RUN, LIGHT, T) for draw in (perplexity.distance_figure, perplexity.figure)
    )
    heights = [math.log2(perplexity / 1.5) for perplexity in (8, 6, 2.999, 1.6)]
    assert horizontal_lines(figure) == pytest.approx([*heights, NEAREST])
    assert words(figure)[NEAREST] == "at the floor, or below"
    assert list(words(figure).values())[:-1] == list(words(other).values())[:-1]
    assert trace(figure, "labels").meta == trace(other, "labels").meta
    assert figure.layout.yaxis.type == "log"
    for uid in ("train", "valid", "test"):
        drawn = trace(figure, uid)
        assert drawn.meta["above"] == {"floor": math.log2(1.5), "nearest": NEAREST}
        assert "customdata[0]" in drawn.hovertemplate and "0.585" in drawn.hovertemplate
        assert "above" not in trace(other, uid).meta


def test_a_distance_is_never_less_than_an_axis_can_show() -> None:
    assert above_floor(6.0, 1.5) == 2.0
    assert above_floor(1.501, 1.5) == above_floor(1.5, 1.5) == above_floor(1.2, 1.5) == NEAREST


def test_a_text_without_a_floor_has_the_line_of_its_frequencies() -> None:
    assert rung_lines(TEXT_RUN) == ()
    run = TEXT_RUN._replace(unigram=5.0)
    assert horizontal_lines(perplexity.figure(run, LIGHT, T)) == [8, 5.0]
    assert words(perplexity.figure(run, LIGHT, T))[5.0] == "frequencies alone"
    (panel, *_) = panels(run, T)
    assert panel["views"] == []
    assert [(one["name"], one["on"]) for one in panel["switches"]] == [("near", False)]
    (panel, *_) = panels(RUN, T)
    assert [view["name"] for view in panel["views"]] == ["distance", "perplexity"]
    assert "not trained on" in panel["caption"]
    assert panel["plot"]["light"]["layout"]["yaxis"]["title"]["text"] == ("bits above the floor")


COUNTED = tuple(map(Rung, range(5), (6.0, 4.0, 3.0, 2.5, 2.6)))


@pytest.mark.parametrize(("language", "third"), [("en", "n-gram of order 3"), ("ko", "3차 n-그램")])
def test_a_text_without_a_floor_has_the_rungs_of_its_n_grams(language: str, third: str) -> None:
    run = TEXT_RUN._replace(unigram=5.9, counted=COUNTED)
    figure = perplexity.figure(run, LIGHT, texts(language))
    assert horizontal_lines(figure) == [8, 6.0, 4.0, 3.0, 2.6, 2.5]
    said = words(figure)
    assert said[3.0] == third and "4" in said[2.5] and "5" in said[2.6]
    bits = [math.log2(height) for height in (6.0, 4.0, 3.0, 2.6, 2.5)]
    assert trace(figure, "labels").meta["ladder"]["bits"] == [None, *bits]


@pytest.mark.parametrize(
    ("language", "left_out"), [("en", "above 3 are left out"), ("ko", "3차보다")]
)
def test_orders_that_were_not_counted_are_said(language: str, left_out: str) -> None:
    captions = [
        panels(TEXT_RUN._replace(counted=COUNTED[:orders]), texts(language))[0]["caption"]
        for orders in (0, 3, 5)
    ]
    assert [left_out in caption for caption in captions] == [False, True, False]
    assert len(set(captions)) == 3


def test_a_merged_rung_stands_at_the_perplexity_of_the_memory_it_names() -> None:
    """The ladder of lag 24 sinks slowly: several rungs share a line."""
    bits = lag_language(24).ladder(23)
    rungs = tuple(Rung(memory, 2**height) for memory, height in enumerate(bits))
    floor = 2 ** (25 / 26)
    lines = rung_lines(RUN._replace(vocabulary_size=5, rungs=rungs, floor=floor))
    assert len(lines) < len([rung for rung in rungs if rung.perplexity > floor * 1.01])
    for line in lines:
        assert line.perplexity == dict(rungs)[line.longest]
        assert line.perplexity > 0.99 * dict(rungs)[line.shortest]
    (seventh,) = [line for line in lines if line.longest == 7]
    assert seventh.perplexity == pytest.approx(2.3203, abs=1e-4)


def test_text_without_a_grammar_has_neither_floor_nor_rungs() -> None:
    assert horizontal_lines(perplexity.figure(TEXT_RUN, LIGHT, T)) == [8]
    assert samples.figure(TEXT_RUN, LIGHT, T) is None


def test_perplexity_ops_carry_bits_and_epoch() -> None:
    grown, shown = perplexity.train_ops(LossPoint(40, 2, 4.0, 2.0, 1.0, 100.0))
    assert grown == {
        "op": "extend",
        "figure": "perplexity",
        "trace": "train",
        "x": [40],
        "y": [4.0],
        "customdata": [[2.0, 2]],
    }
    assert shown["value"] == 4.0
    grown, shown, best = perplexity.held_out_ops(HeldOutPoint(40, "valid", 8.0, 3.0))
    assert (best["op"], best["step"], best["value"], best["partial"]) == ("lowest", 40, 8.0, False)
    assert (grown["trace"], grown["y"], grown["customdata"]) == ("valid", [8.0], [[3.0]])
    assert perplexity.mark_ops(Mark(40, "learning_rate", 0.1, 0.05))[0]["x"] == 40


def test_a_point_of_a_part_of_the_held_out_text_looks_and_says_so() -> None:
    grown, shown, best = perplexity.held_out_ops(HeldOutPoint(40, "valid", 8.0, 3.0, 819))
    assert best["partial"]
    assert (grown["trace"], grown["y"], grown["customdata"]) == ("part", [8.0], [[3.0, 819]])
    assert (shown["name"], shown["value"]) == ("part", 8.0)
    figure = perplexity.figure(RUN, LIGHT, T)
    part, valid = (trace(figure, uid) for uid in ("part", "valid"))
    assert (part.mode, part.line.color) == ("lines+markers", valid.line.color)
    assert "first %{customdata[1]:,}" in part.hovertemplate
    assert "whole" in valid.hovertemplate


def test_gradients_draw_truncation_only_where_it_cuts() -> None:
    figure = gradient_profile.figure(RUN, LIGHT, T)
    cut = [shape for shape in figure.layout.shapes if shape.type == "rect"]
    assert [(shape.x0, shape.x1) for shape in cut] == [(3.5, 5.5)]
    assert not gradient_profile.figure(RUN._replace(time_size=9), LIGHT, T).layout.shapes


def test_truncation_is_seen_on_dark_and_on_bright_values_of_the_history() -> None:
    shapes = gradient_profile.figure(RUN, DARK, T).layout.shapes
    beneath, line = (shape for shape in shapes if shape.yref == "y2")
    assert (beneath.y0, line.y0) == (3.5, 3.5)
    assert beneath.line.width > line.line.width and beneath.line.dash is None
    assert (beneath.line.color, line.line.color) == ("#FFFFFF", "#000000")


def test_the_gradient_panel_says_what_arrives_ten_ticks_back() -> None:
    assert gradient_share((2.0, *[1.0] * 9, 0.5, 0.1)) == (10, 0.25)
    assert gradient_share((2.0, 1.0)) == (1, 0.5)
    assert gradient_share((0.0, 1.0)) == gradient_share((math.nan, 1.0)) == (1, None)
    (said,) = [panel for panel in panels(RUN, T) if panel["id"] == "gradients"]
    assert said["sentence"] == (
        "5 ticks back, {share:share} of the gradient arrives; untrained {start_share:share}."
    )
    assert said["scaleLabel"] == "norm in nats"
    assert said["formula"].startswith("<math>") and said["formula"].endswith("</math>")
    other = next(panel for panel in panels(RUN, T) if panel["id"] == "states")
    assert (other["sentence"], other["formula"], other["scaleLabel"]) == (None, None, None)


def test_gradient_ops_are_in_powers_of_ten_with_the_true_norm_beside() -> None:
    profile, history, share = gradient_profile.ops(SNAPSHOT)
    assert list(profile["set"]["y"]) == pytest.approx([0, -1, -2, None, None, None])
    assert tuple(profile["set"]["customdata"]) == SNAPSHOT.gradient_profile
    assert history["x"] == 5
    assert history["z"] == pytest.approx([0, -1, -2, -7, -7, -7])
    assert (share["name"], share["value"]) == ("share", 0.0)


def test_the_untrained_profile_stays_for_comparison() -> None:
    drawn = gradient_profile.ops(SNAPSHOT._replace(step=0))
    assert [op["trace"] for op in drawn if "trace" in op] == ["start", "profile", "history"]
    assert [op["name"] for op in drawn if op["op"] == "readout"] == ["share", "start_share"]


def test_axes_write_numbers_in_one_style() -> None:
    axes = [
        figure.layout[axis]
        for run in (FRAMED_RUN, TEXT_RUN._replace(vocabulary_size=10_000))
        for figure in (
            perplexity.figure(run, LIGHT, T),
            gradient_profile.figure(run, LIGHT, T),
            samples.figure(RUN, LIGHT, T),
        )
        for axis in ("xaxis", "yaxis", "xaxis2", "yaxis2")
        if figure is not None and axis in figure.layout.to_plotly_json()
    ]
    formats = {axis.tickformat for axis in axes if axis.visible is not False} - {None}
    assert formats == {COUNT, VALUE, ".0%"}
    (written,) = {axis.ticktext for axis in axes if axis.ticktext}
    assert written[:4] == ("10⁻⁷", "10⁻⁶", "10⁻⁵", "10⁻⁴")
    assert written[4:11] == ("0.001", "0.01", "0.1", "1", "10", "100", "1,000")
    assert len(LOG_TICKS) == len(LOG_TEXTS)
    assert (LOG_TEXTS[0], LOG_TEXTS[-4], LOG_TEXTS[-1]) == ("0.01", "1,000", "10⁹")


def test_the_history_of_the_untrained_network_alone_has_an_axis_of_whole_updates() -> None:
    axis = gradient_profile.figure(FRAMED_RUN, LIGHT, T).layout.xaxis2
    assert list(axis.autorangeoptions.include) == [0, 4.5] and axis.tickformat == COUNT


def test_how_gradients_fade_is_written_in_powers_as_on_the_overview() -> None:
    lines = [decay.Line("now", "now", np.array([1.0, 1e-3, 1e-9]), "gradient")]
    axis = decay.figure(lines, LIGHT, T, quantity="", along="", height=100).layout.yaxis
    written = dict(zip(axis.tickvals, axis.ticktext, strict=True))
    assert [written[value] for value in (1.0, 0.1, 1e-3, 1e-9)] == ["1", "0.1", "0.001", "10⁻⁹"]


def test_the_rung_of_the_forgotten_letter_takes_the_place_of_the_one_it_is() -> None:
    forgets = RUN._replace(forgotten=1.598)
    assert [line.perplexity for line in rung_lines(forgets)] == [6.0, 2.999, 1.598]
    for language, text in (("en", "the first letter is forgotten"), ("ko", "첫 글자를 잊음")):
        assert words(perplexity.figure(forgets, LIGHT, texts(language)))[1.598] == text
    between = rung_lines(RUN._replace(forgotten=2.0))
    assert [line.perplexity for line in between] == [6.0, 2.999, 2.0, 1.6]


@pytest.mark.parametrize("run", [RUN, FRAMED_RUN, TEXT_RUN, RUN._replace(token_unit="words")])
@pytest.mark.parametrize("language", LANGUAGES)
def test_both_themes_have_the_same_traces(run: RunView, language: str) -> None:
    for draw in (perplexity.figure, gradient_profile.figure, states.figure, samples.figure):
        light, dark = (draw(run, palette, texts(language)) for palette in PALETTES)
        if light is None:
            assert dark is None
            continue
        assert dark is not None
        assert [t.uid for t in light.data] == [t.uid for t in dark.data]
        assert all(t.uid for t in light.data)
        assert light.layout.uirevision  # a person's zoom outlives updates


def luminance(colour: str) -> float:
    """Relative luminance of #rrggbb, as WCAG defines it."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_the_ramp_grows_evenly_brighter() -> None:
    shades = [luminance(colour) ** (1 / 3) for _, colour in LIGHT.ramp]
    steps = [b - a for a, b in pairwise(shades)]
    assert min(steps) > 0
