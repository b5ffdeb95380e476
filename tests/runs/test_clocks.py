"""Clocks that jump: a dead run does not seem alive, nor a living one dead for long."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnncore.runs.row import AHEAD, LOST_AFTER, heard
from rnncore.runs.store import Store
from tests.runs.support import SMALL, claimed, driven, run_of, started, wait_for, wait_for_steps

HOUR = 3600.0


def set_clocks(monkeypatch: pytest.MonkeyPatch, ahead: float) -> None:
    monkeypatch.setattr("rnncore.runs.clock.time", lambda: time.time() + ahead)


@given(st.floats(-1e9, 1e9), st.floats(1, 100))
def test_only_a_recent_sign_counts(age: float, patience: float) -> None:
    assert heard(0.0, age, patience) == (-AHEAD < age < patience)


@pytest.mark.parametrize("back", [2 * AHEAD, 60.0, HOUR, 24 * HOUR])
def test_a_clock_set_back_does_not_bring_a_dead_run_to_life(
    store: Store, monkeypatch: pytest.MonkeyPatch, back: float
) -> None:
    run_id = store.create_run(SMALL)
    claimed(store, run_id, "dead").commit(status="running", step=3)
    set_clocks(monkeypatch, -back)
    run = run_of(store, run_id)
    assert (run.status, run.alive) == ("lost", False)
    assert store.queue.join(run_id)
    assert store.claim(run_id, "successor") is not None
    assert run_of(store, run_id).alive


def test_a_clock_set_back_does_not_leave_a_run_waiting(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_id = store.create_run(SMALL)
    assert store.queue.join(run_id)
    assert store.queue.admit(1) == [run_id]
    set_clocks(monkeypatch, -HOUR)
    assert run_of(store, run_id).status == "lost"
    assert store.queue.join(run_id)
    assert store.queue.admit(1) == [run_id]
    assert run_of(store, run_id).status == "queued"


@pytest.mark.slow
@pytest.mark.parametrize("ahead", [-HOUR, HOUR])
def test_a_living_run_is_seen_to_live_again_with_its_next_sign(
    store: Store, monkeypatch: pytest.MonkeyPatch, ahead: float
) -> None:
    run_id = started(store)
    with driven(store, run_id):
        wait_for_steps(store, run_id, 5)
        set_clocks(monkeypatch, ahead)
        wait_for(lambda: run_of(store, run_id).status == "running")
        at = run_of(store, run_id).step
        wait_for_steps(store, run_id, at + 20)
        assert run_of(store, run_id).alive


def test_a_lease_outlives_a_jump_of_the_clock(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RNN_EXPLORER_LEASE_SECONDS", "30")
    run_id = started(store, watched=True)
    with driven(store, run_id):
        wait_for_steps(store, run_id, 5)
        set_clocks(monkeypatch, HOUR)
        at = run_of(store, run_id).step
        wait_for_steps(store, run_id, at + 50)
        assert run_of(store, run_id).stored_status == "running"


def test_a_silent_worker_is_lost_after_a_while(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_id = store.create_run(SMALL)
    claimed(store, run_id, "silent").commit(status="running")
    assert run_of(store, run_id).status == "running"
    set_clocks(monkeypatch, LOST_AFTER + 1)
    assert run_of(store, run_id).status == "lost"
