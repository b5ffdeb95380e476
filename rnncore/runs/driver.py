"""Drives a trainer by the commands in the store; reports, checkpoints and rests as decided."""

from __future__ import annotations

from collections.abc import Iterator
from time import monotonic, sleep
from typing import Any, Literal

import numpy as np

from rnncore.probes.snapshot import Prober
from rnncore.runs import opening
from rnncore.runs.aiming import Aiming
from rnncore.runs.budget import TimeBudget
from rnncore.runs.changing import change
from rnncore.runs.claim import Claim, ClaimLost, Command
from rnncore.runs.cloud_recorder import CloudRecorder
from rnncore.runs.files import checkpoint_path
from rnncore.runs.heartbeat import Heartbeat, lease_seconds
from rnncore.runs.held_out import HeldOut
from rnncore.runs.keeper import Keeper
from rnncore.runs.limit import Limit
from rnncore.runs.listening import asked, released
from rnncore.runs.records import epoch_record, run_record, snapshot_record
from rnncore.runs.report import Report
from rnncore.runs.spectrum_recorder import SpectrumRecorder
from rnncore.runs.store import Store
from rnncore.runs.troubles import patiently
from rnncore.training.events import Epoch, Event, Finished, Step
from rnncore.training.refusals import unknown_text

COMMIT_SECONDS = 0.1
"""From one commit to the next: ten a second."""
POLL_SECONDS, IDLE_SECONDS = 0.05, 0.02
"""From one look for commands to the next: while training, and while there is nothing to do."""
SNAPSHOT_SHARE = 0.05
"""Share of the time that snapshots may take."""
IDLE_LEASES = 10
"""Leases unwatched after which a worker with nothing to do ends; its run can be resumed."""


