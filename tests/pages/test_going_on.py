"""The button of a finished run: to the epochs set above, or as many again."""

from __future__ import annotations

from typing import Any

import pytest

from pages.ui.visit.i18n import texts
from rnncore.config import Config
from rnncore.runs.claim import CommandName
from rnncore.runs.records import Record, run_record
from rnncore.runs.store import Store
from tests.pages.conftest import ME, SMALL, Visit, data
from tests.pages.views import RUN
from tests.runs.support import Launcher

Sent = list[tuple[str, CommandName, Any]]
EN, KO = texts("en"), texts("ko")


def finished(store: Store, reason: str = "completed", *changes: Record) -> str:
    """A run of 10 epochs that is over, as its worker would leave it."""
    run_id = store.create_run(Config.parse({**SMALL, "epochs": 10}), owner=ME)
    claim = store.claim(run_id, "worker")
    assert claim is not None
    claim.commit(
        [run_record(RUN._replace(updates=100)), *changes],
        status="finished",
        reason=reason,
        step=100,
        worker=None,
    )
    return run_id


def went_on(new: int) -> Record:
    return Record(100, "changed", {"setting": "epochs", "old": 10.0, "new": float(new)})


def labels(app: Any) -> list[str]:
    return [button.label for button in app.button]


def test_as_many_again_unless_more_are_set(
    visit: Visit, store: Store, sent: Sent, launcher: Launcher
) -> None:
    run_id = finished(store)
    app = visit(run=run_id)
    assert EN("transport.go_on", epochs=20) in labels(app)
    assert app.button(key="primary").label == "Start again"  # and which of the two is said
    app.button(key="go_on").click().run()
    assert not app.exception
    assert sent == [(run_id, "extend", 20), (run_id, "resume", None)]
    assert launcher.launched == [run_id]


def test_the_number_set_above_is_taken(visit: Visit, store: Store, sent: Sent) -> None:
    run_id = finished(store)
    app = visit(run=run_id, epochs="17")
    assert EN("transport.go_on", epochs=17) in labels(app)
    app.button(key="go_on").click().run()
    assert sent[0] == (run_id, "extend", 17)
    assert app.query_params["epochs"] in ("17", ["17"])


def test_a_run_that_went_on_can_do_so_again(visit: Visit, store: Store) -> None:
    run_id = finished(store, "completed", went_on(30))
    app = visit(run=run_id, epochs="30")
    assert EN("transport.go_on", epochs=40) in labels(app)
    strip = data(app)["strip"]
    assert strip["total"] == 300 and strip["epochs"] == 30 and strip["done"] == 100
    pending = EN("transport.pending", changes="")
    assert not [caption for caption in app.caption if caption.value.startswith(pending)]


def test_more_epochs_than_there_can_be_are_refused(visit: Visit, store: Store, sent: Sent) -> None:
    run_id = finished(store, "completed", went_on(1_000_000))
    app = visit(run=run_id)
    app.button(key="go_on").click().run()
    assert not app.exception and sent == [] and len(app.error) == 1


@pytest.mark.parametrize("reason", ["stopped", "diverged"])
def test_a_run_that_was_stopped_resumes_instead(visit: Visit, store: Store, reason: str) -> None:
    app = visit(run=finished(store, reason))
    assert not [label for label in labels(app) if label.startswith("Go on to epoch")]


def test_it_is_said_in_korean_too(visit: Visit, store: Store) -> None:
    app = visit(run=finished(store), lang="ko")
    assert KO("transport.go_on", epochs=20) in labels(app)


def test_a_checkpoint_that_does_not_know_its_text_is_a_warning(visit: Visit, store: Store) -> None:
    run_id = finished(store)
    claim = store.claim(run_id, "again")
    assert claim is not None
    error = {"code": "checkpoint_textless", "message": "Of old.", "values": {"path": "old"}}
    claim.commit(error=error, worker=None)
    app = visit(run=run_id)
    assert [warning.value for warning in app.warning] == [EN.explain(error)] == ["Of old\\."]
    assert not app.error
