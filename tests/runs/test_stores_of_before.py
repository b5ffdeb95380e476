"""What an earlier version has stored opens, goes on and shows its curves."""

from __future__ import annotations

import json
import shutil
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from pages.ui.live.panels import translate
from pages.ui.streaming.hub import Hub
from rnncore.runs.files import checkpoint_path
from rnncore.runs.records import run_view
from rnncore.runs.schema import MIGRATIONS
from rnncore.runs.store import Store
from rnncore.training import checkpoint
from tests.runs.support import (
    driven,
    losses,
    of_kind,
    run_of,
    wait_for,
    wait_for_status,
    wait_for_steps,
)

FIXTURES = Path(__file__).parents[1] / "fixtures"
BEFORE = sorted(path.parent for path in FIXTURES.glob("*/store-home"))
"""A folder for each version: append the next one, never change these."""


def expected(version: Path) -> dict[str, Any]:
    """By run: what was stored of it, and the losses of the updates after its checkpoint."""
    return json.loads((version / "store-expected.json").read_text(encoding="utf-8"))


RUNS = [(version, run_id) for version in BEFORE for run_id in expected(version)]
PAUSED = [(v, r) for v, r in RUNS if "next_losses" in expected(v)[r]]


@pytest.fixture
def old(request: pytest.FixtureRequest, home: Path) -> Path:
    """This test's home as that version left it."""
    version: Path = request.param
    shutil.copytree(version / "store-home", home, dirs_exist_ok=True)
    return version


def cases(runs: list[tuple[Path, str]]) -> pytest.MarkDecorator:
    ids = [f"{version.name}-{run_id}" for version, run_id in runs]
    return pytest.mark.parametrize(("old", "run_id"), runs, ids=ids, indirect=["old"])


@pytest.mark.parametrize("old", BEFORE, ids=lambda path: path.name, indirect=True)
def test_a_store_of_before_opens_and_is_of_the_present_version_then(old: Path, home: Path) -> None:
    store = Store()
    for run_id, known in expected(old).items():
        run = run_of(store, run_id)
        assert (run.stored_status, run.reason, run.step) == (
            known["claimed"],
            known["reason"],
            known["step"],
        )
        assert losses(store, run_id) == known["losses"]
    store.close()
    with sqlite3.connect(home / "runs.db") as connection:
        found = connection.execute("SELECT value FROM meta WHERE name = 'schema'").fetchall()
    connection.close()
    assert found == [(str(len(MIGRATIONS)),)]


@cases(RUNS)
def test_a_run_of_before_shows_its_curves(old: Path, run_id: str) -> None:
    store = Store()
    hub = Hub(lambda: store, translate)
    _, ops = hub.records_since(run_id)
    known = expected(old)[run_id]
    curve = [op for op in ops if op["op"] == "extend" and op.get("trace") == "train"]
    assert [x for op in curve for x in op["x"]][-1:] == [known["step"]][: len(curve)]
    assert bool(curve) == bool(known["losses"])
    marks = {op["setting"] for op in ops if op["op"] == "mark"}
    assert marks == {r.payload["setting"] for r in of_kind(store, run_id, "changed")}
    for record in of_kind(store, run_id, "run"):
        assert run_view(record.payload).updates > 0
    store.close()


@pytest.mark.slow
@cases(PAUSED)
def test_a_run_of_before_goes_on_from_its_checkpoint(old: Path, run_id: str) -> None:
    store = Store()
    known = expected(old)[run_id]
    at = known["checkpoint"]
    assert checkpoint.load(checkpoint_path(run_id)).steps == at
    store.send(run_id, "resume")
    with driven(store, run_id):
        wait_for(lambda: of_kind(store, run_id, "rewound"))
        wait_for_steps(store, run_id, at + 20)
    found = losses(store, run_id)
    assert found[:at] == known["losses"][:at]
    # Another processor rounds the last digit otherwise, and twenty updates do not spread it far.
    assert found[at : at + 20] == pytest.approx(known["next_losses"], rel=1e-3)
    store.close()


@pytest.mark.slow
@pytest.mark.parametrize("old", BEFORE, ids=lambda path: path.name, indirect=True)
@pytest.mark.parametrize("run_id", ["readyrun22", "queuedrun2", "diverged22"])
def test_a_run_of_before_without_a_checkpoint_begins(old: Path, run_id: str) -> None:
    store = Store()
    store.send(run_id, "set", {"setting": "learning_rate", "value": 1e-3})
    store.send(run_id, "resume")
    with driven(store, run_id):
        wait_for_steps(store, run_id, 2)
        wait_for_status(store, run_id, "finished" if run_id != "diverged22" else "running")
    store.close()
