"""The command line inside this process, with what it wrote."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from rnncore.__main__ import main

SMALL = {
    "grammar_tokens": 700,
    "embedding_size": 5,
    "hidden_size": 7,
    "batch_size": 3,
    "time_size": 11,
    "epochs": 3,
    "learning_rate": 0.01,
}


class Said(NamedTuple):
    code: int
    out: str
    err: str

    @property
    def events(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.out.splitlines()]

    @property
    def complaint(self) -> str:
        """The one sentence of a command that was refused."""
        assert self.code == 2 and not self.out
        assert self.err.startswith("error: ") and self.err.count("\n") == 1, self.err
        return self.err.removeprefix("error: ").strip()


Run = Callable[..., Said]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Run `python -m rnncore` with these arguments, in this process."""

    def command(*arguments: object) -> Said:
        code = main([str(argument) for argument in arguments])
        return Said(code, *capsys.readouterr())

    return command


@pytest.fixture
def train(run: Run) -> Run:
    """Train a small network on the Reber grammar; keywords are settings."""

    def command(*arguments: object, corpus: str = "reber", **settings: object) -> Said:
        assignments = [
            part
            for name, value in (SMALL | settings).items()
            for part in ("--set", f"{name}={value}")
        ]
        return run("train", "--corpus", corpus, *assignments, *arguments)

    return command


@pytest.fixture
def trained(train: Run, tmp_path: Path) -> Path:
    """The checkpoint of a small run that is over."""
    path = tmp_path / "trained.safetensors"
    assert train("--checkpoint", path).code == 0
    return path


def timeless(events: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{key: value for key, value in event.items() if key != "seconds"} for event in events]
