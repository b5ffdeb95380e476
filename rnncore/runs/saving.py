"""Writing a run's checkpoints: only the worker that has the run ever replaces one."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from rnncore.errors import CheckpointError
from rnncore.runs.checkpoints import Kept, drop_surplus, keep
from rnncore.runs.claim import Claim
from rnncore.runs.files import LATEST, StatePath, checkpoint_path
from rnncore.training import checkpoint
from rnncore.training.trainer import Trainer


def save(path: StatePath, trainer: Trainer, claim: Claim) -> None:
    """Write the trainer's state to `path` as the run's latest, readable by the owner alone.

    The file is written and synced under a name of the claim's own, which takes time, and put in
    its place while the claim is verified and locked (`Claim.holding`), which takes none: whenever
    this process is frozen, it cannot overwrite what its successor has saved since.
    Raises   CheckpointError if the disk is full or the place cannot be written; ClaimLost if
             another worker has the run; StoreError if that cannot be found out. What stood at
             `path` before is still there.
    """
    _replace(
        path, claim, Kept(LATEST, trainer.steps), lambda draft: checkpoint.save(draft, trainer)
    )


def save_named(claim: Claim, kept: Kept, state: bytes) -> None:
    """Write the checkpoint that `kept` tells of; `state` is `checkpoint.packed`. The same as `save`
    in all else; marks that are too many by now are removed."""
    path = checkpoint_path(claim.run.id, kept.name)
    _replace(path, claim, kept, lambda draft: checkpoint.write(draft, state))


def _replace(path: StatePath, claim: Claim, kept: Kept, write: Callable[[StatePath], None]) -> None:
    draft, run_id = path.with_name(f".{path.stem}.{claim.run.worker}.part"), claim.run.id
    try:
        _write(draft, path, write)
        with claim.holding() as connection:
            failure = _put(draft, path)
            if failure is None:
                keep(connection, run_id, kept)
                for name in drop_surplus(connection, run_id):
                    checkpoint_path(run_id, name).unlink(missing_ok=True)
        if failure is not None:
            raise _unwritable(path, failure)
    finally:
        with suppress(OSError):
            draft.unlink()


def _write(draft: StatePath, path: StatePath, write: Callable[[StatePath], None]) -> None:
    try:
        write(draft)
        draft.chmod(0o600)
    except CheckpointError as error:  # it names the draft, which nobody knows
        values = {**error.values, "path": str(path)}
        said = str(error).replace(str(draft), str(path))
        raise CheckpointError(error.code, said, **values) from None
    except OSError as failure:
        raise _unwritable(path, failure) from None


def _put(draft: StatePath, path: StatePath) -> OSError | None:
    try:
        draft.replace(path)  # type: ignore[arg-type]  # both are of one kind
    except OSError as failure:  # a folder in the way is the file's trouble, not the store's
        return failure
    return None


def _unwritable(path: StatePath, failure: OSError) -> CheckpointError:
    problem = failure.strerror or ""
    return CheckpointError(
        "checkpoint_unwritable",
        f"The checkpoint {path} could not be written ({problem}); check the folder and its "
        f"permissions. The one before is untouched.",
        path=str(path),
        problem=problem,
    )
