"""The hidden states in a browser: the cloud, the twin, and a word that is marked everywhere."""

from __future__ import annotations

from rnncore.probes.passages import CLOUD
from tests.browser.overview import Overview

ROWS = "rx.plot('gradients').layout.shapes.filter(({y0, y1}) => y1 - y0 === 1 && y0 % 1)"
BOXES = """[...rx.plot('states').querySelectorAll('.tracewords text')].map((label) => {
    const {left, right, top, bottom} = label.getBoundingClientRect();
    return [left, right, top, bottom];
})"""
MARKED = "[...(CSS.highlights.get('rx-word') ?? [])].map((range) => range.toString())"
COLOURS = "new Set(rx.trace('states', 'cloud').marker.color).size"


def open_menu(overview: Overview) -> None:
    overview.page.locator("[data-figure=states] summary").click()


def test_a_word_marks_its_state_its_gradient_row_and_its_places_in_texts(
    overview: Overview,
) -> None:
    overview.open(
        "epochs=1&hidden_size=20&embedding_size=10&learning_rate=0.01&grammar_tokens=20000"
    )
    overview.start()
    overview.wait_for_status("finished")
    page = overview.page
    overview.wait("rx.trace('states', 'cloud').x.length > 0")
    assert overview.read("rx.trace('states', 'cloud').x.length") == CLOUD[0] * CLOUD[1]
    ring = "rx.trace('states', 'current')"
    assert overview.read(
        f"[{ring}.x.length, Math.abs({ring}.x[0] - rx.trace('states', 'tokens').x[2]) < 1e-6]"
    ) == [
        2,
        True,
    ]
    words = overview.read("rx.texts('states', '.rx-chip')")
    assert (words[2], words[10]) == ("dog/dogs", "sleeps/sleep")

    # A word marks what belongs to it in all panels; pointing elsewhere ends it.
    page.locator("[data-figure=states] .rx-chip").nth(6).hover()  # near
    overview.wait(f"{ROWS}.length === 1")
    assert overview.read(f"{ROWS}[0].y0") == 9 - 6 - 0.5  # back from the verb's loss
    overview.wait(f"Math.abs({ring}.x[0] - rx.trace('states', 'tokens').x[6]) < 1e-6")
    sizes = overview.read("rx.trace('states', 'cloud').marker.size")
    assert len(set(sizes)) == 2  # the states after the same word stand out
    assert any("near" in note for note in overview.read("rx.annotations('gradients')"))
    told = overview.read("rx.texts('samples', '.rx-text').join(' ')").split()
    assert overview.read(MARKED) == ["near"] * told.count("near")
    page.mouse.move(2, 2)
    overview.wait(f"{ROWS}.length === 0")
    assert overview.read(MARKED) == []

    # So does its state in the plot, and the menu where there is no pointer.
    overview.point_at("states", ".tracetokens path.point")
    overview.wait("rx.panel('states').querySelector('.rx-pointed')")
    page.mouse.move(2, 2)
    overview.wait("!rx.panel('states').querySelector('.rx-pointed')")
    open_menu(overview)
    page.get_by_label("Mark a word").select_option("4")
    overview.wait("rx.panel('states').querySelectorAll('.rx-chip')[4].matches('.rx-pointed')")


def test_the_menu_colours_the_states_and_leaves_the_twin_out(overview: Overview) -> None:
    overview.open("hidden_size=20&embedding_size=10")
    overview.wait("rx.trace('states', 'cloud')?.x?.length > 0")
    overview.wait(f"{BOXES}.length > 12")
    legend = "rx.texts('states', '.rx-property')"
    assert overview.read(legend) == ["singular", "plural", "none open"]
    assert overview.read(COLOURS) == 3
    boxes = overview.read(BOXES)
    plot = overview.read(
        "(({left, right, top, bottom}) => [left, right, top, bottom])"
        "(rx.plot('states').getBoundingClientRect())"
    )
    for place, (left, right, top, bottom) in enumerate(boxes):
        assert plot[0] <= left and right <= plot[1] and plot[2] - 4 <= top and bottom <= plot[3] + 4
        for other in boxes[place + 1 :]:
            apart = right <= other[0] + 1 or other[1] <= left + 1
            assert apart or bottom <= other[2] + 4 or other[3] <= top + 4  # empty room of letters
    for axis in ("xaxis", "yaxis"):
        low, high = overview.read(f"rx.range('states', '{axis}')")
        for trace in ("cloud", "tokens", "twin"):
            values = overview.read(f"rx.trace('states', '{trace}').{axis[0]}")
            assert low < min(values) and max(values) < high
    open_menu(overview)
    overview.page.get_by_label("Colour: phrase").click()
    overview.wait(f"{COLOURS} > 3 && {legend}.includes('subject')")
    overview.page.get_by_label("Twin sentence").click()
    overview.wait("!rx.trace('states', 'twin')")
    assert overview.read("rx.trace('states', 'current').x.length") == 1
    assert overview.read(f"{BOXES}.length") == 13
    visible = "rx.panel('states').querySelector('.rx-twin').checkVisibility()"
    assert not overview.read(visible)
