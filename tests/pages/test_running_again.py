"""A fragment that runs the page again: the URL that came with it may be one from before."""

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
