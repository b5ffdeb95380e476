"""Where a run's checkpoints lie: in the data folder, or where RNN_EXPLORER_CHECKPOINTS says."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

from rnncore.atomic import write_atomically
from rnncore.paths import data_dir
from rnncore.runs.remote_path import RemotePath
from rnncore.runs.row import is_run_id
from rnncore.runs.troubles import unknown_run

LATEST = "latest"
VARIABLE = "RNN_EXPLORER_CHECKPOINTS"
StatePath = Path | RemotePath


def checkpoint_path(run_id: str, name: str = LATEST) -> StatePath:
    """The file of one of the run's checkpoints; it is there once a worker has written it.

    Raises StoreError for what can be no run's id: it would be a path to somewhere else.
    """
    if not is_run_id(run_id):
        raise unknown_run(run_id)
    part = "" if name == LATEST else f".{name}"
    return checkpoints_folder() / f"{run_id}{part}.safetensors"


def checkpoints_folder() -> StatePath:
    """The folder of all checkpoints.  Raises StoreError if its address cannot be used."""
    named = os.environ.get(VARIABLE)
    return at(named) if named else data_dir() / "checkpoints"


def at(place: str) -> StatePath:
    """The file or folder at a path, or at an address.  Raises StoreError if there can be none."""
    if "://" not in place:
        return Path(place).expanduser().absolute()
    address = urlsplit(place)
    if address.scheme == "file":
        return Path(url2pathname(address.path))
    return RemotePath.at(place)


def shared_text(name: str) -> StatePath:
    """Where an own text lies for workers that have a data folder of their own."""
    return checkpoints_folder() / f"{name}.txt"


def write(path: StatePath, data: bytes) -> None:
    """Put `data` at `path`, readable by the owner alone where it is a file of this machine.

    Makes the folder.  Raises OSError.
    """
    if isinstance(path, RemotePath):
        path.put(data)
    else:
        write_atomically(path, data, private=True)


def run_of(path: StatePath) -> str:
    """The run whose checkpoint, or draft of one, a file is: no id has a dot."""
    return path.name.lstrip(".").partition(".")[0]
