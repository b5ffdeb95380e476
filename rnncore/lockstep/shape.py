"""Which trainings can share their calls: those of one shape."""

from __future__ import annotations

from typing import NamedTuple

from rnncore.cells import CELLS
from rnncore.config import Config
from rnncore.layers.embedding import MATCHES, multiplies_table
from rnncore.layers.inputs import ONE_HOT_NUMBERS
from rnncore.lockstep.cells import StackedCell
from rnncore.lockstep.gru import StackedGRU
from rnncore.lockstep.lstm import StackedLSTM
from rnncore.lockstep.rnn import StackedRNN
from rnncore.multiply_adds import per_token

STACKED_CELLS: dict[str, type[StackedCell]] = {
    "rnn": StackedRNN,
    "lstm": StackedLSTM,
    "gru": StackedGRU,
}
WORK = 5_000_000
"""Multiply-adds of a forward pass beyond which a stack gains nothing: all time is arithmetic, and
the buffers of several runs no longer stay in the cache."""


class Shape(NamedTuple):
    """What runs of one stack have in common; learning rates, clipping, seeds, dropout ratios and
    schedules may differ.

    table   whether the first layer multiplies the whole embedding and looks its product up
    """

    cell: str
    layers: int
    vocabulary_size: int
    embedding_size: int
    hidden_size: int
    batch_size: int
    time_size: int
    dtype: str
    optimizer: str
    dropped: bool
    table: bool

    @property
    def window(self) -> tuple[int, int]:
        return self.time_size, self.batch_size


def shape_of(config: Config, vocabulary_size: int) -> Shape | None:
    """The shape by which a run can be stacked, or None: it then trains alone.

    Alone are the reference engine, cells that have no stacked layer, tied weights, the schedule
    that measures held-out text within an update, windows so long that equal tokens are brought
    together by sorting, and updates of more than WORK multiply-adds.
    """
    V, D = vocabulary_size, config.embedding_size
    columns = len(CELLS[config.cell].gates) * config.hidden_size
    count = config.time_size * config.batch_size
    table = not config.dropout and multiplies_table(V, D, count)
    sorts = count * columns > ONE_HOT_NUMBERS if table else count**2 > MATCHES
    if (
        config.engine != "fused"
        or config.cell not in STACKED_CELLS
        or config.tied
        or config.schedule == "quarter"
        or sorts
        or count * per_token(config, V) > WORK
    ):
        return None
    return Shape(
        config.cell,
        config.layers,
        V,
        D,
        config.hidden_size,
        config.batch_size,
        config.time_size,
        config.dtype,
        config.optimizer,
        bool(config.dropout),
        table,
    )
