"""Run files that a test makes, changes and has refused."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from typing import Any

import pytest

from rnncore.errors import RnnError
from rnncore.paths import data_dir
from rnncore.runs.run_file import ABOUT, FOLDER, RECORDS, read
from rnncore.text.corpus import load_corpus
from rnncore.training import checkpoint
from rnncore.training.trainer import Trainer
from tests.runs.support import (
    SMALL,
)

LATEST = f"{FOLDER}latest.safetensors"
CALLED = "sent.rnnrun"
Change = Callable[[dict[str, bytes]], None]


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
