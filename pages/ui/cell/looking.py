"""What the page looks at: a network, a place in its text, a few units, and a stop on the way."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from pages.ui.session import Session
from pages.ui.subject import Subject, example, subject
from rnncore.probes.cell_arithmetic import Indices
from rnncore.probes.cell_choice import SHOWN, telling
from rnncore.probes.cell_graphs import GRAPHS
from rnncore.probes.cell_trace import CellTrace, by_hand, cell_trace
from rnncore.probes.cell_walk import Stop, walk
from rnncore.probes.reading import RunningText, next_tokens, read, running_text

CELLS = tuple(GRAPHS)
STRETCHES = 8
"""Places in the held-out text to choose from."""
TICKS = 12
"""Most tokens of a stretch: as many as stand in one line."""


class Look(NamedTuple):
    """Everything the figures are drawn from.

    own         the cell of the visit's run or of the example that stands in for it
    tokens      what the stretch reads, and after the last one what it should predict
    whole, hand the tick, and what is shown of it
    probability of the right next token
    """

    subject: Subject
    own: str
    text: RunningText
    tokens: tuple[str, ...]
    stretch: int
    tick: int
    at: int
    shown: Indices
    focus: int
    whole: CellTrace
    hand: CellTrace
    stops: tuple[Stop, ...]
    probability: float

    @property
    def cell(self) -> str:
        return self.whole.cell

    @property
    def stop(self) -> Stop:
        return self.stops[self.at]

    @property
    def gates(self) -> tuple[str, ...]:
        return gates(self.cell)

    @property
    def sizes(self) -> dict[str, tuple[int, ...]]:
        return {name: wire.value.shape for name, wire in self.whole.wires.items()}

    @property
    def last_tick(self) -> int:
        return len(self.tokens) - 2


def look(visit: Session) -> Look:
    """What the page's controls ask for, within their bounds whatever the URL says."""
    found = subject(visit)
    own = found.config.cell
    cell = visit.held("cell", own)
    if cell in CELLS and cell != own:
        found = example(cell)
    ticks = min(found.config.time_size, TICKS)
    text = running_text(found.model, found.corpus, ticks, STRETCHES)
    ticks, streams = text.xs.shape
    stretch = _within(visit.held("stretch", 0), streams)
    tick = _within(visit.held("tick", _surprising(text, stretch)), ticks)

    H, D = found.config.hidden_size, _inputs(found)
    units, inputs = telling(text.model, text.xs)
    shown = Indices(
        _listed(visit.held("units", ""), H) or units,
        _listed(visit.held("inputs", ""), D) or inputs,
        _within(visit.held("gate", 0), max(len(gates(found.config.cell)), 1)),
        H,
    )
    whole = cell_trace(text.model, text.xs, text.ts, tick, stretch)
    hand = by_hand(whole, shown.units, shown.inputs, shown.gate)
    stops = walk(hand)
    ids = [*text.xs[:, stretch], text.ts[-1, stretch]]
    probability = next_tokens(found.model, whole.wires["h"].value)[0, whole.target]
    return Look(
        found,
        own,
        text,
        tuple(found.corpus.vocabulary.decode(ids)),
        stretch,
        tick,
        _within(visit.held("at", 1), len(stops)),
        shown,
        _within(visit.held("focus", 0), max(len(shown.units), len(shown.inputs))),
        whole,
        hand,
        stops,
        float(probability),
    )


def _surprising(text: RunningText, stretch: int) -> int:
    """The tick that the network predicts worst, so that there is a gradient to follow. The last
    one is left out: nothing comes to it from later."""
    probabilities = next_tokens(text.model, read(text.model, text.xs).hidden[:, stretch])
    right = np.take_along_axis(probabilities, text.ts[:, stretch, None], axis=1)
    return int(np.argmin(right[:-1])) if len(right) > 1 else 0


def gates(cell: str) -> tuple[str, ...]:
    """The gates of a cell in the order of their columns; none where there is only one block."""
    split = next((n for n in GRAPHS[cell].nodes if n.operation.symbol == "split"), None)
    return tuple(name.partition("_")[2] for name in split.outputs) if split else ()


def _inputs(found: Subject) -> int:
    config = found.config
    return config.embedding_size if config.layers == 1 else config.hidden_size


def _within(value: int, count: int) -> int:
    return max(0, min(value, count - 1))


def _listed(text: str, count: int) -> tuple[int, ...]:
    """Numbers as the URL lists them; what is none or out of range is left out."""
    short = (part for part in text.split(",") if len(part) <= len(str(count)))
    numbers = [int(part) for part in short if part.isdecimal()]
    return tuple(dict.fromkeys(i for i in numbers if i < count))[:SHOWN]
