"""Chosen runs as files: tables and curves, TensorBoard, or a run that opens elsewhere."""

from __future__ import annotations

import io
from collections.abc import Callable

import pandas as pd
import streamlit as st

from pages.ui.runs import curves
from pages.ui.serving import server
from pages.ui.visit.i18n import literal, unmarked
from pages.ui.visit.session import Session
from pages.ui.widgets.popover import popover
from rnncore.errors import RnnError
from rnncore.runs.flat import Columns, as_csv, curves_table, runs_table
from rnncore.runs.packing import pack
from rnncore.runs.run_file import SUFFIX
from rnncore.runs.summary import Summary
from rnncore.runs.tensorboard_files import INSTALL, available, event_files
from rnncore.text.own_texts import is_own

CSV, PARQUET, ZIP = "text/csv", "application/vnd.apache.parquet", "application/zip"


def draw(visit: Session, picked: list[Summary]) -> None:
    """Draw the button behind which one finds the formats. A file is made when it is asked for."""
    t, runs = visit.t, [one.run for one in picked]

    def measured() -> Columns:
        return curves_table([curves.curve_of(run) for run in runs])

    with popover(visit, "runs.export", t("runs.export.open"), icon=":material/download:"):
        _table(visit, "table", "runs", lambda: runs_table(picked))
        _table(visit, "curves", "curves", measured)
        installed = available()
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(t("runs.export.tensorboard"), width="content")
            _button(
                visit,
                "TensorBoard",
                "tensorboard.zip",
                lambda: event_files(server.store(), runs),
                "tensorboard",
                ZIP,
                off=not installed,
                help=None if installed else t("runs.export.install", install=literal(INSTALL)),
            )
        if not installed:
            st.caption(t("runs.export.install", install=literal(INSTALL)))
        if len(picked) == 1:
            (run,) = runs
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                st.markdown(t("runs.export.run"), width="content")
                _button(
                    visit,
                    t("runs.export.file", suffix=SUFFIX),
                    f"run{SUFFIX}",
                    lambda: pack(server.store(), run),
                    run.id,
                    ZIP,
                )
            if is_own(run.settings.get("corpus", "")):
                st.caption(t("runs.export.own_text"))


def as_parquet(table: Columns) -> bytes:
    """The columns as one Parquet file."""
    packed = io.BytesIO()
    pd.DataFrame(table).to_parquet(packed, index=False)
    return packed.getvalue()


def _table(visit: Session, name: str, stem: str, table: Callable[[], Columns]) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(visit.t(f"runs.export.{name}"), width="content")
        _button(visit, "CSV", f"{name}.csv", lambda: as_csv(table()), stem, CSV)
        _button(visit, "Parquet", f"{name}.parquet", lambda: as_parquet(table()), stem, PARQUET)


def _button(
    visit: Session,
    label: str,
    key: str,
    make: Callable[[], bytes],
    stem: str,
    mime: str,
    *,
    off: bool = False,
    help: str | None = None,
) -> None:
    """A file is made when it is asked for; why it could not be stands beside the button."""

    def made() -> bytes:
        try:
            return make()
        except RnnError as error:
            raise RuntimeError(unmarked(visit.t.explain(error))) from error

    ending = key.partition(".")[2]
    st.download_button(
        label,
        data=made,
        file_name=f"{stem}.{ending}",
        mime=mime,
        key=f"runs.export.{key}",
        on_click="ignore",
        disabled=off,
        help=help,
    )
