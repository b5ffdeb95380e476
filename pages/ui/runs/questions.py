"""What to predict before looking, and what was measured."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from pages.ui.runs import curves
from pages.ui.visit.i18n import literal
from pages.ui.visit.session import Session
from pages.ui.widgets import predictions
from pages.ui.widgets.predictions import Answer, Predictions, Question
from rnncore.runs.curves import Curve
from rnncore.runs.summary import Summary

WORSE = 0.01
"""Bits: what is nearer to the best is as good."""
FEW, MOST = 0.25, 0.75
"""Shares of the runs."""
ENOUGH = 20
"""Updates that both must have made since they parted."""


@dataclass
class Asked:
    """The two runs that the visit was asked about last, and those that it came upon when there was
    something to see already."""

    pair: tuple[str, str] = ("", "")
    late: set[tuple[str, str]] = field(default_factory=set)


def ask(visit: Session, found: Sequence[Summary]) -> None:
    """The question that all runs of the visitor answer together."""
    predictions.ask(visit, "ends", ENDS, visit, found)


def ask_branch(visit: Session, branch: Summary, parent: Summary) -> bool:
    """Ask which of the two will be lower; whether what answers that may be on the screen.

    Where the branch has yet to train, there is nothing to keep back.
    """
    asked, pair = visit.state(Asked), (branch.run.id, parent.run.id)
    if asked.pair != pair:
        asked.pair = pair
        visit.state(Predictions).by_words.pop(BRANCH_WORDS, None)
        if branch_answer(visit, branch, parent) is not None:
            asked.late.add(pair)
    predictions.ask(visit, "branch", BRANCH, visit, branch, parent)
    return pair not in asked.late or predictions.answered(visit, BRANCH_WORDS)


def ends_answer(visit: Session, found: Sequence[Summary]) -> Answer | None:
    """How many runs are worse now than at their best."""
    told = [one.facts for one in found if one.facts.best and one.facts.last]
    if not told:
        return None
    worse = sum(
        facts.last.bits > facts.best.bits + WORSE for facts in told if facts.last and facts.best
    )
    share = worse / len(told)
    option = "few" if share < FEW else "half" if share <= MOST else "most"
    return Answer(option, {"worse": str(worse), "of": str(len(told))})


def branch_answer(visit: Session, branch: Summary, parent: Summary) -> Answer | None:
    """Which of the two has lower held-out bits after as many updates: as many as both have made."""
    ours, theirs = (curves.curve_of(one.run) for one in (branch, parent))
    step = common_update(ours, theirs)
    if step is None or step < (branch.run.branched or 0) + ENOUGH:
        return None
    here, there = ours.at(step), theirs.at(step)
    if here is None or there is None:
        return None
    option = "same" if abs(here - there) <= WORSE else "branch" if here < there else "parent"
    values = {"step": f"{step:,.0f}", "branch_bits": f"{here:.3f}", "parent_bits": f"{there:.3f}"}
    return Answer(
        option,
        {**values, "branch": literal(branch.run.called), "parent": literal(parent.run.called)},
    )


def told(visit: Session, branch: Summary, parent: Summary) -> bool:
    """Whether somebody waits for the answer, and it is there."""
    asked = visit.state(Predictions).of(BRANCH_WORDS)
    waiting = asked.checked and asked.answer is None
    return waiting and branch_answer(visit, branch, parent) is not None


def common_update(*found: Curve) -> float | None:
    """The last update at which all were measured; None if one was not."""
    if not all(curve.updates for curve in found):
        return None
    return min(curve.updates[-1] for curve in found)


def _trains(visit: Session, branch: Summary, parent: Summary) -> bool:
    """The answer is on its way as soon as both run."""
    return True


ENDS = Question(("few", "half", "most"), ends_answer, hides=False)
BRANCH = Question(("branch", "same", "parent"), branch_answer, _trains)
BRANCH_WORDS = "runs.predict.branch"
