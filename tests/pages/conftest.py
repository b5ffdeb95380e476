"""Fixtures for tests of the interface: the app without a browser, and a server without workers."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import AppTest

from pages.ui.live import panels
from pages.ui.serving import server
from pages.ui.visit.identity import Visitor
from rnncore.runs.claim import CommandName
from rnncore.runs.store import Store
from tests.runs.support import Launcher

MAIN = Path(__file__).parents[2] / "pages" / "ui" / "main.py"
PATIENCE = 120
ME = "0123456789abcdef"
"""The visitor whom the tests play."""
SMALL = {"grammar_tokens": "2000", "hidden_size": "8", "embedding_size": "4", "time_size": "5"}
"""Settings that the first look measures in no time."""

Visit = Callable[..., AppTest]


@pytest.fixture(scope="session", autouse=True)
def composed() -> None:
    """The server's hub, as app.py builds it."""
    server.compose(panels.translate)


@pytest.fixture(autouse=True)
def me(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever opens a page is the visitor ME."""
    monkeypatch.setattr("pages.ui.visit.session.present", lambda: Visitor(ME))


@pytest.fixture(scope="session", autouse=True)
def components_found_once() -> Iterator[None]:
    """Streamlit asks every installed package for components, as a server does when it starts: here
    it would do so for each page that a test opens, which takes longer than the page."""
    found = manifest_scanner.scan_component_manifests()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(manifest_scanner, "scan_component_manifests", lambda: found)
        yield


@pytest.fixture
def launcher(monkeypatch: pytest.MonkeyPatch) -> Launcher:
    """The server's workers, which here never come."""
    stand_in = Launcher()
    monkeypatch.setattr(server, "executor", lambda: stand_in)
    return stand_in


@pytest.fixture
def store(launcher: Launcher) -> Iterator[Store]:
    """The server's store, empty."""
    opened = server.store()
    yield opened
    opened.close()
    server._store.cache_clear()


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, CommandName, Any]]:
    """Everything that is asked of runs: (run, command, value)."""
    asked: list[tuple[str, CommandName, Any]] = []
    send = Store.send

    def note(self: Store, run_id: str, command: CommandName, value: Any = None) -> int:
        asked.append((run_id, command, value))
        return send(self, run_id, command, value)

    monkeypatch.setattr(Store, "send", note)
    return asked


@pytest.fixture
def visit(store: Store) -> Visit:
    """A person opening the page with a query: visit(corpus="lag")."""

    def open_page(**query: str) -> AppTest:
        app = AppTest.from_file(MAIN, default_timeout=PATIENCE)
        app.query_params.update({**SMALL, **query})
        return app.run()

    return open_page


def data(app: AppTest) -> dict[str, Any]:
    """What the live component was given."""
    (live,) = (given for given in components(app) if "panels" in given)
    return live


def components(app: AppTest) -> list[dict[str, Any]]:
    """What every component of the page was given, in their order on it."""
    return [json.loads(component.proto.json) for component in app.get("bidi_component")]


def query(app: AppTest) -> dict[str, str]:
    """The address bar."""
    return dict(app.query_params)
