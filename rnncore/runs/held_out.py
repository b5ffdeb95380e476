"""The held-out curve of a run: when its text is measured, and how much of it."""

from __future__ import annotations

from time import monotonic
from typing import Literal

from rnncore.probes.passages import leading_part
from rnncore.runs.budget import TimeBudget
from rnncore.runs.limit import Limit
from rnncore.runs.records import evaluation_record
from rnncore.runs.report import Report
from rnncore.training.events import Evaluation
from rnncore.training.trainer import Trainer

SHARE, SHORTEST, LONGEST = 0.05, 0.25, 2.0
"""Share of the time that measuring may take, and the least and most seconds from one measurement
to the next. The part that is read costs so little that every two seconds is within a tenth."""


class HeldOut:
    """Measures a trainer's held-out text and reports it, where the corpus has one.

    The leading part of the text is read, which stays the same during a run and is all of a short
    text: these values make the curve. At the ends of epochs and of the run the whole text is read,
    too. Values of the part and of the whole do not compare.

    part     tokens of the part that the run was measured on before, if it was: a branch of a trial
             goes on as all trials are measured

    judged   the newest measurement of that leading part, by which states are compared
    """

    def __init__(self, trainer: Trainer, report: Report, part: int | None = None) -> None:
        self._trainer, self._report = trainer, report
        self._part = part or leading_part(trainer.config, trainer.corpus)
        self._newest: dict[tuple[str, int | None], Evaluation] = {}  # by split and part
        self._limit = Limit()
        self.judged: Evaluation | None = None
        self.restart(monotonic())

    def restart(self, now: float) -> None:
        """Training goes on now: measure soon, whatever was spent before."""
        self._budget = TimeBudget(SHARE, SHORTEST, now, LONGEST)

    @property
    def limit(self) -> Limit:
        """The budget of a trial. It is measured on the text that all trials are measured on, and
        where the budget is of updates, at updates that the clock has no part in: trials can be
        compared."""
        return self._limit

    @limit.setter
    def limit(self, limit: Limit) -> None:
        self._limit, self._part = limit, limit.part or self._part

    def due(self, now: float) -> bool:
        return not self.limit.every and self._budget.due(now)

    def is_early(self, update: int) -> bool:
        """Whether this very update is to be measured."""
        every = self.limit.every
        return not update % every if every else is_early(update)

    def measure(self) -> None:
        """Measure what belongs to this update, unless that has been done, or it is a place that the
        other trials of a sweep do not share."""
        steps, every = self._trainer.steps, self.limit.every
        if every and steps % every:
            return
        self._add("valid", self._part)
        if self.limit == Limit() and steps and not steps % self._per_epoch:
            self._add_whole()

    def measure_end(self, split: Literal["valid", "test"]) -> None:
        """Measure at the end of the run, unless that has been done: of held-out text the part, by
        which its values compare, and the whole text."""
        if split == "test":
            self._add(split, None)
        else:
            self._add(split, self._part)
            self._add_whole()

    @property
    def _per_epoch(self) -> int:
        return self._trainer.windows.updates_per_epoch

    def _add_whole(self) -> None:
        if self._part < len(self._trainer.corpus.valid):  # else that is the part
            self._add("valid", None)

    def _add(self, split: Literal["valid", "test"], part: int | None) -> None:
        corpus = self._trainer.corpus
        if len(corpus.valid if split == "valid" else corpus.test) < 2:
            return
        with self._budget.spending():
            found = self._trainer.evaluate(split, part)
        if part is not None:
            self.judged = found
        read = found.split, found.part
        if found != self._newest.get(read):
            self._report.add(evaluation_record(found))
        self._newest[read] = found


def is_early(update: int) -> bool:
    """Whether an update is one of 1, 2, 5, 10, 20, 50, ...: evenly spaced on a log axis."""
    return str(update).rstrip("0") in ("1", "2", "5")
