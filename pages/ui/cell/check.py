"""The gradient check, run on the spot: what backward says beside what finite differences say."""

from __future__ import annotations

import numpy as np
import streamlit as st

from pages.ui.cell.figures import check as cell_check
from pages.ui.cell.view import CellView
from pages.ui.visit.i18n import Texts
from pages.ui.visit.session import Session
from pages.ui.widgets.chart import chart
from pages.ui.widgets.theme import palette
from rnncore.probes.cell.check import AGREEMENT, check_cell

ENTRIES = 8


def check(visit: Session, now: CellView) -> None:
    """A button, and once it is pressed the result, until something else is done."""
    t = visit.t
    st.divider()
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        pressed = st.button(
            t("cell.check.button"),
            key="cell.check",
            icon=":material/fact_check:",
            shortcut="K",
            help=t("cell.check.button_help"),
        )
        st.markdown(t("cell.check.idea"), width="stretch")
    if not pressed:
        return
    rng = np.random.default_rng()
    groups = check_cell(
        now.text.model, now.text.xs, now.text.ts, now.tick, now.stretch, rng, ENTRIES
    )
    worst = max(group.error for group in groups)
    compared = sum(len(group.entries) + 1 for group in groups)
    agree = worst <= AGREEMENT
    table, figure = st.columns([0.6, 0.4], gap="medium")
    with table:
        verdict = "cell.check.agree" if agree else "cell.check.differ"
        said = t(verdict, n=compared, error=f"{worst:.1e}")
        st.markdown(said)
        st.markdown(_table(t, cell_check.rows(groups)))
    with figure:
        chart(
            cell_check.figure(groups, palette(), t),
            key="cell.check.figure",
            name=f"{t('cell.check.alt')} {said}",
        )


def _table(t: Texts, rows: list[cell_check.Row]) -> str:
    heads = ("what", "shape", "analytic", "numeric", "error", "verdict")
    lines = ["|".join(t(f"cell.check.{head}") for head in heads), "|".join([":-", *["-:"] * 5])]
    for row in rows:
        sign = ":material/check:" if row.agrees else ":material/close:"
        lines.append(f"${row.name}$|{row.shape}|{row.analytic}|{row.numeric}|{row.error}|{sign}")
    return "\n".join(f"|{line}|" for line in lines)
