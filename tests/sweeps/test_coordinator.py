"""Who looks after a sweep decides from the store alone."""

from __future__ import annotations

from typing import Any

import pytest

from rnncore.runs.claim import Command
from rnncore.runs.store import Store
from rnncore.sweeps.trial import best
from tests.sweeps.support import SPACE, Sweep, measured, plan, valley


def asked(sweep: Sweep) -> list[dict[str, Any]]:
    return [dict(trial.settings) for trial in sweep.trials]


def commands(store: Store, run_id: str | None) -> list[Command]:
    """All that was asked of a run."""
    assert run_id is not None
    claim = store.claim(run_id, "reader")
    assert claim is not None
    try:
        return claim.commands_after(0)
    finally:
        claim.close()


def nothing() -> None:
    pass


@pytest.mark.parametrize("sampler", ["random", "grid", "tpe"])
def test_one_that_is_killed_at_any_moment_asks_the_same_trials(store: Store, sampler: str) -> None:
    space = {**SPACE, "cell": ["rnn", "gru"]}
    made = plan(space=space, sampler=sampler, trials=10, seed=3)
    whole = Sweep(store, made)
    whole.play(valley, nothing)
    killed = Sweep(store, made)
    tokens = iter(range(1000))
    killed.play(valley, lambda: killed.take_over(f"token{next(tokens)}"))
    assert asked(killed) == asked(whole)
    assert [t.value for t in killed.trials] == [t.value for t in whole.trials]
    assert [t.told for t in whole.trials] == list(range(10))


def test_trials_are_told_in_the_order_in_which_they_end(store: Store) -> None:
    sweep = Sweep(store, plan(), workers=3)
    sweep.tick()
    sweep.end(2, [3.0] * 10)
    sweep.tick()
    sweep.end(0, [2.0, 1.5, 1.7] + [1.6] * 7)
    sweep.tick()
    first, second = sweep.trials[2], sweep.trials[0]
    assert (first.told, first.value, first.status) == (0, 3.0, "complete")
    assert (second.told, second.value, second.step) == (1, 1.5, 100)
    assert second.curve[0] == (10, 2.0) and len(second.curve) == 10
    assert second.tokens == 100 * 3 * 11


def test_a_trial_begins_with_its_budget_and_its_settings(store: Store) -> None:
    sweep = Sweep(store, plan(base={"seed": 4, "pace": 5}, seeds=2))
    sweep.tick()
    first, second = sweep.trials[:2]
    assert first.varied == second.varied
    assert (first.settings["seed"], second.settings["seed"]) == (4, 5)
    assert first.run_id is not None
    run = store.run(first.run_id)
    assert run is not None and run.series == sweep.id and run.lease is None
    assert run.config.learning_rate == first.settings["learning_rate"]
    assert run.config.pace == 0
    assert sweep.launcher.launched == [first.run_id]
    stop, start = commands(store, first.run_id)
    assert (stop.name, stop.value) == ("stop", {"updates": 100, "part": 4000})
    assert start.name == "start"


def test_no_more_workers_are_called_than_were_asked_for(store: Store) -> None:
    sweep = Sweep(store, plan(), workers=2)
    for _ in range(4):
        sweep.tick()
    assert len(sweep.launcher.launched) == 2
    assert sum(trial.run_id is not None for trial in sweep.trials) == 4  # two are ready to follow


def test_the_estimator_is_asked_for_no_trial_ahead(store: Store) -> None:
    sweep = Sweep(store, plan(sampler="tpe"), workers=2)
    for _ in range(4):
        sweep.tick()
    assert len(sweep.trials) == 2


