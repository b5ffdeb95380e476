"""Fixtures for the tests of runs."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from rnncore.runs.executors import LocalExecutor
from rnncore.runs.store import Store


@pytest.fixture
def store() -> Iterator[Store]:
    """The store of this test's own home."""
    opened = Store()
    yield opened
    opened.close()


@pytest.fixture
def executor(store: Store) -> Iterator[LocalExecutor]:
    """Real worker processes on that store, all ended after the test."""
    started = LocalExecutor(store.url)
    yield started
    started.close()
