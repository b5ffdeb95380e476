"""Where files live: the project's own assets and the person's data."""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs


def assets_dir() -> Path:
    """The folder of texts, translations and scripts that come with the project.

    An installed package holds the engine's part of it; a clone has the whole beside `rnncore`.
    """
    package = Path(__file__).resolve().parent
    installed = package / "assets"
    return installed if installed.is_dir() else package.parent / "assets"


def data_dir() -> Path:
    """The folder for own texts, downloads, the store and checkpoints; created on demand,
    for its owner alone.

    It is RNN_EXPLORER_HOME where that is set, else the platform's folder for user data.
    Raises OSError if it cannot be created.
    """
    home = os.environ.get("RNN_EXPLORER_HOME")
    folder = Path(home).expanduser() if home else platformdirs.user_data_path("rnn-explorer", False)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder
