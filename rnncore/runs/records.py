"""What a run has reported, one record after the other, and how a record becomes JSON."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, Literal, NamedTuple

import orjson

from rnncore.errors import RnnError
from rnncore.probes.spectra import Spectrum, plain
from rnncore.probes.states import Subspace
from rnncore.training.events import Changed, Epoch, Evaluation, Step
from rnncore.views import (
    BestView,
    CloudView,
    Colouring,
    Rung,
    RunView,
    Sample,
    SnapshotView,
    StateFrame,
)

Kind = Literal[
    "run",
    "steps",
    "epoch",
    "evaluation",
    "snapshot",
    "changed",
    "status",
    "rewound",
    "gap",
    "aimed",
    "spectrum",
    "best",
    "cloud",
]

MARK = "$"
"""Key of the object that stands for a number JSON cannot write: {"$": "nan"}. An object that has
this one key itself is written inside another: {"$": {"$": ...}}."""


class Record(NamedTuple):
    """A line of a run's history, true after `step` updates.

    `seq` counts a run's records and never goes back; 0 means not stored yet.
    Payloads by kind:
        run         RunView
        steps       {first, last, epoch, losses, grad_norms, learning_rate, seconds, duration,
                    tokens}: the updates first..last; `seconds` of training so far, `duration` and
                    `tokens` of this stretch alone
        epoch       {epoch, train_perplexity}
        evaluation  {split, perplexity, bits}, {part} where not the whole text was read, and
                    {per_character} where tokens are parts of characters: `Evaluation`
        snapshot    SnapshotView
        changed     {setting, old, new}
        status      {status, reason, error}; error is None or {code, message, values}
        rewound     {step}: what was reported of later updates no longer holds
        gap         {first, last}: updates that were made, but whose report was lost
        aimed       {axes}: the plane that states are drawn in from here on, (2, H)
        best        BestView
        spectrum    {gates}: eigenvalues and singular values of the top layer's recurrent weights
        cloud       {points}: `CloudView`
    """

    step: int
    kind: Kind
    payload: Mapping[str, Any]
    seq: int = 0


def encode(payload: Mapping[str, Any]) -> str:
    """Exact JSON: every float comes back as it was, not-a-number and infinity too."""
    raw = orjson.dumps(payload, default=_plain, option=orjson.OPT_SERIALIZE_NUMPY)
    # orjson writes null for what is not finite; that and our mark are rare, so the walk is, too.
    if b"null" in raw or b'"$"' in raw:
        raw = orjson.dumps(_marked(payload), default=_plain, option=orjson.OPT_SERIALIZE_NUMPY)
    return raw.decode()


def decode(text: str) -> Any:
    """The payload that `encode` wrote; named tuples come back as dicts, tuples as lists.

    Raises ValueError or TypeError if `encode` cannot have written it.
    """
    payload = orjson.loads(text)
    return _unmarked(payload) if f'{{"{MARK}":' in text else payload


def steps_record(steps: Sequence[Step], duration: float, tokens: int) -> Record:
    """One record of consecutive updates, at least one, made at one learning rate."""
    last = steps[-1]
    payload = {
        "first": steps[0].step,
        "last": last.step,
        "epoch": last.epoch,
        "losses": [step.loss for step in steps],
        "grad_norms": [step.grad_norm for step in steps],
        "learning_rate": last.learning_rate,
        "seconds": last.seconds,
        "duration": duration,
        "tokens": tokens,
    }
    return Record(last.step, "steps", payload)


def epoch_record(step: int, event: Epoch) -> Record:
    payload = {"epoch": event.epoch, "train_perplexity": event.train_perplexity}
    return Record(step, "epoch", payload)


def aimed_record(step: int, plane: Subspace) -> Record:
    return Record(step, "aimed", {"axes": plane.axes.tolist()})


def spectrum_record(step: int, found: tuple[Spectrum, ...]) -> Record:
    return Record(step, "spectrum", plain(found))


def gap_record(first: int, last: int) -> Record:
    return Record(last, "gap", {"first": first, "last": last})


def evaluation_record(event: Evaluation) -> Record:
    payload = event.as_dict()
    del payload["type"], payload["step"]
    return Record(event.step, "evaluation", payload)


def changed_record(event: Changed) -> Record:
    payload = {"setting": event.setting, "old": event.old, "new": event.new}
    return Record(event.step, "changed", payload)


def run_record(view: RunView) -> Record:
    return Record(0, "run", view._asdict())


def snapshot_record(view: SnapshotView) -> Record:
    return Record(view.step, "snapshot", view._asdict())


def best_record(view: BestView) -> Record:
    return Record(view.step, "best", view._asdict())


def cloud_record(view: CloudView) -> Record:
    return Record(view.step, "cloud", {"points": view.points})


def status_record(
    step: int, status: str, reason: str | None = None, error: Mapping[str, Any] | None = None
) -> Record:
    return Record(step, "status", {"status": status, "reason": reason, "error": error})


def error_values(error: RnnError) -> dict[str, Any]:
    """An error as it is stored and sent: {code, message, values}."""
    values = {name: value for name, value in error.values.items() if isinstance(value, str | int)}
    return {"code": error.code, "message": str(error), "values": values}


def run_view(payload: Mapping[str, Any]) -> RunView:
    """The view that a `run` record holds."""
    states, names = payload["probe_states"], payload["state_names"]
    frame = payload.get("states")  # not in records of before
    return RunView(
        **{
            **payload,
            "rungs": tuple(Rung(**rung) for rung in payload["rungs"]),
            "counted": tuple(Rung(**rung) for rung in payload.get("counted", ())),
            "on_training": tuple(payload.get("on_training", ())),
            "probe_tokens": tuple(payload["probe_tokens"]),
            "state_names": None if names is None else tuple(names),
            "probe_states": None if states is None else tuple(states),
            "states": None if frame is None else _state_frame(frame),
        }
    )


def _state_frame(payload: Mapping[str, Any]) -> StateFrame:
    colourings = tuple(
        Colouring(
            colouring["name"],
            *(tuple(colouring[part]) for part in ("values", "cloud", "sentence", "twin")),
        )
        for colouring in payload["colourings"]
    )
    twin, tokens = tuple(payload["twin"]), tuple(payload["tokens"])
    return StateFrame(twin, tokens, payload["stretch"], colourings)


def snapshot_view(payload: Mapping[str, Any]) -> SnapshotView:
    """The view that a `snapshot` record holds."""
    return SnapshotView(
        **{
            **payload,
            "gradient_profile": tuple(payload["gradient_profile"]),
            "states": tuple((x, y) for x, y in payload["states"]),
            "next_tokens": tuple(
                tuple((token, share) for token, share in top) for top in payload["next_tokens"]
            ),
            "samples": tuple(map(_sample, payload["samples"])),
            "twin": tuple((x, y) for x, y in payload.get("twin", ())),
        }
    )


def best_view(payload: Mapping[str, Any]) -> BestView:
    """The view that a `best` record holds."""
    return BestView(**{**payload, "samples": tuple(map(_sample, payload["samples"]))})


def cloud_view(record: Record) -> CloudView:
    """The view that a `cloud` record holds."""
    return CloudView(record.step, tuple((x, y) for x, y in record.payload["points"]))


def _sample(kept: Mapping[str, Any]) -> Sample:
    copied = kept.get("copied")  # runs of before did not look for it
    spans = None if copied is None else tuple((start, end) for start, end in copied)
    return Sample(kept["text"], kept["legal"], spans)


def _plain(value: Any) -> Any:
    if hasattr(value, "_asdict"):
        return value._asdict()
    raise TypeError(f"{type(value).__name__} has no place in a record")


def _marked(value: Any) -> Any:
    if isinstance(value, float) and not math.isfinite(value):
        return {MARK: repr(float(value))}
    if hasattr(value, "_asdict"):
        value = value._asdict()
    if isinstance(value, Mapping):
        marked = {key: _marked(part) for key, part in value.items()}
        return {MARK: marked} if marked.keys() == {MARK} else marked
    if isinstance(value, list | tuple):
        return [_marked(part) for part in value]
    return value


def _unmarked(value: Any) -> Any:
    if isinstance(value, dict):
        if value.keys() == {MARK}:
            inner = value[MARK]
            if isinstance(inner, str):
                return float(inner)
            if not isinstance(inner, dict) or inner.keys() != {MARK}:
                raise ValueError("a mark without a number")
            return {MARK: _unmarked(inner[MARK])}
        return {key: _unmarked(part) for key, part in value.items()}
    return [_unmarked(part) for part in value] if isinstance(value, list) else value
