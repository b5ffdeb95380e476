"""Plot-ready data: plain named tuples that a test checks by value and a figure only draws."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

LARGEST_LOSS = 700.0
"""exp of more than this is no number."""
NEAREST = 0.01
"""Bits above the floor that are drawn as none: a held-out text is luckier or harder than the
average by about as much."""
FAR_BACK = 10
"""Ticks before a loss that sentences speak of."""
DECADES = (-7, 6)
"""Powers of ten that gradient norms are drawn in, always the same so that runs compare."""
LONGEST_COUNTED = 5
"""Order of the longest n-grams that a text's ladder is made of."""


class Rung(NamedTuple):
    """The best perplexity that `memory` tokens of context allow."""

    memory: int
    perplexity: float


class Colouring(NamedTuple):
    """A property of states to colour them by: for each state the place of its value in `values`.

    The value "" stands for none, or for all that have no colour of their own.
    """

    name: str  # "number" | "memory" | "innermost" | "phrase" | "next" | "class" | "next_class"
    values: tuple[str, ...]
    cloud: tuple[int, ...]
    sentence: tuple[int, ...]
    twin: tuple[int, ...]


class StateFrame(NamedTuple):
    """What is known of the states in the plane. The cloud's stand stretch by stretch of text."""

    twin: tuple[str, ...]  # tokens of the sentence that is read beside the probe; () for none
    tokens: tuple[str, ...]  # after which the cloud's states stand
    stretch: int  # how many of them follow one another in the text
    colourings: tuple[Colouring, ...]


class RunView(NamedTuple):
    """What stays the same during a run: the frame every figure is drawn in."""

    vocabulary_size: int
    token_unit: str  # "words" | "characters" | "jamo"
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
    counted: tuple[Rung, ...] = ()  # what n-grams reach, for a text without rungs; not in old runs
    unigram: float | None = None  # perplexity by frequencies alone, for a text without rungs
    states: StateFrame | None = None  # not in runs of before
    forgotten: float | None = None  # of the best that forgets one thing alone, on held-out text
    forgets: str = "letter"  # what that is: "letter" | "symbols"
    on_training: tuple[str, ...] = ()  # figures of training text, where too little is held out


class Ghost(NamedTuple):
    """The held-out curve of another training on the same text, beneath the one that is shown.

    time_size   window of a story's other half, which differs in that alone; 0 of any other run
    low, high   of several trainings, of which `bits` is the mean: the best and the worst; else ()
    """

    name: str
    updates: tuple[int, ...]
    bits: tuple[float, ...]
    time_size: int = 0
    low: tuple[float, ...] = ()
    high: tuple[float, ...] = ()


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
    part: int | None = None  # tokens of its beginning that were read; None: the whole text
    per_character: float | None = None  # perplexity, where tokens are parts of characters


class Mark(NamedTuple):
    """A live change of a setting, kept on the curve for good."""

    step: int
    setting: str
    old: float
    new: float


class Sample(NamedTuple):
    text: str
    legal: bool | None  # None: no grammar to judge it, or cut off before it ended
    copied: tuple[tuple[int, int], ...] | None = None  # from .. to, in text; None: not looked for

    @property
    def longest_copy(self) -> int | None:
        """Characters of the longest piece that stands word for word in the training text."""
        if self.copied is None:
            return None
        return max((end - start for start, end in self.copied), default=0)


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
    twin: tuple[tuple[float, float], ...] = ()  # as `states`, of the twin sentence


class CloudView(NamedTuple):
    """Where the states of held-out text stand in the plane after `step` updates."""

    step: int
    points: tuple[tuple[float, float], ...]


class BestView(NamedTuple):
    """The state with the lowest held-out loss, as a run looks back on it at its end."""

    step: int  # updates that the run has made
    best: int  # updates that state had
    perplexity: float  # of the held-out text that decides
    samples: tuple[Sample, ...]  # what it writes; none where it is the latest
    temperature: float


