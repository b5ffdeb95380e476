"""Fixtures for the tests of a store on PostgreSQL and of workers on other machines."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from itertools import count
from pathlib import Path

import pytest

from rnncore.runs.executors import LocalExecutor
from rnncore.runs.store import Store
from tests.cluster.commands import CHECKPOINTS, split
from tests.cluster.dask import Cluster
from tests.cluster.postgres import Postgres, postgres

NAMES = count()


@pytest.fixture(scope="session")
def server() -> Iterator[Postgres]:
    """A PostgreSQL server for all tests of this process."""
    for module in ("psycopg", "distributed"):
        pytest.importorskip(module, reason="requirements-cluster.txt is not installed")
    with postgres() as running:
        yield running


@pytest.fixture(autouse=True)
def database(home: object, server: Postgres, monkeypatch: pytest.MonkeyPatch) -> str:
    """The address of an empty database, in which this test's runs are."""
    url = server.create(f"test{next(NAMES)}")
    monkeypatch.setenv("RNN_EXPLORER_DB", url)
    return url


@pytest.fixture
def store(database: str) -> Iterator[Store]:
    """The store of this test."""
    with closing(Store(database)) as opened:
        yield opened


@pytest.fixture
def executor(store: Store) -> Iterator[LocalExecutor]:
    """Worker processes of this machine on that store, all ended after the test."""
    with closing(LocalExecutor(store.url)) as started:
        yield started


@pytest.fixture
def shared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for checkpoints that all machines reach."""
    folder = tmp_path / "shared"
    variables, _ = split(CHECKPOINTS, folder=str(folder))
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    return folder


@pytest.fixture
def cluster(tmp_path: Path, shared: Path) -> Iterator[Cluster]:
    """A scheduler; a test starts as many workers as it needs."""
    with closing(Cluster(tmp_path)) as started:
        started.start_scheduler()
        yield started
