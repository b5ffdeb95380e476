"""Why a checkpoint cannot be written, read or trusted: the sentences, each with its cure."""

from __future__ import annotations

import errno
from pathlib import Path

from rnncore.elsewhere import Elsewhere
from rnncore.errors import CheckpointError
from rnncore.memory import GIB
from rnncore.training.header import FORMAT

Place = Path | str | Elsewhere
"""Where a checkpoint lies: its text is what a sentence calls it."""


def missing(path: Place, failure: OSError) -> CheckpointError:
    return CheckpointError(
        "checkpoint_missing",
        f"The checkpoint {path} cannot be read ({failure.strerror}); check the path.",
        path=str(path),
    )


def large(path: Place, size: int, limit: int) -> CheckpointError:
    came, most = f"{size / GIB:,.1f}", f"{limit / GIB:,.1f}"
    return CheckpointError(
        "checkpoint_large",
        f"{path} has {came} GiB, but a checkpoint has at most {most} GiB; check the path.",
        path=str(path),
        size=came,
        limit=most,
    )


def broken(path: Place) -> CheckpointError:
    return CheckpointError(
        "checkpoint_broken",
        f"{path} is not a whole checkpoint of RNN Explorer; take an older one or train anew.",
        path=str(path),
    )


def newer(path: Place, version: int) -> CheckpointError:
    return CheckpointError(
        "checkpoint_newer",
        f"{path} was written by a newer version (format {version}, this one reads {FORMAT}); "
        f"update RNN Explorer.",
        path=str(path),
        version=version,
        known=FORMAT,
    )


def other_weights(path: Place) -> CheckpointError:
    return CheckpointError(
        "checkpoint_other",
        f"The weights in {path} do not fit the settings stored beside them; "
        f"take an older checkpoint or train anew.",
        path=str(path),
    )


def other_words(path: Place, corpus: str) -> CheckpointError:
    return CheckpointError(
        "checkpoint_corpus",
        f"The corpus {corpus} has other words now than when {path} was written; "
        f"bring the old text back or train anew.",
        path=str(path),
        corpus=corpus,
    )


def other_text(path: Place, corpus: str) -> CheckpointError:
    return CheckpointError(
        "checkpoint_text",
        f"The corpus {corpus} is not the text that {path} was trained on, though its words are "
        f"the same; bring the old text back or train anew.",
        path=str(path),
        corpus=corpus,
    )


def unknown_text(path: Place) -> CheckpointError:
    """A warning: the run goes on."""
    return CheckpointError(
        "checkpoint_textless",
        f"{path} was written by an older version and cannot tell whether the corpus is still the "
        f"text it was trained on; make sure that it is.",
        path=str(path),
    )


def unsound(path: Place) -> CheckpointError:
    return CheckpointError(
        "checkpoint_unsound",
        f"The last update made weights that are no finite numbers, so the checkpoint {path} was "
        f"not written; go on from an older one with half the learning rate.",
        path=str(path),
    )


def unwritable(path: Place, failure: OSError) -> CheckpointError:
    full = failure.errno in (errno.ENOSPC, errno.EDQUOT)
    return CheckpointError(
        "disk_full" if full else "checkpoint_unwritable",
        f"The checkpoint {path} could not be written ({failure.strerror}); "
        f"{'free some disk space' if full else 'check the folder and its permissions'}. "
        f"The one before is untouched.",
        path=str(path),
        problem=failure.strerror or "",
    )