class RungLine(NamedTuple):
    """One line for the rungs that coincide, at the perplexity of the longest memory; `forgotten`
    where it stands for what was forgotten in their place."""

    perplexity: float
    shortest: int  # memory, in tokens
    longest: int
    forgotten: bool = False

    @property
    def bits(self) -> float:
        return math.log2(self.perplexity)


def loss_point(stretch: Mapping[str, Any]) -> LossPoint:
    """One point of the training curve for a stretch of updates (a store's `steps` payload)."""
    losses = stretch["losses"]
    loss = sum(losses) / len(losses)
    return LossPoint(
        step=stretch["last"],
        epoch=stretch["epoch"],
        perplexity=math.exp(min(loss, LARGEST_LOSS)),
        bits=loss / math.log(2),
        seconds=stretch["seconds"],
        tokens_per_second=stretch["tokens"] / max(stretch["duration"], 1e-9),
    )


def rung_lines(run: RunView) -> tuple[RungLine, ...]:
    """The ladder as lines, from no memory down to the floor, which is left out.

    Rungs within one percent of the first of them share a line. A text whose floor nobody knows has
    those of its n-grams, or one rung: what the frequencies of its tokens allow. The line of
    what was forgotten, measured, takes the place of those that are as near to it.
    """
    floor = run.floor
    if floor is None and run.counted:
        ordered = sorted(run.counted, key=lambda rung: -rung.perplexity)
        return tuple(RungLine(rung.perplexity, rung.memory, rung.memory) for rung in ordered)
    if floor is None:
        return () if run.unigram is None else (RungLine(run.unigram, 0, 0),)
    groups: list[list[Rung]] = []
    for rung in run.rungs:
        if rung.perplexity < floor * 1.01:
            break
        if groups and rung.perplexity > groups[-1][0].perplexity * 0.99:
            groups[-1].append(rung)
        else:
            groups.append([rung])
    lines = [RungLine(group[-1].perplexity, group[0].memory, group[-1].memory) for group in groups]
    forgotten = run.forgotten
    if forgotten is not None:
        near = [line for line in lines if 0.99 < line.perplexity / forgotten < 1.01]
        memory = max((line.longest for line in near), default=0)
        lines = [line for line in lines if line not in near]
        lines.append(RungLine(forgotten, memory, memory, forgotten=True))
    return tuple(sorted(lines, reverse=True))


def above_floor(perplexity: float, floor: float) -> float:
    """Bits from one perplexity down to another, for a logarithmic axis: what is nearer than
    NEAREST, or below, is at NEAREST."""
    return max(math.log2(perplexity / floor), NEAREST)


def profile_decades(profile: Sequence[float]) -> tuple[float, ...]:
    """A gradient profile in powers of ten, held within DECADES; what has vanished is the lowest."""
    lowest, highest = DECADES
    return tuple(
        min(max(math.log10(norm), lowest), highest) if norm > 0 else float(lowest)
        for norm in profile
    )


def gradient_share(profile: Sequence[float], distance: int = FAR_BACK) -> tuple[int, float | None]:
    """What of the gradient at distance 0 arrives so many ticks back, or at the profile's end where
    that is nearer: (distance, share). No share where nothing is there to compare with."""
    distance = min(distance, len(profile) - 1)
    share = profile[distance] / profile[0] if profile[0] > 0 else math.inf
    return distance, share if math.isfinite(share) else None


def state_reach(bound: float) -> float:
    """Half the height of a fixed frame for projected states whose coordinates stay below `bound`.

    Only a network whose units are all saturated, and all in the plane, comes near the bound:
    large networks get a closer view.
    """
    return min(bound, 1 + 0.6 * bound)


def ordered_states(probe_states: Sequence[int]) -> tuple[int, ...]:
    """A small number for each state of a sentence, by first appearance: 0, 1, 2, ..."""
    order: dict[int, int] = {}
    return tuple(order.setdefault(state, len(order)) for state in probe_states)
