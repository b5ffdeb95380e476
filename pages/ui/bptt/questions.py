"""The two questions of the lesson, and what was measured."""

from __future__ import annotations

from contextlib import suppress

from pages.ui.bptt.controls import BpttControls
from pages.ui.bptt.stateful import Pair, latest
from pages.ui.inspected.subject import Subject
from pages.ui.visit.session import Session
from pages.ui.widgets import questions
from pages.ui.widgets.header import section
from pages.ui.widgets.questions import Question
from rnncore.errors import RnnError
from rnncore.probes.minibatches.rows import rows


def draw(visit: Session, now: BpttControls, subject: Subject) -> None:
    """Draw the questions, and below the one that was checked last what was measured."""
    section(visit.t("bptt.questions.title"))
    with suppress(RnnError):  # the diagrams above say it
        questions.ask(
            visit,
            [
                Question(
                    "one_tick",
                    {"T": 1, "N": None, "carry": None, "update": 4, "pair": 1},
                    lambda: _one_tick(visit, subject),
                ),
                # At T = 6 and N = 4 an epoch has four updates: 6 is the second one's second.
                Question(
                    "second_epoch",
                    {"T": None, "N": None, "carry": None, "update": 6},
                    lambda: _second_epoch(visit, now),
                ),
            ],
        )


def _second_epoch(visit: Session, now: BpttControls) -> str:
    read = rows(now.shown, now.streams, now.time_size, "book", now.update)
    return visit.t(
        f"bptt.questions.second_epoch_{'answer' if read.foreign else 'own'}",
        foreign=read.foreign,
        total=now.streams * now.time_size,
    )


def _one_tick(visit: Session, subject: Subject) -> str:
    t = visit.t
    both = latest(Pair(subject, 1).points(visit) or [])
    if both is None and not (visit.was_set("pair") and visit.value("pair", 0) == 1):
        return t("bptt.questions.one_tick_press")
    if both is None:
        return t("bptt.questions.one_tick_going")
    on, off = both
    answer = "yes" if on.carried < off.fresh else "no"
    return t(
        f"bptt.questions.one_tick_{answer}", carried=f"{on.carried:.3g}", fresh=f"{off.fresh:.3g}"
    )
