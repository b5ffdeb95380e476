"""The recurrent cells: a record each, and the registry that everything else reads.

Another cell is a reference file, a layer file, a record like those in here, its name in
`Config.cell`, and a place in `CELLS`. A program may register one of its own while it runs:
`CELLS[cell.name] = cell`.
"""

from __future__ import annotations

from rnncore.cells import gru, lstm, rnn
from rnncore.cells.graph import CellGraph
from rnncore.cells.spec import Cell
from rnncore.errors import ConfigError

CELLS: dict[str, Cell] = {cell.name: cell for cell in (rnn.CELL, lstm.CELL, gru.CELL)}
"""Every cell by its name, in the order in which they are offered."""


def graph_of(name: str) -> CellGraph:
    """The computational graph of the cell called `name`.

    Raises ConfigError if its record has none.
    """
    graph = CELLS[name].graph
    if graph is None:
        drawn = ", ".join(cell.name for cell in CELLS.values() if cell.graph is not None)
        raise ConfigError(
            "cell_without_graph",
            f"The cell {name} has no computational graph to step through; choose one of {drawn}.",
            cell=name,
            drawn=drawn,
        )
    return graph
