"""The panels of a race, whatever it is that the runners differ in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pages.ui.figures import racing
from pages.ui.figures.racing import Course
from pages.ui.panels import Progress, moving_panels, panel, skeleton
from pages.ui.session import Session
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
    drawn = [panel(t, racing.BITS, skeleton(racing.bits, course, t), [], variant=name)]
    if beside is None:
        beside = panel(t, racing.NORMS, skeleton(racing.norms, course, t), [], variant=name)
    drawn.append(beside)
    moving_panels(
        drawn,
        racing.ops(points),
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
