"""Run files: the same run elsewhere, bit for bit; and whatever else a file may be, refused."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from rnncore.errors import CheckpointError, ConfigError, RnnError, TextError
from rnncore.paths import data_dir
from rnncore.runs import packing, run_file
from rnncore.runs.checkpoints import MARK
from rnncore.runs.files import checkpoint_path
from rnncore.runs.packing import pack
from rnncore.runs.records import Record
from rnncore.runs.run_file import ABOUT, FOLDER, RECORDS, TEXT, RunFile, read
from rnncore.runs.store import Store
from rnncore.text.corpus import load_corpus
from rnncore.text.own_texts import own_path, save_own_text
from rnncore.training import checkpoint
from rnncore.training.trainer import Trainer
from tests.runs.support import (
    SMALL,
    driven,
    losses,
    run_of,
    started,
    wait_for_status,
    wait_for_steps,
)

LATEST = f"{FOLDER}latest.safetensors"
CALLED = "sent.rnnrun"
Change = Callable[[dict[str, bytes]], None]


@pytest.fixture
def store() -> Iterator[Store]:
    opened = Store()
    yield opened
    opened.close()


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


@pytest.fixture(scope="module")
def packed(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The file of a small run that was trained by a script."""
    with pytest.MonkeyPatch.context() as patch:
        folder = tmp_path_factory.mktemp("packed")
        patch.setenv("RNN_EXPLORER_HOME", str(folder))
        patch.setenv("RNN_EXPLORER_DB", f"sqlite:///{folder / 'runs.db'}")
        store = Store()
        run_id = store.create_run(SMALL, owner="them")
        trainer = Trainer(SMALL, load_corpus(SMALL))
        for _ in range(3):
            trainer.step()
        path = checkpoint_path(run_id)
        path.parent.mkdir(parents=True)
        checkpoint.save(path, trainer)
        claim = store.claim(run_id, "worker")
        assert claim is not None
        evaluation = {"split": "valid", "perplexity": 4.0, "bits": 2.0}
        changed = {"setting": "learning_rate", "old": 0.1, "new": 0.2}
        records = [Record(3, "evaluation", evaluation), Record(3, "changed", changed)]
        claim.commit(records, step=3, status="paused", reason="asked")
        found = pack(store, run_of(store, run_id))
        store.close()
    return found


