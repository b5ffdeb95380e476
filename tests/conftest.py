"""Fixtures for every test: a home of its own, and the public data where a machine has them."""

from __future__ import annotations

import os
from pathlib import Path

# Before NumPy is loaded, for this process and all it starts: with a thread for each core the two
# test processes wait for each other, and the same tests take twice the processor's time.
os.environ["OPENBLAS_NUM_THREADS"] = "1"

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")  # a busy machine is no fault of the code

BROWSER_TESTS = Path(__file__).parent / "browser"
CLUSTER_TESTS = Path(__file__).parent / "cluster"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what lies in tests/browser and run it last: the quick tests speak first.

    A browser test is thorough unless it is marked as essential, and a test that opens a page is
    slow: there are five hundred of them, and each takes a third of a second.
    """
    for item in items:
        if BROWSER_TESTS in item.path.parents:
            item.add_marker(pytest.mark.browser)
            if item.get_closest_marker("essential") is None:
                item.add_marker(pytest.mark.thorough)
        if CLUSTER_TESTS in item.path.parents:
            item.add_marker(pytest.mark.cluster)
        if "visit" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.slow)
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty data folder and an empty run store, so that no test touches the user's own."""
    folder = tmp_path / "home"
    folder.mkdir()
    monkeypatch.setenv("RNN_EXPLORER_HOME", str(folder))
    monkeypatch.setenv("RNN_EXPLORER_DB", f"sqlite:///{folder / 'runs.db'}")
    monkeypatch.delenv("RNN_EXPLORER_PTB", raising=False)
    return folder


@pytest.fixture(scope="session")
def data_folder() -> Path:
    """The folder of public corpora (ptb/, tinyshakespeare.txt); ../golden lies beside it."""
    named = os.environ.get("RNN_EXPLORER_DATA")
    if not named:
        pytest.skip("RNN_EXPLORER_DATA does not name a folder of public corpora")
    folder = Path(named)
    if not folder.is_dir():
        pytest.skip(f"RNN_EXPLORER_DATA names {folder}, which is not a folder")
    return folder
