"""The page of gradients: its figures by value, and a visit to every idea in both languages."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from pages.gradients import SECTIONS as IDEAS
from pages.ui.figures.mathematics import amount, decimals, told_apart
from pages.ui.figures.palette import LIGHT
from pages.ui.gradients import jacobians, reaching
from pages.ui.gradients.explosion import divergence
from pages.ui.gradients.figures import decay, gradient_matrix, growth, race, spectrum
from pages.ui.gradients.figures.decay import Band, Line, Reach
from pages.ui.gradients.figures.gradient_matrix import FlowFrame
from pages.ui.gradients.figures.race import Course, Level
from pages.ui.visit.i18n import LANGUAGES, Texts
from pages.ui.widgets import training
from rnncore.cells import CELLS
from rnncore.experiments.race import RacePoint
from rnncore.experiments.reach import Reach as Measured
from rnncore.probes.gradient_flow import FlowView
from rnncore.probes.spectra import Spectrum
from tests.clock import Clock
from tests.pages.conftest import Visit, query
from tests.pages.training import Training, charts, open_page

T = Texts("en")


def view() -> FlowView:
    norms = np.tril(np.array([[1.0, 9, 9], [0.1, 1, 9], [0.01, 0.1, 1]]))
    return FlowView(
        40, norms, np.array([1.0, 0.1, 0.01]), np.full((3, 3), 0.1), np.array([1.0, 1, 1])
    )


def test_the_matrix_is_drawn_in_powers_of_ten_and_empty_above_the_diagonal() -> None:
    drawn = {op["trace"]: op for op in gradient_matrix.ops(view())}
    assert drawn["matrix"]["set"]["z"] == [[0, None, None], [-1, 0, None], [-2, -1, 0]]
    assert drawn["mean"]["set"]["y"] == [0, -1, -2]
    assert drawn["mean"]["set"]["customdata"] == [1, 0.1, 0.01]
    assert len(drawn["band"]["set"]["x"]) == 6


def test_hovering_names_the_two_tokens_and_their_distance() -> None:
    frame = FlowFrame(("<s>", "a", "b"), ("a", "b", "c"), 20)
    trace = gradient_matrix.matrix(frame, LIGHT, T).data[0]
    assert tuple(trace.customdata[2][0]) == ("c", "&lt;s&gt;", 2)
    assert tuple(trace.customdata[1][1]) == ("b", "a", 0)


def test_what_has_vanished_is_not_drawn_on_a_logarithmic_axis() -> None:
    drawn = decay.figure(
        [Line("one", "one", np.array([1.0, 1e-3, 0.0]), "gradient")],
        LIGHT,
        T,
        quantity="size",
        along="distance",
        height=200,
        band=Band(np.array([0.5, 1e-4, 0]), np.array([2.0, 1e-2, 0])),
        reaches=[Reach(1, "here", "held_out")],
        level=0.05,
    )
    band, one = drawn.data
    assert tuple(band.x) == (0, 1, 1, 0)
    assert tuple(one.y) == (1.0, 1e-3, None)
    assert drawn.layout.annotations[0].text == "here"


def test_eigenvalues_lie_in_the_plane_of_the_unit_circle() -> None:
    found = Spectrum("h", np.array([2.0, 0.5]), np.array([1 + 1j, 1 - 1j]))
    drawn = spectrum.figure(found, found, 2.0, LIGHT, T, 300)
    traces = {trace.uid: trace for trace in drawn.data}
    assert np.allclose(np.hypot(traces["circle"].x, traces["circle"].y), 1)
    assert list(zip(traces["eigen"].x, traces["eigen"].y, strict=True)) == [(1, 1), (1, -1)]
    assert tuple(traces["singular"].y) == (2.0, 0.5)


def test_sigma_and_rho_are_drawn_over_training_and_one_update_is_marked() -> None:
    known = {
        step: Spectrum("h", np.array([size, 0.5]), np.array([0.6 * size, 0.1 + 0j]))
        for step, size in ((0, 1.0), (40, 2.0), (90, 3.0))
    }
    traces = {trace.uid: trace for trace in growth.figure(known, 40, LIGHT, T, 120).data}
    assert tuple(traces["largest"].x) == (0, 40, 90)
    assert tuple(traces["largest"].y) == (1, 2, 3)
    assert np.allclose(traces["radius"].y, (0.6, 1.2, 1.8))
    assert tuple(traces["at"].y) == (2, 1.2)


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (0.0164, "0.016"),
        (3.2, "3.2"),
        (2_221, "2,200"),
        (4.06e-7, "4.1·10⁻⁷"),
        (1.74e11, "1.7·10¹¹"),
        (0.0, "0"),
        (np.inf, "∞"),
        (np.nan, "–"),
    ],
)
def test_sizes_are_written_as_people_write_them(value: float, written: str) -> None:
    assert amount(value) == written


def test_what_differs_is_written_with_as_many_figures_as_tell_it_apart() -> None:
    assert told_apart(4.0, 2.0) == ["4", "2"]
    assert told_apart(1.0421, 1.0208) == ["1.04", "1.02"]
    assert told_apart(1.5, 1.5) == ["1.5", "1.5"]
    assert told_apart(23.4012, 23.3991, write=decimals) == ["23.401", "23.399"]
    assert len(set(told_apart(1.0, 1.0 + 2**-52))) == 2


def test_a_race_draws_every_runner_without_the_point_at_which_it_diverged() -> None:
    points = [
        RacePoint(0, 5, 100, 3.0, 1.5, 0.1, False),
        RacePoint(1, 5, 100, 2.0, 0.5, 0.1, False),
        RacePoint(0, 9, 200, float("nan"), 9.0, 0.2, True),
    ]
    drawn = {(op["figure"], op["trace"]): op for op in race.ops(points)}
    assert drawn[race.BITS, "runner0"]["x"] == [100]
    assert drawn[race.NORMS, "runner1"]["y"] == [0.5]
    course = Course(("a", "b"), 1000, (Level(0.9, "floor", "floor"),))
    traces = {trace.uid: trace for trace in race.bits(course, LIGHT, T).data}
    assert tuple(traces["level_floor"].y) == (0.9, 0.9)
    assert traces["runner1"].name == "b"
    assert [traces[uid].meta["tip"] for uid in ("level_floor", "runner0")] == ["floor", "a"]


def test_beside_a_race_there_is_room_for_its_longest_name() -> None:
    names = ("a", "LSTM, H = 16")
    drawn = race.bits(Course(names, 1000, (Level(0.9, "floor", "floor"),)), LIGHT, T)
    assert drawn.layout.margin.r == race.beside(names) > race.beside(("a", "floor"))
    assert race.beside(("학습 성공선",)) > race.beside(("abc def",)) > 6 * len("abc def")


def test_of_a_gradient_that_has_vanished_it_is_said_below_what() -> None:
    def reach(last: float) -> Measured:
        return Measured(np.array([1.0, 0.1, last]), None, 1.0)

    one = Course(("RNN",), 1)
    said = [reaching.said(T, one.runners[0], reach(0.25), reach(last)) for last in (0.5, 1e-13, 0)]
    assert said[0] == "RNN: ×\u00a00.5 (untrained ×\u00a00.25)"
    assert said[1] == said[2] == "RNN: less than 10⁻¹² (untrained ×\u00a00.25)"
    assert reaching.said(T, "RNN", reach(0.25), None) == "RNN: ×\u00a00.25 (untrained)"


def test_the_sentence_on_divergence_names_the_training_that_diverged() -> None:
    def point(runner: int, step: int, diverged: bool) -> RacePoint:
        return RacePoint(runner, step, 100, 3.0, 1.5, 0.1, diverged)

    assert divergence(T, [point(0, 7, False), point(1, 9, False)]) is None
    said = divergence(T, [point(0, 7, True), point(1, 9, False)])
    assert said == T("gradients.explosion.diverged_without", step="7")
    said = divergence(T, [point(0, 7, False), point(1, 1009, True)])
    assert said == T("gradients.explosion.diverged_with", step="1,009")
    said = divergence(T, [point(0, 7, True), point(1, 9, True)])
    assert said == T("gradients.explosion.diverged_both", step="7", clipped="9")


def test_a_lab_works_a_slice_at_a_time_until_it_is_stopped_or_done(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(training, "monotonic", Clock(0.4 * training.SLICE))  # two points a slice
    whole = training.SlicedTraining("whole", iter(range(3)))
    whole.advance()
    assert (whole.points, whole.going) == ([0, 1], True)
    whole.advance()
    assert (whole.points, whole.going) == ([0, 1, 2], False)
    stopped = training.SlicedTraining("stopped", iter(range(3)))
    stopped.stop()
    stopped.advance()
    assert stopped.points == []


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_idea_can_be_visited_twice(visit: Visit, language: str) -> None:
    app = visit(lang=language)
    app.switch_page("../gradients.py")
    for idea in IDEAS:
        app.query_params["gradients.idea"] = idea
        for _ in range(2):
            app.run()
            assert not app.exception
            assert query(app).get("gradients.idea", next(iter(IDEAS))) == idea


@pytest.mark.parametrize("cell", CELLS)
def test_a_run_shows_the_spectra_that_it_recorded_on_its_way(visit: Visit, cell: str) -> None:
    run = Training(cell=cell)
    steps = [run.advance(2) for _ in range(3)]
    app = open_page(visit, "gradients", run, **{"gradients.idea": "jacobians"})
    assert not app.exception
    slider = app.select_slider(key="gradients.at")
    assert slider.options == [str(step) for step in (0, *steps)]
    assert slider.value == steps[-1]
    slider.set_value(steps[0]).run()
    assert not app.exception
    grown = json.loads(charts(app)[-1]["figure"])  # sigma and rho over training
    assert grown["data"][1]["x"] == [0, *steps]


def test_networks_that_would_keep_one_waiting_are_told_apart(
    visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jacobians, "LARGEST", 10)
    run = Training(hidden_size=11)
    run.advance(1)
    app = open_page(visit, "gradients", run, **{"gradients.idea": "jacobians"})
    assert not app.exception
    assert app.info[0].value == T("gradients.jacobians.too_large", H=11, most=10)


@pytest.mark.parametrize("idea", ["lag", "explosion", "cells", "scales"])
def test_a_training_that_is_run_here_takes_the_place_of_the_one_that_was_kept(
    visit: Visit, monkeypatch: pytest.MonkeyPatch, idea: str
) -> None:
    app = visit().switch_page("../gradients.py").run()
    app.query_params.update({"gradients.idea": idea, "gradients.shown": idea})
    app.run()

    def shown() -> dict[str, Any]:
        given = [json.loads(element.proto.json) for element in app.get("bidi_component")]
        return next(one for one in given if "panels" in one)

    kept = shown()
    assert kept["ops"][0]["x"]
    assert T("gradients.race.example") in [one.value for one in app.caption]
    monkeypatch.setattr(training, "monotonic", Clock(0.4 * training.SLICE))
    app.button(key="lab.train").click().run()
    app.run()
    assert T("gradients.race.example") not in [one.value for one in app.caption]
    now = shown()
    assert now["revision"] != kept["revision"], "else the panels take only what comes after"


def test_the_cells_on_a_text_show_a_kept_race_or_leave_out_who_learns(
    visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    def panels(app: Any) -> list[str]:
        given = [json.loads(element.proto.json) for element in app.get("bidi_component")]
        return [panel["id"] for one in given if "panels" in one for panel in one["panels"]]

    own = {"gradients.idea": "cells", "gradients.text": "own"}
    app = visit().switch_page("../gradients.py").run()
    app.query_params.update(own)
    app.run()
    assert panels(app) == ["race_bits", "reach"]
    assert T("gradients.race.example") in [one.value for one in app.caption]

    run = Training(corpus="reber")
    run.advance(1)
    monkeypatch.setattr(training, "monotonic", Clock(0.4 * training.SLICE))
    app = open_page(visit, "gradients", run, **own)
    assert not app.exception
    assert panels(app) == ["reach"]
    assert T("gradients.race.nothing") in [one.value for one in app.caption]
    app.button(key="lab.train").click().run()
    assert panels(app) == ["race_bits", "reach"]
    assert "gradients.shown" not in query(app), "this race answers no question"
