"""Plot-ready data: plain named tuples that a test checks by value and a figure only draws."""

from __future__ import annotations

from typing import NamedTuple


class Rung(NamedTuple):
    """The best perplexity that `memory` tokens of context allow."""

    memory: int
    perplexity: float


class RunView(NamedTuple):
    """What stays the same during a run: the frame every figure is drawn in."""

    vocabulary_size: int
    token_unit: str  # "words" | "characters"
    floor: float | None  # exact lowest perplexity, where the corpus has one
    rungs: tuple[Rung, ...]
    time_size: int
    updates: int  # planned updates of the whole run
    tokens_per_update: int
    probe_tokens: tuple[str, ...]
    state_names: tuple[str, ...] | None  # the grammar's states
    probe_states: tuple[int, ...] | None  # the true state after each probe token
    state_bound: float  # |coordinate| of a projected hidden state never exceeds it
    distances: int  # length of a gradient profile


class LossPoint(NamedTuple):
    """A stretch of updates, reduced to one point of the training curve."""

    step: int  # last update of the stretch
    epoch: int
    perplexity: float  # exp of the mean loss
    bits: float
    seconds: float  # training time so far
    tokens_per_second: float


class HeldOutPoint(NamedTuple):
    step: int
    split: str
    perplexity: float
    bits: float


class Mark(NamedTuple):
    """A live change of a setting, kept on the curve for good."""

    step: int
    setting: str
    old: float
    new: float


class Sample(NamedTuple):
    text: str
    legal: bool | None  # None: no grammar to judge it, or cut off before it ended


class SnapshotView(NamedTuple):
    """What the probes saw in the weights after `step` updates."""

    step: int
    seconds: float
    gradient_profile: tuple[float, ...]  # mean of |dL_t/dh_(t-d)|, index d
    states: tuple[tuple[float, float], ...]  # projected hidden state after each probe token
    variance_share: float  # share of the states' variance that the fixed plane holds
    next_tokens: tuple[tuple[tuple[str, float], ...], ...]  # top five after each probe token
    samples: tuple[Sample, ...]
    legal_share: float | None
    temperature: float
