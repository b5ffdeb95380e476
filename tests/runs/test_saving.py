"""A worker that was frozen while it saved never overwrites what its successor has saved."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from rnncore.errors import StoreError
from rnncore.runs.claim import ClaimLost
from rnncore.runs.saving import save
from rnncore.runs.store import Store
from rnncore.text.corpus import load_corpus
from rnncore.training import checkpoint
from rnncore.training.trainer import Trainer
from tests.runs.support import SMALL, checkpoint_file, claimed

ROOT = Path(__file__).parents[2]
FROZEN = """
import os, signal, sys
from pathlib import Path
from rnncore.runs import saving
from rnncore.runs.claim import Claim
from rnncore.runs.files import checkpoint_path
from rnncore.runs.claim import ClaimLost
from rnncore.runs.store import Store
from rnncore.text.corpus import load_corpus
from rnncore.training.trainer import Trainer
from tests.runs.support import SMALL

def freezing(act):
    def frozen(*arguments):
        os.kill(os.getpid(), signal.SIGSTOP)
        return act(*arguments)
    return frozen

store, run_id, place = Store(), sys.argv[1], sys.argv[2]
claim = store.claim(run_id, "first")
trainer = Trainer(SMALL, load_corpus(SMALL))
trainer.step()
if place == "before the claim is verified":
    Claim.holding = freezing(Claim.holding)
elif place == "between the check and the replacement":
    saving._put = freezing(saving._put)
else:
    saving.checkpoint.save = freezing(saving.checkpoint.save)
try:
    saving.save(checkpoint_path(run_id), trainer, claim)
except ClaimLost:
    sys.exit(3)
"""
PLACES = (
    "before it writes",
    "before the claim is verified",
    "between the check and the replacement",
)


def frozen(run_id: str, place: str) -> subprocess.Popen[bytes]:
    """A worker that has stopped itself at the place."""
    worker = subprocess.Popen(
        [sys.executable, "-c", FROZEN, run_id, place], cwd=ROOT, env={**os.environ}
    )
    _, status = os.waitpid(worker.pid, os.WUNTRACED)
    assert os.WIFSTOPPED(status)
    return worker


def thawed(worker: subprocess.Popen[bytes]) -> int:
    os.kill(worker.pid, signal.SIGCONT)
    return worker.wait(60)


def trained(updates: int) -> Trainer:
    trainer = Trainer(SMALL, load_corpus(SMALL))
    for _ in range(updates):
        trainer.step()
    return trainer


@pytest.mark.slow
@pytest.mark.parametrize("place", PLACES)
def test_a_worker_frozen_anywhere_leaves_its_successors_checkpoint(
    store: Store, place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rnncore.runs.database.PATIENCE", 0.2)
    store = Store()
    run_id = store.create_run(SMALL)
    path = checkpoint_file(run_id)
    worker = frozen(run_id, place)
    try:
        if place == PLACES[-1]:  # the run cannot even be taken: what it does next is its right
            with pytest.raises(StoreError) as said:
                store.abandon(run_id, "first")
            assert said.value.code == "store_busy"
            assert thawed(worker) == 0
            assert checkpoint.load(path).steps == 1
        store.abandon(run_id, "first")
        second = claimed(store, run_id, "second")
        save(path, trained(7), second)
        if place != PLACES[-1]:
            assert thawed(worker) == 3
    finally:
        worker.kill()
        worker.wait()
    assert checkpoint.load(path).steps == 7
    assert [found.name for found in path.parent.iterdir()] == [path.name]
    store.close()


def test_a_checkpoint_is_for_its_owner_alone(store: Store) -> None:
    run_id = store.create_run(SMALL)
    save(checkpoint_file(run_id), trained(1), claimed(store, run_id, "worker"))
    assert stat.S_IMODE(checkpoint_file(run_id).stat().st_mode) == 0o600


def test_a_displaced_worker_leaves_nothing(store: Store) -> None:
    run_id = store.create_run(SMALL)
    first = claimed(store, run_id, "first")
    store.abandon(run_id, "first")
    claimed(store, run_id, "second")
    with pytest.raises(ClaimLost):
        save(checkpoint_file(run_id), trained(1), first)
    assert list(checkpoint_file(run_id).parent.iterdir()) == []
