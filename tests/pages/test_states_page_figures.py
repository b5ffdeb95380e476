"""Figures of the page of states by value."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from pages.ui.figures.palette import LIGHT, PALETTES
from pages.ui.states import silencing
from pages.ui.states.figures import (
    agreement,
    blocks,
    clouds,
    coloured,
    knowledge,
    ranking,
    space,
    units,
)
from pages.ui.states.figures.agreement import Share
from pages.ui.states.figures.clouds import Group, Path
from pages.ui.states.figures.coloured import Word
from pages.ui.visit.i18n import texts
from rnncore.probes.coclustering import Blocks
from rnncore.probes.knowledge import Knowledge
from rnncore.probes.responses import Halves
from rnncore.probes.silencing import Costs

SAY = texts("en")
COSTS = Costs(
    np.array([2.0, 2.5, 2.1]),
    np.array([[4, 10, 0], [4, 5, 0], [3, 10, 0]]),
    np.array([4, 10, 0]),
    100,
    1.0,
)


def traces(figure: Any) -> dict[str, Any]:
    return {trace.uid: trace for trace in figure.data}


def test_units_are_ranked_by_what_is_lost() -> None:
    tracked = np.array([0.6, 0.9])
    columns = silencing.columns(COSTS, tracked)
    assert columns == {
        "bits": pytest.approx([0.5, 0.1]),
        "near": [1.0, 0.75],
        "far": [0.5, 1.0],
        "tracking": [0.6, 0.9],
    }
    orders = {by: silencing.order(COSTS, tracked, by) for by in columns}
    assert orders == {"bits": [0, 1], "near": [1, 0], "far": [0, 1], "tracking": [1, 0]}


def test_the_ranking_has_the_chosen_unit_whatever_its_rank() -> None:
    columns = {"bits": [i / 100 for i in range(30)], "far": [1 - i / 60 for i in range(30)]}
    order = list(range(29, -1, -1))
    found = traces(ranking.figure(columns, order, 2, LIGHT, SAY))["cells"]
    rows = [row[0] for row in found.customdata]
    assert rows == [*order[: ranking.SHOWN], 2]
    assert list(found.text[0]) == ["+0.290", "52%"]
    assert found.z[-1][0] == pytest.approx(0.1)


@pytest.mark.parametrize(
    ("name", "value", "strength"),
    [("far", 1.0, 0), ("far", 0.5, 1), ("far", 0.2, 1), ("tracking", 0.75, 0.5), ("bits", -1, 0)],
)
def test_a_cell_is_the_stronger_the_more_is_lost(name: str, value: float, strength: float) -> None:
    assert ranking.strength(name, value) == pytest.approx(strength)


def test_a_text_is_coloured_token_by_token_and_its_surprise_drawn_below() -> None:
    words = [Word("the", -1.0, 2.0, 4.0), Word("<b>", 0.5, 99.0, 0.0)]
    found = traces(coloured.figure(words, LIGHT, SAY))
    assert list(found["tokens"].marker.color) == [-1.0, 0.5]
    assert list(found["words"].text) == ["the", "&lt;b&gt;"]
    assert list(found["bits"].y) == [0.2 * coloured.BAR, coloured.BAR]
    assert list(found["changed"].y) == [0.4 * coloured.BAR, 0]
    alone = traces(coloured.figure([word._replace(changed=None) for word in words], LIGHT, SAY))
    assert "changed" not in alone


def test_lines_hold_what_fits() -> None:
    places = coloured.arranged(["word"] * 100)
    assert {line for _, _, line in places} == set(range(4))
    assert all(left + width <= coloured.WIDTH for left, width, _ in places)
    (alone,) = coloured.arranged(["x" * 500])
    assert alone[2] == 0


def test_agreement_is_drawn_with_its_error() -> None:
    figure = agreement.figure([Share("far", 100, 0.9, 0.5)], LIGHT, SAY, silent=True)
    silenced = traces(figure)["silenced"]
    assert list(silenced.y) == [0.5]
    assert silenced.error_y.array[0] == pytest.approx(0.05)


def test_points_are_grouped_and_paths_have_arrows() -> None:
    groups = [Group("<b>", [(0.0, 1.0)], ["a & b"]), Group("x", [(1, 1), (2, 2)], ["c", "d"])]
    paths = [Path(["the", "dog"], [(0, 0), (1, 2)]), Path(["the"], [(0, 0)])]
    figure = clouds.figure(groups, paths, ((-1, 3), (-1, 3)), LIGHT, SAY)
    found = traces(figure)
    assert found["cloud0"].name == "&lt;b&gt;" and list(found["cloud1"].x) == [1, 2]
    (arrow,) = figure.layout.annotations
    assert (arrow.ax, arrow.ay, arrow.x, arrow.y) == (0.54, 1.08, 0.6, 1.2)
    assert list(found["words0"].text) == ["the", "dog"]
    for palette in PALETTES:  # no path has the colour of a group, or nearly
        both = traces(clouds.figure(groups, paths, ((-1, 3), (-1, 3)), palette, SAY))
        colours = {both[f"path{number}"].line.color for number in (0, 1)}
        assert colours == {palette.text, palette.faint}
        assert not colours & set(palette.states)
    one = traces(clouds.figure(groups[1:], paths, ((0, 1), (0, 1)), LIGHT, SAY, [0.5, -0.5]))
    assert list(one["cloud0"].marker.color) == [0.5, -0.5]


def test_knowledge_is_drawn_with_both_baselines() -> None:
    stages = [Knowledge(0.4, 0.3, 0.45), Knowledge(0.9, 0.8, 0.92)]
    alone = Knowledge(0.6, 0.5, 0.47)
    found = traces(knowledge.figure([0, 10, 20], stages, alone, LIGHT, SAY))
    assert list(found["v"].y) == [0.4, 0.9] and list(found["probe"].y) == [0.45, 0.92]
    assert set(found["probe.token"].y) == {0.47} and set(found["probe.untrained"].y) == {0.45}
    assert "v.untrained" not in traces(knowledge.figure([0, 10], [], alone, LIGHT, SAY))


def test_the_heat_map_has_the_units_in_their_order() -> None:
    activity = np.array([[0.1, 0.2, 0.3], [0.4, 0.5, 0.6]])
    figure = units.heat_map(activity, [2, 0], ["<b>", "b"], (1, 1), LIGHT, SAY)
    cells = traces(figure)["cells"]
    assert [list(row) for row in cells.z] == [[0.3, 0.6], [0.1, 0.4]]
    assert figure.layout.xaxis.ticktext[0] == "&lt;b&gt;"
    (frame,) = figure.layout.shapes
    assert (frame.x0, frame.x1) == (0.5, 1.5)


def test_a_space_has_groups_paths_and_heads_that_point_the_way() -> None:
    groups = [Group("<b>", [(0.0, 1.0, 0.0)], ["a & b"])]
    paths = [Path(["<b>", "dog", "dog"], [(0, 0, 0), (0, 3, 4), (0, 3, 4)])]
    frame = ((-1, 3), (-1, 7), (0, 0))
    figure = space.figure(groups, paths, frame, LIGHT, SAY, turn=90)
    found = traces(figure)
    assert list(found["cloud0"].z) == [0.0] and found["cloud0"].text[0] == "a &amp; b"
    assert "<b>" not in found["path0"].text[0] and found["path0"].hovertext[0] == "&lt;b&gt;"
    heads = found["heads0"]
    assert (list(heads.u), list(heads.v), list(heads.w)) == ([0], [0.6], [0.8])
    assert (heads.y[0], heads.z[0]) == pytest.approx((0.57 * 3, 0.57 * 4))
    scene = figure.layout.scene
    assert scene.yaxis.range == (-1, 7) and scene.yaxis.autorange is False
    ratio = scene.aspectratio
    assert (ratio.x, ratio.y, ratio.z) == (0.5, 1, space.NARROW)
    assert (scene.camera.eye.x, scene.camera.eye.y) == pytest.approx((1.2686, 0), abs=1e-3)
    assert figure.layout.showlegend
    one = space.figure(groups, [], frame, LIGHT, SAY, [0.5])
    assert list(one.data[0].marker.color) == [0.5] and not one.layout.showlegend


def test_a_matrix_stands_in_blocks_each_with_its_frame() -> None:
    responses = np.array([[0.1, -0.2, 0.4], [0.0, 0.9, 0.1], [0.3, -0.1, 0.5]])
    found = Halves(np.array([4, 9, 4]), np.array([1, -1, -1]), np.array([20, 30, 40]), responses)
    drawn = blocks.figure(
        found,
        Blocks(np.array([0, 1, 0]), np.array([0, 1, 0])),
        ["a", "<b>", "c"],
        LIGHT,
        SAY,
    )
    cells = traces(drawn)["cells"]
    assert list(drawn.layout.xaxis.ticktext) == ["c", "a", "&lt;b&gt;"]
    assert list(drawn.layout.yaxis.ticktext) == ["4−", "4+", "9−"]
    assert [list(row) for row in cells.z] == [[0.5, 0.3, -0.1], [0.4, 0.1, -0.2], [0.1, 0, 0.9]]
    assert list(cells.customdata[0]) == [40, 20, 30] and cells.zmax == 0.9
    frames = [(shape.x0, shape.x1, shape.y0, shape.y1) for shape in drawn.layout.shapes]
    assert frames == [(-0.5, 1.5, -0.5, 1.5), (1.5, 2.5, 1.5, 2.5)]


def test_words_are_drawn_with_the_chosen_one_first_in_a_frame_with_room() -> None:
    points = [(0.0, 0.0), (1.0, 4.0), (0.5, 2.0)]
    words = ["<eos>", "dog", "runs"]
    drawn = units.word_map(points, words, ["end", "noun", "verb"], 1, LIGHT)
    shown = traces(drawn)
    assert list(shown["points"].x) == [0.0, 1.0, 0.5]
    assert list(shown["points"].customdata) == [0, 1, 2]
    assert shown["words"].meta == {"apart": ["dog", "<eos>", "runs"]}
    assert list(shown["words"].text) == ["dog", "&lt;eos&gt;", "runs"]
    assert (list(shown["words"].x), list(shown["words"].y)) == ([1.0, 0.0, 0.5], [4.0, 0.0, 2.0])
    assert drawn.layout.xaxis.range == pytest.approx((-0.08, 1.08), abs=1e-5)
    assert drawn.layout.yaxis.range == pytest.approx((-0.32, 4.32), abs=1e-5)


def test_words_of_a_path_are_to_be_moved_apart() -> None:
    path = Path(["a", "<eos>"], [(0.0, 0.0), (0.1, 0.0)])
    drawn = clouds.figure([], [path], clouds.frame_of(path.points), LIGHT, SAY)
    assert traces(drawn)["words0"].meta == {"apart": ["a", "<eos>"]}
