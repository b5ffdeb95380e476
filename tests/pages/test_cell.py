"""The page of one tick as a person meets it."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from pages.ui.inspected.subject import EXAMPLE, example
from pages.ui.visit.i18n import LANGUAGES, texts
from rnncore.cells import graph_of
from tests.pages.conftest import Visit, query
from tests.pages.training import charts
from tests.probes.tools import DRAWN

cells = pytest.mark.parametrize("cell", DRAWN)


@pytest.fixture
def page(visit: Visit) -> Visit:
    """A person opening the page with a query."""

    def open_page(**asked: str) -> AppTest:
        app = visit().switch_page("../cell.py")
        app.query_params.update(asked)
        return app.run()

    return open_page


@pytest.mark.parametrize("language", LANGUAGES)
def test_page_opens_twice_without_trouble(page: Visit, language: str) -> None:
    app = page(lang=language).run()
    assert not app.exception
    assert [message.value for message in (*app.error, *app.warning)] == []
    assert len(charts(app)) == 2
    assert texts(language)("source.example", step=f"{example().step:,}") in [
        caption.value for caption in app.caption
    ]


@pytest.mark.slow
@cells
def test_one_steps_forward_turns_and_steps_back(page: Visit, cell: str) -> None:
    app = page(**{"cell.cell": cell, "cell.at": "0"})
    assert app.button(key="cell.back").disabled
    turn = len(graph_of(cell).nodes) + 1
    for button, at in (("next", 1), ("turn", turn), ("next", turn + 1), ("back", turn)):
        app.button(key=f"cell.{button}").click().run()
        assert not app.exception
        assert query(app)["cell.at"] == str(at)
    app.select_slider(key="cell.at").set_value(2 * turn - 1).run()
    assert app.button(key="cell.next").disabled
    app.button(key="cell.first").click().run()
    assert query(app)["cell.at"] == "0"


def test_another_cell_is_a_small_example_and_says_so(page: Visit) -> None:
    app = page(**{"cell.cell": "lstm" if EXAMPLE.cell == "rnn" else "rnn"})
    assert any("small example with this cell" in caption.value for caption in app.caption)


def test_tokens_that_recur_can_be_chosen_each(page: Visit) -> None:
    app = page()
    tokens = next(group for group in app.get("button_group") if group.key == "cell.tick")
    labels = [option.content for option in tokens.proto.options]
    assert len(set(labels)) == len(labels)
    assert len({label.replace("\u2060", "") for label in labels}) < len(labels)


def test_a_check_agrees(page: Visit) -> None:
    app = page()
    app.button(key="cell.check").click().run()
    assert not app.exception
    assert any("They agree" in text.value for text in app.markdown)
    assert len(charts(app)) == 3


def check(app: AppTest, name: str, option: str) -> str:
    """Answer a question of the page, check it, and return what is told."""
    words = f"cell.predict.{name}"
    app.query_params["cell.asked"] = name
    app.run()
    answer = texts("en")(f"{words}.{option}")
    app.segmented_control(key=f"predict.{words}.said").set_value(answer).run()
    app.button(key=f"predict.{words}.check").click().run()
    return next(one.value for one in app.markdown if one.value.startswith(("✓ ", "✗ ")))


def test_predictions_set_the_controls_and_are_answered_by_measurement(page: Visit) -> None:
    app = page()
    told = check(app, "cut", "none")
    assert query(app)["cell.tick"] == "11"
    assert app.select_slider(key="cell.at").value == len(graph_of("rnn").nodes) + 1
    assert told.startswith("✓") and "arrives 0" in told
    told = check(app, "tanh", "zero")
    assert told.startswith("✗") and app.select_slider(key="cell.at").value == 7


def test_what_no_control_can_hold_comes_within_bounds(page: Visit) -> None:
    asked = {"cell": "none", "at": "999", "tick": "-4", "stretch": "x", "units": "7,7,,-1,9999,a"}
    app = page(**{f"cell.{name}": value for name, value in asked.items()})
    assert not app.exception
    assert app.select_slider(key="cell.at").value == 11
    assert app.multiselect(key="cell.units").value == [7]


def test_no_unit_chosen_means_those_that_move_most(page: Visit) -> None:
    app = page()
    most = app.multiselect(key="cell.units").value
    app.multiselect(key="cell.units").set_value([0, 2]).run()
    assert query(app)["cell.units"] == "0,2"
    app.multiselect(key="cell.units").set_value([]).run()
    assert not app.exception
    assert app.multiselect(key="cell.units").value == most
