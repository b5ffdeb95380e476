"""Entering a run that came as a file: all of it, or nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import insert

from rnncore.runs.checkpoints import keep
from rnncore.runs.claim import append
from rnncore.runs.database import Database
from rnncore.runs.files import checkpoint_path
from rnncore.runs.labels import free_name
from rnncore.runs.row import new_run_id
from rnncore.runs.tables import runs
from rnncore.runs.taking import fresh_row
from rnncore.text.own_texts import save_own_text
from rnncore.training import checkpoint

if TYPE_CHECKING:  # which reads a run through the store
    from rnncore.runs.run_file import RunFile


class Imports:
    """Enters runs that were checked by `run_file.read`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def enter(self, file: RunFile, owner: str | None) -> str:
        """Enter the run under a new id, as `owner`'s, and keep its states and its own text.

        Its name gets a number where another run of the owner has it: the copy is told from it.

        Raises   StoreError; CheckpointError or TextError if a file cannot be written. Then nothing
                 of the run is left, save a text that others may have.
        """
        run_id, about = new_run_id(), file.about
        if file.text is not None:
            save_own_text(file.text)
        row = fresh_row(run_id, file.config, self._database.now(), watched=True) | {
            "status": about.status,
            "reason": about.reason,
            "step": about.step,
            "owner": owner,
            "name": about.name and free_name(self._database, owner, about.name),
            "note": about.note,
            "pinned": int(about.pinned),
        }
        paths = [checkpoint_path(run_id, kept.name) for kept, _ in file.states]
        try:
            for path, (_, state) in zip(paths, file.states, strict=True):
                checkpoint.write(path, state)
                path.chmod(0o600)
            with self._database.transaction() as connection:
                connection.execute(insert(runs), row)
                append(connection, run_id, file.records, row["created"])
                for kept, _ in file.states:
                    keep(connection, run_id, kept)
        except BaseException:
            for path in paths:
                path.unlink(missing_ok=True)
            raise
        return run_id
