"""Run files: a run as one file that another RNN Explorer opens, and what such a file may hold.

A `.rnnrun` is a zip:

    run.json                        `About`
    records.jsonl                   a record a line, as the store has it
    checkpoints/<name>.safetensors  the states that it kept
    text.txt                        its own text, if it was trained on one

Nothing in it is ever executed or unpickled, and `read` writes nothing.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, Literal, NamedTuple

import orjson
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from rnncore.config import Config, branch_settings, live_settings
from rnncore.errors import CheckpointError, ConfigError, RnnError
from rnncore.runs import payloads
from rnncore.runs.checkpoints import BEST, MARK, MOST, Kept
from rnncore.runs.files import LATEST
from rnncore.runs.labels import LONGEST_NAME, LONGEST_NOTE
from rnncore.runs.records import Record, decode
from rnncore.text.corpus import Corpus, corpus_of, load_corpus
from rnncore.text.decoding import MEGABYTE, read_text
from rnncore.text.own_texts import is_own, name_of
from rnncore.training import checkpoint
from rnncore.training.checkpoint import Checkpoint

FORMAT = 1
SUFFIX = ".rnnrun"
LARGEST, LARGEST_UNPACKED = 50 * MEGABYTE, 200 * MEGABYTE
"""Bytes of a run file, and of all that is in it."""
LARGEST_ABOUT = MEGABYTE
MOST_UPDATES = 10**15
ABOUT, RECORDS, TEXT, FOLDER = "run.json", "records.jsonl", "text.txt", "checkpoints/"
MEMBER = re.compile(
    rf"{re.escape(ABOUT)}|{re.escape(RECORDS)}|{re.escape(TEXT)}"
    rf"|{FOLDER}(?:{LATEST}|{BEST}|{MARK}\d{{1,15}})\.safetensors"
)
"""The names that a file in it may have: none leads out of a folder."""
BESIDE = frozenset({"corpus", "epochs", *branch_settings()})
"""Settings that may be others in a checkpoint than at the run's beginning."""


class Told(BaseModel):
    """A checkpoint in the file: `Kept`."""

    model_config = ConfigDict(strict=True, extra="forbid", allow_inf_nan=False)

    name: str
    step: int | None = Field(ge=0, le=MOST_UPDATES)
    bits: float | None = None
    change: dict[str, Any] | None = None
    pinned: bool = False


class About(BaseModel):
    """What run.json says: the run's row, as far as it means something elsewhere."""

    model_config = ConfigDict(strict=True, extra="forbid", allow_inf_nan=False)

    format: int = Field(ge=1)
    settings: dict[str, Any]
    status: Literal["ready", "paused", "finished"]
    reason: Literal["completed", "diverged", "stopped", "asked"] | None
    step: int = Field(ge=0, le=MOST_UPDATES)
    name: str | None = Field(max_length=LONGEST_NAME)
    note: str | None = Field(max_length=LONGEST_NOTE)
    pinned: bool = False
    checkpoints: tuple[Told, ...] = Field(max_length=MOST + 2)


class RunFile(NamedTuple):
    """What a run file holds, all of it checked.

    records   in order, numbered from 1 without a gap
    states    checkpoints as files, their text named as it is here
    text      its own text, None where it is a corpus of the program
    """

    about: About
    config: Config
    records: tuple[Record, ...]
    states: tuple[tuple[Kept, bytes], ...]
    text: bytes | None


class _Broken(Exception):
    """What is in the file cannot have been written by `packing.pack`."""


def read(
    data: bytes,
    called: str,
    may_use: Callable[[str], None] = lambda corpus: None,
    draw: Callable[[Record], object] = lambda record: None,
) -> RunFile:
    """Check a run file and everything in it; `called` is what an error calls it.

    may_use   raises an RnnError if a run on this corpus of the program or own text, which is not
              in the file, may not be opened
    draw      raises if a record cannot be shown
    Raises    RnnError in one sentence, whatever the file is.
    """
    if len(data) > LARGEST:
        raise too_large(called, len(data))
    try:
        members = _members(data)
        about = _about(members, called)
        config = Config.parse(about.settings)
        records = tuple(_records(members, about, config, draw))
        text = members.get(TEXT)
        corpus = _corpus(config, text, may_use)
        states = tuple(_states(members, about, config, corpus, called))
        return RunFile(about, config, records, states, text)
    except RnnError:
        raise
    except (_Broken, zipfile.BadZipFile, zlib.error, ValueError, LookupError, TypeError) as failure:
        raise _damaged(called) from failure
    except (ArithmeticError, AttributeError, RuntimeError, EOFError, OSError) as failure:
        raise _damaged(called) from failure  # zipfile and zlib have their own ways to say it


