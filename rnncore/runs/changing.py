"""A setting changed while a run is on, as a person asked: made, recorded, or refused aloud."""

from __future__ import annotations

from typing import Any

from rnncore.errors import ConfigError
from rnncore.runs.records import changed_record
from rnncore.runs.report import Report
from rnncore.training.events import Changed
from rnncore.training.trainer import Trainer


def change(trainer: Trainer, report: Report, setting: str, value: Any) -> tuple[Changed, ...]:
    """Change a live setting, or the number of epochs (`Trainer.extend`), from the next update on.
    Returns what has changed.

    What cannot be becomes a trouble of the run, which goes on with the settings it has.
    """
    try:
        if setting == "epochs":
            changes = trainer.extend(value)
        else:
            changes = (trainer.change(setting, value),)
    except ConfigError as error:
        report.set_error(trainer.steps, "setting", error)
        return ()
    report.set_error(trainer.steps, "setting", None)
    for made in changes:
        report.add(changed_record(made))
    return changes
