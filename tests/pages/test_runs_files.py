"""Runs as files, and what they take on the disk."""

from __future__ import annotations

import io
import os
from pathlib import Path

import pandas as pd
import pytest

from pages.ui.runs import exporting, importing
from pages.ui.visit.i18n import texts
from pages.ui.visit.identity import Visitor
from pages.ui.visit.session import Session
from rnncore.errors import RnnError
from rnncore.runs.curves import Curve
from rnncore.runs.flat import curves_table
from rnncore.runs.packing import pack
from rnncore.runs.records import Record
from rnncore.runs.run_file import TEXT
from rnncore.runs.store import Store
from rnncore.text.own_texts import own_path, save_own_text
from tests.pages.conftest import ME, Visit
from tests.pages.stored import SMALL, curve_of, entered, opened, row, said
from tests.runs.run_files import members, zipped
from tests.runs.test_housekeeping import age

T = texts("en")


def test_exported_tables_are_read_back() -> None:
    columns = curves_table([Curve("a", (0, 10), (0, 50), (0.0, 1.0), (3.0, 2.0), None)])
    found = pd.read_parquet(io.BytesIO(exporting.as_parquet(columns)))
    assert found.to_dict("list") == columns


def test_a_run_is_exported_alone_and_tensorboard_says_what_to_install(
    visit: Visit, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exporting, "available", lambda: False)
    one, two = entered(store), entered(store)
    app = opened(visit, chosen=one)
    labels = {button.proto.label for button in app.get("download_button")}
    assert labels == {"CSV", "Parquet", "TensorBoard", T("runs.export.file", suffix=".rnnrun")}
    assert "rnn\\-explorer\\[tensorboard\\]" in said(app)
    several = opened(visit, chosen=f"{one},{two}").get("download_button")
    assert T("runs.export.file", suffix=".rnnrun") not in {each.proto.label for each in several}


def test_a_file_becomes_a_run_of_whoever_opens_it(store: Store) -> None:
    theirs = entered(store, *curve_of(3, 2), owner="somebody", name="theirs")
    data = pack(store, row(store, theirs))
    came = importing.enter(Session("en", Visitor(ME)), data, "a.rnnrun")
    assert row(store, came).owner == ME and came != theirs
    assert row(store, came).name == "theirs"


def test_a_file_with_what_no_page_can_draw_is_refused(store: Store) -> None:
    run_id = entered(store, *curve_of(3, 2))
    frame = store.records_after(run_id, kinds=("run",))[0].payload
    for wrong in ({"token_unit": "<b>"}, {"probe_states": [999] * len(frame["probe_tokens"])}):
        other = entered(store)
        store.append(other, [Record(0, "run", {**frame, **wrong})])
        with pytest.raises(RnnError) as caught:
            importing.enter(Session("en", Visitor(ME)), pack(store, row(store, other)), "a.rnnrun")
        assert caught.value.code == "run_file_damaged"


def test_a_file_names_no_text_that_is_not_the_visitors(store: Store) -> None:
    theirs = save_own_text("the sea and the sun, the sun and the sea. " * 60)
    store.access.allow(theirs, "somebody")
    for corpus in (theirs, __file__):
        run_id = store.create_run(SMALL.with_changes(corpus=corpus), owner=ME)
        data = pack(store, row(store, run_id))
        if corpus == theirs:
            data = without_text(data)
        with pytest.raises(RnnError) as caught:
            importing.enter(Session("en", Visitor(ME)), data, "a.rnnrun")
        assert caught.value.code in ("text_of_another", "corpus_not_offered")


def without_text(data: bytes) -> bytes:
    content = members(data)
    del content[TEXT]
    return zipped(content)


def test_the_disk_is_told_and_cleaned_of_what_was_listed(
    visit: Visit, store: Store, home: Path
) -> None:
    old, kept = entered(store, name="old"), entered(store, name="kept", pinned=1)
    others = entered(store, name="others", owner="somebody")
    unused, used = (save_own_text(f"{word} sea and the sun. " * 60) for word in ("the", "a"))
    entered(store, config=SMALL.with_changes(corpus=used, batch_size=2), owner="somebody")
    for name in (unused, used):
        store.access.allow(name, ME)
        own_path(name).touch()
        os.utime(own_path(name), (1e9, 1e9))
    age(home, 40)
    app = opened(visit, idea="disk")
    words = said(app)
    assert "**old**" in words and "kept" not in words and "others" not in words
    assert "1 texts" in app.button(key="runs.clean").label
    app.button(key="runs.clean").click().run()
    assert {run.name for run in store.runs(None)} >= {"kept", "others"}
    assert store.run(old) is None and store.run(kept) is not None and store.run(others) is not None
    assert own_path(used).exists() and not own_path(unused).exists()
    assert T("runs.disk.nothing") in said(app)
