"""Which states of a run in training become checkpoints, and when they are written."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from math import inf
from time import monotonic
from typing import NamedTuple

import numpy as np

from rnncore.errors import CheckpointError, RnnError
from rnncore.probes.copies import Copies
from rnncore.probes.samples import draw_samples
from rnncore.runs.checkpoints import BEST, MARK, Kept
from rnncore.runs.claim import Claim
from rnncore.runs.files import checkpoint_path
from rnncore.runs.records import best_record
from rnncore.runs.report import Report
from rnncore.runs.saving import save, save_named
from rnncore.runs.store import Store
from rnncore.runs.troubles import patiently
from rnncore.training import checkpoint
from rnncore.training.events import Changed, Evaluation
from rnncore.training.trainer import Trainer
from rnncore.views import BestView, Sample

SECONDS, SPACING = 0.9, 20
"""From one checkpoint to the next of its kind, but not less than so many times what one takes: the
latest and the best take a twentieth of the time each, at most."""
HELD = 64_000_000
"""Bytes of a best state that waits in memory to be written. A larger one is written if it is due,
and else it is not kept."""
MARKED = ("learning_rate", "max_grad_norm", "epochs")
"""Settings whose change sends a run another way: the state just before it is worth keeping."""
STAGES = frozenset(first * 10**power for first in (1, 3) for power in range(1, 8))
"""After 10, 30, 100, 300 ... updates a state is kept, so that one sees later what the run was."""
STAGE = 2_000_000
"""Bytes of weights of the largest network whose stages are kept: with its moments they take three
times as much each."""


class State(NamedTuple):
    """A trainer's state after `step` updates, as the file of a checkpoint has it."""

    step: int
    packed: bytes


class Keeper:
    """Writes the checkpoints of a claimed run: the latest, the best on held-out text, stages on its
    way, and marks.

    While the store cannot be written for a passing reason it waits, until `give_up()` is true.
    Raises   ClaimLost if another worker has the run; StoreError. A disk that is full is reported as
             the run's trouble.
    """

    def __init__(
        self,
        store: Store,
        claim: Claim,
        trainer: Trainer,
        report: Report,
        give_up: Callable[[], bool],
    ) -> None:
        self._claim, self._trainer, self._report, self._give_up = claim, trainer, report, give_up
        self._path = checkpoint_path(claim.run.id)
        self._best_path = checkpoint_path(claim.run.id, BEST)
        there = {one.name: one for one in store.checkpoints.of(claim.run.id)}
        self._best = there.get(BEST, Kept(BEST, None))
        self._waiting = b""  # the best state, until it is written
        self._passed: list[State] = []  # stages, until they are written
        self._latest_at = self._best_at = monotonic() + SECONDS
        self._mark_at = 0.0

    def due(self, now: float) -> bool:
        """Whether it is time for the next latest checkpoint."""
        return now >= self._latest_at

    def save(self) -> None:
        """Write the latest. Call it right after a commit: a rewind then cuts between records."""
        began = monotonic()
        if self._written(lambda: save(self._path, self._trainer, self._claim)):
            self._report.compact()
        self._write_stages()
        self._latest_at = _next(began)

    def judge(self, found: Evaluation | None) -> None:
        """Keep the present state if its loss on the text that decides is the lowest so far."""
        if found is None or not found.step or not found.bits < (self._best.bits or inf):
            return
        began = monotonic()
        due = began >= self._best_at
        if not due and self._trainer.model.parameters.values.nbytes > HELD / 3:  # with its moments
            return
        self._best = Kept(BEST, found.step, found.bits)
        self._waiting = checkpoint.packed(self._trainer, self._best_path)
        if due:
            self.flush(began)

    def pass_stage(self) -> None:
        """Keep the present state if it is one of STAGES. Trials of a sweep have none: there are
        many of them, and they are short."""
        trainer = self._trainer
        if trainer.steps not in STAGES:  # the usual case, after every update
            return
        if trainer.model.parameters.values.nbytes <= STAGE and self._claim.run.series is None:
            self._passed.append(State(trainer.steps, checkpoint.packed(trainer, self._path)))

    def _write_stages(self) -> None:
        while self._passed:
            state = self._passed.pop(0)
            kept = Kept(f"{MARK}{state.step}", state.step)
            self._written(partial(save_named, self._claim, kept, state.packed))

    def flush(self, began: float | None = None) -> None:
        """Write the best, and stages, that are not written yet."""
        self._write_stages()
        if not self._waiting:
            return
        began = monotonic() if began is None else began
        if self._written(lambda: save_named(self._claim, self._best, self._waiting)):
            self._waiting = b""
        self._best_at = _next(began)

    def look_back(self, copies: Copies | None) -> None:
        """Report the best state beside the latest, and what it writes where it is another one. Of a
        grammar's text nothing is reported: no run knows that by heart. `copies` looks for what
        is copied in it."""
        trainer, corpus, best = self._trainer, self._trainer.corpus, self._best
        if best.step is None or best.bits is None or corpus.grammar is not None:
            return
        temperature = trainer.config.temperature
        samples: tuple[Sample, ...] = ()
        if best.step != trainer.steps:
            try:
                model = checkpoint.load_model(checkpoint.read(self._best_path))
            except RnnError:  # somebody has taken it away
                return
            rng = np.random.default_rng([trainer.config.seed, best.step])
            samples, _ = draw_samples(model, corpus, temperature, rng, copies=copies)
        view = BestView(trainer.steps, best.step, 2**best.bits, samples, temperature)
        self._report.add(best_record(view))

    def before(self, setting: str) -> State | None:
        """The present state, if a change of `setting` is worth a mark and none was just made."""
        if setting not in MARKED or not self._trainer.steps or monotonic() < self._mark_at:
            return None
        return State(self._trainer.steps, checkpoint.packed(self._trainer, self._path))

    def mark(self, state: State, made: Changed) -> None:
        """Keep the state that was there before the change."""
        began = monotonic()
        change = {"setting": made.setting, "old": made.old, "new": made.new}
        kept = Kept(f"{MARK}{state.step}", state.step, change=change)
        self._written(lambda: save_named(self._claim, kept, state.packed))
        self._mark_at = _next(began)

    def _written(self, write: Callable[[], None]) -> bool:
        """Whether it could be; if not, the run says why and goes on."""
        error = None
        try:
            patiently(write, self._give_up)
        except CheckpointError as failure:
            error = failure
        self._report.set_error(self._trainer.steps, "checkpoint", error)
        return error is None


def _next(began: float) -> float:
    ended = monotonic()
    return ended + max(SECONDS, SPACING * (ended - began))
