"""The panels of a race, whatever it is that the runners differ in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from pages.ui.figures.mathematics import amount
from pages.ui.gradients.figures import race
from pages.ui.gradients.figures.race import Course
from pages.ui.streaming.operations import Op, readout
from pages.ui.visit.i18n import Texts
from pages.ui.visit.session import Session
from pages.ui.widgets.panels import Progress, moving_panels, panel, skeleton
from rnncore.experiments.race import RacePoint, last_points

SAYS = "{standing}"
"""What a screen reader says of a race: how all stand, anew with every point."""


def standings(course: Course, points: Sequence[RacePoint], t: Texts) -> list[Op]:
    """Of every runner its name and last values, for those who do not see the curves."""
    last = last_points(point for point in points if not point.diverged)
    bits, norms = (
        "; ".join(f"{name}: {said(last[i])}" for i, name in enumerate(course.runners) if i in last)
        for said in (_bits, _norm)
    )
    return [
        readout(figure, "standing", f"{quantity}. {values or t('statuses.ready')}")
        for figure, quantity, values in (
            (race.BITS, t("gradients.race.bits"), bits),
            (race.NORMS, t("gradients.race.norm"), norms),
        )
    ]


def _bits(point: RacePoint) -> str:
    return f"{point.bits:.3g}"


def _norm(point: RacePoint) -> str:
    return amount(point.grad_norm)


def panels(
    visit: Session,
    name: str,
    course: Course,
    points: Sequence[RacePoint],
    *,
    going: bool,
    revision: str,
    kept: bool = False,
    asked: bool = False,
    beside: dict[str, Any] | None = None,
    note: str | None = None,
    text: str = "",
) -> None:
    """Draw held-out bits and gradient norms, or in their place the panel `beside`. `name` says
    which captions to take; the points of a `kept` training give way to the first of one that is
    run here. Of a kept one whose end is `asked`, they are those of the beginning.
    Before the first point of a race that has none the bits are left out.
    `note` is said of kept points instead of where they come from; `text` is what the bits are of,
    where a caption says it."""
    t = visit.t
    if kept:
        st.caption(note or t("gradients.race.opening" if asked else "gradients.race.example"))
        revision += ":opening" if asked else ":kept"
    read = max((point.tokens for point in points), default=0)
    drawn = []
    if points or going:
        bits = skeleton(race.bits, course, t)
        drawn.append(panel(t, race.BITS, bits, [], variant=name, says=SAYS, text=text))
    else:
        st.caption(t("gradients.race.nothing"))
    if beside is None:
        beside = panel(t, race.NORMS, skeleton(race.norms, course, t), [], variant=name, says=SAYS)
    drawn.append(beside)
    moving_panels(
        drawn,
        [*race.ops(points), *standings(course, points, t)],
        Progress(
            "running" if going else "paused" if asked else "finished" if points else "ready",
            read,
            course.tokens,
        ),
        t("gradients.race.place"),
        t,
        key=f"gradients.race.{name}",
        revision=revision,
        batch=len(points),
    )
