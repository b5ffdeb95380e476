"""What a table says of runs, by value: best and last, settings in force, changes, the tree."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from rnncore.__main__ import main
from rnncore.config import Config
from rnncore.runs.records import Record
from rnncore.runs.store import Store
from rnncore.runs.summary import (
    Change,
    Reached,
    Summaries,
    Summary,
    apart_from_seed,
    changes,
    differing,
)
from rnncore.runs.tables import runs
from rnncore.runs.tree import ordered
from tests.runs.support import SMALL, run_of


def measured(step: int, bits: float, split: str = "valid", **more: Any) -> Record:
    return Record(step, "evaluation", {"split": split, "perplexity": 2**bits, "bits": bits, **more})


def stretch(last: int, seconds: float) -> Record:
    payload = {
        **{"first": 1, "last": last, "epoch": 1, "losses": [1.0], "grad_norms": [1.0]},
        **{"learning_rate": 0.1, "seconds": seconds, "duration": 0.5, "tokens": 33},
    }
    return Record(last, "steps", payload)


def changed(step: int, setting: str, old: float, new: float) -> Record:
    return Record(step, "changed", {"setting": setting, "old": old, "new": new})


def entered(store: Store, *records: Record, config: Config = SMALL, **columns: Any) -> str:
    """A run with these records and columns."""
    run_id = store.create_run(config, owner="me", watched=False)
    store.append(run_id, records)
    if columns:
        with store._database.transaction() as connection:
            connection.execute(update(runs).where(runs.c.id == run_id).values(columns))
    return run_id


def summaries(store: Store, *run_ids: str) -> list[Summary]:
    return store.summaries.of([run_of(store, run_id) for run_id in run_ids])


def test_the_best_value_is_the_lowest_and_the_last_is_the_newest(store: Store) -> None:
    run_id = entered(
        store,
        stretch(10, 1.5),
        *(measured(step, bits) for step, bits in ((10, 3.0), (20, 2.0), (30, 2.5))),
        stretch(30, 4.25),
        measured(30, 2.25, "test"),
        step=30,
    )
    (found,) = summaries(store, run_id)
    assert found.facts.best == Reached(20, 4.0, 2.0)
    assert found.facts.last == Reached(30, 2**2.5, 2.5)
    assert found.facts.test == Reached(30, 2**2.25, 2.25)
    assert found.facts.seconds == 4.25
    assert found.tokens == 30 * SMALL.batch_size * SMALL.time_size


def test_where_a_part_is_read_on_the_way_the_parts_compare(store: Store) -> None:
    run_id = entered(
        store, measured(10, 2.0, part=800), measured(20, 1.9), measured(30, 2.1, part=800)
    )
    (found,) = summaries(store, run_id)
    assert found.facts.best == Reached(10, 4.0, 2.0, 800)
    assert found.facts.last == Reached(30, 2**2.1, 2.1, 800)


def test_a_value_that_is_no_number_is_never_the_best(store: Store) -> None:
    run_id = entered(store, measured(1, float("nan")), measured(2, 3.0))
    (found,) = summaries(store, run_id)
    assert found.facts.best == Reached(2, 8.0, 3.0)


def test_settings_are_those_in_force_and_unread_changes_count(store: Store) -> None:
    run_id = entered(store, changed(10, "learning_rate", 3e-4, 2e-3))
    store.send(run_id, "set", {"setting": "max_grad_norm", "value": 0.5})
    (found,) = summaries(store, run_id)
    assert found.settings["learning_rate"] == 2e-3
    assert found.settings["max_grad_norm"] == 0.5
    assert found.settings == store.present_settings(run_of(store, run_id))


def test_a_run_that_reported_nothing_since_is_not_read_again(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    still, moving = entered(store, measured(1, 3.0)), entered(store, measured(1, 2.0))
    read: list[list[str]] = []
    whole = Summaries._read

    def note(self: Summaries, run_ids: Any) -> Any:
        read.append(list(run_ids))
        return whole(self, run_ids)

    monkeypatch.setattr(Summaries, "_read", note)
    summaries(store, still, moving)
    store.append(moving, [measured(2, 1.0)])
    _, later = summaries(store, still, moving)
    assert read == [[still, moving], [moving]]
    assert later.facts.best == Reached(2, 2.0, 1.0)


def test_what_is_damaged_is_left_out(store: Store, home: Path) -> None:
    run_id = entered(store, measured(1, 3.0), measured(2, 2.0), changed(2, "pace", 0, 5))
    with closing(sqlite3.connect(home / "runs.db", isolation_level=None)) as connection:
        connection.execute("UPDATE chunks SET payload = '{' WHERE seq = 2")
        connection.execute("UPDATE chunks SET payload = '[]' WHERE seq = 3")
    (found,) = summaries(store, run_id)
    assert found.facts.best == Reached(1, 8.0, 3.0) and found.facts.changed == ()


def test_only_settings_that_differ_are_named_in_the_order_of_the_schema(store: Store) -> None:
    found = summaries(
        store,
        entered(store),
        entered(store, config=SMALL.with_changes(seed=9)),
        entered(store, changed(5, "learning_rate", 3e-4, 1e-2)),
    )
    assert differing(found) == ("learning_rate", "seed")
    assert differing(found[:1]) == ()
    assert apart_from_seed(found[0]) == apart_from_seed(found[1]) != apart_from_seed(found[2])


def test_a_value_stands_beside_the_settings_that_it_was_reached_with(store: Store) -> None:
    run_id = entered(
        store,
        measured(5, 3.0),
        changed(5, "max_grad_norm", 1.0, 2.0),
        measured(10, 1.0),
        changed(10, "learning_rate", 3e-4, 1e-2),
        measured(20, 2.0),
        config=SMALL.with_changes(learning_rate=1e-2),  # as of a branch from before its start
    )
    (found,) = summaries(store, run_id)
    assert (found.at_best["learning_rate"], found.at_best["max_grad_norm"]) == (3e-4, 2.0)
    assert found.settings["learning_rate"] == 1e-2
    assert found.settings_at(4)["max_grad_norm"] == 1.0
    other = entered(store, measured(5, 3.0), config=SMALL.with_changes(learning_rate=1e-2))
    assert "learning_rate" in differing([found, *summaries(store, other)])


def test_what_a_branch_changes_later_does_not_part_it_from_its_parent(store: Store) -> None:
    parent = entered(store)
    records = (changed(10, "learning_rate", 3e-4, 1e-3), changed(30, "learning_rate", 1e-3, 5e-3))
    branch = entered(
        store,
        *records,
        config=SMALL.with_changes(learning_rate=1e-3),
        parent=parent,
        branched=10,
    )
    child, above = summaries(store, branch, parent)
    assert changes(child, above) == (Change("learning_rate", 3e-4, 1e-3),)


def test_a_branch_is_compared_with_its_parent_just_after_they_parted(store: Store) -> None:
    """What the parent changed at that update is what the branch, which goes on from before the
    change, does otherwise; what it changed later is no matter."""
    parent = entered(
        store,
        changed(10, "learning_rate", 3e-4, 1e-3),
        changed(30, "learning_rate", 1e-3, 5e-3),
    )
    whole = SMALL.with_changes(epochs=SMALL.epochs - 1)
    branch = entered(store, config=whole, parent=parent, branched=10)
    child, above = summaries(store, branch, parent)
    assert changes(child, above) == (Change("learning_rate", 1e-3, 3e-4),)
    same = entered(store, changed(10, "learning_rate", 3e-4, 1e-3), parent=parent, branched=10)
    assert changes(summaries(store, same)[0], above) == ()


def test_branches_stand_below_their_parents_and_pinned_trees_first(store: Store) -> None:
    worst = entered(store, measured(1, 5.0), pinned=1)
    root = entered(store, measured(1, 3.0))
    branch = entered(store, measured(1, 1.0), parent=root, branched=1)
    deep = entered(store, measured(1, 4.0), parent=branch, branched=1)
    lone = entered(store, measured(1, 2.0), parent="gone", branched=1)
    empty = entered(store)
    found = summaries(store, empty, lone, deep, branch, root, worst)
    placed = [(one.summary.run.id, one.depth) for one in ordered(found, "best")]
    assert placed == [(worst, 0), (root, 0), (branch, 1), (deep, 2), (lone, 0), (empty, 0)]
    newest = [one.summary.run.id for one in ordered(found, "newest")]
    assert newest[:2] == [worst, empty]


def test_a_ring_of_parents_loses_no_run(store: Store) -> None:
    one, other = entered(store), entered(store)
    for run_id, parent in ((one, other), (other, one)):
        with store._database.transaction() as connection:
            connection.execute(update(runs).where(runs.c.id == run_id).values(parent=parent))
    placed = ordered(summaries(store, one, other), "best")
    assert {each.summary.run.id for each in placed} == {one, other}


def test_a_long_line_of_branches_is_no_trouble(store: Store) -> None:
    first = summaries(store, entered(store))[0]
    run = first.run
    line = [first._replace(run=replace(run, id=f"r{n}", parent=f"r{n - 1}")) for n in range(3000)]
    assert ordered(line, "best")[-1].depth == 2999


def test_a_visitors_runs_are_those_begun_and_those_handed_over(store: Store) -> None:
    own, other, given = entered(store), store.create_run(SMALL), store.create_run(SMALL, owner="b")
    store.access.allow(given, "me")
    assert {run.id for run in store.runs_of("me")} == {own, given}
    assert other not in {run.id for run in store.runs_of("b")}
    assert store.access.things("me") == {given}


def test_the_command_line_names_runs_and_says_their_best(
    store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    ended: dict[str, Any] = {"status": "finished", "reason": "stopped"}
    run_id = entered(store, measured(1, 3.0), measured(2, 2.0), measured(3, 2.5), **ended)
    store.labels.name(run_id, "mine \x1b[31m")
    assert main(["runs"]) == 0
    head, line, _ = capsys.readouterr().out.splitlines()
    assert head.split()[:2] == ["ID", "NAME"] and "BEST" in head.split()
    assert "mine ?[31m" in line and " 4 " in line and " stopped " in line and "\x1b" not in line
