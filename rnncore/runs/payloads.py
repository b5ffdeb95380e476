"""What a record of each kind holds, to tell a damaged one."""

from __future__ import annotations

from typing import Any, Literal, NotRequired, get_args

from pydantic import ConfigDict, TypeAdapter, with_config
from typing_extensions import TypedDict

from rnncore.runs.records import Kind
from rnncore.views import BestView, RunView


@with_config(ConfigDict(strict=True))
class Error(TypedDict):
    """`error_values` of an RnnError."""

    code: str
    message: str
    values: dict[str, Any]


class _Steps(TypedDict):
    first: int
    last: int
    epoch: int
    losses: list[float]
    grad_norms: list[float]
    learning_rate: float
    seconds: float
    duration: float
    tokens: int


class _Evaluation(TypedDict):
    split: Literal["valid", "test"]
    perplexity: float
    bits: float
    part: NotRequired[int]  # not in runs of before, which always read the whole text
    per_character: NotRequired[float]


class _Changed(TypedDict):
    setting: str
    old: float
    new: float


class _Status(TypedDict):
    status: str
    reason: str | None
    error: Error | None


class _Rewound(TypedDict):
    step: int


class _Gap(TypedDict):
    first: int
    last: int


class _Aimed(TypedDict):
    axes: list[list[float]]


class _Gate(TypedDict):
    gate: str
    singular_values: list[float]
    real: list[float]
    imaginary: list[float]


class _Spectrum(TypedDict):
    gates: list[_Gate]


class _Cloud(TypedDict):
    points: list[list[float]]


_ADAPTERS: dict[Kind, TypeAdapter[Any]] = {
    "run": TypeAdapter(RunView),
    "steps": TypeAdapter(_Steps),
    "evaluation": TypeAdapter(_Evaluation),
    "changed": TypeAdapter(_Changed),
    "status": TypeAdapter(_Status),
    "rewound": TypeAdapter(_Rewound),
    "gap": TypeAdapter(_Gap),
    "aimed": TypeAdapter(_Aimed),
    "spectrum": TypeAdapter(_Spectrum),
    "best": TypeAdapter(BestView),
    "cloud": TypeAdapter(_Cloud),
}
_UNCHECKED = ("snapshot", "epoch")
"""Snapshots are many and large, and one that cannot be drawn is left out; epochs nobody draws."""


def check(kind: Kind, payload: Any) -> None:
    """Raise ValueError if a record of this kind cannot hold `payload`; there may be more in it."""
    if not isinstance(payload, dict) or kind not in get_args(Kind):
        raise ValueError(f"{kind!r} is no kind of record")
    if kind in _UNCHECKED:
        return
    views = kind in ("run", "best")
    _ADAPTERS[kind].validate_python(_tuples(payload) if views else payload, strict=True)
    if kind == "steps" and not (payload["losses"] and payload["grad_norms"]):
        raise ValueError("a stretch without updates")


def _tuples(value: Any) -> Any:
    """The same with tuples, as views have them, in place of JSON's lists."""
    if isinstance(value, list):
        return tuple(_tuples(part) for part in value)
    if isinstance(value, dict):
        return {key: _tuples(part) for key, part in value.items()}
    return value
