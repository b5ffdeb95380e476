"""What a checkpoint says beside its tensors, in this format and in older ones."""

from __future__ import annotations

import json
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

FORMAT = 2
"""1  as of 052eea7
2  adds `text`, `schedule_start` and `last_rate`"""
MOST = 10**15
"""More updates or epochs than this no run has made."""
PROGRESS = (
    "steps",
    "seconds",
    "epoch_losses",
    "epoch_mean",
    "epochs_reported",
    "epochs_evaluated",
    "mean_loss",
    "best_perplexity",
    "worsened",
    "schedule_start",
    "last_rate",
)
"""Attributes of a trainer that say how far it has come."""


class Newer(Exception):
    """A header of a format that this version does not know; its only argument is the format."""


class Header(BaseModel):
    """The entries of a header, and what each may be.

    text   `Corpus.fingerprint` of the text it was trained on; None only in format 1
    Losses are bounded by being numbers alone: format 1 holds some that rounding made negative.
    """

    model_config = ConfigDict(strict=True, extra="forbid")

    format: int = Field(ge=1)
    config: dict[str, Any]
    vocabulary: tuple[str, ...] = Field(min_length=1)
    tokenizer: str
    text: str | None
    rng: dict[str, Any]
    steps: int = Field(ge=0, le=MOST)
    seconds: float = Field(ge=0, allow_inf_nan=False)
    epoch_losses: float = Field(allow_inf_nan=False)
    epoch_mean: float = Field(allow_inf_nan=False)
    epochs_reported: int = Field(ge=0, le=MOST)
    epochs_evaluated: int = Field(ge=0, le=MOST)
    mean_loss: float = Field(allow_inf_nan=False)
    best_perplexity: float = Field(ge=0)
    worsened: int = Field(ge=0, le=MOST)
    schedule_start: int = Field(ge=0, le=MOST)
    last_rate: float | None = Field(ge=0, allow_inf_nan=False)


def parse_header(text: str) -> dict[str, Any]:
    """The entries of a header in JSON, those of an older format completed with None.

    Raises   Newer; ValueError, LookupError or TypeError if it is no header.
    """
    said = json.loads(text)
    version = said["format"]
    if type(version) is int and version > FORMAT:
        raise Newer(version)
    if version == 1:
        said = {"text": None, "schedule_start": 0, "last_rate": None} | said
    elif said["text"] is None or said["last_rate"] is None:
        raise ValueError("only format 1 may leave them out")
    # Not by pydantic's own reader of JSON: it refuses file names that are no Unicode.
    header = Header.model_validate(said | {"vocabulary": tuple(said["vocabulary"])})
    if header.schedule_start > header.steps:
        raise ValueError("a schedule begins with an update to come")
    return header.model_dump()
