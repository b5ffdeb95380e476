"""What the command line keeps: places are tried first, signals save, events are continued."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from rnncore.optimizers import Adam
from rnncore.training import checkpoint
from rnncore.training.trainer import Trainer
from tests.cli.conftest import Run, timeless

SIZES = ("batch_size=2", "time_size=5", "epochs=2", "hidden_size=4", "embedding_size=4")
SMALL = [part for size in SIZES for part in ("--set", size)]


@pytest.fixture
def no_update(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing may be learned before what is wrong has been said."""

    def learned(*_: object) -> None:
        raise AssertionError("an update was made")

    monkeypatch.setattr(Trainer, "step", learned)


@pytest.fixture
def ordinary_signals() -> Iterator[None]:
    """The tests may run in the background of a shell, which ignores Ctrl-C."""
    numbers: dict[signal.Signals, Any] = {signal.SIGINT: signal.default_int_handler}
    numbers |= {signal.SIGTERM: signal.SIG_DFL, signal.SIGHUP: signal.SIG_DFL}
    before = {number: signal.signal(number, handler) for number, handler in numbers.items()}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


# Places that cannot be written.


def a_folder(tmp_path: Path) -> Path:
    (tmp_path / "folder").mkdir()
    return tmp_path / "folder"


def below_a_file(tmp_path: Path) -> Path:
    (tmp_path / "file").write_text("no folder")
    return tmp_path / "file" / "out"


def a_fifo(tmp_path: Path) -> Path:
    os.mkfifo(tmp_path / "fifo")
    return tmp_path / "fifo"


def a_socket(tmp_path: Path) -> Path:
    with socket.socket(socket.AF_UNIX) as made:
        made.bind(str(tmp_path / "socket"))
    return tmp_path / "socket"


def a_loop(tmp_path: Path) -> Path:
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    return tmp_path / "loop"


def a_long_name(tmp_path: Path) -> Path:
    return tmp_path / ("x" * 256)


def nothing(tmp_path: Path) -> str:
    return ""


def a_device(tmp_path: Path) -> Path:
    """A terminal of the test's own: its file system lets nobody replace it, not even root."""
    _, terminal = os.openpty()
    return Path(os.ttyname(terminal))


Place = Callable[[Path], object]
NO_PLACES: tuple[Place, ...] = (a_folder, below_a_file, a_socket, a_loop, a_long_name, nothing)
NO_FILES: tuple[Place, ...] = (*NO_PLACES, a_fifo, a_device)


@pytest.mark.usefixtures("no_update")
@pytest.mark.parametrize("place", NO_FILES)
def test_a_checkpoint_that_cannot_be_written_is_refused_before_the_first_update(
    train: Run, tmp_path: Path, place: Place
) -> None:
    assert "could not be written" in train("--checkpoint", place(tmp_path)).complaint


@pytest.mark.usefixtures("no_update")
@pytest.mark.parametrize("place", NO_PLACES)
def test_events_that_cannot_be_written_are_refused_before_the_first_update(
    train: Run, tmp_path: Path, place: Place
) -> None:
    complaint = train("--events", place(tmp_path), "--checkpoint", tmp_path / "run").complaint
    assert "events cannot be written" in complaint


@pytest.mark.parametrize("place", NO_FILES)
def test_a_script_that_cannot_be_written_is_refused(
    run: Run, trained: Path, tmp_path: Path, place: Place
) -> None:
    into = ("--to", "script", "--output", place(tmp_path))
    assert "cannot be written" in run("export", "--checkpoint", trained, *into).complaint


def test_trying_a_place_leaves_what_is_there_and_nothing_new(tmp_path: Path) -> None:
    path = tmp_path / "there"
    path.write_bytes(b"before")
    for place in (path, tmp_path / "deep" / "down" / "new"):
        checkpoint.check_place(place)
    assert path.read_bytes() == b"before"
    assert sorted(entry.name for entry in tmp_path.rglob("*")) == ["deep", "down", "home", "there"]