def members(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def zipped(content: dict[str, bytes], how: int = zipfile.ZIP_DEFLATED) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", how) as archive:
        for name, data in content.items():
            archive.writestr(name, data)
    return made.getvalue()


def with_about(**values: Any) -> Change:
    def change(content: dict[str, bytes]) -> None:
        content[ABOUT] = json.dumps({**json.loads(content[ABOUT]), **values}).encode()

    return change


def with_settings(**values: Any) -> Change:
    def change(content: dict[str, bytes]) -> None:
        about = json.loads(content[ABOUT])
        about["settings"] |= values
        content[ABOUT] = json.dumps(about).encode()

    return change


def with_record(step: int, kind: str, payload: Any) -> Change:
    def change(content: dict[str, bytes]) -> None:
        line = json.dumps({"step": step, "kind": kind, "payload": payload})
        content[RECORDS] += b"\n" + line.encode()

    return change


def with_file(name: str, data: bytes = b"x") -> Change:
    return lambda content: content.update({name: data})


def without(name: str) -> Change:
    def change(content: dict[str, bytes]) -> None:
        del content[name]

    return change


def with_state(**settings: Any) -> Change:
    """The checkpoint of a run with other settings in the place of the right one."""

    def change(content: dict[str, bytes]) -> None:
        config = SMALL.with_changes(**settings)
        trainer = Trainer(config, load_corpus(config))
        for _ in range(3):
            trainer.step()
        content[LATEST] = checkpoint.packed(trainer)

    return change


def refused(data: bytes) -> RnnError:
    """Why the file is not taken; nothing has been written."""
    before = sorted(data_dir().rglob("*"))
    with pytest.raises(RnnError) as caught:
        read(data, CALLED)
    assert sorted(data_dir().rglob("*")) == before
    said = str(caught.value)
    assert said.count(". ") == 0 and said.endswith(".")
    return caught.value


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


DAMAGES: dict[str, Change] = {
    "a path that leads out": with_file("../../../etc/cron.d/x"),
    "an absolute path": with_file("/etc/x"),
    "a path with backslashes": with_file("checkpoints\\..\\x.safetensors"),
    "a folder": with_file("checkpoints/"),
    "another file": with_file("readme.txt"),
    "a pickle": with_file(f"{FOLDER}latest.pkl", b"\x80\x04."),
    "no description": without(ABOUT),
    "no records": without(RECORDS),
    "a checkpoint that is not told of": with_file(f"{FOLDER}best.safetensors"),
    "a checkpoint that is missing": without(LATEST),
    "a description that is no JSON": with_file(ABOUT, b"{"),
    "a description that is a list": with_file(ABOUT, b"[]"),
    "a format that is no number": with_about(format="1"),
    "a format of nought": with_about(format=0),
    "an entry nobody knows": with_about(more=1),
    "another status": with_about(status="running"),
    "another reason": with_about(reason="<b>"),
    "steps below none": with_about(step=-1),
    "a name that is too long": with_about(name="x" * 101),
    "a note that is a list": with_about(note=["x"]),
    "a record that is no JSON": with_file(RECORDS, b"nothing"),
    "a record that is a number": with_file(RECORDS, b"1"),
    "records that are no text": with_file(RECORDS, b"\xff\xfe"),
    "a deep record": with_file(RECORDS, b"[" * 100_000),
    "a record of no kind": with_record(1, "html", {}),
    "a record without its numbers": with_record(1, "evaluation", {"split": "valid"}),
    "a record with a text for a number": with_record(
        1, "evaluation", {"split": "valid", "perplexity": "x", "bits": 1.0}
    ),
    "a record of an update to come": with_record(
        4, "evaluation", {"split": "valid", "perplexity": 2.0, "bits": 1.0}
    ),
    "a record before the first update": with_record(-1, "rewound", {"step": 1}),
    "a change of the text": with_record(
        1, "changed", {"setting": "corpus", "old": 0.0, "new": 1.0}
    ),
    "a change that is out of range": with_record(
        1, "changed", {"setting": "learning_rate", "old": 0.1, "new": -1.0}
    ),
    "an own text that is none": with_file(TEXT, b"a text"),
}


@pytest.mark.parametrize("what", DAMAGES)
def test_whatever_was_changed_in_it_is_refused_in_one_sentence(packed: bytes, what: str) -> None:
    content = members(packed)
    read(zipped(content), CALLED)  # it is right before
    DAMAGES[what](content)
    error = refused(zipped(content))
    assert error.code == "run_file_damaged" and CALLED in str(error)


@pytest.mark.parametrize(
    ("change", "kind", "code"),
    [
        (with_about(format=2), RnnError, "run_file_newer"),
        (with_settings(hidden_size=9), CheckpointError, "run_file_other"),
        (with_settings(hidden_size=0), ConfigError, None),
        (with_settings(nobody="x"), ConfigError, None),
        (with_settings(corpus="/etc/passwd"), TextError, "not_offered"),
        (with_file(LATEST, b"nothing"), CheckpointError, "checkpoint_broken"),
        (with_state(hidden_size=8), CheckpointError, "run_file_other"),
        (with_state(corpus="lag"), CheckpointError, "checkpoint_corpus"),
        (with_state(grammar_tokens=2000), CheckpointError, "checkpoint_text"),
    ],
)
def test_what_does_not_fit_is_said_as_it_is(
    packed: bytes, change: Change, kind: type[RnnError], code: str | None
) -> None:
    def offered(corpus: str) -> None:
        if corpus.startswith("/"):
            raise TextError("not_offered", "It is not offered.")

    content = members(packed)
    change(content)
    with pytest.raises(kind) as caught:
        read(zipped(content), CALLED, offered)
    assert code in (None, caught.value.code)


@pytest.mark.parametrize("data", [b"", b"PK", b"not a zip" * 100, b"\x80\x04K\x01."])
def test_what_is_no_zip_is_refused(data: bytes) -> None:
    assert refused(data).code == "run_file_damaged"


def test_every_cut_and_every_broken_byte_is_refused_or_changes_nothing(packed: bytes) -> None:
    whole = read(packed, CALLED)
    for at in range(0, len(packed), max(1, len(packed) // 60)):
        assert refused(packed[:at]).code == "run_file_damaged"
        broken = bytearray(packed)
        broken[at] ^= 0xFF
        try:
            found = read(bytes(broken), CALLED)
        except RnnError:
            continue
        assert (found.about, found.records) == (whole.about, whole.records)  # a date, at most


def test_a_bomb_is_not_unpacked(packed: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run_file, "LARGEST_UNPACKED", 5_000_000)
    unpacked: list[Any] = []
    monkeypatch.setattr(zipfile.ZipFile, "read", lambda *of: unpacked.append(of))
    bomb = zipped({**members_of(packed), RECORDS: bytes(6_000_000)})
    assert len(bomb) < 1_000_000
    assert refused(bomb).code == "run_file_damaged"
    assert unpacked == []


def members_of(data: bytes) -> dict[str, bytes]:
    """As `members`, which reads by what a test has replaced."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        found = {}
        for name in archive.namelist():
            with archive.open(name) as file:
                found[name] = file.read()
        return found


def test_a_file_that_is_too_large_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run_file, "LARGEST", 100)
    assert refused(bytes(101)).code == "run_file_large"


def test_two_files_of_one_name_or_packed_in_another_way_are_refused(packed: bytes) -> None:
    content = members(packed)
    assert refused(zipped(content, zipfile.ZIP_LZMA)).code == "run_file_damaged"
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive, pytest.warns(UserWarning):
        for name in (*content, ABOUT):
            archive.writestr(name, content[name])
    assert refused(made.getvalue()).code == "run_file_damaged"


def test_what_no_page_could_draw_is_refused(packed: bytes) -> None:
    def draw(record: Record) -> None:
        raise KeyError(record.kind)

    with pytest.raises(RnnError) as caught:
        read(packed, CALLED, draw=draw)
    assert caught.value.code == "run_file_damaged"


def test_a_path_in_a_checkpoint_is_not_followed(packed: bytes) -> None:
    """A worker reads the text that its checkpoint names: it has to be that of the run."""
    content = members(packed)
    path = Path("/tmp/there.txt")
    found = checkpoint.parse(io.BytesIO(content[LATEST]), len(content[LATEST]), CALLED)
    content[LATEST] = checkpoint.repacked(found, found.config.with_changes(corpus=str(path)))
    ((_, state),) = read(zipped(content), CALLED).states
    inside = checkpoint.parse(io.BytesIO(state), len(state), CALLED)
    assert inside.config.corpus == SMALL.corpus


def test_what_cannot_be_entered_leaves_nothing(
    store: Store, packed: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    found: RunFile = read(packed, CALLED)
    monkeypatch.setattr("rnncore.runs.importing.append", lambda *of: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        store.imports.enter(found, "somebody")
    assert store.runs(None) == []
    assert list((data_dir() / "checkpoints").iterdir()) == []
