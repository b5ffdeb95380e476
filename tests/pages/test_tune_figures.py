"""What the figures of a sweep draw, by value, and what boxes over them select."""

from __future__ import annotations

from math import inf
from typing import Any

import plotly.graph_objects as go
import pytest

from pages.ui.figures.palette import DARK, LIGHT, PALETTES
from pages.ui.tune.figures import columns, curves, influence, multiples, parallel
from pages.ui.tune.figures.shown import Shown
from pages.ui.tune.figures.strands import LEVELS, levels, strands
from pages.ui.tune.figures.ticks import ticks
from pages.ui.visit.i18n import LANGUAGES, texts
from rnncore.sweeps.analysis import RESULT, Scale, contour, scales, slices
from rnncore.sweeps.importance import Importance, Importances
from rnncore.sweeps.plan import Plan
from rnncore.sweeps.trial import Trial
from rnncore.views import Ghost

T = texts("en")
PLAN = Plan.parse(
    {
        "space": {"learning_rate": {"low": 0.001, "high": 0.1}, "cell": ["rnn", "lstm"]},
        "updates": 100,
    }
)


def trial(number: int, value: float | None, status: Any = "complete", **settings: Any) -> Trial:
    chosen = {"learning_rate": 0.01, "cell": "rnn", "seed": 0, **settings}
    curve = () if value is None else ((10, value + 1), (100, value))
    told = None if status in ("running", "waiting") else number
    return Trial(number, f"run{number}", chosen, status, value, 100, curve=curve, told=told)


TRIALS = [
    trial(0, 3.0, learning_rate=0.001),
    trial(1, 1.0, cell="lstm"),
    trial(2, 9.0, "diverged", learning_rate=0.1),
    trial(3, 2.0, "pruned"),
    trial(4, 2.5, "running"),
    trial(5, None, "waiting"),
]


def shown(kept: set[int] | None = None, **changes: Any) -> Shown:
    names = {"learning_rate": "Rate", "cell": "Cell", RESULT: "Perplexity"}
    made = Shown(
        scales(PLAN, TRIALS, list(PLAN.space)),
        TRIALS,
        set(range(6)) if kept is None else kept,
        {},
        None,
        0.5,
        names,
        lambda name, value: f"{value:g}" if isinstance(value, float) else str(value),
    )
    return made._replace(**changes)


def traced(figure: go.Figure, uid: str) -> Any:
    return next(one for one in figure.data if one.uid == uid)


def lines(trace: Any) -> dict[int, list[tuple[float, float]]]:
    """The lines of a trace by the number of their trial."""
    found: dict[int, list[tuple[float, float]]] = {}
    for number, x, y in zip(trace.customdata, trace.x, trace.y, strict=True):
        if x is not None:
            found.setdefault(number, []).append((x, y))
    return found


def test_trials_look_as_they_ended_and_the_better_the_stronger() -> None:
    found = {one.name: [t.number for t in one.trials] for one in strands(TRIALS, range(6), LIGHT)}
    assert found["pruned"] == [3] and found["diverged"] == [2]
    assert found["running"] == [4, 5] and found["level-0"] == [1]
    grey = {one.name: [t.number for t in one.trials] for one in strands(TRIALS, {1}, LIGHT)}
    assert grey == {"rest": [0, 2, 3, 4, 5], "level-0": [1]}
    assert levels([trial(n, float(n)) for n in range(10)])[9] == LEVELS - 1


def test_a_line_runs_across_the_settings_to_its_result() -> None:
    figure = parallel.figure(shown(chosen=1), LIGHT, T)
    assert lines(traced(figure, "level-0")) == {1: [(0, pytest.approx(0.5)), (1, 1), (2, 0)]}
    assert lines(traced(figure, "diverged")) == {2: [(0, 1), (1, 0), (2, parallel.DIVERGED)]}
    assert lines(traced(figure, "running"))[5] == [(0, pytest.approx(0.5)), (1, 0)]
    assert lines(traced(figure, "chosen")).keys() == {1}
    written = {note.text for note in figure.layout.annotations}
    assert {
        "<b>Rate</b>",
        "<b>Cell</b>",
        "<b>Perplexity</b>",
        "lstm",
        "diverged",
        "2",
        "8",
    } <= written
    assert figure.layout.shapes == ()


def test_brushes_are_boxes_with_handles() -> None:
    brushes = {"learning_rate": (0.001, 0.01), RESULT: (1.0, inf)}
    figure = parallel.figure(shown({0}, brushes=brushes), DARK, T)
    boxes = [(box.x0, box.x1, box.y0, box.y1) for box in figure.layout.shapes]
    assert boxes == [
        (-0.07, 0.07, 0, pytest.approx(0.5)),
        (1.93, 2.07, 0, parallel.BAND[1]),
    ]
    handles = traced(figure, "handles")
    assert list(zip(handles.x, handles.y, strict=True)) == [
        (0, 0), (0, pytest.approx(0.5)), (2, 0), (2, parallel.BAND[1]),
    ]  # fmt: skip


