"""What a run of the page believes, where a widget and an address come with one request."""

from __future__ import annotations

import pytest

from pages.ui.visit.session import KEY, Session
from rnncore.config import Config
from rnncore.runs.store import Store
from tests.pages.conftest import ME, SMALL, Visit, query


@pytest.mark.parametrize("again", [True, False])
def test_a_run_stays_although_the_browser_has_not_caught_up(
    visit: Visit, store: Store, again: bool
) -> None:
    run_id = store.create_run(Config.parse(SMALL), owner=ME)
    app = visit(run=run_id)
    assert query(app)["run"] == run_id
    kept = app.session_state[KEY]
    assert isinstance(kept, Session)
    if again:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("streamlit.rerun", lambda: None)
            kept.run_again()
    app.query_params.clear()  # what a fragment brings that was asked for before Start
    app.run()
    assert (query(app).get("run") == run_id) is again, "without that, the URL decides"


def test_a_link_pressed_right_after_typing_decides(visit: Visit) -> None:
    """A busy server makes one run of both requests: the box's callback, and the link's address."""
    app = visit()
    app.text_input(key="setting.hidden_size").set_value("40")
    app.query_params["learning_rate"] = "0.1"
    app.run()
    assert query(app) == {**SMALL, "learning_rate": "0.1"}


def test_a_box_decides_over_an_address_of_before(visit: Visit) -> None:
    app = visit()
    before = query(app)
    app.text_input(key="setting.hidden_size").set_value("40").run()
    now = query(app)
    assert now["hidden_size"] == "40"
    app.text_input(key="setting.time_size").set_value("7")
    app.query_params.clear()
    app.query_params.update(before)
    app.run()
    assert query(app) == {**now, "time_size": "7"}
