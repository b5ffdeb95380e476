"""A trial's run stops at its budget, and is measured where all trials are measured."""

from __future__ import annotations

import pytest

from rnncore.config import Config
from rnncore.runs.branching import prepare
from rnncore.runs.files import LATEST
from rnncore.runs.store import Store
from tests.runs.support import (
    SMALL,
    driven,
    losses,
    of_kind,
    run_of,
    script_losses,
    wait_for_status,
    wait_for_steps,
)

TRIAL = SMALL.with_changes(grammar_tokens=6000, valid_fraction=0.1)


def trial(store: Store, limit: dict[str, float], config: Config = TRIAL) -> str:
    run_id = store.create_run(config, watched=False)
    store.send(run_id, "stop", limit)
    store.send(run_id, "start")
    with driven(store, run_id):
        wait_for_status(store, run_id, "finished")
    return run_id


def test_it_makes_exactly_the_updates_of_its_budget_and_those_of_any_run(store: Store) -> None:
    run_id = trial(store, {"updates": 57})
    run = run_of(store, run_id)
    assert (run.status, run.reason, run.step) == ("finished", "stopped", 57)
    assert losses(store, run_id) == script_losses(TRIAL, 57)


def test_it_is_measured_at_each_tenth_whatever_the_clock_says(store: Store) -> None:
    first, second = (trial(store, {"updates": 60, "part": 100}) for _ in range(2))
    found = [
        [(r.step, r.payload["bits"]) for r in of_kind(store, run_id, "evaluation")]
        for run_id in (first, second)
    ]
    assert found[0] == found[1]
    parts = [
        record.step
        for record in of_kind(store, first, "evaluation")
        if record.payload.get("part") == 100
    ]
    assert parts == [6, 12, 18, 24, 30, 36, 42, 48, 54, 60]


def test_it_ends_with_its_whole_held_out_text_and_the_test_text(store: Store) -> None:
    run_id = trial(store, {"updates": 60, "part": 100})
    last = [
        (r.payload["split"], r.payload.get("part"))
        for r in of_kind(store, run_id, "evaluation")
        if r.step == 60
    ]
    assert last == [("valid", 100), ("valid", None), ("test", None)]


def test_a_budget_of_seconds_ends_it_too(store: Store) -> None:
    run_id = trial(store, {"seconds": 0.02})
    run = run_of(store, run_id)
    assert run.reason == "stopped" and run.step > 0
    stretches = of_kind(store, run_id, "steps")
    assert stretches[-1].payload["seconds"] >= 0.02
    assert stretches[-1].payload["seconds"] - stretches[-1].payload["duration"] < 0.02


def test_it_goes_on_beyond_its_budget_when_somebody_asks(store: Store) -> None:
    run_id = trial(store, {"updates": 30})
    store.send(run_id, "resume")
    with driven(store, run_id, "another"):
        wait_for_status(store, run_id, "running")
        store.send(run_id, "pause")
        wait_for_status(store, run_id, "paused")
    assert losses(store, run_id)[:30] == script_losses(TRIAL, 30)


@pytest.mark.parametrize("going", [True, False])
def test_a_run_that_is_told_to_yield_pauses_and_lets_go(store: Store, going: bool) -> None:
    run_id = store.create_run(TRIAL, watched=False)
    if going:
        store.send(run_id, "start")
    with driven(store, run_id):
        if going:
            wait_for_status(store, run_id, "running")
        store.send(run_id, "yield")
        while run_of(store, run_id).worker is not None:
            pass
    run = run_of(store, run_id)
    assert (run.status, run.reason) == (("paused", "yielded") if going else ("ready", None))


def test_who_goes_on_from_it_by_hand_is_measured_on_the_same_part(store: Store) -> None:
    parent = run_of(store, trial(store, {"updates": 60, "part": 100}))
    child = store.branches.enter(prepare(parent, LATEST, {}), None, watched=False)
    store.send(child, "resume")
    with driven(store, child):
        wait_for_steps(store, child, 200)
        store.send(child, "stop")
        wait_for_status(store, child, "finished")
    after = [r for r in of_kind(store, child, "evaluation") if r.step > 60]
    parts = [r.payload["bits"] for r in after if r.payload.get("part") == 100]
    (summary,) = store.summaries.of([run_of(store, child)])
    best = summary.facts.best
    assert parts and best is not None
    assert (best.step > 60, best.bits) == (True, min(parts))
