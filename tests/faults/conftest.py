"""Fixtures of the fault campaign, and its mark."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from rnncore.runs.executors import LocalExecutor
from rnncore.runs.store import Store

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.faults)


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
