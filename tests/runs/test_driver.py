"""A driver does what it is told, at once, and its numbers are those of a plain loop."""

from __future__ import annotations

from itertools import pairwise

import pytest

from rnncore.baselines.ladder import counted_rungs
from rnncore.runs.aiming import SETTLED
from rnncore.runs.downsample import LIMITS
from rnncore.runs.files import checkpoint_path
from rnncore.runs.records import run_view, snapshot_view
from rnncore.runs.store import Store
from rnncore.text.corpus import load_corpus
from rnncore.training import checkpoint
from rnncore.training.trainer import Trainer
from tests.runs.support import (
    SMALL,
    driven,
    losses,
    of_kind,
    run_of,
    script_losses,
    started,
    wait_for,
    wait_for_status,
    wait_for_steps,
)


def test_before_the_start_everything_is_shown_as_it_is(store: Store) -> None:
    run_id = store.create_run(SMALL, watched=False)
    with driven(store, run_id):
        wait_for(lambda: of_kind(store, run_id, "evaluation"))
        wait_for_status(store, run_id, "ready")
    frame = run_view(of_kind(store, run_id, "run")[0].payload)
    look = snapshot_view(of_kind(store, run_id, "snapshot")[0].payload)
    assert frame.vocabulary_size == len(load_corpus(SMALL).vocabulary)
    assert frame.updates == Trainer(SMALL, load_corpus(SMALL)).total_updates
    assert look.step == 0
    assert len(look.gradient_profile) == frame.distances
    assert losses(store, run_id) == []


def test_the_n_grams_of_a_text_are_counted_before_the_start(store: Store) -> None:
    config = SMALL.with_changes(corpus="story-en")
    run_id = store.create_run(config, watched=False)
    with driven(store, run_id):
        wait_for_status(store, run_id, "ready")
        (record,) = wait_for(lambda: of_kind(store, run_id, "run"))
    assert run_view(record.payload).counted == counted_rungs(load_corpus(config))


def test_a_whole_run_reports_every_update_and_its_end(store: Store) -> None:
    config = SMALL.with_changes(epochs=2)
    run_id = started(store, config)
    with driven(store, run_id):
        wait_for_status(store, run_id, "finished")
    trainer = Trainer(config, load_corpus(config))
    assert losses(store, run_id) == script_losses(config, trainer.total_updates)
    assert [record.payload["epoch"] for record in of_kind(store, run_id, "epoch")] == [1, 2]
    ends = {(r.step, r.payload["split"]) for r in of_kind(store, run_id, "evaluation")}
    assert {(trainer.total_updates, "valid"), (trainer.total_updates, "test")} <= ends
    run = run_of(store, run_id)
    assert (run.reason, run.worker, run.step) == ("completed", None, trainer.total_updates)
    assert checkpoint.load(checkpoint_path(run_id)).steps == trainer.total_updates


def test_pause_step_and_resume_change_no_number(store: Store) -> None:
    run_id = started(store)
    with driven(store, run_id):
        wait_for_steps(store, run_id, 20)
        store.send(run_id, "pause")
        wait_for_status(store, run_id, "paused")
        run = run_of(store, run_id)
        assert run.reason == "asked"
        at = run.step
        assert checkpoint.load(checkpoint_path(run_id)).steps == at
        for k in (1, 2):
            store.send(run_id, "step")
            wait_for_steps(store, run_id, at + k)
            wait_for_status(store, run_id, "paused")
        assert len(losses(store, run_id)) == at + 2
        store.send(run_id, "resume")
        wait_for_steps(store, run_id, at + 30)
        store.send(run_id, "stop")
        wait_for_status(store, run_id, "finished")
    reported = losses(store, run_id)
    assert len(reported) >= at + 30
    assert reported == script_losses(SMALL, len(reported))


def test_a_changed_setting_is_marked_and_acts(store: Store) -> None:
    run_id = started(store)
    with driven(store, run_id):
        wait_for_steps(store, run_id, 10)
        store.send(run_id, "set", {"setting": "learning_rate", "value": 0.05})
        (mark,) = wait_for(lambda: of_kind(store, run_id, "changed"))
        wait_for_steps(store, run_id, mark.step + 20)
    assert mark.payload == {"setting": "learning_rate", "old": SMALL.learning_rate, "new": 0.05}
    trainer = Trainer(SMALL, load_corpus(SMALL))
    expected = [trainer.step().loss for _ in range(mark.step)]
    trainer.change("learning_rate", 0.05)
    reported = losses(store, run_id)
    expected += [trainer.step().loss for _ in range(len(reported) - mark.step)]
    assert reported == expected
    for record in of_kind(store, run_id, "steps"):
        rate = SMALL.learning_rate if record.step <= mark.step else 0.05
        assert record.payload["learning_rate"] == rate


