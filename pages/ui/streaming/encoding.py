"""Operations on the wire: how a run's state is said, and what an event of a stream looks like."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

import orjson

from pages.ui.streaming.operations import Op
from rnncore.errors import StoreError
from rnncore.runs.records import error_values
from rnncore.runs.row import RunRow

CURSOR = re.compile("[0-9]{1,18}")


def state_of(run: RunRow, places: Mapping[str, int]) -> Op:
    """The run's status; with its place where it waits in the queue."""
    said = {"op": "status", "status": run.status, "reason": run.reason, "error": run.error}
    said["standing"] = run.standing
    return {**said, "place": places[run.id]} if run.id in places else said


def unreachable(error: StoreError) -> Op:
    """That the run cannot be read, and why."""
    return {"op": "status", "status": "unreachable", "reason": None, "error": error_values(error)}


def encoded(ops: Sequence[Op]) -> bytes:
    """The operations without the brackets of the list: what is not finite becomes null."""
    return orjson.dumps(ops, option=orjson.OPT_SERIALIZE_NUMPY)[1:-1]


def cursor(text: str, last: int) -> int:
    """The seq that a reader goes on from: one up to `last`, else 0."""
    seq = int(text) if CURSOR.fullmatch(text) else 0
    return seq if seq <= last else 0


def message(seq: int, ops: bytes) -> bytes:
    """An event of a stream; its id is the last record in it, 0 for none."""
    return b"".join(pieces(seq, [ops]))


def pieces(seq: int, ops: Sequence[bytes]) -> Iterator[bytes]:
    """An event of a stream piece by piece: what is long and shared is sent without being copied."""
    yield (b"id: %d\n" % seq if seq else b"") + b"data: ["
    for place, part in enumerate(filter(None, ops)):
        if place:
            yield b","
        yield part
    yield b"]\n\n"
