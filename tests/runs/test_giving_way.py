"""Trials of a sweep give way to people: in the queue, from one to the next, and on the way."""

from __future__ import annotations

import pytest

from rnncore.runs.store import Store
from tests.runs.support import SMALL, claimed, run_of


@pytest.fixture
def sweep(store: Store) -> str:
    """A sweep that may train two trials at a time."""
    with store.database.transaction() as connection:
        connection.exec_driver_sql(
            "INSERT INTO sweeps (id, created, plan, status, workers, heartbeat) "
            "VALUES ('sweep', 0, '{}', 'running', 2, 0)"
        )
    return "sweep"


def trial(store: Store, sweep: str = "sweep", told: str = "NULL") -> str:
    """A run of a sweep, which is told of it or not."""
    run_id = store.create_run(SMALL, watched=False, series=sweep)
    with store.database.transaction() as connection:
        connection.exec_driver_sql(
            "INSERT INTO sweeps (id, created, plan, status, workers, heartbeat) "
            f"VALUES ('{sweep}', 0, '{{}}', 'stopped', 2, 0) ON CONFLICT DO NOTHING"
        )
        connection.exec_driver_sql(
            "INSERT INTO trials (sweep_id, number, run_id, settings, status, step, seconds, told) "
            f"SELECT '{sweep}', count(*), '{run_id}', '{{}}', 'waiting', 0, 0, {told} FROM trials"
        )
    return run_id


def person(store: Store, **changes: str) -> str:
    return store.create_run(SMALL, watched=False, **changes)


def commands(store: Store, run_id: str) -> list[str]:
    with store.database.transaction() as connection:
        rows = connection.exec_driver_sql(
            f"SELECT name FROM commands WHERE run_id = '{run_id}' ORDER BY seq"
        )
        return [name for (name,) in rows]


def test_a_persons_run_is_let_in_before_trials_that_came_first(store: Store) -> None:
    first, own = trial(store), person(store)
    store.queue.join(first)
    store.queue.join(own)
    assert store.queue.places() == {own: 1, first: 2}
    assert store.queue.admit(1) == [own]
    assert store.queue.admit(2) == [first]


def test_one_who_serves_a_sweep_alone_lets_in_no_others_and_not_before_them(store: Store) -> None:
    first, own = trial(store), person(store)
    store.queue.join(first)
    store.queue.join(own)
    assert store.queue.admit(1, series="sweep") == []
    assert store.queue.admit(2, series="sweep") == [first]
    assert run_of(store, own).status == "waiting"


def test_a_trial_yields_where_all_places_are_taken_and_only_one_a_person(store: Store) -> None:
    runs = [trial(store) for _ in range(3)]
    for run_id in runs:
        claimed(store, run_id, f"w{run_id}").commit(status="running")
    own = person(store)
    store.queue.join(own)
    assert store.queue.admit(3) == []
    assert store.queue.admit(3) == []  # the next look sends no second command
    assert [commands(store, run_id) for run_id in runs] == [[], [], ["yield"]]


def test_no_trial_yields_to_a_trial_nor_to_whoever_waits_for_their_own(store: Store) -> None:
    busy = trial(store)
    claimed(store, busy, "worker").commit(status="running")
    store.queue.join(trial(store, "another"))
    assert store.queue.admit(1) == []
    for _ in range(2):
        claimed(store, person(store, owner="me"), "mine").commit(status="running")
    store.queue.join(person(store, owner="me"))
    assert store.queue.admit(3) == []
    assert commands(store, busy) == []


def test_a_trial_that_somebody_goes_on_with_is_a_run_like_any_other(store: Store) -> None:
    own, other = trial(store, told="0"), person(store)
    store.queue.join(own)
    store.queue.join(other)
    assert store.queue.places() == {own: 1, other: 2}
    assert store.queue.admit(1) == [own]
    claimed(store, own, "worker").commit(status="running")
    assert store.queue.admit(1) == []
    assert commands(store, own) == []


def test_a_worker_goes_on_with_the_next_trial_that_is_ready(store: Store, sweep: str) -> None:
    first, second = trial(store), trial(store)
    assert store.queue.succeed(sweep, "worker") == first
    assert run_of(store, first).worker == "worker"
    claim = claimed(store, first, "worker")
    claim.commit(status="finished", reason="stopped", worker=None)
    assert store.queue.succeed(sweep, "worker") == second
    assert store.queue.succeed(sweep, "other") is None


def test_not_with_one_that_another_worker_has_been_called_for(store: Store, sweep: str) -> None:
    first, second = trial(store), trial(store)
    store.queue.join(first)
    assert store.queue.admit(5) == [first]
    assert store.queue.succeed(sweep, "worker") == second


def test_not_while_a_person_waits_for_the_place(store: Store, sweep: str) -> None:
    trial(store)
    own = person(store)
    store.queue.join(own)
    assert store.queue.succeed(sweep, "worker") is None
    assert store.queue.admit(1) == [own]


def test_not_where_the_sweep_has_workers_enough_or_is_no_longer_on(
    store: Store, sweep: str
) -> None:
    for _ in range(2):
        claimed(store, trial(store), "busy").commit(status="running")
    ready = trial(store)
    assert store.queue.succeed(sweep, "worker") is None
    change(store, "workers = 3, status = 'paused'")
    assert store.queue.succeed(sweep, "worker") is None
    change(store, "status = 'running'")
    assert store.queue.succeed(sweep, "worker") == ready


def change(store: Store, columns: str) -> None:
    with store.database.transaction() as connection:
        connection.exec_driver_sql(f"UPDATE sweeps SET {columns}")


def test_a_run_that_waits_is_withdrawn_and_one_at_work_is_not(store: Store) -> None:
    waiting, busy = trial(store), trial(store)
    store.queue.join(waiting)
    claimed(store, busy, "worker").commit(status="running")
    assert store.queue.withdraw(waiting) and not store.queue.withdraw(busy)
    run = run_of(store, waiting)
    assert (run.status, run.reason, run.ticket) == ("finished", "stopped", None)
    assert store.queue.admit(5) == []


def test_all_that_a_lost_worker_had_is_known_as_lost(store: Store, sweep: str) -> None:
    first, second = trial(store), trial(store)
    claimed(store, first, "worker").commit(status="finished", reason="stopped", worker=None)
    assert store.queue.succeed(sweep, "worker") == second
    claimed(store, second, "worker").commit(status="running")
    store.abandon(first, "worker")  # it was called for the first
    assert run_of(store, second).status == "lost"