class Driver:
    """Trains a claimed run until it is over or nobody wants it; `terminated` makes it pause."""

    def __init__(self, store: Store, claim: Claim, heartbeat: Heartbeat) -> None:
        self.terminated = False
        self._store, self._claim, self._heartbeat = store, claim, heartbeat
        self._path = checkpoint_path(claim.run.id)
        self._last_command = claim.run.last_command
        self._poll_at = 0.0
        self._step_at = 0.0  # a run at a set pace waits until then
        self._going = self._single = False  # single: pause after the next update
        self._leaving = False  # end as soon as there is nothing to do: others wait for a place
        self._done = self._over = False

    def work(self) -> None:
        """Train, and return when the process may end.

        Raises   ClaimLost if another worker has the run; RnnError if it cannot be trained.
        """
        with np.errstate(over="ignore", invalid="ignore"):  # the trainer tells divergence better
            patiently(self._open, lambda: self.terminated)
            while True:
                while not self._over:
                    self._go_on()
                if self.terminated or self._done:  # whatever was asked is for the next worker
                    self._commit(worker=None)
                    return
                if released(self._claim, self._last_command, lambda: self.terminated):
                    return
                self._over = False  # something was asked at the last moment

    def _go_on(self) -> None:
        now = monotonic()
        if now >= self._poll_at:
            self._listen()
        if not self._going:
            sleep(IDLE_SECONDS)
            self._poll_at = 0.0
        elif now < self._step_at:
            sleep(min(self._step_at - now, IDLE_SECONDS))
        else:
            self._advance(now)

    # Opening.

    def _open(self) -> None:
        store, run_id = self._store, self._claim.run.id
        resumed = bool(store.places(run_id, "run"))
        self._trainer = trainer = opening.open_trainer(self._claim, self._path)
        self._prober, now = Prober(trainer), monotonic()
        self._events: Iterator[Event] = trainer.events(evaluate=False)
        tokens = trainer.config.batch_size * trainer.config.time_size
        self._report = Report(store, self._claim, tokens, lambda: self.terminated)
        self._report.start("paused" if trainer.steps else "ready", None, trainer.seconds)
        if not trainer.text_known:
            self._report.set_error(trainer.steps, "text", unknown_text(self._path))
        self._commit_at = now
        self._looking = TimeBudget(SNAPSHOT_SHARE, COMMIT_SECONDS, now)
        self._held_out = HeldOut(trainer, self._report, opening.measured_part(store, run_id))
        self._keeper = Keeper(store, self._claim, trainer, self._report, lambda: self.terminated)
        self._spectra = SpectrumRecorder(self._report.add, store.places(run_id, "spectrum"))
        for record in opening.lost_reports(store, run_id, trainer):
            self._report.add(record)
        self._clouds = CloudRecorder(self._prober, self._report.add)
        self._aiming = Aiming(self._prober, self._report.add)
        if resumed:
            self._go_back()
        else:
            self._first_look()

    def _first_look(self) -> None:
        """The truth at step 0."""
        self._report.add(run_record(opening.first_frame(self._prober, self._trainer.corpus)))
        self._aiming.report(self._trainer.steps)
        self._look()
        self._evaluate()
        self._commit()

    def _go_back(self) -> None:
        """Take back what was reported after the checkpoint, and go on from there."""
        trainer, run_id = self._trainer, self._claim.run.id
        for record in opening.restore_settings(self._store, self._claim, trainer):
            self._report.add(record)
        self._aiming.at = opening.restore_plane(self._store, self._claim, self._prober)
        self._clouds.framed = opening.is_framed(self._store, run_id)
        if trainer.steps not in {step for _, step in self._store.places(run_id, "snapshot")}:
            self._look()
        self._commit()

    # Commands.

    def _listen(self) -> None:
        self._poll_at = monotonic() + POLL_SECONDS
        if self._heartbeat.claim_lost:
            raise ClaimLost(self._claim.run.id)
        for command in asked(self._claim, self._last_command):
            self._last_command = command.seq
            if command.name != "leave":  # that one comes from who waits
                self._heartbeat.seen()
            self._obey(command)
        if self.terminated:
            if self._going:
                self._pause("shutdown")
            self._over = True
        elif self._leaving:
            self._over = True
        elif self._heartbeat.unwatched > lease_seconds():
            if self._going:
                self._pause("unwatched")
            elif self._heartbeat.unwatched > IDLE_LEASES * lease_seconds():
                self._over = True
        if not self._going and self._report.pending:
            self._commit()

    def _obey(self, command: Command) -> None:
        trainer = self._trainer
        if command.name in ("start", "resume", "step", "stop"):
            self._leaving = False
        match command.name:
            case "start" | "resume" if not self._going or self._single:
                self._going, self._single, self._step_at = True, False, 0.0
                self._commit_at = now = monotonic()  # the first points at once
                self._held_out.restart(now)
                self._report.set_status(trainer.steps, "running")
                self._commit()
            case "pause" if self._going:
                self._pause("asked")
            case "step":
                self._going = self._single = True
                self._step_at = 0.0
            case "stop" if command.value:
                self._held_out.limit = Limit(**command.value)
            case "stop":
                trainer.stop()
                self._going, self._step_at = True, 0.0
            case "set":
                self._set(command.value["setting"], command.value["value"])
            case "extend":
                self._set("epochs", command.value)
            case "checkpoint":
                self._commit()
                self._save()
            case "aim":
                self._aim()
            case "leave":
                self._leaving = not self._going
            case "yield":
                if self._going:
                    self._pause("yielded")
                self._leaving = True

    def _set(self, setting: str, value: Any) -> None:
        state = self._keeper.before(setting)
        made = change(self._trainer, self._report, setting, value)
        if state is not None and made:
            self._keeper.mark(state, made[0])
        if setting == "temperature" and not self._going:
            self._look()

    # Training.

    def _advance(self, now: float) -> None:
        event = next(self._events)
        match event:
            case Step():
                self._report.add_step(event)
                self._keeper.pass_stage()
                if self._aiming.due(event.step):
                    self._aim()
                pace = self._trainer.config.pace
                self._step_at = now + 1 / pace if pace else 0.0
                if self._held_out.limit.reached(self._trainer):
                    self._trainer.stop()
                if self._single:
                    self._pause("asked")
                elif self._held_out.is_early(event.step):
                    self._commit()  # the update's own point does not wait
                    self._evaluate()
            case Epoch():
                self._report.add(epoch_record(self._trainer.steps, event))
                self._evaluate()
            case Finished(reason=reason):
                self._finish(reason)
                return
        if (now := monotonic()) >= self._commit_at and self._going:
            self._measure(now)

    def _measure(self, now: float) -> None:
        if self._looking.due(now):
            self._look(whole=self._clouds.due(self._trainer.steps, now))
        if self._held_out.due(now):
            self._evaluate()
        self._spectra.record(self._trainer, now)
        self._commit()
        if self._keeper.due(now):
            self._save()
        self._commit_at = now + COMMIT_SECONDS

    def _pause(self, reason: str) -> None:
        self._going = self._single = False
        self._commit()
        self._save()
        self._look()
        self._evaluate()
        self._keeper.flush()
        self._report.set_status(self._trainer.steps, "paused", reason)
        self._commit()
        if reason != "asked":  # for long, perhaps for good
            self._report.lighten()

    def _finish(self, reason: Literal["completed", "diverged", "stopped"]) -> None:
        self._commit()
        if reason == "diverged":  # the last good checkpoint is worth more than this state
            self._report.set_error(self._trainer.steps, "training", self._trainer.divergence)
        else:
            self._save()
            if self._sound():
                self._held_out.measure_end("valid")
                self._keeper.judge(self._held_out.judged)
                self._held_out.measure_end("test")
        self._keeper.flush()
        self._look()
        self._keeper.look_back(self._prober.copies)
        self._report.set_status(self._trainer.steps, "finished", reason)
        self._commit()
        self._report.lighten()
        self._going, self._done, self._over = False, True, True

    # What is not training.

    def _look(self, *, whole: bool = True) -> None:
        if self._sound():
            with self._looking.spending():
                self._report.add(snapshot_record(self._prober.snapshot()))
            if whole:
                self._clouds.record()

    def _evaluate(self) -> None:
        if self._sound():
            self._held_out.measure()
            self._keeper.judge(self._held_out.judged)

    def _save(self) -> None:
        if self._sound():
            self._keeper.save()

    def _sound(self) -> bool:
        """Whether all weights are finite: if not, the next update will find it out."""
        return bool(np.isfinite(self._trainer.model.parameters.values).all())

    def _aim(self) -> None:
        self._aiming.aim(self._trainer.steps)
        self._look()

    def _commit(self, **columns: Any) -> None:
        self._report.commit(self._trainer.steps, last_command=self._last_command, **columns)