def told(x: list[float] | None, y: list[float] | None = None, at: int | None = None) -> Any:
    return {"at": at, "range": None if x is None else {"x": x, "y": y}}


def test_a_box_over_an_axis_brushes_it() -> None:
    axes, found = shown().scales, dict[str, Any]()
    found |= parallel.brushed(told([0.1, -0.1], [0.5, 0.0]), axes, {})
    assert found == {"learning_rate": (0.001, pytest.approx(0.01))}
    found |= parallel.brushed(told([0.8, 0.95], [0.6, 1.3]), axes, found)
    assert found["cell"] == (pytest.approx(0.6), 1)
    assert parallel.brushed(told([1.8, 2.2], [0.5, 1.2]), axes, {}) == {RESULT: (2.0, inf)}
    assert parallel.brushed(told([1.8, 2.2], [-0.1, 0.5]), axes, {}) == {RESULT: (-inf, 2.0)}
    assert parallel.brushed(told([1.8, 2.2], [1.1, 1.2]), axes, {}) == {RESULT: (inf, inf)}
    assert parallel.brushed(told([0.45, 0.55], [0, 1]), axes, {}) == {}
    both = parallel.brushed(told([-0.1, 2.1], [0, 1]), axes, {})
    assert list(both) == ["learning_rate", "cell", RESULT]


def test_a_box_that_is_moved_changes_its_own_axis_alone() -> None:
    axes, brushes = shown().scales, {RESULT: (1.0, 2.0), "learning_rate": (0.001, 0.1)}
    found: dict[str, Any] = {}
    found |= parallel.brushed(told([1.2, 1.4], [0.5, 1.0], at=0), axes, brushes)
    assert found == {RESULT: (1.0, 2.0), "learning_rate": (pytest.approx(0.01), 0.1)}
    assert parallel.brushed(told(None), axes, brushes) == {}
    assert parallel.brushed(told([0, 1], [0, 1], at=7), axes, brushes) == brushes


def test_columns_have_each_result_over_its_setting() -> None:
    figure = columns.figure(shown(), LIGHT, T)
    rates = traced(figure, "learning_rate-level-0")
    assert (list(rates.x), list(rates.y), rates.xaxis) == ([pytest.approx(0.5)], [0], "x")
    lost = traced(figure, "cell-diverged")
    assert (list(lost.x), list(lost.y), lost.xaxis) == ([0], [parallel.DIVERGED], "x2")
    assert figure.layout.xaxis2.title.text == "Cell"


def test_a_box_over_a_column_brushes_its_setting_and_the_results() -> None:
    axes = shown().scales
    found = columns.brushed({"at": None, "range": {"x2": [0.5, 1], "y": [0, 0.5]}}, axes, {})
    assert found == {"cell": (0.5, 1), RESULT: (-inf, 2.0)}
    moved = {"at": 0, "range": {"x2": [0, 0.4], "y": [0, 1]}}
    assert columns.brushed(moved, axes, found) == {"cell": (0, 0.4), RESULT: (-inf, 2.0)}
    moved = {"at": 1, "range": {"paper": [0, 1], "y": [0.5, 0.75]}}
    assert columns.brushed(moved, axes, found) == {"cell": (0.5, 1), RESULT: (2.0, 2.5)}
    assert columns.brushed({"at": None, "range": None}, axes, found) == {}
    figure = columns.figure(shown(brushes=found), LIGHT, T)
    assert [box.xref for box in figure.layout.shapes] == ["x2", "paper"]
    ends = [one for one in figure.data if one.uid == "cell-end"]
    assert [(one.xaxis, one.x[0]) for one in ends] == [("x2", 0.5), ("x2", 1)]


def test_curves_are_perplexities_above_the_floor() -> None:
    figure = curves.figure(shown({1}, chosen=3), LIGHT, T)
    assert lines(traced(figure, "level-0")) == {1: [(10, 4.0), (100, 2.0)]}
    assert lines(traced(figure, "chosen")) == {3: [(10, 8.0), (100, 4.0)]}
    assert traced(figure, "level-0").text[0] == "2"
    assert figure.layout.yaxis.autorangeoptions.clipmax == 2**9  # a diverged one begins above
    floor = traced(figure, "floor")
    assert (list(floor.x), floor.y[0], floor.y[1]) == ([0, 100], 2**0.5, 2**0.5)
    unknown = curves.figure(shown(floor=None), LIGHT, T)
    assert "floor" not in {one.uid for one in unknown.data}


