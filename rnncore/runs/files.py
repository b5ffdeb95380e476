"""Where a run's checkpoints lie."""

from __future__ import annotations

from pathlib import Path

from rnncore.paths import data_dir
from rnncore.runs.row import is_run_id
from rnncore.runs.troubles import unknown_run

LATEST = "latest"


def checkpoint_path(run_id: str, name: str = LATEST) -> Path:
    """The file of one of the run's checkpoints; it is there once a worker has written it.

    Raises StoreError for what can be no run's id: it would be a path to somewhere else.
    """
    if not is_run_id(run_id):
        raise unknown_run(run_id)
    part = "" if name == LATEST else f".{name}"
    return data_dir() / "checkpoints" / f"{run_id}{part}.safetensors"


def run_of(path: Path) -> str:
    """The run whose checkpoint, or draft of one, a file is: no id has a dot."""
    return path.name.lstrip(".").partition(".")[0]
