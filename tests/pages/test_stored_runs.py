"""Pages of runs that were stored before, are damaged, have a gap, or lie in a store in trouble."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from pages.ui.serving import server
from pages.ui.visit.i18n import LANGUAGES, texts
from rnncore.baselines.ladder import counted_rungs
from rnncore.config import Config
from rnncore.probes.snapshot import Prober
from rnncore.runs.records import gap_record, run_record
from rnncore.runs.store import Store
from rnncore.runs.troubles import replaced_store, store_error
from rnncore.text.corpus import load_corpus
from rnncore.training.trainer import Trainer
from tests.pages.conftest import ME, Visit, data, query
from tests.pages.test_overview import sentences as escaped
from tests.runs.support import Launcher
from tests.runs.test_stores_of_before import RUNS


def sentences(app: AppTest) -> list[str]:
    """What is said, without the marks that keep a path from being Markdown."""
    return [sentence.replace("\\", "") for sentence in escaped(app)]


def small_run(store: Store) -> str:
    config = Config(grammar_tokens=2000, hidden_size=8, embedding_size=4)
    return store.create_run(config, owner=ME)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("version", "run_id"), RUNS, ids=[f"{version.name}-{run_id}" for version, run_id in RUNS]
)
def test_a_link_to_a_run_of_before_opens(
    launcher: Launcher, home: Path, version: Path, run_id: str, request: pytest.FixtureRequest
) -> None:
    shutil.copytree(version / "store-home", home, dirs_exist_ok=True)
    visit: Visit = request.getfixturevalue("visit")
    app = visit(run=run_id)
    assert not app.exception
    assert query(app)["run"] == run_id
    if run_id == "failedrun2":  # its text was not there, so there is nothing to draw
        assert any("/no/such/file.txt" in sentence for sentence in sentences(app))
        return
    shown = data(app)
    assert shown["stream"] == f"live/{run_id}"
    assert [panel["id"] for panel in shown["panels"]][:1] == ["perplexity"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_damaged_run_is_a_sentence(visit: Visit, store: Store, home: Path, language: str) -> None:
    run_id = small_run(store)
    with closing(sqlite3.connect(home / "runs.db", isolation_level=None)) as connection:
        connection.execute("UPDATE runs SET config = '{'")
    app = visit(run=run_id, lang=language)
    assert not app.exception
    assert any(f"runs --forget {run_id}" in sentence for sentence in sentences(app))


def test_a_run_is_drawn_in_its_frame_as_soon_as_it_has_reported_it(
    visit: Visit, store: Store
) -> None:
    """Its worker counts n-grams, which the page does not."""

    def drawn(app: AppTest) -> str:
        return str(data(app)["panels"][0]["plot"]["light"])

    config = Config(corpus="story-en", hidden_size=8, embedding_size=4, time_size=5)
    app = visit(corpus="story-en")
    assert "frequencies alone" in drawn(app)
    app.button(key="primary").click().run()
    assert "frequencies alone" in drawn(app)
    corpus = load_corpus(config)
    frame = Prober(Trainer(config, corpus)).run_view()
    counted = frame._replace(counted=counted_rungs(corpus))
    store.append(query(app)["run"], [run_record(counted)])
    app.run()
    assert "n-gram of order 5" in drawn(app) and "frequencies alone" not in drawn(app)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_gap_is_said(visit: Visit, store: Store, language: str) -> None:
    run_id = small_run(store)
    store.append(run_id, [gap_record(41, 63)])
    app = visit(run=run_id, lang=language)
    assert texts(language)("transport.gap", first=41, last=63) in sentences(app)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_store_that_was_replaced_is_said(
    visit: Visit, store: Store, home: Path, language: str
) -> None:
    run_id = small_run(store)
    app = visit(run=run_id, lang=language)
    (home / "runs.db").unlink()
    app.run()
    server._replaced.clear()
    assert not app.exception
    said = texts(language).explain(replaced_store(store.url)).replace("\\", "")
    assert sentences(app) == [said]
    assert "run" not in query(app)


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_locked_store_is_said_and_no_run_is_lost(
    visit: Visit, store: Store, home: Path, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_id = small_run(store)
    claim = store.claim(run_id, "worker")
    assert claim is not None
    claim.commit(status="running")
    with closing(sqlite3.connect(home / "runs.db", isolation_level=None)) as holder:
        holder.execute("UPDATE runs SET heartbeat = heartbeat - 100")
        holder.execute("BEGIN IMMEDIATE")
        app = visit(run=run_id, lang=language)
        holder.execute("ROLLBACK")
    busy = sqlite3.OperationalError("SQLITE_BUSY")
    said = texts(language).explain(store_error(store.url, busy)).replace("\\", "")
    assert said in sentences(app)
    assert texts(language)("transport.lost") not in sentences(app)
