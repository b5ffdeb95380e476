"""Fixtures for the tests of sweeps."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from rnncore.runs.store import Store
from rnncore.sweeps.book import Sweeps


@pytest.fixture
def store() -> Iterator[Store]:
    """The store of this test's own home."""
    opened = Store()
    yield opened
    opened.close()


@pytest.fixture
def book(store: Store) -> Sweeps:
    return Sweeps(store)
