"""Packing a run into a file that another RNN Explorer opens: see `run_file`."""

from __future__ import annotations

import io
import zipfile
from typing import Any

from rnncore.errors import CheckpointError, RnnError
from rnncore.runs.checkpoints import MARK, Kept
from rnncore.runs.files import checkpoint_path
from rnncore.runs.records import encode
from rnncore.runs.row import RunRow
from rnncore.runs.run_file import (
    ABOUT,
    FOLDER,
    FORMAT,
    LARGEST,
    LARGEST_UNPACKED,
    RECORDS,
    TEXT,
    About,
    Told,
)
from rnncore.runs.store import Store
from rnncore.text.decoding import MEGABYTE
from rnncore.text.own_texts import is_own, own_text
from rnncore.training import checkpoint

MOMENT = (1980, 1, 1, 0, 0, 0)
"""When all files in it were made, so that the same run is the same file."""


def pack(store: Store, run: RunRow) -> bytes:
    """The run as a file. Marks are left out, the oldest first, where it would become too large.

    Raises   StoreError; RnnError if it is too large without them.
    """
    kept = _files(store, run)
    while True:
        packed = _packed(store, run, kept)
        if packed is not None:
            return packed
        marks = [name for name in kept if name.startswith(MARK)]
        if not marks:
            raise RnnError(
                "run_file_heavy",
                f"The run is larger than the {LARGEST // MEGABYTE} MB a run file may have; export "
                f"its curves as CSV or Parquet, or copy the data folder.",
                limit=LARGEST // MEGABYTE,
            )
        del kept[marks[-1]]


def _files(store: Store, run: RunRow) -> dict[str, tuple[Kept, bytes]]:
    """The states whose files can be read, by name."""
    found = {}
    for kept in store.checkpoints.of(run.id):
        try:
            state = checkpoint_path(run.id, kept.name).read_bytes()
            step = checkpoint.parse(io.BytesIO(state), len(state), kept.name).header["steps"]
        except (OSError, CheckpointError):
            continue
        found[kept.name] = (kept._replace(step=step), state)
    return found


def _packed(store: Store, run: RunRow, kept: dict[str, tuple[Kept, bytes]]) -> bytes | None:
    """The file; None if it would be too large."""
    final = run.stored_status == "finished"
    stands: dict[str, Any] = {"status": "finished", "reason": run.reason}
    if not final:
        stands = {"status": "paused", "reason": "asked"} if kept else {"status": "ready"}
    about = About(
        format=FORMAT,
        settings=run.settings,
        **{"reason": None, **stands},
        step=run.step,
        name=run.name,
        note=run.note,
        pinned=bool(run.pinned),
        checkpoints=tuple(Told(**one._asdict()) for one, _ in kept.values()),
    )
    corpus = str(run.settings["corpus"])
    members = {
        ABOUT: about.model_dump_json().encode(),
        RECORDS: "\n".join(
            encode({"step": one.step, "kind": one.kind, "payload": one.payload})
            for one in store.records_after(run.id, damaged=[])
        ).encode(),
        **{f"{FOLDER}{name}.safetensors": state for name, (_, state) in kept.items()},
    }
    if is_own(corpus):
        members[TEXT] = own_text(corpus).encode()
    if sum(map(len, members.values())) > LARGEST_UNPACKED:
        return None
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in members.items():
            info = zipfile.ZipInfo(name, MOMENT)
            archive.writestr(info, content, zipfile.ZIP_DEFLATED)
    return packed.getvalue() if packed.tell() <= LARGEST else None