def test_the_band_of_seeds_lies_between_their_best_and_their_worst() -> None:
    band = Ghost("3 seeds", (0, 10, 100), (5.0, 3.0, 1.0), low=(4.0, 2.0, 0.0), high=(6.0, 4.0, 2))
    seeds = traced(curves.figure(shown(chosen=1), LIGHT, T, band), "seeds")
    around = [(10, 4.0), (100, 1.0), (100, 4.0), (10, 16.0)]
    assert list(zip(seeds.x, seeds.y, strict=True)) == around
    assert seeds.fill == "toself"
    assert "seeds" not in {one.uid for one in curves.figure(shown(), LIGHT, T).data}


def test_the_best_so_far_is_a_line_that_falls() -> None:
    figure = curves.best(TRIALS, None, LIGHT, T)
    best = traced(figure, "best")
    assert (list(best.x), list(best.y)) == ([1, 2, 3, 4], [8, 2, 2, 2])
    assert list(traced(figure, "trials").y) == [8, 2, 4]


def test_importance_has_a_mark_for_chance_and_a_bar_for_seeds() -> None:
    settings = (Importance("cell", 0.6, 0.2, 0.0), Importance("learning_rate", 0.1, 0.2, 0.4))
    found = Importances(settings, 0.05, 0.1, 12)
    figure = influence.importance(found, shown().names, LIGHT, T)
    assert list(traced(figure, "settings").x) == [0.6, 0.1]
    assert list(traced(figure, "settings").marker.color) == [LIGHT.accent, LIGHT.path]
    assert list(traced(figure, "chance").x) == [0.2, 0.2]
    assert list(traced(figure, "seeds").x) == [0.05]
    alone = influence.importance(found._replace(seeds=None), shown().names, LIGHT, T)
    assert [one.uid for one in alone.data] == ["settings", "chance"]


def test_slices_and_the_surface_draw_their_data() -> None:
    view = shown()
    rate, cell, _ = view.scales
    figure = influence.slices([slices(TRIALS, cell)], view, LIGHT, T)
    assert list(traced(figure, "cell-means").x) == [0, 1]
    assert list(traced(figure, "cell-means").y) == [2**2.5, 2]
    figure = influence.surface(contour(TRIALS, rate, cell), view, LIGHT, T)
    means = traced(figure, "means")
    assert [list(row) for row in means.z] == [[3.0, 2.25], [None, 1.0]]
    assert list(traced(figure, "trials").customdata) == [0, 1, 3, 4]


def test_small_multiples_share_axes_and_floor() -> None:
    titles = {one.number: str(one.number) for one in TRIALS}
    drawn = [one for one in TRIALS if one.curve and one.status != "diverged"]
    figure = multiples.figure(drawn, titles, shown(chosen=3), LIGHT, T)
    floors = lines(traced(figure, "floors"))
    assert {y for line in floors.values() for _, y in line} == {floors[0][0][1]}
    best = lines(traced(figure, "level-0"))[1]
    assert best[-1][0] - best[0][0] == pytest.approx(multiples.INNER[0] * 0.9)
    assert best[-1][1] > floors[1][0][1]
    many = [trial(n, 2.0) for n in range(60)]
    figure = multiples.figure(many, dict.fromkeys(range(60), ""), shown(floor=None), LIGHT, T)
    assert len(figure.layout.annotations) == multiples.MOST


def test_axes_name_their_ends_and_round_values_between() -> None:
    def say(name: str, value: Any) -> str:
        return f"{value:g}"

    rate = ticks(Scale("learning_rate", 3e-4, 0.1, log=True), say)
    assert [text for _, text in rate] == ["0.0003", "0.001", "0.01", "0.1"]
    size = ticks(Scale("hidden_size", 8, 64, log=True), say)
    assert [text for _, text in size] == ["8", "10", "20", "50", "64"]
    close = ticks(Scale(RESULT, 1.0, 1.002), say)
    assert len({text for _, text in close}) == len(close) == 5
    assert ticks(Scale(RESULT, 1.0, 1.0), say) == [(0.0, "2")]
    assert ticks(Scale("cell", 0, 1, values=(1, 2)), say) == [(0, "1"), (1, "2")]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_figure_is_drawn_in_both_themes_and_languages(language: str) -> None:
    t, view = texts(language), shown()
    rate, cell, _ = view.scales
    for palette in PALETTES:
        for figure in (
            parallel.figure(view, palette, t),
            columns.figure(view, palette, t),
            curves.figure(view, palette, t),
            curves.best(TRIALS, 0.5, palette, t),
            influence.slices([slices(TRIALS, rate)], view, palette, t),
            influence.surface(contour(TRIALS, rate, cell), view, palette, t),
        ):
            assert len(figure.data) > 0
            assert "{" not in str([note.text for note in figure.layout.annotations])
