"""The first button says what will happen, whatever state the run is in; other runs are named."""

from __future__ import annotations

import pytest

from pages.ui.visit.i18n import LANGUAGES, texts
from rnncore.config import Config
from rnncore.runs.row import Status
from rnncore.runs.store import Store
from tests.pages.conftest import ME, SMALL, Visit

EN = texts("en")
STATES: list[tuple[Status, str | None, str, bool]] = [
    ("queued", None, "pause", False),
    ("waiting", None, "pause", False),
    ("running", None, "pause", False),
    ("paused", None, "resume", False),
    ("paused", "unwatched", "resume", False),
    ("finished", "stopped", "resume", False),
    ("finished", "diverged", "resume", False),
    ("finished", "completed", "start_again", True),
    ("lost", None, "resume", False),
]
"""Status and reason of a run, what its first button says, and whether another offers to go on."""


def run_in(store: Store, status: Status, reason: str | None = None) -> str:
    run_id = store.create_run(Config.parse({**SMALL, "epochs": 10}), owner=ME)
    claim = store.claim(run_id, "worker")
    assert claim is not None
    gone = {} if status == "running" else {"worker": None}
    claim.commit([], status=status, reason=reason, step=5, **gone)
    return run_id


@pytest.mark.parametrize(("status", "reason", "says", "goes_on"), STATES)
def test_the_first_button_says_what_will_happen(
    visit: Visit, store: Store, status: Status, reason: str | None, says: str, goes_on: bool
) -> None:
    app = visit(run=run_in(store, status, reason))
    assert app.button(key="primary").label == EN(f"transport.{says}")
    assert ("go_on" in {button.key for button in app.button}) == goes_on


def test_without_a_run_it_starts_and_after_a_reset_too(visit: Visit, store: Store) -> None:
    assert visit().button(key="primary").label == "Start"
    app = visit(run=run_in(store, "paused"))
    app.button(key="reset").click().run()
    assert app.button(key="primary").label == "Start"


@pytest.mark.parametrize(
    ("status", "reason", "key"),
    [("finished", "completed", "pending_again"), ("finished", "stopped", "pending")],
)
def test_changed_settings_name_the_button_that_takes_them(
    visit: Visit, store: Store, status: Status, reason: str, key: str
) -> None:
    app = visit(run=run_in(store, status, reason), hidden_size="9")
    said = EN(f"transport.{key}", changes="Hidden size H 9")
    assert said in [caption.value for caption in app.caption]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_run_that_is_left_in_training_is_named_with_the_way_back(
    visit: Visit, store: Store, language: str
) -> None:
    t = texts(language)
    run_id = run_in(store, "running")
    app = visit(run=run_id, lang=language)

    def ways_back() -> list[str]:
        links = [link.proto for link in app.get("page_link")]
        return [link.query_string for link in links if link.label == t("transport.other", n=1)]

    assert ways_back() == []
    app.query_params.clear()
    app.query_params["hidden_size"] = "9"
    app.query_params["lang"] = language
    app.run()
    assert app.button(key="primary").label == t("transport.start")
    (query,) = ways_back()
    assert f"run={run_id}" in query and "hidden_size=9" not in query.split("&")
    app.query_params["run"] = run_id
    app.run()
    assert ways_back() == []


def test_a_run_that_rests_is_not_named(visit: Visit, store: Store) -> None:
    app = visit(run=run_in(store, "paused"))
    before = len(app.get("page_link"))
    app.query_params.clear()
    app.run()
    assert len(app.get("page_link")) == before
