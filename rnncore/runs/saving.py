"""Writing a run's checkpoint: only the worker that has the run ever replaces it."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from rnncore.errors import CheckpointError
from rnncore.runs.claim import Claim
from rnncore.training import checkpoint
from rnncore.training.trainer import Trainer


def save(path: Path, trainer: Trainer, claim: Claim) -> None:
    """Write the trainer's state to `path`, readable by the owner alone.

    The file is written and synced under a name of the claim's own, which takes time, and put in
    its place while the claim is verified and locked (`Claim.holding`), which takes none: whenever
    this process is frozen, it cannot overwrite what its successor has saved since.
    Raises   CheckpointError if the disk is full or the place cannot be written; ClaimLost if
             another worker has the run; StoreError if that cannot be found out. What stood at
             `path` before is still there.
    """
    draft = path.with_name(f".{path.stem}.{claim.run.worker}.part")
    try:
        _write(draft, path, trainer)
        with claim.holding():
            failure = _put(draft, path)
        if failure is not None:
            raise _unwritable(path, failure)
    finally:
        with suppress(OSError):
            draft.unlink()


def _write(draft: Path, path: Path, trainer: Trainer) -> None:
    try:
        checkpoint.save(draft, trainer)
        draft.chmod(0o600)
    except CheckpointError as error:  # it names the draft, which nobody knows
        values = {**error.values, "path": str(path)}
        said = str(error).replace(str(draft), str(path))
        raise CheckpointError(error.code, said, **values) from None
    except OSError as failure:
        raise _unwritable(path, failure) from None


def _put(draft: Path, path: Path) -> OSError | None:
    try:
        draft.replace(path)
    except OSError as failure:  # a folder in the way is the file's trouble, not the store's
        return failure
    return None


def _unwritable(path: Path, failure: OSError) -> CheckpointError:
    problem = failure.strerror or ""
    return CheckpointError(
        "checkpoint_unwritable",
        f"The checkpoint {path} could not be written ({problem}); check the folder and its "
        f"permissions. The one before is untouched.",
        path=str(path),
        problem=problem,
    )
