"""A finished run that goes on and is lost before its next checkpoint goes on all the same."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from rnncore.runs.store import Store
from tests.runs.support import (
    SMALL,
    checkpoint_file,
    driven,
    losses,
    of_kind,
    run_of,
    started,
    wait_for,
    wait_for_status,
    wait_for_steps,
)


@pytest.mark.slow
@pytest.mark.parametrize("schedule", ["constant", "cosine"])
def test_more_epochs_outlive_a_lost_worker(store: Store, tmp_path: Path, schedule: str) -> None:
    run_id = started(store, SMALL.with_changes(epochs=2, schedule=schedule))
    with driven(store, run_id):
        wait_for_status(store, run_id, "finished")
    made = run_of(store, run_id).step
    saved = tmp_path / "saved"
    shutil.copy(checkpoint_file(run_id), saved)
    store.send(run_id, "extend", 4)
    store.send(run_id, "resume")
    with driven(store, run_id, "second"):
        wait_for_steps(store, run_id, made + 5)
        wait_for_status(store, run_id, "finished")
    whole = losses(store, run_id)
    assert len(whole) == 2 * made
    changed = [record.payload for record in of_kind(store, run_id, "changed")]
    shutil.copy(saved, checkpoint_file(run_id))  # as if the worker had been lost at once
    store.send(run_id, "resume")
    with driven(store, run_id, "third"):
        wait_for(lambda: len(of_kind(store, run_id, "rewound")) > 1)
        wait_for(lambda: run_of(store, run_id).step == 2 * made)
        wait_for_status(store, run_id, "finished")
    assert losses(store, run_id) == whole
    assert [record.payload for record in of_kind(store, run_id, "changed")] == changed
