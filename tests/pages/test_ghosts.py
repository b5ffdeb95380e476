"""The curves of other trainings beneath the one that is shown."""

from __future__ import annotations

import math

import pytest

from pages.ui.figures.mathematics import MOST_BITS
from pages.ui.figures.palette import LIGHT
from pages.ui.live.figures import perplexity
from pages.ui.live.panels import panels
from pages.ui.visit.i18n import texts
from rnncore.views import Ghost
from tests.pages.test_figures import trace
from tests.pages.views import RUN

T = texts("en")


def test_a_ghost_lies_beneath_the_curves_and_is_named() -> None:
    ghost = Ghost("T = 20", (0, 50, 100), (3.0, 1.0, 0.6), 20)
    figure = perplexity.distance_figure(RUN, LIGHT, T, (ghost,))
    drawn = trace(figure, "ghost0")
    order = [one.uid for one in figure.data]
    assert order.index("ghost0") < order.index("train")
    assert drawn.x == (0, 50, 100) and drawn.text == ("", "", "T = 20")
    assert drawn.y == pytest.approx((8, 2, 2**0.6))  # the panel draws its bits above the floor
    assert drawn.meta["above"] == trace(figure, "train").meta["above"]
    (panel, *_) = panels(RUN, T, ghosts=(ghost,))
    assert "T = 20" in panel["caption"] and "T = 20" in panel["says"]
    (panel, *_) = panels(RUN, T)
    assert "T = 20" not in panel["caption"] + panel["says"]


def test_a_ghost_of_a_run_that_exploded_is_drawn() -> None:
    ghost = Ghost("A", (10, 20), (3.0, 1e6))
    for draw in (perplexity.figure, perplexity.distance_figure):
        heights = trace(draw(RUN, LIGHT, T, (ghost,)), "ghost0").y
        assert all(map(math.isfinite, heights))


def test_a_band_lies_beneath_the_mean_of_several_seeds() -> None:
    ghost = Ghost("20 seeds", (0, 10), (3.0, 1.0), low=(2.0, 0.5), high=(4.0, 1e6))
    for draw in (perplexity.figure, perplexity.distance_figure):
        figure = draw(RUN, LIGHT, T, (ghost,))
        band, mean = trace(figure, "band0"), trace(figure, "ghost0")
        order = [one.uid for one in figure.data]
        assert order.index("band0") < order.index("ghost0") < order.index("train")
        assert band.fill == "toself" and band.x == (0, 10, 10, 0)
        assert [bits for (bits,) in band.customdata] == [4.0, MOST_BITS, 0.5, 2.0]
        assert band.y == pytest.approx([2**bits for (bits,) in band.customdata])
        assert band.meta == mean.meta and mean.text[-1] == "20 seeds"
        assert "beginning of the held-out text" in mean.hovertemplate


def test_earlier_runs_that_end_alike_are_named_apart() -> None:
    updates, bits = tuple(range(0, 101, 10)), (5.0, *[1.0] * 10)
    runs = [Ghost(name, updates, bits) for name in ("tomaso", "ropuku", "pavafo")]
    figure = perplexity.distance_figure(RUN, LIGHT, T, runs)
    named = [
        [(x, text) for x, text in zip(drawn.x, drawn.text, strict=True) if text]
        for drawn in (trace(figure, f"ghost{number}") for number in range(3))
    ]
    assert named == [[(40, "tomaso")], [(70, "ropuku")], [(100, "pavafo")]]
    assert {trace(figure, f"ghost{number}").textposition for number in range(3)} == {"top left"}
