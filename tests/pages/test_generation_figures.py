"""Figures of the page of generation, by value."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from pages.ui.figures.palette import DARK, LIGHT, ink
from pages.ui.generation.figures import beam, growth, next_token, shares, surprise
from pages.ui.visit.i18n import texts
from pages.ui.widgets.coloured_text import Coloured, groups, shade
from rnncore.beam_search import Beam, Node
from rnncore.probes.continuations import Next
from rnncore.probes.novelty import AtTemperature, wilson
from rnncore.probes.surprise import Told
from rnncore.text.tokenizers import JAMO, WORDS

SAY = texts("en")
P = np.array([0.5, 0.25, 0.25])


def traces(figure: Any) -> dict[str, Any]:
    return {trace.uid: trace for trace in figure.data}


def test_columns_are_drawn_by_value_and_cut_tokens_in_grey() -> None:
    steps = Next(np.array([2.0, -1.5, 0.5]), P, np.array([0.6, 0.1, 0.3]), np.array([1.0, 0, 0]))
    rows = next_token.rows(steps, np.array([0.5, 0.5, 0]), ["a", "<b>", "c"])
    drawn = traces(next_token.figure(rows, 0.5, LIGHT, SAY))
    assert list(drawn) == ["logit", "raw", "tempered", "final", "true"]
    assert [row.word for row in rows] == ["a", "&lt;b&gt;", "c"]
    assert list(drawn["logit"].text) == ["2.00", "−1.50", "0.50"]
    assert list(drawn["final"].text) == ["100% (50%)", "cut (25%)", "cut (25%)"]
    assert list(drawn["final"].customdata) == [0, 1, 2]
    assert list(drawn["raw"].marker.color) == [LIGHT.train, LIGHT.start, LIGHT.start]
    assert list(drawn["true"].x) == [0.5, 0.5, 0]


def test_all_other_tokens_have_a_row_together() -> None:
    p = np.full(40, 1 / 40)
    rows = next_token.rows(Next(p, p, p, p), None, [str(i) for i in range(40)])
    assert len(rows) == next_token.SHOWN + 1
    assert (rows[-1].word, rows[-1].token, rows[-1].logit) == ("+ 28", None, None)
    assert sum(row.final for row in rows) == pytest.approx(1)
    assert "true" not in traces(next_token.figure(rows, 1.0, LIGHT, SAY))


def test_the_tree_is_drawn_by_value() -> None:
    found = Beam(
        (
            (Node(0, 0, 1.0, True), Node(1, 0, 1.5, True), Node(2, 0, 3.0, False)),
            (Node(2, 1, 2.0, True), Node(0, 0, 2.5, True), Node(1, 1, 4.0, False)),
        )
    )
    nodes = beam.tree(found, ["a", "<b>", "c"])
    fates = [node.fate for node in nodes]
    assert fates == ["kept", "best", "dropped", "best", "kept", "dropped"]
    assert nodes[3].way == (1, 2) and found.path() == [1, 2]
    drawn = traces(beam.figure(nodes, LIGHT, SAY))
    assert list(drawn["nodes_best"].text) == ["<b>&lt;b&gt;</b>", "<b>c</b>"]
    assert [list(way) for way in drawn["nodes_dropped"].customdata] == [[2], [1, 1]]
    assert list(drawn["best"].y) == [0, 1, None, 1, 0, None]


def test_surprise_entropy_and_truth_are_drawn_by_value() -> None:
    told = (
        Told(0, 3.0, 2.0, 1.0, 1.0, (0,), (0.1,), 1),
        Told(1, 0.5, 1.0, None, None, (1,), (0.7,), 1),
    )
    drawn = traces(surprise.figure(told, ["a", "<b>"], 1, LIGHT, SAY))
    assert list(drawn["surprise"].y) == [3, 0.5] and list(drawn["entropy"].y) == [2, 1]
    assert list(drawn["truth"].x) == [0] and list(drawn["truth"].y) == [1]
    assert list(drawn["surprise"].marker.color) == [LIGHT.held_out, LIGHT.accent]


def test_lines_and_shares_are_drawn_by_value() -> None:
    points = [np.array([0.2, 0.5, 0.3]), np.array([0.6, 0.1, 0.3])]
    lines = growth.lines(points, ["a", "<b>", "c"], 1, 2)
    assert [(line.word, line.values) for line in lines] == [
        ("a", (0.2, 0.6)), ("c", (0.3, 0.3)), ("&lt;b&gt;", (0.5, 0.1)),
    ]  # fmt: skip
    figure = growth.figure(lines, [0, 10], 0.25, LIGHT, SAY)
    assert list(figure.layout.xaxis.ticktext) == ["0", "10"] and figure.layout.shapes[0].y0 == 0.25
    heights = [note.y for note in figure.layout.annotations[:3]]
    assert len({round(height, 2) for height in heights}) == 3

    at = [AtTemperature(0.5, wilson(9, 10), wilson(0, 10)), AtTemperature(1, None, wilson(5, 10))]
    drawn = traces(shares.figure(at, (0.5, 1), LIGHT, SAY))
    assert list(drawn["legal"].x) == [0.5] and list(drawn["new"].y) == [0, 0.5]
    bars = drawn["new"].error_y
    assert bars.array[0] == pytest.approx(0.2775, abs=1e-4) and bars.arrayminus[0] == 0


@pytest.mark.parametrize("palette", [LIGHT, DARK])
def test_a_shade_says_sign_and_size(palette: Any) -> None:
    assert shade(0, 5, palette) == palette.ground
    assert shade(9, 5, palette) == shade(5, 5, palette) != shade(-5, 5, palette)
    assert ink(shade(5, 5, palette)) in ("#000000", "#FFFFFF")


def test_jamo_are_shown_as_syllables_and_keep_their_places() -> None:
    jamo = [*JAMO.split("하늘 ㅎ"), *JAMO.split("가")]
    tokens = [Coloured(token, weight=float(place)) for place, token in enumerate(jamo)]
    assert [list(part) for part in groups(tokens, JAMO)] == [
        [0, 1], [2, 3, 4], [5], [6], [7, 8],
    ]  # fmt: skip
    tokens[3] = tokens[3]._replace(kind="given")  # where the prompt ends in a syllable
    assert [list(part) for part in groups(tokens, JAMO)][1:4] == [[2], [3], [4]]
    words = [Coloured(token) for token in ("a", "b")]
    assert [list(part) for part in groups(words, WORDS)] == [[0], [1]]