def test_a_diverged_trial_is_told_a_finite_penalty_above_all_that_was_measured(
    store: Store,
) -> None:
    sweep = Sweep(store, plan(sampler="tpe", trials=3))
    sweep.tick()
    sweep.end(0, [7.0, 3.0] + [2.0] * 8)
    sweep.tick()
    sweep.end(1, [6.0], "diverged")
    sweep.tick()
    sweep.end(2, [], "diverged")
    sweep.tick()
    assert [t.value for t in sweep.trials] == [2.0, 8.0, 8.0]
    assert [t.status for t in sweep.trials] == ["complete", "diverged", "diverged"]
    found = best(sweep.trials)
    assert found is not None and found.number == 0
    row = sweep.book.row(sweep.id)
    assert row is not None and (row.status, row.alive) == ("complete", False)


def test_a_run_that_failed_ends_its_trial_and_not_the_sweep(store: Store) -> None:
    sweep = Sweep(store, plan(trials=2))
    sweep.tick()
    run_id = sweep.trials[0].run_id
    assert run_id is not None
    claim = store.claim(run_id, "worker")
    assert claim is not None
    claim.commit(status="failed", error={"code": "x", "message": "x", "values": {}}, worker=None)
    sweep.tick()
    sweep.end(1, [2.0] * 10)
    assert not sweep.tick()
    assert [(t.status, t.value) for t in sweep.trials] == [("failed", None), ("complete", 2.0)]


def test_the_pruner_reads_what_runs_report_and_stops_them(store: Store) -> None:
    sweep = Sweep(store, plan(pruner="median", sampler="tpe", trials=5))
    for number in range(4):
        sweep.tick()
        sweep.end(number, [2.0] * 10)
    sweep.tick()
    run_id = sweep.trials[4].run_id
    assert run_id is not None
    claim = store.claim(run_id, "worker")
    assert claim is not None
    claim.commit([measured(10, 9.0), measured(20, 9.0)], step=20, status="running")
    sweep.tick()
    assert sweep.trials[4].status == "pruned"
    sweep.tick()
    stops = [command for command in claim.commands_after(0) if command.name == "stop"]
    assert [command.value for command in stops[1:]] == [None]  # told once
    claim.commit(status="finished", reason="stopped", worker=None)
    assert not sweep.tick()
    pruned = sweep.trials[4]
    assert (pruned.status, pruned.value, pruned.told) == ("pruned", 9.0, 4)


def test_a_trial_that_somebody_stops_is_told_as_stopped(store: Store) -> None:
    sweep = Sweep(store, plan())
    sweep.tick()
    assert sweep.book.stop_trial(sweep.id, 0)
    sweep.end(0, [3.0, 2.5])
    sweep.tick()
    trial = sweep.trials[0]
    assert (trial.status, trial.value, trial.step) == ("stopped", 2.5, 20)
    assert not sweep.book.stop_trial(sweep.id, 0)


def test_stopping_the_sweep_ends_all_trials_and_asks_for_no_more(store: Store) -> None:
    sweep = Sweep(store, plan())
    sweep.tick()
    begun = sweep.trials[0].run_id
    assert begun is not None
    claim = store.claim(begun, "worker")
    assert claim is not None
    claim.commit([measured(10, 2.0)], step=10, status="running")
    sweep.book.stop(sweep.id)
    assert sweep.tick() and sweep.tick()
    assert [command.name for command in claim.commands_after(0)][2:] == ["stop"]
    claim.commit(status="finished", reason="stopped", worker=None)
    while sweep.tick():
        pass
    assert [t.status for t in sweep.trials] == ["stopped"] * len(sweep.trials)
    assert [t.run_id for t in sweep.trials] == [begun, *[None] * (len(sweep.trials) - 1)]
    assert [run.id for run in store.runs()] == [begun]  # those that had not begun leave nothing
    row = sweep.book.row(sweep.id)
    assert row is not None and (row.status, row.alive) == ("stopped", False)


