"""The app in a process of its own, as a person starts it, for the browser tests."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

ROOT = Path(__file__).parents[2]
PATIENCE = 120.0
"""Seconds a server may take to come up on a slow machine."""


@dataclass(frozen=True)
class Server:
    """A running app: where it answers, its process, and the folder that holds its data."""

    url: str
    home: Path
    process: subprocess.Popen[bytes]

    @property
    def log(self) -> str:
        """What the server has said so far."""
        return (self.home / "server.log").read_text(errors="replace")

    def stop(self) -> None:
        """End the server and every process it started, workers on their own included."""
        for pid in processes_of(self.home):
            kill(pid, signal.SIGTERM)
        try:
            self.process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        for pid in processes_of(self.home):
            kill(pid, signal.SIGKILL)


def start_server(
    home: Path,
    port: int | None = None,
    database: str | None = None,
    *options: str,
    base: str = "",
) -> Server:
    """Start the app on 127.0.0.1 with its data in `home` and wait until it answers.

    `port` and `database` let a test start a server again where it was; `options` are Streamlit's,
    and `base` is the path that the app is served below, such as "/explorer".
    Raises RuntimeError with the server's log if it does not come up.
    """
    home.mkdir(parents=True, exist_ok=True)
    port = port or free_port()
    environment = {
        **os.environ,
        "RNN_EXPLORER_HOME": str(home),
        "RNN_EXPLORER_DB": database or f"sqlite:///{home / 'runs.db'}",
    }
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.headless", "true"]
    command += ["--server.address", "127.0.0.1", "--server.port", str(port)]
    command += ["--server.baseUrlPath", base, *options]
    with (home / "server.log").open("ab") as log:
        process = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=log, stderr=log, start_new_session=True
        )
    server = Server(f"http://127.0.0.1:{port}{base}", home, process)
    deadline = time.monotonic() + PATIENCE
    while not healthy(server.url):
        if process.poll() is not None or time.monotonic() > deadline:
            server.stop()
            raise RuntimeError(f"the app did not come up; it said:\n{server.log}")
        time.sleep(0.1)
    return server


def healthy(url: str) -> bool:
    """Whether the server at `url` says that it is ready."""
    try:
        with urlopen(f"{url}/_stcore/health", timeout=2) as answer:
            return bool(answer.status == 200)
    except (URLError, OSError):
        return False


def free_port() -> int:
    """A port nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def processes_of(home: Path) -> list[int]:
    """Ids of the processes whose data folder is `home`, wherever they stand in the process tree."""
    mine = f"RNN_EXPLORER_HOME={home}".encode()
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if mine in (entry / "environ").read_bytes().split(b"\0"):
                found.append(int(entry.name))
        except OSError:
            continue  # ended meanwhile, or another user's
    return [pid for pid in found if pid != os.getpid()]


def kill(pid: int, number: signal.Signals) -> None:
    """Send a signal to a process that may be gone already."""
    with suppress(ProcessLookupError):
        os.kill(pid, number)


def spare_is_warm(home: Path) -> bool:
    """Whether a worker has everything loaded and sleeps until it is given a run."""
    return any(waits_for_input(pid) for pid in processes_of(home))


def waits_for_input(pid: int) -> bool:
    """Whether a process is a spare that waits for a run."""
    process = Path("/proc") / str(pid)
    try:
        is_spare = b"--spare" in (process / "cmdline").read_bytes().split(b"\0")
        return is_spare and "pipe_read" in (process / "wchan").read_text()
    except OSError:
        return False  # gone meanwhile
