"""Fixtures of the fault campaign, those of the tests of runs, and its marks."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.runs.conftest import executor as executor
from tests.runs.conftest import store as store

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.faults)
            item.add_marker(pytest.mark.slow)
