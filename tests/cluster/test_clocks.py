"""Machines whose clocks differ: the database's counts, so that no run is lost by a wrong one."""

from __future__ import annotations

import logging
import time
from contextlib import closing

import pytest

from rnncore.runs.clock import Clock
from rnncore.runs.row import LOST_AFTER
from rnncore.runs.store import Store
from tests.runs.support import SMALL, claimed, run_of, wait_for

HOUR = 3600.0


@pytest.mark.parametrize("ahead", [-HOUR, HOUR])
def test_a_worker_with_a_wrong_clock_is_seen_to_live_and_to_die(
    store: Store, monkeypatch: pytest.MonkeyPatch, ahead: float, caplog: pytest.LogCaptureFixture
) -> None:
    run_id = store.create_run(SMALL)
    right = store.database.now()
    monkeypatch.setattr("rnncore.runs.clock.time", lambda: time.time() + ahead)
    with closing(Store(store.url)) as elsewhere, caplog.at_level(logging.WARNING):
        claim = claimed(elsewhere, run_id, "elsewhere")
        claim.commit(status="running")
        assert abs(elsewhere.database.now() - right) < HOUR / 2
        assert "3600 s from the database" in caplog.text
        claim.close()
    monkeypatch.undo()
    assert run_of(store, run_id).alive
    wait_for(lambda: run_of(store, run_id).status == "lost", LOST_AFTER + 60)


def test_a_clock_that_is_set_is_compared_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    there = Clock(time.time)
    before = there.now()
    monkeypatch.setattr("rnncore.runs.clock.time", lambda: time.time() + HOUR)
    assert 0 <= there.now() - before < HOUR / 2
