"""Runs as event files of TensorBoard, which the extra `tensorboard` installs."""

from __future__ import annotations

import importlib.util
import io
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from rnncore.errors import RnnError
from rnncore.runs.row import RunRow
from rnncore.runs.store import Store
from rnncore.views import loss_point

INSTALL = 'pip install "rnn-explorer[tensorboard]"'


class Scalar(NamedTuple):
    """A value of a curve; `time` is in seconds since 1970."""

    tag: str
    step: int
    value: float
    time: float


def available() -> bool:
    """Whether TensorBoard is installed."""
    return importlib.util.find_spec("tensorboard") is not None


def scalars(store: Store, run: RunRow) -> Iterator[Scalar]:
    """Bits and perplexity of training, held-out and test text, gradient norm and learning rate.
    Where only the beginning of held-out text is read on the way, its values have tags of their own.

    Raises   StoreError; what is damaged is left out.
    """
    seconds = 0.0
    for record in store.records_after(run.id, kinds=("steps", "evaluation"), damaged=[]):
        payload, step = record.payload, record.step
        if record.kind == "steps":
            point, seconds = loss_point(payload), payload["seconds"]
            norms = payload["grad_norms"]
            said = {
                "bits/train": point.bits,
                "perplexity/train": point.perplexity,
                "gradient norm": sum(norms) / len(norms),
                "learning rate": payload["learning_rate"],
            }
        else:
            split = {"valid": "held-out"}.get(payload["split"], payload["split"])
            if payload.get("part") is not None:
                split += ", beginning"  # its values and those of the whole text do not compare
            said = {f"bits/{split}": payload["bits"], f"perplexity/{split}": payload["perplexity"]}
        for tag, value in said.items():
            yield Scalar(tag, step, float(value), run.created + seconds)


def event_files(store: Store, runs: Sequence[RunRow]) -> bytes:
    """A zip with a folder of event files for each run: unpack it, and give TensorBoard the folder.

    Raises   RnnError where TensorBoard is not installed; StoreError.
    """
    if not available():
        raise RnnError(
            "no_tensorboard",
            f"TensorBoard is not installed on the server; install it with {INSTALL}, or export "
            f"CSV.",
            install=INSTALL,
        )
    from tensorboard.compat.proto.event_pb2 import Event
    from tensorboard.compat.proto.summary_pb2 import Summary
    from tensorboard.summary.writer.event_file_writer import EventFileWriter

    packed = io.BytesIO()
    with tempfile.TemporaryDirectory() as folder, zipfile.ZipFile(packed, "w") as archive:
        for run in runs:
            writer = EventFileWriter(str(Path(folder) / run.id))
            for tag, step, value, time in scalars(store, run):
                shown = Summary(value=[Summary.Value(tag=tag, simple_value=value)])
                writer.add_event(Event(wall_time=time, step=step, summary=shown))
            writer.close()
        for path in sorted(Path(folder).rglob("events.*")):
            archive.write(path, path.relative_to(folder), zipfile.ZIP_DEFLATED)
    return packed.getvalue()
