"""The reference cells by name: how many gates, which states, the step and its backward."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from rnncore.reference import gru, lstm, rnn


class ReferenceCell(NamedTuple):
    """step(x, *states, Wx, Wh, b) -> (*states, tape);
    step_backward(*dstates, tape) -> (dx, *dstates_prev, dWx, dWh, db);
    carry(*dstates, tape) -> dstates_prev, with any axes in front.

    Wx is (D, gates * H), Wh (H, gates * H), b (gates * H,); the first state is h, the output.
    """

    gates: int
    states: tuple[str, ...]
    step: Callable[..., tuple[Any, ...]]
    step_backward: Callable[..., tuple[Any, ...]]
    carry: Callable[..., tuple[Any, ...]]


CELLS = {
    "rnn": ReferenceCell(rnn.GATES, rnn.STATES, rnn.rnn_step, rnn.rnn_step_backward, rnn.rnn_carry),
    "lstm": ReferenceCell(
        lstm.GATES, lstm.STATES, lstm.lstm_step, lstm.lstm_step_backward, lstm.lstm_carry
    ),
    "gru": ReferenceCell(gru.GATES, gru.STATES, gru.gru_step, gru.gru_step_backward, gru.gru_carry),
}
