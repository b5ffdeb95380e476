"""The sweep that is on the page: its row, its trials, and what they come to."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from math import log2
from typing import Any, NamedTuple

from pages.ui.figures.tokens import escaped
from pages.ui.serving import server
from pages.ui.tune import selection
from pages.ui.tune.figures.shown import Shown
from pages.ui.visit.i18n import unmarked
from pages.ui.visit.session import Session
from pages.ui.widgets.offers import attempt
from pages.ui.widgets.settings import label, worded
from rnncore.errors import StoreError
from rnncore.runs.records import run_view
from rnncore.runs.store import Store
from rnncore.runs.troubles import watched_only
from rnncore.sweeps.advice import Verdict, verdict
from rnncore.sweeps.analysis import RESULT, scales, selected
from rnncore.sweeps.book import Sweeps
from rnncore.sweeps.importance import Importances, importances
from rnncore.sweeps.space import is_whole
from rnncore.sweeps.trial import SweepRow, Trial
from rnncore.views import RunView


class Watched(NamedTuple):
    """A sweep as it stood when it was read.

    mine      whether the visitor began it
    shown     what its figures draw
    selected  the trials within all brushes, the best first
    """

    row: SweepRow
    trials: list[Trial]
    mine: bool
    importances: Importances
    verdict: Verdict
    shown: Shown
    selected: list[Trial]

    @property
    def chosen(self) -> Trial | None:
        """The trial that is looked at."""
        return next((one for one in self.trials if one.number == self.shown.chosen), None)

    @property
    def going(self) -> bool:
        """Whether more is to come by itself."""
        return self.row.status == "running" or self.row.alive


def book() -> Sweeps:
    """The sweeps of this server's store.  Raises StoreError."""
    return _book(server.store())


@lru_cache(maxsize=2)
def _book(store: Store) -> Sweeps:
    return Sweeps(store)


def sweep_id(visit: Session) -> str:
    """The sweep that the address names; "" for none."""
    return visit.value("sweep", "")


def watched(visit: Session, row: SweepRow) -> Watched:
    """Read its trials, and put together what is drawn of them.  Raises StoreError."""
    trials = book().trials(row.id)
    found = importances(row.plan, trials)
    order = found.order if found.enough else tuple(row.plan.space)  # axes stand still at first
    axes = scales(row.plan, trials, order)
    brushes = selection.brushes(visit)
    percent = selection.percent(visit)
    kept = selected(trials, axes, brushes, percent)
    here = [trial.number for trial in trials if trial.run_id and trial.run_id == visit.run_id]
    shown = Shown(
        axes,
        trials,
        {trial.number for trial in kept},
        {scale.name: brushes[scale.name] for scale in axes if scale.name in brushes},
        here[0] if here else None,
        _floor(next((trial.run_id for trial in trials if trial.run_id and trial.curve), None)),
        {name: escaped(label(visit.t, name)) for name in row.plan.space}
        | {RESULT: visit.t("tune.perplexity")},
        lambda name, value: escaped(plain(visit, name, value)),
    )
    ranked = sorted(kept, key=_rank)
    mine = row.owner == visit.visitor.id
    said = verdict(row.plan, trials, found)
    return Watched(row, trials, mine, found, said, shown, ranked)


def change(visit: Session, of: SweepRow, action: Callable[[], object]) -> None:
    """Do something with the visitor's own sweep; the page says why where it cannot be done."""

    def act() -> None:
        if of.owner != visit.visitor.id:
            raise watched_only(of.id)
        action()

    attempt(visit, act)


def plain(visit: Session, name: str, value: Any) -> str:
    """A value of a setting, with as many digits as people read."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        value = round(value) if is_whole(name) else float(f"{value:.4g}")
    return unmarked(worded(visit, name, value))


def _rank(trial: Trial) -> tuple[bool, float, int]:
    """The best first; those that diverged last but for those without a result."""
    lost = trial.status in ("diverged", "failed")
    return (lost or trial.value is None, trial.value or 0.0, trial.number)


@lru_cache(maxsize=256)
def _frame_of(url: str, run_id: str) -> RunView:
    """Raises LookupError, which is not kept, if it has told nothing yet."""
    records = server.store().records_after(run_id, kinds=("run",), damaged=[])
    return run_view(records[0].payload)


def frame(run_id: str | None) -> RunView | None:
    """What a trial's run has told of itself: its vocabulary, the best there can be; None before."""
    try:
        return _frame_of(server.store().url, run_id) if run_id else None
    except (StoreError, LookupError):
        return None


def _floor(run_id: str | None) -> float | None:
    """Bits of the best model there can be, as a trial's run has told it."""
    found = frame(run_id)
    return None if found is None or found.floor is None else log2(found.floor)
