"""What a coordinator writes: trials that were asked, their runs, and what they came to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, insert, update

from rnncore.config import Config
from rnncore.runs.claim import CommandName, encode_command
from rnncore.runs.row import new_run_id
from rnncore.runs.store import Store
from rnncore.runs.tables import commands, runs, sweeps, trials
from rnncore.runs.taking import fresh_row
from rnncore.sweeps.plan import Plan
from rnncore.sweeps.trial import SweepRow, Trial, TrialStatus
from rnncore.sweeps.writing import changing, enter, next_number, next_told
from rnncore.text.corpus import load_corpus
from rnncore.training.trainer import windows_to_train

PART = 4_000
"""Tokens of held-out text that all trials are measured on at each tenth of their budget. The same
for all, so that a narrow and a wide network are compared on the same text."""


class Dispatcher:
    """Writes for one sweep.  Raises   StoreError, from every method."""

    def __init__(self, store: Store, sweep_id: str) -> None:
        self._store, self._database, self._sweep_id = store, store.database, sweep_id
        self._exhausted: tuple[Plan, int] | None = None

    def fill(self, sweep: SweepRow, known: Sequence[Trial], going: int) -> bool:
        """Give runs to trials until there are enough, asking for more where none waits; whether
        there was something to do.

        going   trials that have a run, and are not done
        """
        plan, trials_now = sweep.plan, list(known)
        wanted = sweep.workers + (0 if plan.sampler == "tpe" else sweep.workers) - going
        waiting = [trial for trial in trials_now if trial.run_id is None and not trial.ended]
        done = 0
        while done < wanted:
            if not waiting:
                waiting = self._ask(plan, trials_now)
                trials_now += waiting
            if not waiting:
                break
            self._dispatch(sweep, waiting.pop(0))
            done += 1
        return done > 0

    def _ask(self, plan: Plan, known: Sequence[Trial]) -> list[Trial]:
        """The trials of one setting more, entered in the store; none if there are enough."""
        if len(known) >= plan.trials or self._exhausted == (plan, len(known)):
            return []
        # Optuna is loaded when somebody sweeps, and by nobody else.
        from rnncore.sweeps.asking import ask

        settings = ask(plan, known, len(known))[: plan.trials - len(known)]
        if not settings:
            self._exhausted = (plan, len(known))
            return []
        with changing(self._database, self._sweep_id) as connection:
            if next_number(connection, self._sweep_id) != len(known):
                return []  # somebody has queued a setting meanwhile
            enter(connection, self._sweep_id, len(known), settings)
        return [
            Trial(number, None, each, "waiting") for number, each in enumerate(settings, len(known))
        ]

    def _dispatch(self, sweep: SweepRow, trial: Trial) -> None:
        """Enter the run of a trial, with its orders."""
        run_id, now = new_run_id(), self._database.now()
        row = fresh_row(run_id, trial_config(sweep.plan, trial), now, watched=False)
        row |= {"owner": sweep.owner, "series": sweep.id}
        with changing(self._database, self._sweep_id) as connection:
            here = self._of(trial) & trials.c.run_id.is_(None) & (trials.c.status == "waiting")
            if connection.execute(update(trials).where(here).values(run_id=run_id)).rowcount:
                connection.execute(insert(runs), row)
                self._send(connection, sweep.plan, run_id, "start")

    def send_on_its_way(self, plan: Plan, run_id: str) -> None:
        """Let a run that was paused or lost go on to its budget."""
        with changing(self._database, self._sweep_id) as connection:
            self._send(connection, plan, run_id, "resume")

    def tell(self, trial: Trial, status: TrialStatus, value: float | None) -> None:
        """Note what a trial came to, as the next that the sampler is told."""
        with changing(self._database, self._sweep_id) as connection:
            columns = {
                "status": status,
                "value": value,
                "step": trial.step,
                "seconds": trial.seconds,
                "told": next_told(connection, self._sweep_id),
            }
            untold = self._of(trial) & trials.c.told.is_(None)
            connection.execute(update(trials).where(untold).values(columns))

    def prune(self, trial: Trial) -> None:
        """Note that a trial ends early."""
        self._end(trial, "pruned")

    def drop(self, trial: Trial) -> None:
        """Let go of the run of a trial, which somebody has removed."""
        with changing(self._database, self._sweep_id) as connection:
            ended = update(trials).where(self._of(trial), trials.c.told.is_(None))
            connection.execute(ended.values(status="stopped", run_id=None))

    def stop_waiting(self) -> None:
        """End all trials that have not ended."""
        here = (trials.c.sweep_id == self._sweep_id) & (trials.c.status == "waiting")
        with changing(self._database, self._sweep_id) as connection:
            connection.execute(update(trials).where(here).values(status="stopped"))

    def complete(self) -> None:
        """Note that the sweep is done, unless more trials have been asked for meanwhile."""
        here = (sweeps.c.id == self._sweep_id) & (sweeps.c.status == "running")
        with changing(self._database, self._sweep_id) as connection:
            connection.execute(update(sweeps).where(here).values(status="complete"))

    def _end(self, trial: Trial, status: TrialStatus) -> None:
        waiting = self._of(trial) & (trials.c.status == "waiting")
        with changing(self._database, self._sweep_id) as connection:
            connection.execute(update(trials).where(waiting).values(status=status))

    def _send(self, connection: Connection, plan: Plan, run_id: str, command: CommandName) -> None:
        """Order a run to stop at its budget, and to begin or go on."""
        updates, now = plan.updates, self._database.now()
        budget = {"updates": updates} if updates is not None else {"seconds": plan.seconds}
        orders: list[tuple[CommandName, Any]] = [("stop", {**budget, "part": PART})]
        for name, value in [*orders, (command, None)]:
            connection.execute(insert(commands), encode_command(run_id, name, value, now))

    def _of(self, trial: Trial) -> Any:
        return (trials.c.sweep_id == self._sweep_id) & (trials.c.number == trial.number)


def trial_config(plan: Plan, trial: Trial) -> Config:
    """The config of a trial's run.  Raises   ConfigError or TextError if it cannot be trained."""
    config = plan.config(trial.settings)
    windows = windows_to_train(config, load_corpus(config))
    return plan.config(trial.settings, windows.updates_per_epoch)
