"""The lag lab over 20 seeds: how many learn it with each T, counted while they train together."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from pages.ui.gradients.figures import tally as figures
from pages.ui.visit.session import Session
from pages.ui.widgets.chart import chart
from pages.ui.widgets.theme import palette
from pages.ui.widgets.training import SlicedTraining
from rnncore.experiments.lag import LagLab, LagPoint, Tally


def course(visit: Session, setup: LagLab, under_way: SlicedTraining[LagPoint] | None) -> None:
    """Draw what each T has come to, and the stairs."""
    t = visit.t
    if under_way is None:
        st.caption(t("gradients.lag.seeds_ask", n=setup.seeds))
        return
    tallies = setup.tallies(under_way.points)
    said = [_standing(visit, setup, each, stopped=not under_way.going) for each in tallies]
    for column, sentence in zip(st.columns(2), said, strict=True):
        column.markdown(sentence)
    chart(
        figures.figure(tallies, setup.tokens, setup.seeds, palette(), t),
        key="lag.seeds",
        name=" ".join(said),
    )


def _standing(visit: Session, setup: LagLab, tally: Tally, *, stopped: bool) -> str:
    t, n = visit.t, len(tally.learnt)
    values: dict[str, object] = {"T": tally.time_size, "n": n, "of": setup.seeds}
    under_way = "stopped" if stopped else "going"
    kind = under_way if tally.going else ("none", "one")[n] if n < 2 else "over"
    tokens = _middle(tally.learnt) if n else tally.tokens
    said = t(f"gradients.lag.seeds_{kind}", **values, going=tally.going, tokens=f"{tokens:,}")
    reaches = setup.reaches(tally.time_size)
    if n and not reaches:
        said += " " + t(f"gradients.lag.seeds_luck{'_one' if n == 1 else ''}")
    if tally.diverged:
        said += " " + t("gradients.lag.seeds_diverged", n=tally.diverged)
    return said


def _middle(learnt: Sequence[int]) -> int:
    """The token count by which half of them had learnt."""
    return learnt[(len(learnt) - 1) // 2]
