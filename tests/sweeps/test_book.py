"""The book of sweeps: what is entered comes back, and the live controls act or say why not."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from rnncore.config import Config
from rnncore.errors import ConfigError, RnnError, StoreError
from rnncore.runs.store import Store
from rnncore.sweeps.book import Sweeps
from rnncore.sweeps.holding import Holding
from tests.sweeps.support import BASE, SPACE, Sweep, finish, measured, plan

OWN = {"learning_rate": 0.1, "hidden_size": 8}


def test_a_sweep_comes_back_as_it_was_entered(book: Sweeps) -> None:
    made = plan(space={**SPACE, "layers": [1, 2]})
    row = book.row(book.create(made, workers=3, owner="me"))
    assert row is not None
    assert (row.plan, row.owner, row.status, row.workers) == (made, "me", "running", 3)
    assert row.error is None and not row.alive
    assert book.row("nothing") is None and book.row("../../etc") is None


def test_a_visitor_sees_their_own_sweeps_and_those_that_are_nobodys(book: Sweeps) -> None:
    mine, nobodys = (book.create(plan(), workers=1, owner=owner) for owner in ("me", None))
    book.create(plan(), workers=1, owner="other")
    assert {row.id for row in book.of("me")} == {mine, nobodys}
    assert {row.id for row in book.of(None)} == {nobodys}


def test_an_own_setting_comes_before_all_that_have_not_been_asked(store: Store) -> None:
    sweep = Sweep(store, plan(sampler="tpe", seeds=2))
    number = sweep.book.enqueue(sweep.id, {"learning_rate": "0.5"})
    assert number == 0 and sweep.plan.trials == 8
    sweep.tick()
    assert [dict(t.settings) for t in sweep.trials] == [
        {"learning_rate": 0.5, "seed": 0},
        {"learning_rate": 0.5, "seed": 1},
    ]
    assert sweep.trials[0].run_id is not None


@pytest.mark.parametrize(
    ("act", "code"),
    [
        (lambda book, id: book.enqueue(id, {}), "sweep_own"),
        (lambda book, id: book.enqueue(id, {**OWN, "layers": 2}), "sweep_own"),
        (lambda book, id: book.enqueue(id, {**OWN, "learning_rate": -1}), "settings"),
        (lambda book, id: book.set_range(id, "layers", 1, 2), "sweep_not_range"),
        (lambda book, id: book.set_range(id, "hidden_size", 4, 90_000), "sweep_memory"),
        (lambda book, id: book.enqueue(id, {**OWN, "hidden_size": 90_000}), "memory"),
        (lambda book, id: book.set_range(id, "learning_rate", 2, 1), "settings"),
        (lambda book, id: book.set_range(id, "learning_rate", 0, 1), "settings"),
        (lambda book, id: book.add_trials(id, -100), "settings"),
        (lambda book, id: book.adopt(id, "nothing"), "unknown_run"),
    ],
)
def test_what_cannot_be_is_refused_and_changes_nothing(
    store: Store, act: Callable[[Sweeps, str], object], code: str
) -> None:
    sweep = Sweep(store, plan(space={**SPACE, "hidden_size": {"low": 4, "high": 9}}))
    sweep.tick()
    before = sweep.plan, sweep.trials
    with pytest.raises(RnnError) as caught:
        act(sweep.book, sweep.id)
    assert caught.value.code == code
    assert (sweep.plan, sweep.trials) == before


@pytest.mark.parametrize(
    "act",
    [
        lambda book, id: book.pause(id),
        lambda book, id: book.resume(id),
        lambda book, id: book.stop(id),
        lambda book, id: book.stop_trial(id, 0),
        lambda book, id: book.set_workers(id, 2),
        lambda book, id: book.add_trials(id, 2),
        lambda book, id: book.enqueue(id, {}),
        lambda book, id: book.set_range(id, "learning_rate", 1, 2),
        lambda book, id: book.forget(id),
    ],
)
def test_a_sweep_that_is_not_there_is_named(
    book: Sweeps, act: Callable[[Sweeps, str], object]
) -> None:
    with pytest.raises(StoreError) as caught:
        act(book, "nothing")
    assert caught.value.code == "unknown_sweep" and "'nothing'" in str(caught.value)


def test_a_range_is_extended_and_narrowed_for_the_trials_to_come(store: Store) -> None:
    sweep = Sweep(store, plan(sampler="tpe", trials=4))
    sweep.tick()
    sweep.book.set_range(sweep.id, "learning_rate", 2.0, 3.0)
    for number in range(3):
        sweep.end(number, [2.0] * 10)
        sweep.tick()
    first, *later = [trial.settings["learning_rate"] for trial in sweep.trials]
    assert first <= 1.0 and all(2.0 <= rate <= 3.0 for rate in later) and len(later) == 3


def test_more_trials_let_a_complete_sweep_go_on(store: Store) -> None:
    sweep = Sweep(store, plan(trials=1))
    sweep.tick()
    sweep.end(0, [2.0] * 10)
    assert not sweep.tick()
    sweep.book.add_trials(sweep.id, 1)
    sweep.take_over("second")
    assert sweep.tick() and len(sweep.trials) == 2


def test_what_is_asked_of_a_sweep_at_rest_is_for_whoever_comes_at_once(store: Store) -> None:
    sweep = Sweep(store, plan(trials=1))
    sweep.tick()
    sweep.end(0, [2.0] * 10)
    assert not sweep.tick()
    holding = Holding(store.database, "another")
    assert holding.unattended() == []
    sweep.book.add_trials(sweep.id, 1)
    row = sweep.book.row(sweep.id)
    assert row is not None and not row.alive
    assert holding.unattended() == [sweep.id] and holding.take(sweep.id)


def test_workers_are_a_live_control_within_bounds(store: Store) -> None:
    sweep = Sweep(store, plan())
    sweep.tick()
    sweep.book.set_workers(sweep.id, 3)
    sweep.tick()
    assert len(sweep.launcher.launched) == 3
    sweep.book.set_workers(sweep.id, 10_000)
    row = sweep.book.row(sweep.id)
    assert row is not None and row.workers == 32


def test_a_sweep_at_rest_can_be_removed_and_its_runs_stay(store: Store) -> None:
    sweep = Sweep(store, plan(trials=1))
    sweep.tick()
    assert not sweep.book.forget(sweep.id)
    sweep.end(0, [2.0] * 10)
    assert not sweep.tick()
    assert sweep.book.forget(sweep.id)
    assert sweep.book.row(sweep.id) is None and sweep.book.trials(sweep.id) == []
    assert len(store.runs()) == 1


def by_hand(store: Store, bits: list[float], **changes: object) -> str:
    run_id = store.create_run(Config.parse({**BASE, **changes}))
    finish(store, run_id, bits, "completed")
    return run_id


def test_a_run_made_by_hand_becomes_a_trial_within_the_budget(store: Store) -> None:
    sweep = Sweep(store, plan(trials=2))
    run_id = by_hand(store, [5.0] * 10 + [1.0] * 3, learning_rate=0.02, epochs=9, seed=8)
    assert sweep.book.adopt(sweep.id, run_id) == 0
    (trial,) = sweep.trials
    assert trial.settings == {"learning_rate": 0.02, "seed": 8}
    assert (trial.value, trial.step, trial.status, trial.told) == (5.0, 100, "complete", 0)
    assert sweep.book.of_run(run_id) == sweep.id
    with pytest.raises(ConfigError) as caught:
        sweep.book.adopt(sweep.id, run_id)
    assert caught.value.code == "sweep_adopted"
    sweep.tick()
    assert [t.number for t in sweep.trials][:2] == [0, 1] and sweep.plan.trials == 3


@pytest.mark.parametrize(
    ("bits", "changes", "code"),
    [
        ([5.0], {"learning_rate": 0.02, "hidden_size": 9}, "sweep_unlike"),
        ([5.0], {"learning_rate": 5.0}, "sweep_outside"),
        ([], {"learning_rate": 0.02}, "sweep_unmeasured"),
    ],
)
def test_a_run_that_cannot_be_compared_is_refused(
    store: Store, bits: list[float], changes: dict[str, object], code: str
) -> None:
    sweep = Sweep(store, plan())
    with pytest.raises(ConfigError) as caught:
        sweep.book.adopt(sweep.id, by_hand(store, bits, **changes))
    assert caught.value.code == code
    assert sweep.trials == []


def test_the_curve_is_of_the_text_that_was_measured_most_often(store: Store) -> None:
    sweep = Sweep(store, plan(trials=1))
    sweep.tick()
    run_id = sweep.trials[0].run_id
    assert run_id is not None
    part: dict[str, int] = {"part": 50}
    whole: dict[str, int] = {}
    records = [
        measured(step, bits)._replace(payload={**measured(step, bits).payload, **of})
        for step, bits, of in [(0, 6.0, whole), (10, 5.0, part), (20, 4.0, part), (20, 1.0, whole)]
    ]
    store.append(run_id, records)
    assert sweep.trials[0].curve == ((10, 5.0), (20, 4.0))


def test_a_damaged_sweep_is_named(store: Store, book: Sweeps) -> None:
    sweep_id = book.create(plan(), workers=1)
    with store.database.transaction() as connection:
        connection.exec_driver_sql("UPDATE sweeps SET plan = '{\"space\": 3}'")
    other = book.create(plan(), workers=1)
    with pytest.raises(StoreError) as read:
        book.row(sweep_id)
    with pytest.raises(StoreError) as changed:
        book.add_trials(sweep_id, 1)
    assert [caught.value.code for caught in (read, changed)] == ["sweep_damaged"] * 2
    assert [row.id for row in book.of(None)] == [other]  # it hides no other
