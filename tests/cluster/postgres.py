"""A PostgreSQL server of a test's own: in a folder, on a free port of loopback."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.cluster.commands import CREATE, STORE, split
from tests.cluster.ports import free_port

USER = "postgres"
"""PostgreSQL refuses to be run by root, so that root runs it as the user that its package makes."""


class Postgres:
    """A server that can be stopped and started again on the same port."""

    def __init__(self, binaries: Path, folder: Path, port: int) -> None:
        self._binaries, self._folder, self.port = binaries, folder, port

    def url(self, database: str = "postgres") -> str:
        """The address of one of its databases, as RNN_EXPLORER_DB takes it."""
        variables, _ = split(STORE, port=str(self.port), database=database)
        return variables["RNN_EXPLORER_DB"]

    def create(self, database: str) -> str:
        """Make an empty database; its address."""
        _, command = split(CREATE, port=str(self.port), database=database)
        self._run(*command)
        return self.url(database)

    def initialise(self) -> None:
        self._run("initdb", "--auth=trust", f"--username={USER}", "--no-sync", f"-D{self._data}")

    def start(self) -> None:
        settings = f"-p {self.port} -k {self._folder} -c listen_addresses=127.0.0.1 -c fsync=off"
        self._control("start", "-w", "-o", settings, "-l", f"{self._folder}/log")

    def stop(self, mode: str = "fast") -> None:
        """Stop it; "immediate" as if it had crashed."""
        self._control("stop", "-w", "-m", mode)

    @property
    def _data(self) -> Path:
        return self._folder / "data"

    def _control(self, *arguments: str) -> None:
        self._run("pg_ctl", "-D", str(self._data), *arguments)

    def _run(self, program: str, *arguments: str) -> None:
        as_user = ["runuser", "-u", USER, "--"] if os.getuid() == 0 else []
        command = [*as_user, str(self._binaries / program), *arguments]
        # The server keeps what it was given: a pipe would never end.
        with tempfile.TemporaryFile() as said:
            done = subprocess.run(
                command, cwd="/", stdin=subprocess.DEVNULL, stdout=said, stderr=said, check=False
            )
            said.seek(0)
            assert done.returncode == 0, f"{program}: {said.read().decode(errors='replace')}"


@contextmanager
def postgres() -> Iterator[Postgres]:
    """A server that runs; skips the test where there can be none."""
    binaries = _binaries()
    if binaries is None:
        pytest.skip("PostgreSQL is not installed: .ci/system-packages would, through apt, as root")
    folder = Path(tempfile.mkdtemp(prefix="rnn-explorer-postgres-"))
    try:
        if os.getuid() == 0:
            try:
                user = pwd.getpwnam(USER)
            except KeyError:
                pytest.skip(f"root cannot run PostgreSQL, and there is no user {USER}")
            os.chown(folder, user.pw_uid, user.pw_gid)
        server = Postgres(binaries, folder, free_port())
        server.initialise()
        server.start()
        try:
            yield server
        finally:
            server.stop("immediate")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _binaries() -> Path | None:
    """The folder of the newest server that is installed: Debian keeps it off the PATH."""
    found = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/initdb"),
        key=lambda path: [int(part) for part in path.parts[4].split(".") if part.isdigit()],
    )
    named = shutil.which("initdb")
    if found:
        return found[-1].parent
    return Path(named).resolve().parent if named else None
