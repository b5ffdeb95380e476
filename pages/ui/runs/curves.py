"""The held-out curves of the chosen runs: over what, on which scale, seeds as one or apart."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from pages.ui.runs import view
from pages.ui.runs.figures.curves import Group, Line, Scale, figure
from pages.ui.serving import server
from pages.ui.visit.i18n import literal, shortened
from pages.ui.visit.session import Session
from pages.ui.widgets import held
from pages.ui.widgets.chart import chart
from pages.ui.widgets.settings import label
from pages.ui.widgets.theme import palette
from rnncore.errors import StoreError
from rnncore.runs.curves import ACROSS, Across, Curve, band, read_curve
from rnncore.runs.row import RunRow
from rnncore.runs.summary import Summary, apart_from_seed, differing
from rnncore.views import above_floor

MOST = 12
"""Curves that are drawn at once."""
USUAL = 6
"""Curves that are drawn where none is chosen."""


def draw(visit: Session, summaries: Sequence[Summary]) -> None:
    """Draw the curves of these runs, the first of them where they are many."""
    t = visit.t
    measured = [one for one in summaries if one.facts.best is not None]
    picked = bool(view.named(visit, "chosen"))
    shown = measured[: MOST if picked else USUAL]
    if not shown:
        st.caption(t("runs.curves.none"))
        return
    try:
        curves = {one.run.id: curve_of(one.run) for one in shown}
    except StoreError as error:
        visit.problem = error
        return
    across, scale, best, seeds = _controls(visit, list(curves.values()))
    lines, groups = together(visit, shown, curves, across, scale, best=best, seeds=seeds)
    lowest = min(shown, key=lambda one: one.facts.best.bits if one.facts.best else 0.0)
    reached = lowest.facts.best
    assert reached is not None
    said = t(
        "runs.curves.says",
        n=len(shown),
        across=t(f"runs.curves.{across}"),
        name=literal(lowest.run.called),
        perplexity=f"{reached.perplexity:.4g}",
        step=f"{reached.step:,}",
    )
    chart(figure(lines, groups, across, scale, palette(), t), key="curves", name=said)
    more = t("runs.curves.first", n=len(shown)) if len(shown) < len(measured) else ""
    st.caption(" ".join(filter(None, (said, t("runs.curves.band") if groups else "", more))))


def together(
    visit: Session,
    summaries: Sequence[Summary],
    curves: dict[str, Curve],
    across: Across,
    scale: Scale,
    *,
    best: bool,
    seeds: bool,
) -> tuple[list[Line], list[Group]]:
    """What is drawn: a line for each run, or one group for those that differ in their seed alone,
    where that is asked for."""
    apart: dict[object, list[Summary]] = {}
    for one in summaries:
        apart.setdefault(apart_from_seed(one) if seeds else one.run.id, []).append(one)
    lines, groups = [], []
    firsts = [members[0] for members in apart.values()]
    differ = [name for name in differing(firsts) if name != "seed"]
    for members in apart.values():
        own = [curves[one.run.id] for one in members]
        value = _scaled(own[0].floor if scale == "above" else None)
        if len(members) > 1:
            found = band(own, across, best=best)
            told = [
                f"{label(visit.t, of)} {view.value_text(visit, of, members[0].settings[of])}"
                for of in sorted(differ, key=lambda of: _shared(of, members[0], summaries))
            ]
            short, name = (
                visit.t("runs.curves.seeds", n=len(members), name=", ".join(some)).strip(" :")
                for some in (told[:1], told)
            )
            rows = (tuple(map(value, row)) for row in (found.mean, found.low, found.high))
            groups.append(Group(short, name, found.xs, *rows))
            continue
        (curve,), (one,) = own, members
        lines.append(
            Line(
                shortened(one.run.called),
                one.run.called,
                curve.across(across),
                tuple(map(value, curve.bits)),
                tuple(map(value, curve.best_so_far)) if best else (),
            )
        )
    return lines, groups


def _shared(name: str, one: Summary, summaries: Sequence[Summary]) -> int:
    """How many runs have the same value: what few have tells more."""
    return sum(other.settings.get(name) == one.settings.get(name) for other in summaries)


def curve_of(run: RunRow) -> Curve:
    """The run's curve, from memory where the run has reported nothing since."""
    return _curve(run.id, run.last_seq, run)


@st.cache_data(max_entries=256, show_spinner=False)
def _curve(run_id: str, last_seq: int, _run: RunRow) -> Curve:
    return read_curve(server.store(), _run)


def _controls(visit: Session, curves: Sequence[Curve]) -> tuple[Across, Scale, bool, bool]:
    """Draw them. Bits above the floor compare only where all have the same floor."""
    t = visit.t
    floors = {curve.floor for curve in curves}
    comparable = len(floors) == 1 and None not in floors
    scales: tuple[Scale, ...] = ("perplexity", "above") if comparable else ("perplexity",)
    asked = visit.value("across", ACROSS[0]), visit.value("scale", scales[-1])
    across: Across = next((one for one in ACROSS if one == asked[0]), ACROSS[0])
    scale: Scale = next((one for one in scales if one == asked[1]), scales[-1])
    best, seeds = bool(visit.value("best", 0)), bool(visit.value("seeds", 1))
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        held.segments(
            visit,
            "across",
            "runs.curves.across",
            across,
            ACROSS,
            lambda name: t(f"runs.curves.{name}").capitalize(),
        )
        if comparable:
            held.segments(
                visit,
                "scale",
                "runs.curves.scale",
                scale,
                scales,
                lambda name: t(f"runs.curves.scale_{name}"),
            )
        held.toggle(visit, "best", "runs.curves.best", best)
        held.toggle(visit, "seeds", "runs.curves.group", seeds)
    return across, scale, best, seeds


def _scaled(floor: float | None) -> Callable[[float], float]:
    """From bits to what is drawn: perplexity, or bits above the floor."""
    if floor is None:
        return lambda bits: float(2.0 ** min(bits, 1000.0))
    return lambda bits: above_floor(2.0 ** min(bits, 1000.0), floor)
