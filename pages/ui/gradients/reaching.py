"""A race about how far the gradient reaches: the course, and the reach before and after it."""

from __future__ import annotations

import math
from collections.abc import Sequence

import plotly.graph_objects as go

from pages.ui.figures.mathematics import amount
from pages.ui.figures.palette import Palette
from pages.ui.figures.style import POWERS
from pages.ui.gradients import racing
from pages.ui.gradients.figures import decay
from pages.ui.gradients.figures.decay import Line
from pages.ui.gradients.figures.race import Course, Level, role
from pages.ui.visit.i18n import Texts
from pages.ui.visit.session import Session
from pages.ui.widgets.panels import panel, skeleton
from pages.ui.widgets.training import SlicedTraining
from rnncore.experiments.examples import Finished
from rnncore.experiments.reach import Reach, ReachPoint
from rnncore.text.grammar import Grammar

LEAST = 1e-12
"""Below this nothing is drawn."""


def standing(
    under_way: SlicedTraining[ReachPoint] | None, example: Finished | None
) -> Finished | None:
    """What is to be shown: the training as it stands, else a finished one, if there is one."""
    if under_way is None or not under_way.points:
        return example
    points = under_way.points
    return Finished([point for point, _ in points], points[-1].trained)


def floor_line(t: Texts, grammar: Grammar) -> Level:
    """The entropy rate of the text that is raced on."""
    floor = grammar.entropy_rate()
    return Level(floor, t("gradients.race.floor", bits=f"{floor:.3f}"), "floor")


def panels(
    visit: Session,
    name: str,
    untrained: list[Reach],
    under_way: SlicedTraining[ReachPoint] | None,
    example: Finished | None,
    course: Course,
    *,
    revision: str,
    asked: bool = False,
    text: str = "",
) -> None:
    """Draw bits by tokens, and beside it the reach of each runner. `name` says which
    words to take. Where a question is `asked`, the example is the beginning of one."""
    t, shown = visit.t, standing(under_way, example)
    trained = shown.reaches if shown else {}
    lines: list[Line] = []
    shares = []
    for runner, (label, before) in enumerate(zip(course.runners, untrained, strict=True)):
        after = trained.get(runner)
        lines += _lines(t, runner, label, before, after)
        shares.append(said(t, label, before, after))
    reach = panel(
        t,
        "reach",
        skeleton(_figure, lines, t),
        [],
        variant=name,
        d=len(untrained[0].norms) - 1,
        shares=", ".join(shares),
    )
    racing.panels(
        visit,
        name,
        course,
        [point for point in shown.points if point.step] if shown else [],
        going=under_way is not None and under_way.going,
        revision=revision,
        kept=shown is not None and shown is example,
        asked=asked,
        beside=reach,
        text=text,
    )


def _lines(t: Texts, runner: int, label: str, before: Reach, after: Reach | None) -> Sequence[Line]:
    """Dotted untrained, solid trained; dashed the way through the memory c."""
    colour = role(runner)
    found = [Line(f"before{runner}", t("gradients.reach.before", name=label), before.norms, colour,
                  "dot", 1.4)]  # fmt: skip
    if after is not None:
        found.append(Line(f"after{runner}", label, after.norms, colour))
    now = after or before
    if now.memory is not None:
        said = t("gradients.race.memory", cell=label)
        found.append(Line(f"memory{runner}", said, now.memory, colour, "dash", 1.2))
    return found


def said(t: Texts, label: str, before: Reach, after: Reach | None) -> str:
    """What remains of a runner's gradient at the largest distance, and what did untrained."""
    values = {"name": label, "before": _remains(t, before.share)}
    if after is None:
        return t("gradients.reach.share_before", **values)
    return t("gradients.reach.share", after=_remains(t, after.share), **values)


def _remains(t: Texts, share: float) -> str:
    """A share of the gradient; one that has vanished is never said to be 0."""
    if share < LEAST:
        return t("gradients.reach.below", least=POWERS[round(math.log10(LEAST))])
    return t("gradients.reach.times", share=amount(share))


def _figure(lines: list[Line], palette: Palette, t: Texts) -> go.Figure:
    return decay.figure(
        lines,
        palette,
        t,
        quantity=t("gradients.flow.norm"),
        along=t("gradients.flow.distance"),
        height=300,
        floor=LEAST,
    )
