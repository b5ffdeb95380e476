"""A page whose browser cannot open a stream feeds the panels itself."""

from __future__ import annotations

import pytest

from pages.ui.live.panels import translate
from pages.ui.overview.scene import Fallback, Scene, _fed
from pages.ui.serving import server
from pages.ui.streaming.hub import Hub
from pages.ui.visit.session import Session
from rnncore.config import Config
from rnncore.runs.records import steps_record
from rnncore.runs.store import Store
from rnncore.training.events import Step
from tests.pages.views import RUN


def report(store: Store, run_id: str, step: int) -> None:
    store.append(run_id, [steps_record([Step(step, 1, 1.0, 0.1, 1.0, 1.0)], 0.1, 10)])


def test_batches_overlap_so_that_a_lost_one_costs_nothing(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "hub", lambda: Hub(server.store, translate))
    run_id = store.create_run(Config())
    run = store.run(run_id)
    assert run is not None
    visit = Session("en")
    drawn = Scene(RUN, Config(), [], run_id)
    steps = []
    for step in range(1, 8):
        report(store, run_id, step)
        feed = _fed(visit, run, drawn, mine=True)
        assert (feed.seq, feed.batch) == (step, step)
        steps.append([op["x"][0] for op in feed.ops if op["op"] == "extend"])
    assert steps[0] == [1]
    assert all(batch[-1] == step for step, batch in enumerate(steps, 1))
    assert all(len(batch) >= 2 for batch in steps[1:])  # the one before comes again
    assert len(steps[-1]) < 7  # but not the whole history
    assert visit.state(Fallback).run_id == run_id


def test_a_run_that_vanished_is_a_sentence(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "hub", lambda: Hub(server.store, translate))
    run = store.run(store.create_run(Config()))
    assert run is not None
    monkeypatch.setenv("RNN_EXPLORER_DB", "sqlite:////no/such/folder/runs.db")
    visit = Session("en")
    assert _fed(visit, run, Scene(RUN, Config(), [], run.id), mine=True).ops == []
    assert visit.problem is not None
