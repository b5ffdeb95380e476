"""Looks after one sweep: asks for trials, sees to their runs, and tells what they came to.

All that is decided follows from the store. Whoever takes over a sweep goes on where the process
before it was killed, and asks for the same trials.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from time import monotonic
from typing import NamedTuple

from rnncore.runs.executors import Executor, admit
from rnncore.runs.row import RunRow
from rnncore.runs.store import Store
from rnncore.sweeps.book import Sweeps
from rnncore.sweeps.dispatching import Dispatcher
from rnncore.sweeps.holding import Holding
from rnncore.sweeps.outcomes import outcome, value_of
from rnncore.sweeps.plan import Plan
from rnncore.sweeps.pruning import ends_early
from rnncore.sweeps.trial import SweepRow, Trial
from rnncore.sweeps.watching import Watch

BEAT_SECONDS = 1.0
SHORT_SECONDS = 0.3
"""For so long a worker that has ended a trial is expected to take the next one by itself; only
then another one is called."""
TRIES = 3
"""Workers that a trial may lose, such as to a machine without memory, before it has failed."""
GONE_ON = ("yielded", "shutdown", "unwatched")
"""Why a trial has paused that goes on by itself; one that a person has paused waits for them."""


class Going(NamedTuple):
    """A trial that the sampler has not been told of, with its run."""

    trial: Trial
    run: RunRow

    @property
    def busy(self) -> bool:
        """Whether it has a worker, or waits for one."""
        return self.run.alive or self.run.silent or self.run.status in ("waiting", "queued")

    @property
    def idle(self) -> bool:
        """Whether it takes a worker to begin, or to go on."""
        paused = self.run.status == "paused" and self.run.reason in GONE_ON
        return not self.busy and (paused or self.run.status in ("ready", "lost"))


class Coordinator:
    """Looks after the sweep `sweep_id`, which `holding` has taken.

    executor   brings workers to trials
    alone      whether it calls workers for its own trials only, as nobody serves the queue here
    """

    def __init__(
        self,
        store: Store,
        sweep_id: str,
        holding: Holding,
        executor: Executor,
        *,
        alone: bool = False,
    ) -> None:
        self.sweep_id = sweep_id
        self._store, self._holding, self._executor = store, holding, executor
        self._alone = alone
        self._book = Sweeps(store)
        self._dispatcher = Dispatcher(store, sweep_id)
        self._watch, self._prunes = Watch(store.database, sweep_id), True
        self._beat_at = 0.0
        self._short_since: float | None = None
        self._told = False  # whether a trial has ended since this process looks after the sweep
        self._lost: defaultdict[str, set[object]] = defaultdict(set)  # workers by run
        self._ordered: set[str] = set()  # runs that were told to stop or to yield

    def tick(self) -> bool:
        """Do what is to be done now; False when the sweep needs nobody any more, or somebody else
        has it.

        Raises   StoreError if the store cannot be used; ConfigError if a trial cannot be made.
        """
        now = monotonic()
        if now >= self._beat_at:
            if not self._holding.beat(self.sweep_id):
                return False
            self._beat_at = now + BEAT_SECONDS
        calm = self._short_since is None
        if not self._watch.changed(now, records=self._prunes) and calm:
            return True
        sweep = self._book.row(self.sweep_id)
        if sweep is None:
            return False
        self._prunes = sweep.plan.pruner != "none"
        trials = self._told_trials(sweep.plan)
        going = self._going(trials)
        self._end_asked(going)
        if sweep.status == "running":
            return self._go_on(sweep, trials, going, now) or self._complete()
        if sweep.status == "stopped":
            self._dispatcher.stop_waiting()
        settled = self._yield_all(going) if sweep.status == "paused" else not going
        if settled:
            self._holding.release(self.sweep_id, sweep.status)
        return not settled

    def _complete(self) -> bool:
        self._dispatcher.complete()
        self._holding.release(self.sweep_id, "complete")
        return False

    def _told_trials(self, plan: Plan) -> list[Trial]:
        """The trials, once the sampler has been told of those whose runs have ended."""
        trials = self._book.trials(self.sweep_id)
        ended = [
            (going.trial, found)
            for going in self._going(trials)
            if (found := outcome(plan, going.trial, going.run)) is not None
        ]
        for trial, found in ended:
            self._dispatcher.tell(trial, found, value_of(found, trial, trials))
            self._told = True
            trials = self._book.trials(self.sweep_id)
        return trials

    def _going(self, trials: Iterable[Trial]) -> list[Going]:
        """The trials with a run that the sampler has not been told of, in the order of asking."""
        there = {t.run_id: t for t in trials if t.run_id is not None and t.told is None}
        heads = self._store.heads(run_id for run_id in there if run_id is not None)
        for run_id, trial in there.items():
            if run_id not in heads:
                self._dispatcher.drop(trial)
        return [Going(trial, heads[run_id]) for run_id, trial in there.items() if run_id in heads]

    def _end_asked(self, going: Iterable[Going]) -> None:
        """See to it that trials end that were pruned or stopped."""
        for trial, run in going:
            if trial.status not in ("pruned", "stopped"):
                continue
            if run.alive or run.status == "queued":
                self._order(run, "stop")
            elif run.step == 0 and self._store.forget(run.id):
                self._dispatcher.drop(trial)
            else:
                self._store.queue.withdraw(run.id)

    def _go_on(self, sweep: SweepRow, trials: list[Trial], going: list[Going], now: float) -> bool:
        """Prune, ask and call workers; False if all is done."""
        for trial, run in going:
            if trial.status == "running" and ends_early(sweep.plan, trials, trial):
                self._dispatcher.prune(trial)
                self._order(run, "stop")
        self._ordered &= {run.id for _, run in going if run.alive}
        asked = self._dispatcher.fill(sweep, trials, len(going))
        if asked:
            going = self._going(self._book.trials(self.sweep_id))
        self._call(sweep, going, now)
        return bool(going)

    def _call(self, sweep: SweepRow, going: list[Going], now: float) -> None:
        """Call workers where there are fewer than asked for, unless one is on its way from a trial
        to the next."""
        missing = sweep.workers - sum(each.busy for each in going)
        idle = [each for each in going if each.idle]
        if missing <= 0 or not idle:
            self._short_since = None
        elif self._short_since is None:
            self._short_since = now
        since = self._short_since
        if since is not None and (not self._told or now - since >= SHORT_SECONDS):
            for trial, run in idle[:missing]:
                if self._hopeless(run):
                    self._dispatcher.tell(trial, "failed", None)
                    continue
                if run.status != "ready":
                    self._dispatcher.send_on_its_way(sweep.plan, run.id)
                self._ordered.discard(run.id)
                self._store.queue.join(run.id)
        if any(each.run.status == "waiting" for each in going) or since is not None:
            admit(self._store, self._executor, self.sweep_id if self._alone else None)

    def _hopeless(self, run: RunRow) -> bool:
        """Whether a run loses each worker that it gets."""
        if run.status == "lost":  # one that is seen so twice is lost once
            self._lost[run.id].add((run.worker, run.heartbeat))
        return len(self._lost[run.id]) > TRIES

    def _yield_all(self, going: Iterable[Going]) -> bool:
        """Pause all trials; whether they are."""
        busy = [run for _, run in going if run.alive or run.status in ("waiting", "queued")]
        for run in busy:
            if not self._store.queue.leave(run.id, "paused", "yielded"):
                self._order(run, "yield")
        return not busy

    def _order(self, run: RunRow, command: str) -> None:
        """Send a command, once."""
        if run.id not in self._ordered:
            self._ordered.add(run.id)
            self._store.send(run.id, "stop" if command == "stop" else "yield")
