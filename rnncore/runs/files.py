"""Where a run's checkpoint lies."""

from __future__ import annotations

from pathlib import Path

from rnncore.paths import data_dir
from rnncore.runs.row import is_run_id
from rnncore.runs.troubles import unknown_run


def checkpoint_path(run_id: str) -> Path:
    """The file of the run's newest checkpoint; it is there once a worker has written one.

    Raises StoreError for what can be no run's id: it would be a path to somewhere else.
    """
    if not is_run_id(run_id):
        raise unknown_run(run_id)
    return data_dir() / "checkpoints" / f"{run_id}.safetensors"
