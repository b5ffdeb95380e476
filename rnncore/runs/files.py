"""Where a run's checkpoint lies."""

from __future__ import annotations

from pathlib import Path

from rnncore.paths import data_dir


def checkpoint_path(run_id: str) -> Path:
    """The file of the run's newest checkpoint; it is there once a worker has written one."""
    return data_dir() / "checkpoints" / f"{run_id}.safetensors"
