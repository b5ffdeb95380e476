"""What the pages say while no worker of a cluster can be had."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from pages.ui.serving import server
from rnncore.errors import ClusterError
from rnncore.runs.store import Store
from tests.pages.conftest import ME, Visit
from tests.pages.sweeps import open_sweep, swept
from tests.runs.support import SMALL, Launcher, run_of

AWAY = ClusterError(
    "cluster_away",
    "The scheduler tcp://there:1 does not answer (no route); start it.",
    address="tcp://there:1",
    problem="no route",
)


class Away(Launcher):
    """A cluster whose scheduler does not answer."""

    def places(self) -> int:
        raise AWAY


@pytest.fixture
def away(launcher: Launcher, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "executor", Away)
    monkeypatch.setattr(server, "_hindrance", AWAY)


@pytest.mark.usefixtures("away")
def test_a_run_that_is_started_waits_and_the_page_says_why(visit: Visit, store: Store) -> None:
    app = visit()
    app.button(key="primary").click().run()
    assert not app.exception
    assert "scheduler tcp://there:1 does not answer" in said_by(app)
    (run,) = store.runs()
    assert run.status == "waiting"


@pytest.mark.usefixtures("away")
def test_a_run_that_waits_says_why(visit: Visit, store: Store) -> None:
    run_id = store.create_run(SMALL, owner=ME)
    store.queue.join(run_id)
    app = visit(run=run_id, lang="ko")
    assert "스케줄러 tcp://there:1" in said_by(app)
    assert run_of(store, run_id).status == "waiting"


@pytest.mark.usefixtures("away")
def test_a_sweep_says_why_it_does_not_go_on(visit: Visit, store: Store) -> None:
    app = open_sweep(visit, swept(store, 2.0, None))
    assert "scheduler tcp://there:1 does not answer" in said_by(app)


def said_by(app: AppTest) -> str:
    """All warnings and errors of a page, as they are read."""
    shown = [*app.warning, *app.error]
    return "\n".join(element.value for element in shown).replace("\\", "")
