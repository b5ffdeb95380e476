"""The panels of a race, whatever it is that the runners differ in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pages.ui.gradients.figures import race
from pages.ui.gradients.figures.race import Course
from pages.ui.visit.session import Session
from pages.ui.widgets.panels import Progress, moving_panels, panel, skeleton
from rnncore.experiments.race import RacePoint


def panels(
    visit: Session,
    name: str,
    course: Course,
    points: Sequence[RacePoint],
    *,
    going: bool,
    revision: str,
    beside: dict[str, Any] | None = None,
) -> None:
    """Draw held-out bits and gradient norms, or in their place the panel `beside`. `name` says
    which captions to take."""
    t = visit.t
    read = max((point.tokens for point in points), default=0)
    drawn = [panel(t, race.BITS, skeleton(race.bits, course, t), [], variant=name)]
    if beside is None:
        beside = panel(t, race.NORMS, skeleton(race.norms, course, t), [], variant=name)
    drawn.append(beside)
    moving_panels(
        drawn,
        race.ops(points),
        Progress(
            "running" if going else "finished" if points else "ready",
            read,
            course.tokens,
        ),
        t("gradients.race.place"),
        t,
        key=f"gradients.race.{name}",
        revision=revision,
        batch=len(points),
    )
