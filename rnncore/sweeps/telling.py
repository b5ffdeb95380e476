"""What the command line says of a sweep: events for programs, lines for people."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from rnncore.console import say
from rnncore.errors import RnnError
from rnncore.event_log import Event
from rnncore.sweeps.book import Sweeps
from rnncore.sweeps.trial import SweepRow, Trial, best


class TrialEvent(NamedTuple):
    """A trial that has begun, or ended."""

    sweep: str
    trial: Trial

    def as_dict(self) -> dict[str, Any]:
        trial = self.trial
        return {
            "type": "trial",
            "sweep": self.sweep,
            "number": trial.number,
            "run": trial.run_id,
            "settings": dict(trial.settings),
            "status": trial.status,
            "bits": trial.value,
            "step": trial.step,
            "seconds": trial.seconds,
            "tokens": trial.tokens,
        }


class SweepEvent(NamedTuple):
    """A sweep that has begun, or ended."""

    sweep: str
    status: str
    trials: int
    workers: int

    def as_dict(self) -> dict[str, Any]:
        return {"type": "sweep", **self._asdict()}


class Said:
    """Says what has happened since it was last asked."""

    def __init__(
        self, book: Sweeps, sweep_id: str, write: Callable[[Event], None], *, quiet: bool
    ) -> None:
        self.book, self._sweep_id, self._write, self._quiet = book, sweep_id, write, quiet
        self._known: dict[int, str] = {}
        self._status = self._complaint = ""

    def tell(self) -> SweepRow:
        """Write and say it; the sweep as it stands."""
        row = self.book.row(self._sweep_id)
        assert row is not None
        if not self._known and not self._status:
            say(f"sweep {row.id}: {row.plan.trials} trials, {row.workers} at a time\n")
        trials = self.book.trials(self._sweep_id)
        for trial in trials:
            told = trial.status if trial.told is not None or trial.status == "running" else ""
            if told and self._known.get(trial.number) != told:
                self._known[trial.number] = told
                self._write(TrialEvent(row.id, trial))
                if trial.told is not None and not self._quiet:
                    say(f"{line(trial)}\n")
        if row.status != self._status:
            self._status = row.status
            self._write(SweepEvent(row.id, row.status, len(trials), row.workers))
        return row

    def complain(self, error: RnnError) -> None:
        """Say what the sweep waits for, once."""
        if str(error) != self._complaint:
            self._complaint = str(error)
            say(f"waiting: {error}\n")

    def best(self) -> Trial | None:
        return best(self.book.trials(self._sweep_id))


def line(trial: Trial) -> str:
    """What a trial came to, in a line."""
    settings = "  ".join(f"{name} {_short(value)}" for name, value in trial.settings.items())
    reached = "-" if trial.value is None else f"{2**trial.value:.3f}"
    took = f"{trial.step:,} updates in {trial.seconds:.1f} s"
    return f"trial {trial.number}  perplexity {reached}  {trial.status}  {settings}  {took}"


def duration(seconds: float) -> str:
    """Seconds as people say them."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"


def _short(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)
