"""What a panel's own menu holds, and how little stands on the page at rest."""

from __future__ import annotations

import math
from itertools import pairwise

import pytest

from rnncore.config import Config
from rnncore.text.corpus import load_corpus
from rnncore.views import NEAREST
from tests.browser.overview import Overview

CONTROLS = """[...document.querySelectorAll(
    'button, input, select, textarea, summary, a[href], [role=button], [tabindex="0"]')]
    .filter((control) => control.checkVisibility({visibilityProperty: true}))
    .filter((control) => control.getClientRects().length).length"""
AT_REST = 38 + 2
"""Controls on the Overview before panels had menus, and two more. What else comes has to find its
place in a menu."""
BOXES = """[...rx.plot('perplexity').querySelectorAll('.tracelabels text')].map((label) => {
    const {top, bottom} = label.getBoundingClientRect();
    return [top, bottom];
})"""
LABELS = "rx.trace('perplexity', 'labels')?.text.map((text) => text.trim())"
NO_MEMORY = f"{LABELS}?.some((text) => text.startsWith('no memory ✓'))"


def choose(overview: Overview, label: str) -> None:
    """Make a choice in the menu of the perplexity panel, and close it."""
    panel = overview.page.locator("[data-figure=perplexity]")
    panel.locator("summary").click()
    panel.get_by_label(label, exact=True).click()
    overview.page.keyboard.press("Escape")
    panel.get_by_label(label, exact=True).wait_for(state="hidden")


@pytest.mark.essential
def test_the_page_at_rest_has_no_more_controls_than_before(overview: Overview) -> None:
    overview.open()
    assert overview.read(CONTROLS) <= AT_REST


def test_every_rung_is_named_apart_from_the_others_and_ticked_when_it_is_passed(
    overview: Overview,
) -> None:
    overview.open("epochs=1&learning_rate=0.01")
    overview.wait(f"{LABELS}?.length > 5")
    assert "✓" not in "".join(overview.read(LABELS))
    overview.start()
    overview.wait_for_status("finished")
    overview.wait(NO_MEMORY)
    labels = overview.read(LABELS)
    assert labels[0].startswith("V = 57") and labels[-1].startswith("at the floor")
    boxes = overview.read(BOXES)
    assert len(boxes) == len(labels)
    for (_, bottom), (top, _) in pairwise(boxes):
        assert top >= bottom - 4  # of empty room above letters
    updates = [int(text.split("✓")[1].replace(",", "")) for text in labels if "✓" in text]
    assert updates == sorted(updates) and updates[-1] <= overview.step
    assert set(updates) <= set(overview.read("rx.trace('perplexity', 'valid').x"))
    overview.wait("rx.trace('perplexity', 'test').customdata")
    assert overview.read("rx.readouts('perplexity').length") == 5
    best, at = map(float, overview.read("rx.readouts('perplexity').slice(3)"))
    valid = overview.read("rx.trace('perplexity', 'valid')")
    assert at in valid["x"] and best > 0
    assert overview.read("rx.readouts('perplexity')[2]") == overview.read(
        "rx.trace('perplexity', 'test').customdata.map(([bits]) => (2 ** bits).toPrecision(3))[0]"
    )


def test_the_menu_shows_perplexity_in_place_of_bits_and_the_end_from_nearby(
    overview: Overview,
) -> None:
    overview.open("epochs=1&learning_rate=0.01")
    overview.start()
    overview.wait_for_status("finished")
    grammar = load_corpus(Config()).grammar
    assert grammar is not None
    floor = grammar.entropy_rate()
    read = "(([x, y]) => y)(['x', 'y'].map((name) => rx.trace('perplexity', 'valid')[name]))"
    bits = [of[0] for of in overview.read("rx.trace('perplexity', 'valid').customdata")]
    expected = [max(value - floor, NEAREST) for value in bits]
    assert all(map(math.isclose, overview.read(read), expected))
    choose(overview, "Perplexity")
    overview.wait("rx.trace('perplexity', 'valid').y[0] > 20")
    assert all(map(math.isclose, overview.read(read), [2**value for value in bits]))
    overview.wait(NO_MEMORY)
    low, high = overview.read("rx.range('perplexity', 'yaxis')")
    assert 10**low > 0.7 * 2**floor and 10**high < 3 * 57  # labels do not stretch the axis
    choose(overview, "Last fifth only")
    overview.wait("rx.range('perplexity', 'xaxis')[0] > 0")
    end = overview.step
    assert math.isclose(overview.read("rx.range('perplexity', 'xaxis')[0]"), 0.8 * end)
    near = overview.read("rx.range('perplexity', 'yaxis')")
    assert low < near[0] < near[1] < high
    overview.page.reload()  # a choice lasts as long as the page is open
    overview.wait("rx.complete() && rx.trace('perplexity', 'valid').y[0] < 20")


def test_labels_never_stretch_a_low_plot(overview: Overview) -> None:
    overview.page.set_viewport_size({"width": 1000, "height": 700})
    overview.open("lang=ko")
    overview.wait(f"{LABELS}?.length > 1")
    overview.start()
    overview.wait_for_step(50)
    overview.press_primary("pause")
    overview.wait_for_status("paused")
    low, high = overview.read("rx.range('perplexity', 'yaxis')")
    assert 0.5 * NEAREST < 10**low and 10**high < 3 * math.log2(57)
    boxes = overview.read(BOXES)
    assert all(top >= bottom - 4 for (_, bottom), (top, _) in pairwise(boxes))