def too_large(called: str, size: int) -> RnnError:
    """The error for a file that is not even read."""
    return RnnError(
        "run_file_large",
        f"{called} has {size / MEGABYTE:,.1f} MB, but a run file has at most "
        f"{LARGEST // MEGABYTE}; check that it is the right file.",
        name=called,
        size=f"{size / MEGABYTE:,.1f}",
        limit=LARGEST // MEGABYTE,
    )


def _members(data: bytes) -> dict[str, bytes]:
    """The files in a zip, none of them larger than it says."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        infos = archive.infolist()
        names = [info.filename for info in infos]
        usual = all(
            MEMBER.fullmatch(info.filename)
            and not info.flag_bits & 0x1  # encrypted
            and info.compress_type in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
            for info in infos
        )
        whole = {ABOUT, RECORDS} <= set(names) and len(set(names)) == len(names)
        if not usual or not whole or sum(info.file_size for info in infos) > LARGEST_UNPACKED:
            raise _Broken
        return {info.filename: archive.read(info) for info in infos}


def _about(members: dict[str, bytes], called: str) -> About:
    raw = members[ABOUT]
    if len(raw) > LARGEST_ABOUT:
        raise _Broken
    said = orjson.loads(raw)
    if type(said["format"]) is int and said["format"] > FORMAT:
        raise RnnError(
            "run_file_newer",
            f"{called} was written by a newer version (format {said['format']}, this one reads "
            f"{FORMAT}); update RNN Explorer.",
            name=called,
            version=said["format"],
            known=FORMAT,
        )
    try:
        about = About.model_validate_json(raw)
    except ValidationError as failure:
        raise _Broken from failure
    names = {f"{FOLDER}{one.name}.safetensors" for one in about.checkpoints}
    if names != {name for name in members if name.startswith(FOLDER)}:
        raise _Broken
    return about


def _records(
    members: dict[str, bytes], about: About, config: Config, draw: Callable[[Record], object]
) -> Iterator[Record]:
    lines = members[RECORDS].decode().split("\n") if members[RECORDS] else []
    for seq, line in enumerate(lines, 1):
        said = decode(line)
        if said.keys() != {"step", "kind", "payload"}:
            raise _Broken
        record = Record(said["step"], said["kind"], said["payload"], seq)
        payloads.check(record.kind, record.payload)
        if type(record.step) is not int or not 0 <= record.step <= about.step:
            raise _Broken
        if record.kind == "changed":
            _check_change(config, record)
        draw(record)
        yield record


def _check_change(config: Config, record: Record) -> None:
    """A live change that no worker can have made would be made when the run goes on."""
    setting, new = record.payload["setting"], record.payload["new"]
    if setting not in (*live_settings(), "epochs"):
        raise _Broken
    try:
        config.with_changes(**{setting: new})
    except ConfigError as error:
        raise _Broken from error


def _corpus(
    config: Config, text: bytes | None, may_use: Callable[[str], None]
) -> Callable[[], Corpus]:
    """How the run's text is read, which takes time and which a run without states does not need."""
    if is_own(config.corpus) and text is not None:
        if name_of(text) != config.corpus:
            raise _Broken
        return partial(corpus_of, config, read_text(text))
    if text is not None:
        raise _Broken
    may_use(config.corpus)
    return partial(load_corpus, config)


def _states(
    members: dict[str, bytes],
    about: About,
    config: Config,
    read_corpus: Callable[[], Corpus],
    called: str,
) -> Iterator[tuple[Kept, bytes]]:
    corpus = read_corpus() if about.checkpoints else None
    for told in about.checkpoints:
        assert corpus is not None
        state = members[f"{FOLDER}{told.name}.safetensors"]
        found = checkpoint.parse(io.BytesIO(state), len(state), called)
        checkpoint.check_text(found, called, corpus)
        if not _of_this_run(found, told, about, config):
            raise CheckpointError(
                "run_file_other",
                f"A checkpoint in {called} belongs to a run with other settings; export the run "
                f"again.",
                name=called,
            )
        # Its text goes by the name that it has here: a path would be read by the worker.
        here = found.config.with_changes(corpus=config.corpus)
        yield Kept(**told.model_dump()), checkpoint.repacked(found, here)


def _of_this_run(found: Checkpoint, told: Told, about: About, config: Config) -> bool:
    theirs, ours = found.config.model_dump(), config.model_dump()
    step = found.header["steps"]
    same = all(theirs[name] == ours[name] for name in ours if name not in BESIDE)
    marked = not told.name.startswith(MARK) or told.name == f"{MARK}{step}"
    return same and step == told.step and marked


def _damaged(called: str) -> RnnError:
    return RnnError(
        "run_file_damaged",
        f"{called} is no whole run file of RNN Explorer ({SUFFIX}), or it was changed; export the "
        f"run again.",
        name=called,
    )
