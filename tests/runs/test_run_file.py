"""Run files: the same run elsewhere, bit for bit, and what travels with it."""

from __future__ import annotations

import pytest

from rnncore.errors import RnnError
from rnncore.runs import packing
from rnncore.runs.checkpoints import MARK
from rnncore.runs.labels import LONGEST_NAME
from rnncore.runs.packing import pack
from rnncore.runs.run_file import TEXT, read
from rnncore.runs.store import Store
from rnncore.text.own_texts import own_path, save_own_text
from tests.runs.run_files import (
    CALLED,
    members,
    refused,
    zipped,
)
from tests.runs.support import (
    SMALL,
    driven,
    losses,
    run_of,
    started,
    wait_for_status,
    wait_for_steps,
)


@pytest.fixture
def sent(store: Store) -> str:
    """A paused run with a name, a mark and a best state."""
    run_id = started(store, SMALL.with_changes(pace=400))
    with driven(store, run_id):
        wait_for_steps(store, run_id, 30)
        store.send(run_id, "set", {"setting": "learning_rate", "value": 2e-3})
        wait_for_steps(store, run_id, 60)
        store.send(run_id, "pause")
        wait_for_status(store, run_id, "paused")
    store.labels.name(run_id, "<b>mine</b>")
    store.labels.note(run_id, "a note")
    return run_id


def test_a_run_goes_on_elsewhere_bit_for_bit(store: Store, sent: str) -> None:
    run = run_of(store, sent)
    found = read(pack(store, run), CALLED)
    came = store.imports.enter(found, "somebody")
    theirs = run_of(store, came)
    assert came != sent and (theirs.owner, theirs.parent) == ("somebody", None)
    assert (theirs.name, theirs.note, theirs.step) == ("<b>mine</b>", "a note", run.step)
    assert (theirs.status, theirs.reason, theirs.config) == ("paused", "asked", run.config)
    assert store.checkpoints.of(came) == store.checkpoints.of(sent)
    assert any(kept.name.startswith(MARK) for kept in store.checkpoints.of(came))
    assert store.present_settings(theirs) == store.present_settings(run)
    told = [
        [(one.step, one.kind, one.payload) for one in store.records_after(run_id)]
        for run_id in (came, sent)
    ]
    assert told[0] == told[1]
    for run_id in (came, sent):
        store.send(run_id, "resume")
        with driven(store, run_id):
            wait_for_steps(store, run_id, run.step + 30)
    ours, others = losses(store, came), losses(store, sent)
    both = min(len(ours), len(others))
    assert both >= run.step + 30 and ours[:both] == others[:both]


def test_a_copy_is_told_from_the_run_that_it_is_of_and_keeps_its_pin(store: Store) -> None:
    for name in ("mine", "n" * LONGEST_NAME):
        run_id = store.create_run(SMALL, owner="me")
        store.labels.name(run_id, name)
        store.labels.pin(run_id)
        found = read(pack(store, run_of(store, run_id)), CALLED)
        copies = [run_of(store, store.imports.enter(found, "me")) for _ in range(2)]
        ends = [" (2)", " (3)"]
        assert [copy.name for copy in copies] == [name[: LONGEST_NAME - 4] + end for end in ends]
        assert all(copy.pinned for copy in copies)
        other = run_of(store, store.imports.enter(found, "somebody"))
        assert other.name == name


def test_a_finished_run_stays_finished_and_one_that_never_began_can_begin(store: Store) -> None:
    over = started(store, SMALL.with_changes(epochs=1))
    with driven(store, over):
        wait_for_status(store, over, "finished")
    for run_id, stands in ((over, ("finished", "completed")), (store.create_run(SMALL), None)):
        found = read(pack(store, run_of(store, run_id)), CALLED)
        came = run_of(store, store.imports.enter(found, None))
        assert (came.status, came.reason) == (stands or ("ready", None))


def test_the_same_run_is_the_same_file(store: Store, sent: str) -> None:
    assert pack(store, run_of(store, sent)) == pack(store, run_of(store, sent))


def test_an_own_text_travels_with_its_run(store: Store) -> None:
    name = save_own_text("the sea and the sun, the sun and the sea. " * 60)
    config = SMALL.with_changes(corpus=name, batch_size=2)
    run_id = started(store, config)
    with driven(store, run_id):
        wait_for_steps(store, run_id, 5)
        store.send(run_id, "pause")
        wait_for_status(store, run_id, "paused")
    data = pack(store, run_of(store, run_id))
    text = own_path(name).read_bytes()
    own_path(name).unlink()
    came = store.imports.enter(read(data, CALLED), "somebody")
    assert own_path(name).read_bytes() == text
    assert run_of(store, came).config.corpus == name
    own_path(name).unlink()
    content = members(data)
    content[TEXT] = b"another text " * 60
    assert refused(zipped(content)).code == "run_file_damaged"
    del content[TEXT]
    assert refused(zipped(content)).code == "no_own_text"


def test_where_the_file_would_be_too_large_the_oldest_marks_are_left_out(
    store: Store, sent: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = run_of(store, sent)
    whole = members(pack(store, run))
    marks = [name for name in whole if MARK in name]
    assert marks
    size = sum(map(len, whole.values()))
    monkeypatch.setattr(packing, "LARGEST_UNPACKED", size - 1)
    assert set(whole) - set(members(pack(store, run))) == set(marks[-1:])
    monkeypatch.setattr(packing, "LARGEST_UNPACKED", 10)
    with pytest.raises(RnnError) as caught:
        pack(store, run)
    assert caught.value.code == "run_file_heavy"