def test_a_paused_sweep_gives_its_places_back_and_goes_on_when_it_is_resumed(
    store: Store,
) -> None:
    sweep = Sweep(store, plan())
    sweep.tick()
    run_id = sweep.trials[0].run_id
    assert run_id is not None
    claim = store.claim(run_id, "worker")
    assert claim is not None
    claim.commit([measured(10, 2.0)], step=10, status="running")
    sweep.book.pause(sweep.id)
    assert sweep.tick()
    assert claim.commands_after(0)[-1].name == "yield"
    claim.commit(status="paused", reason="yielded", worker=None)
    assert not sweep.tick()
    assert sweep.trials[0].status == "waiting"
    sweep.book.resume(sweep.id)
    sweep.take_over("second")
    sweep.tick()
    assert sweep.launcher.launched == [run_id, run_id]
    assert [c.name for c in commands(store, run_id)][-2:] == ["stop", "resume"]


@pytest.mark.parametrize("reason", ["shutdown", "yielded"])
def test_a_trial_whose_worker_had_to_leave_goes_on(store: Store, reason: str) -> None:
    sweep = Sweep(store, plan())
    sweep.tick()
    run_id = sweep.trials[0].run_id
    assert run_id is not None
    claim = store.claim(run_id, "worker")
    assert claim is not None
    claim.commit([measured(10, 2.0)], step=10, status="paused", reason=reason, worker=None)
    sweep.tick()
    assert sweep.launcher.launched == [run_id, run_id]


def test_a_trial_that_a_person_has_paused_waits_for_them(store: Store) -> None:
    sweep = Sweep(store, plan())
    sweep.tick()
    run_id = sweep.trials[0].run_id
    assert run_id is not None
    claim = store.claim(run_id, "worker")
    assert claim is not None
    claim.commit([measured(10, 2.0)], step=10, status="paused", reason="asked", worker=None)
    sweep.tick()
    assert sweep.launcher.launched.count(run_id) == 1


def test_a_trial_whose_worker_died_goes_on_from_its_checkpoint(store: Store) -> None:
    sweep = Sweep(store, plan())
    sweep.tick()
    run_id = sweep.trials[0].run_id
    assert run_id is not None
    claim = store.claim(run_id, "worker")
    assert claim is not None
    claim.commit([measured(10, 2.0)], step=10, status="running")
    store.abandon(run_id, "worker")
    sweep.tick()
    assert sweep.launcher.launched == [run_id, run_id]


def test_a_trial_that_loses_each_worker_has_failed_in_the_end(store: Store) -> None:
    sweep = Sweep(store, plan(sampler="tpe", trials=1))
    sweep.tick()
    run_id = sweep.trials[0].run_id
    assert run_id is not None
    for number in range(4):
        claim = store.claim(run_id, f"worker{number}")
        assert claim is not None
        claim.commit(status="running")
        store.abandon(run_id, f"worker{number}")
        sweep.tick()
    assert sweep.launcher.launched == [run_id] * 4
    assert (sweep.trials[0].status, sweep.trials[0].value) == ("failed", None)
    assert not sweep.tick()


def test_a_run_that_was_removed_ends_its_trial(store: Store) -> None:
    sweep = Sweep(store, plan())
    sweep.tick()
    ready = sweep.trials[1].run_id
    assert ready is not None and store.forget(ready)
    sweep.tick()
    assert (sweep.trials[1].status, sweep.trials[1].run_id) == ("stopped", None)


def test_two_never_look_after_one_sweep(store: Store) -> None:
    sweep = Sweep(store, plan())
    first = sweep.coordinator
    assert sweep.tick()
    sweep.take_over("second")
    assert sweep.tick()
    first._beat_at = 0.0  # its next sign of life
    assert not first.tick()


def test_what_is_continued_by_hand_changes_nothing_of_the_trial(store: Store) -> None:
    sweep = Sweep(store, plan(trials=1))
    sweep.tick()
    sweep.end(0, [3.0] * 10)
    assert not sweep.tick()
    before, run_id = sweep.trials[0], sweep.trials[0].run_id
    assert run_id is not None
    claim = store.claim(run_id, "worker")
    assert claim is not None
    claim.commit([measured(150, 1.0)], step=150, worker=None)
    assert type(sweep.book)(store).trials(sweep.id) == [before]
