"""Whatever else a run file may be: refused in one sentence, and nothing is written."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

import pytest

from rnncore.errors import CheckpointError, ConfigError, RnnError, TextError
from rnncore.paths import data_dir
from rnncore.runs import run_file
from rnncore.runs.packing import pack
from rnncore.runs.records import Record
from rnncore.runs.run_file import ABOUT, FOLDER, RECORDS, TEXT, RunFile, read
from rnncore.runs.store import Store
from rnncore.text.corpus import load_corpus
from rnncore.training import checkpoint
from rnncore.training.trainer import Trainer
from tests.runs.run_files import (
    CALLED,
    LATEST,
    Change,
    members,
    refused,
    with_about,
    with_file,
    with_record,
    with_settings,
    with_state,
    without,
    zipped,
)
from tests.runs.support import (
    SMALL,
    checkpoint_file,
    run_of,
)


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
        path = checkpoint_file(run_id)
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
    content = members(packed)
    monkeypatch.setattr(run_file, "LARGEST_UNPACKED", 5_000_000)
    unpacked: list[Any] = []
    monkeypatch.setattr(zipfile.ZipFile, "read", lambda *of: unpacked.append(of))
    bomb = zipped({**content, RECORDS: bytes(6_000_000)})
    assert len(bomb) < 1_000_000
    assert refused(bomb).code == "run_file_damaged"
    assert unpacked == []


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
