"""What the page looks at: a network, a place in its text, a few units, and a stop on the way."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from pages.ui.cell.figures.layout import LAYOUTS
from pages.ui.inspected.passage import passage
from pages.ui.inspected.subject import Subject, example, subject
from pages.ui.visit.session import Session
from rnncore.cells import CELLS
from rnncore.probes.cell.arithmetic import Indices
from rnncore.probes.cell.selection import SHOWN, most_active
from rnncore.probes.cell.steps import CellStep, walk
from rnncore.probes.cell.trace import CellTrace, by_hand, cell_trace
from rnncore.probes.reading import RunningText, next_tokens, read


class CellView(NamedTuple):
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
    stops: tuple[CellStep, ...]
    probability: float

    @property
    def cell(self) -> str:
        return self.whole.cell

    @property
    def stop(self) -> CellStep:
        return self.stops[self.at]

    @property
    def gates(self) -> tuple[str, ...]:
        """In the order of their columns; none where there is only one block."""
        return _gates(self.cell)

    @property
    def sizes(self) -> dict[str, tuple[int, ...]]:
        return {name: wire.value.shape for name, wire in self.whole.wires.items()}

    @property
    def last_tick(self) -> int:
        return len(self.tokens) - 2


def look(visit: Session) -> CellView:
    """What the page's controls ask for, within their bounds whatever the URL says."""
    found = subject(visit)
    own = found.config.cell
    offered = drawn_cells()
    cell = visit.value("cell", own)
    if cell not in offered:
        cell = own if own in offered else offered[0]
    if cell != own:
        found = example(cell)
    text = passage(found)
    ticks, streams = text.xs.shape
    stretch = visit.within("stretch", 0, 0, streams - 1)
    tick = visit.within("tick", _surprising(text, stretch), 0, ticks - 1)

    H, D = found.config.hidden_size, _inputs(found)
    units, inputs = most_active(text.model, text.xs)
    shown = Indices(
        _listed(visit.value("units", ""), H) or units,
        _listed(visit.value("inputs", ""), D) or inputs,
        visit.within("gate", 0, 0, len(CELLS[cell].gates) - 1),
        H,
    )
    whole = cell_trace(text.model, text.xs, text.ts, tick, stretch)
    hand = by_hand(whole, shown.units, shown.inputs, shown.gate)
    stops = walk(hand)
    ids = [*text.xs[:, stretch], text.ts[-1, stretch]]
    probability = next_tokens(found.model, whole.wires["h"].value)[0, whole.target]
    return CellView(
        found,
        own,
        text,
        tuple(found.corpus.vocabulary.decode(ids)),
        stretch,
        tick,
        visit.within("at", 1, 0, len(stops) - 1),
        shown,
        visit.within("focus", 0, 0, max(len(shown.units), len(shown.inputs)) - 1),
        whole,
        hand,
        stops,
        float(probability),
    )


def drawn_cells() -> tuple[str, ...]:
    """The cells that can be shown: those with a computational graph and a drawing of it."""
    return tuple(cell.name for cell in CELLS.values() if cell.graph and cell.name in LAYOUTS)


def _surprising(text: RunningText, stretch: int) -> int:
    """The tick that the network predicts worst, so that there is a gradient to follow. The last
    one is left out: nothing comes to it from later."""
    probabilities = next_tokens(text.model, read(text.model, text.xs).hidden[:, stretch])
    right = np.take_along_axis(probabilities, text.ts[:, stretch, None], axis=1)
    return int(np.argmin(right[:-1])) if len(right) > 1 else 0


def _gates(cell: str) -> tuple[str, ...]:
    gates = CELLS[cell].gates
    return gates if len(gates) > 1 else ()


def _inputs(found: Subject) -> int:
    config = found.config
    return config.embedding_size if config.layers == 1 else config.hidden_size


def _listed(text: str, count: int) -> tuple[int, ...]:
    """Numbers as the URL lists them; what is none or out of range is left out."""
    short = (part for part in text.split(",") if len(part) <= len(str(count)))
    numbers = [int(part) for part in short if part.isdecimal()]
    return tuple(dict.fromkeys(i for i in numbers if i < count))[:SHOWN]
