"""python -m rnncore sweep: the same sweep as on the page, into the same store."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from rnncore.paths import assets_dir
from rnncore.runs.store import Store
from rnncore.sweep_command import read_space
from rnncore.sweeps.book import Sweeps
from rnncore.sweeps.checking import check_trials
from rnncore.sweeps.plan import Plan
from rnncore.sweeps.telling import duration, line
from rnncore.sweeps.trial import Trial
from tests.cli.conftest import Run
from tests.runs.support import wait_for

SPACE = """
trials = 3
updates = 40
[base]
corpus = "embedded-reber"
grammar_tokens = 3000
embedding_size = 5
hidden_size = 7
batch_size = 3
time_size = 11
[space]
learning_rate = { low = 1e-3, high = 1e-1 }
"""


@pytest.fixture
def space(tmp_path: Path) -> Path:
    path = tmp_path / "space.toml"
    path.write_text(SPACE, encoding="utf-8")
    return path


@pytest.mark.slow
def test_it_searches_into_the_store_and_tells_what_happens(run: Run, space: Path) -> None:
    said = run("sweep", space, "--workers", 1, "--events", "-")
    assert said.code == 0, said.err
    trials = [event for event in said.events if event["type"] == "trial"]
    sweeps = [event for event in said.events if event["type"] == "sweep"]
    ended = [event for event in trials if event["status"] == "complete"]
    assert [event["number"] for event in ended] == [0, 1, 2]
    assert all(event["step"] == 40 and event["bits"] > 0 for event in ended)
    assert [event["status"] for event in sweeps] == ["running", "complete"]
    with closing(Store()) as store:
        book = Sweeps(store)
        (row,) = book.of("anybody")
        assert (row.id, row.status, row.alive) == (sweeps[0]["sweep"], "complete", False)
        found = book.trials(row.id)
        assert [t.value for t in found] == [event["bits"] for event in ended]
        assert {run.series for run in store.runs()} == {row.id}
    best = min(found, key=lambda trial: trial.value or 99)
    assert f"best: trial {best.number} " in said.err


def test_a_space_that_cannot_be_is_refused_in_one_sentence(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "space.toml"
    for text, part in [
        ("updates = 3\n[space]\n", "the space is empty"),
        ("updates = 3\n[space]\nlearning_rate = { low = 1, high = 0.1 }", "lower end first"),
        ("[space]\nlearning_rate = [1, 2]", "give one of the two"),
        ("updates = 3\nspace = 4", "no table"),
        ("updates = = 3", "cannot be read"),
        ("updates = 3\n[space]\nhidden_size = [8, 90000]", "GiB of memory"),
    ]:
        path.write_text(text, encoding="utf-8")
        assert part in run("sweep", path).complaint
    with closing(Store()) as store:
        assert Sweeps(store).of(None) == []


def test_a_file_that_is_not_there_or_no_text_is_named(run: Run, tmp_path: Path) -> None:
    (tmp_path / "raw").write_bytes(b"\xff\xfe\x00")
    for name in ("none.toml", "raw", "."):
        assert name in run("sweep", tmp_path / name).complaint


def test_it_begins_with_a_file_or_goes_on_with_a_sweep(run: Run, space: Path) -> None:
    assert "--resume" in run("sweep").complaint
    assert "--resume" in run("sweep", space, "--resume", "x").complaint
    assert "no sweep 'x'" in run("sweep", "--resume", "x").complaint


def test_its_events_do_not_overwrite_its_space(run: Run, space: Path) -> None:
    assert "same file" in run("sweep", space, "--events", space).complaint
    assert space.read_text(encoding="utf-8") == SPACE


def test_a_sweep_that_somebody_looks_after_is_left_to_them(run: Run, space: Path) -> None:
    with closing(Store()) as store:
        plan = Plan.parse(read_space(str(space)))
        sweep_id = Sweeps(store).create(plan, workers=1, holder="server")
        assert "another process" in run("sweep", "--resume", sweep_id).complaint


def test_the_example_can_be_searched() -> None:
    plan = Plan.parse(read_space(str(assets_dir() / "examples" / "sweep.toml")))
    check_trials(plan)
    assert plan.trials == 24 and plan.size is None


def test_seconds_take_the_place_of_updates(run: Run, space: Path) -> None:
    text = SPACE.replace("updates = 40", "updates = 0")
    space.write_text(text, encoding="utf-8")
    assert "updates = 0" in run("sweep", space).complaint
    assert "seconds = -1" in run("sweep", space, "--seconds", -1).complaint  # updates are gone


def test_lines_are_short_and_durations_as_people_say_them() -> None:
    settings = {"learning_rate": 0.0123456, "cell": "gru", "seed": 0}
    trial = Trial(3, "run", settings, "pruned", 2.0, 1200, 3.14)
    assert line(trial) == (
        "trial 3  perplexity 4.000  pruned  learning_rate 0.0123456  cell gru  seed 0  "
        "1,200 updates in 3.1 s"
    )
    assert [duration(s) for s in (12.4, 100, 7200)] == ["12 s", "2 min", "2.0 h"]


@pytest.mark.slow
def test_a_signal_pauses_it_and_a_later_command_goes_on(run: Run, space: Path) -> None:
    space.write_text(SPACE.replace("updates = 40", "updates = 200000"), encoding="utf-8")
    command = [sys.executable, "-m", "rnncore", "sweep", str(space), "--workers", "1"]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=dict(os.environ))
    with closing(Store()) as store:
        book = Sweeps(store)

        def at_work() -> bool:
            return any(t.step > 300 for row in book.of(None) for t in book.trials(row.id))

        wait_for(at_work)
        process.send_signal(signal.SIGTERM)  # a job in the background ignores SIGINT
        _, said = process.communicate(timeout=120)
        assert process.returncode == 143, said
        (row,) = book.of(None)
        assert (row.status, row.alive) == ("paused", False)
        assert f"--resume {row.id}" in said
        (begun,) = (trial for trial in book.trials(row.id) if trial.step)
        assert begun.run_id is not None
        paused = store.run(begun.run_id)
        assert paused is not None and (paused.status, paused.reason) == ("paused", "yielded")
        shorten(store, begun.step + 500)
        assert run("sweep", "--resume", row.id).code == 0
        trials = book.trials(row.id)
        assert trials[0].step == begun.step + 500 and trials[0].run_id == begun.run_id


def shorten(store: Store, updates: int) -> None:
    """Let the trials of the only sweep end sooner, and be only one."""
    with store.database.transaction() as connection:
        raw = connection.exec_driver_sql("SELECT plan FROM sweeps").scalar_one()
        plan = Plan.model_validate_json(raw).with_changes(updates=updates, trials=1)
        connection.exec_driver_sql("UPDATE sweeps SET plan = ?", (plan.model_dump_json(),))
        connection.exec_driver_sql("UPDATE trials SET status = 'stopped' WHERE number > 0")
        connection.exec_driver_sql("UPDATE trials SET run_id = NULL WHERE number > 0")
