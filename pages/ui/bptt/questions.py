"""What to predict of windows and streams before looking, and what was measured."""

from __future__ import annotations

from functools import partial

from pages.ui.bptt.controls import BpttControls
from pages.ui.bptt.stateful import QUESTION, Pair, latest
from pages.ui.figures.mathematics import told_apart
from pages.ui.inspected.subject import Subject
from pages.ui.visit.session import Session
from pages.ui.widgets import predictions, training
from pages.ui.widgets.header import section
from pages.ui.widgets.predictions import Answer, Prediction
from rnncore.errors import RnnError
from rnncore.probes.minibatches.rows import rows


def draw(visit: Session, now: BpttControls, subject: Subject) -> None:
    """Draw the page's questions, one at a time."""
    section(visit.t("predict.title"))
    second = now.shown.updates_per_epoch + 2  # the second update of the second epoch, from 1
    predictions.one_of(
        visit,
        {
            "one_tick": Prediction(
                QUESTION,
                ("yes", "no"),
                partial(_one_tick, visit, subject),
                partial(visit.set_values, pair=1),
                partial(_trains, visit, subject),
            ),
            "second_epoch": Prediction(
                "bptt.predict.second_epoch",
                ("own", "neighbour", "nobody"),
                partial(_second_epoch, now),
                partial(visit.set_values, update=second),
                hides=True,
            ),
        },
    )


def _second_epoch(now: BpttControls) -> Answer | None:
    update = now.shown.updates_per_epoch + 1
    try:
        read = rows(now.shown, now.streams, now.time_size, "book", update)
    except RnnError:  # the diagrams above say it
        return None
    option = "neighbour" if read.foreign else "own"
    total = now.streams * now.time_size
    return Answer(option, {"foreign": str(read.foreign), "total": str(total)})


def _trains(visit: Session, subject: Subject) -> bool:
    """Whether the two nets are being trained at T = 1, or will be in a moment."""
    try:
        known = training.current(visit, Pair(subject, 1).name)
    except RnnError:  # the section above says it
        return False
    if known is not None:
        return known.going
    return visit.was_set("pair") and visit.value("pair", 0) == 1


def _one_tick(visit: Session, subject: Subject) -> Answer | None:
    """Of the two nets, once they are trained."""
    try:
        both = latest(Pair(subject, 1).points(visit) or [])
    except RnnError:  # the section above says it
        return None
    if both is None:
        return None
    on, off = both
    said = told_apart(on.carried, off.fresh, figures=3)
    values = dict(zip(("carried", "fresh"), said, strict=True))
    return Answer("yes" if on.carried < off.fresh else "no", values)