def test_whoever_keeps_nothing_is_told(train: Run, run: Run, tmp_path: Path) -> None:
    path = tmp_path / "run.safetensors"
    assert "nothing that is learned now will be kept" in train().err
    assert train("--checkpoint", path).err.startswith("epoch 1")
    said = run("train", "--resume", path, "--set", "epochs=4")
    assert "nothing that is learned now will be kept" in said.err
    done = run("train", "--resume", path, "--checkpoint", path)
    assert done.code == 0 and "--set epochs=N" in done.err


# Signals.


@pytest.mark.usefixtures("ordinary_signals")
@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)]
)
def test_a_signal_saves_what_was_learned(
    train: Run,
    run: Run,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    number: signal.Signals,
    code: int,
) -> None:
    path = tmp_path / "run.safetensors"
    whole, update = timeless(train("--events", "-").events), Adam.update

    def interrupted(self: Adam, *arguments: Any) -> None:
        if self._updates == 8:
            os.kill(os.getpid(), number)
        update(self, *arguments)

    monkeypatch.setattr(Adam, "update", interrupted)
    first = train("--events", "-", "--checkpoint", path)
    monkeypatch.undo()
    assert first.code == code and checkpoint.read(path).header["steps"] == 9
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL
    second = run("train", "--resume", path, "--events", "-")
    assert timeless(first.events)[:-1] + timeless(second.events) == whole


@pytest.mark.slow
def test_sigterm_saves_in_a_process_of_its_own(tmp_path: Path) -> None:
    path, events = tmp_path / "run.safetensors", tmp_path / "events.jsonl"
    arguments = ["--corpus", "reber", *SMALL, "--set", "epochs=1000000"]
    places = ["--checkpoint", str(path), "--events", str(events)]
    command = [sys.executable, "-m", "rnncore", "train", *arguments, *places]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        while not (events.exists() and events.stat().st_size) and process.poll() is None:
            time.sleep(0.02)
        process.send_signal(signal.SIGTERM)
        assert "Traceback" not in process.communicate(timeout=60)[1]
    assert process.returncode == 143
    steps = [line for line in events.read_text("utf-8").splitlines() if '"step",' in line]
    assert checkpoint.read(path).header["steps"] == len(steps) > 0


# Events of a resumed run.


@pytest.mark.usefixtures("ordinary_signals")
@pytest.mark.parametrize("end", [b"", b"{", b'{"type":"st', b'{"type":"step","step":9,"lo'])
def test_events_of_a_resumed_run_follow_those_before(
    train: Run, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, end: bytes
) -> None:
    path, events = tmp_path / "run.safetensors", tmp_path / "events.jsonl"
    whole = timeless(train("--events", "-").events)
    monkeypatch.setattr(Trainer, "total_updates", 8)
    train("--events", events, "--checkpoint", path)
    monkeypatch.undo()
    before = events.read_bytes().splitlines(keepends=True)[:8]  # without its end
    events.write_bytes(b"".join(before) + end)
    assert run("train", "--resume", path, "--events", events, "--checkpoint", path).code == 0
    lines = events.read_text("utf-8").splitlines()
    assert timeless([json.loads(line) for line in lines]) == whole


def test_appending_spoils_no_other_last_line(run: Run, trained: Path, tmp_path: Path) -> None:
    events = tmp_path / "notes.txt"
    for last in (b"my notes", b'{"type":"finished","reason":"completed","step":57}', b"x" * 20_000):
        events.write_bytes(b"first\n" + last)
        assert run("train", "--resume", trained, "--events", events).code == 0
        assert events.read_bytes().startswith(b"first\n" + last + b'\n{"type":"evaluation"')


def test_a_new_run_begins_its_events_anew(train: Run, tmp_path: Path) -> None:
    events = tmp_path / "events.jsonl"
    for _ in range(2):
        train("--events", events)
    assert events.read_text("utf-8").count("finished") == 1
