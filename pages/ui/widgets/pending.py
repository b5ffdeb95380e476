"""Settings that were changed since the watched run began, and wait for the next one."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from pages.ui.serving import server
from pages.ui.visit.session import Session
from pages.ui.widgets.settings import label, shown
from rnncore.config import Config, live_settings
from rnncore.runs.row import RunRow


def pending(
    visit: Session, run: RunRow, among: Collection[str] = tuple(Config.model_fields)
) -> list[str]:
    """Settings that differ from the run's and act on reset."""
    now, then, live = visit.config, run.config, live_settings()
    changed = [
        name for name in among if name not in live and getattr(now, name) != getattr(then, name)
    ]
    if "epochs" in changed and server.epochs(run) == now.epochs:  # it went on
        changed.remove("epochs")
    return changed


def listed(visit: Session, names: Sequence[str]) -> str:
    """These settings with their present values, as Markdown."""
    return ", ".join(f"{label(visit.t, name)} {shown(visit, name)}" for name in names)