def test_a_setting_that_cannot_be_is_told_and_training_goes_on(store: Store) -> None:
    run_id = started(store)
    with driven(store, run_id):
        store.send(run_id, "set", {"setting": "learning_rate", "value": -1})
        error = wait_for(lambda: run_of(store, run_id).error or {})
        assert error["code"] == "settings"
        assert "learning_rate" in error["message"]
        store.send(run_id, "set", {"setting": "learning_rate", "value": 0.01})
        wait_for(lambda: run_of(store, run_id).error is None)
        wait_for_status(store, run_id, "running")


@pytest.mark.slow
def test_a_set_pace_is_kept(store: Store) -> None:
    run_id = started(store, SMALL.with_changes(pace=20))
    with driven(store, run_id):
        wait_for_steps(store, run_id, 8)
        steps = of_kind(store, run_id, "steps")
        store.send(run_id, "set", {"setting": "pace", "value": 0})
        wait_for_steps(store, run_id, 2000)
    assert all(len(record.payload["losses"]) <= 3 for record in steps)


def test_the_plane_is_aimed_again_whenever_the_run_is_half_as_far_again(store: Store) -> None:
    run_id = started(store)
    with driven(store, run_id):
        wait_for_steps(store, run_id, 700)
    aimed = [record.step for record in of_kind(store, run_id, "aimed")]
    assert aimed[:4] == [0, SETTLED, 450, 675]
    # Places on the old axes never stand beside the new ones: all is measured again at once.
    for kind in ("snapshot", "cloud"):
        places = {record.step: record.seq for record in of_kind(store, run_id, kind)}
        for record in of_kind(store, run_id, "aimed"):
            assert kind == "cloud" or places[record.step] > record.seq
    newest = of_kind(store, run_id, "cloud")[-1]
    assert newest.seq > of_kind(store, run_id, "aimed")[-1].seq


def test_a_run_of_before_reports_no_cloud(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its frame does not know what the cloud's states are."""
    monkeypatch.setattr("rnncore.probes.snapshot.state_frame", lambda config, corpus: None)
    run_id = started(store)
    with driven(store, run_id):
        wait_for_steps(store, run_id, 20)
        store.send(run_id, "pause")
        wait_for_status(store, run_id, "paused")
    seq = store.records_after(run_id)[-1].seq
    monkeypatch.undo()
    with driven(store, run_id, "second"):
        store.send(run_id, "resume")
        wait_for_steps(store, run_id, 60)
    later = store.records_after(run_id, seq)
    assert "snapshot" in {record.kind for record in later}
    assert "cloud" not in {record.kind for record in later}


def test_a_new_plane_is_kept_through_a_restart(store: Store) -> None:
    run_id = started(store)
    with driven(store, run_id):
        wait_for_steps(store, run_id, 50)
        store.send(run_id, "pause")
        wait_for_status(store, run_id, "paused")
        before = len(of_kind(store, run_id, "aimed"))
        store.send(run_id, "aim")
        wait_for(lambda: len(of_kind(store, run_id, "aimed")) > before)
        aimed = of_kind(store, run_id, "snapshot")[-1]
    seq = aimed.seq
    with driven(store, run_id, "second"):
        store.send(run_id, "set", {"setting": "temperature", "value": 0.5})
        again = wait_for(lambda: store.records_after(run_id, seq, kinds=("snapshot",)))[-1]
    assert again.payload["states"] == aimed.payload["states"]
    assert again.payload["temperature"] == 0.5


@pytest.mark.slow
def test_a_long_history_is_shortened_as_it_grows(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(LIMITS, "steps", 5)
    monkeypatch.setitem(LIMITS, "snapshot", 4)
    run_id = started(store)
    with driven(store, run_id):

        def shortened() -> bool:
            store.send(run_id, "checkpoint")
            stretches = of_kind(store, run_id, "steps")
            return any(
                len(r.payload["losses"]) < r.step - r.payload["first"] + 1 for r in stretches
            )

        wait_for(shortened)
    stretches = of_kind(store, run_id, "steps")
    assert stretches[0].payload["first"] == 1
    for one, other in pairwise(stretches):
        assert other.payload["first"] == one.payload["last"] + 1
    assert of_kind(store, run_id, "snapshot")[0].step == 0


def test_runs_driven_side_by_side_do_not_mix(store: Store) -> None:
    runs = {seed: started(store, SMALL.with_changes(seed=seed)) for seed in (1, 2)}
    with driven(store, runs[1]), driven(store, runs[2]):
        for run_id in runs.values():
            wait_for_steps(store, run_id, 40)
    for seed, run_id in runs.items():
        told = losses(store, run_id)
        assert told == script_losses(SMALL.with_changes(seed=seed), len(told))
