"""What a run reports, in the order it happens. Every event is frozen and knows its line of JSON."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, ClassVar, Literal


@dataclass(frozen=True, slots=True)
class Event:
    """`type` is the event's name in JSON Lines and in the store."""

    type: ClassVar[str]

    def as_dict(self) -> dict[str, Any]:
        return {"type": self.type, **asdict(self)}


@dataclass(frozen=True, slots=True)
class Step(Event):
    """One update of the weights has been made.

    loss        mean negative log-likelihood of the window, in nats, before the update
    grad_norm   global norm of the gradient before clipping
    seconds     training time of this run so far, pauses and probes left out
    """

    type: ClassVar[str] = "step"
    step: int
    epoch: int
    loss: float
    learning_rate: float
    grad_norm: float
    seconds: float


@dataclass(frozen=True, slots=True)
class Epoch(Event):
    """One pass is complete. train_perplexity = exp(mean of the pass's window losses)."""

    type: ClassVar[str] = "epoch"
    epoch: int
    train_perplexity: float


@dataclass(frozen=True, slots=True)
class Evaluation(Event):
    """Perplexity of held-out text (every token once), and its logarithm in bits per token.

    part            tokens of the beginning of the text that were read; None where it was the whole
    per_character   perplexity per character, where tokens are parts of characters; None elsewhere
    What is None is not in `as_dict`.
    """

    type: ClassVar[str] = "evaluation"
    step: int
    split: Literal["valid", "test"]
    perplexity: float
    bits: float
    part: int | None = None
    per_character: float | None = None

    def as_dict(self) -> dict[str, Any]:
        return {name: value for name, value in Event.as_dict(self).items() if value is not None}


@dataclass(frozen=True, slots=True)
class Changed(Event):
    """A live setting was changed between two updates, after `step` updates."""

    type: ClassVar[str] = "changed"
    step: int
    setting: str
    old: float
    new: float


@dataclass(frozen=True, slots=True)
class Finished(Event):
    """The run is over: all epochs done, a non-finite number, or a person's stop."""

    type: ClassVar[str] = "finished"
    reason: Literal["completed", "diverged", "stopped"]
    step: int
