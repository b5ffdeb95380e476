"""Training in front of one's eyes: it begins, it moves, nothing flickers.

How soon and how often is measured by tests.benchmarks.page: that depends on the machine.
"""

from __future__ import annotations

import pytest

from tests.browser.overview import Overview


def test_the_first_points_come_after_start_and_after_a_reset(overview: Overview) -> None:
    overview.open()
    for _ in range(2):
        overview.press_primary("start")
        overview.wait("rx.curve('perplexity', 'train').includes('L')")
        overview.reset()
        overview.wait("rx.last('perplexity', 'train') === 0")


@pytest.mark.essential
def test_all_panels_move_without_a_blank_frame(overview: Overview) -> None:
    overview.open("epochs=10000")
    overview.start()
    overview.read("rx.watch(60, 12)")
    overview.wait("rx.watched")
    assert overview.read("rx.blank") == []


def test_zoom_outlives_updates_and_reruns(overview: Overview) -> None:
    overview.open("pace=200&epochs=1000")
    overview.start()
    overview.wait_for_step(100)
    plot = overview.page.locator("[data-figure=perplexity] .nsewdrag").first.bounding_box()
    assert plot is not None
    left, top, width, height = plot["x"], plot["y"], plot["width"], plot["height"]
    mouse = overview.page.mouse
    mouse.move(left + 0.2 * width, top + 0.2 * height)
    mouse.down()
    mouse.move(left + 0.5 * width, top + 0.6 * height, steps=4)
    mouse.up()
    overview.wait("rx.range('perplexity', 'xaxis')[0] > 0")
    zoomed = [overview.read(f"rx.range('perplexity', '{axis}')") for axis in ("xaxis", "yaxis")]

    def still_zoomed() -> bool:
        overview.wait("draws => rx.draws()[0] > draws + 5", overview.read("rx.draws()[0]"))
        axes = ("xaxis", "yaxis")
        return zoomed == [overview.read(f"rx.range('perplexity', '{axis}')") for axis in axes]

    assert still_zoomed()
    overview.choose("temperature", "0.7")
    overview.wait("new URL(location).searchParams.get('temperature') === '0.7'")
    assert still_zoomed()
    overview.press_primary("pause")
    overview.wait_for_status("paused")
    overview.press_primary("resume")
    overview.wait_for_status("running")
    assert still_zoomed()
