"""What a page's own controls hold comes back from its URL, beside the settings and never as one."""

from __future__ import annotations

import pytest

from pages.gradients import SECTIONS as IDEAS
from pages.ui.visit.address import read_page_values, read_settings, write_page_values
from pages.ui.visit.session import Session
from rnncore.config import Config
from tests.pages.conftest import Visit

OWN = {
    "bptt": ("T", "N", "update", "carry", "pair", "asked"),
    "cell": ("stretch", "tick", "units", "inputs", "gate", "at", "focus", "asked", "cell"),
    "gradients": (
        *("stretch", "level", "scale", "clip", "book", "lag", "long", "short", "seed", "at"),
        *("gate", "asked"),
    ),
}


def test_own_parameters_come_back_and_are_no_settings() -> None:
    query = {**write_page_values("bptt", {"T": "6", "view": "all"}), "hidden_size": "16"}
    assert read_page_values("bptt", query) == {"T": "6", "view": "all"}
    assert read_page_values("cell", query) == {}
    assert read_settings(query) == (Config(hidden_size=16), None)


def test_a_control_holds_its_value_by_page_and_falls_back_on_its_default() -> None:
    visit = Session("en", page="bptt")
    visit.set_values(T=6, view="all")
    assert (visit.value("T", 5), visit.value("view", "one")) == (6, "all")
    visit.set_values(T=None)
    assert (visit.value("T", 5), visit.value("view", "one")) == (5, "all")
    visit.page = "cell"
    assert visit.value("view", "one") == "one"


def test_a_value_that_a_control_cannot_hold_is_its_default() -> None:
    visit = Session("en", page="bptt", page_values={"bptt": {"T": "many"}})
    assert visit.value("T", 5) == 5
    for beyond in ("9" * 30, "-" + "9" * 30, "9" * 5000, "1e400", "inf", "nan", "2.5", "true", ""):
        visit.page_values["bptt"]["T"] = beyond
        assert visit.value("T", 5) == 5


@pytest.mark.parametrize("value", ["9" * 5000, "-3", "999999999"], ids=len)
@pytest.mark.parametrize(
    ("page", "idea"), [("bptt", ""), ("cell", ""), *(("gradients", idea) for idea in IDEAS)]
)
def test_a_page_opens_with_absurd_values_in_its_own_parameters(
    visit: Visit, page: str, idea: str, value: str
) -> None:
    app = visit().switch_page(f"../{page}.py")
    app.query_params.update({f"{page}.{name}": value for name in OWN[page]})
    if idea:
        app.query_params["gradients.idea"] = idea
    app.run()
    assert not app.exception
