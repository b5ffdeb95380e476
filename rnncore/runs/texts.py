"""Own texts of runs, on their way between machines that have data folders of their own.

A text is named by its content, so that what was damaged on the way is not taken for it.
"""

from __future__ import annotations

import os
from contextlib import suppress

from rnncore.runs import files
from rnncore.text.own_texts import is_own, name_of, own_path


def share(corpus: str) -> None:
    """Put an own text beside the checkpoints, where workers and other servers find it. Nothing is
    done for other texts, and for one that is there.

    Raises   OSError if it cannot be put there; StoreError as `files.checkpoints_folder`.
    """
    if is_own(corpus) and own_path(corpus).exists():
        target = files.shared_text(corpus)
        if not target.exists():
            files.write(target, own_path(corpus).read_bytes())


def fetch(corpus: str) -> None:
    """Bring an own text into the data folder of this machine; whoever reads it says it if that has
    not succeeded. Nothing is done where all files are in one data folder.

    Raises   StoreError as `files.checkpoints_folder`.
    """
    if not os.environ.get(files.VARIABLE) or not is_own(corpus) or own_path(corpus).exists():
        return
    with suppress(OSError):
        content = files.shared_text(corpus).read_bytes()
        if name_of(content) == corpus:
            files.write(own_path(corpus), content)
