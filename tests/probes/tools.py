"""What tests of probes share: a model that stands in the middle of a text, and moved states."""

from __future__ import annotations

import numpy as np

from rnncore.cells import CELLS
from rnncore.model import Rnnlm, State
from rnncore.probes.reading import read
from rnncore.reference.output import cross_entropy
from rnncore.shapes import Array, Ids
from tests.engine.models import N, T, random_ids, random_state, small_model

DRAWN = tuple(cell.name for cell in CELLS.values() if cell.graph is not None)
"""The cells with a computational graph."""


def standing_model(cell: str, seed: int = 0, layers: int = 1, streams: int = N) -> Rnnlm:
    """A small float64 model whose carried state is far from zero."""
    model = small_model(cell, layers=layers)
    model.state = random_state(model, streams, np.random.default_rng(seed))
    return model


def window(seed: int = 0, ticks: int = T, streams: int = N) -> tuple[Ids, Ids]:
    return random_ids(np.random.default_rng(seed), ticks, streams)


def copied(state: State) -> State:
    return tuple(tuple(part.copy() for part in layer) for layer in state)


def same(one: State, other: State) -> bool:
    return all(
        np.array_equal(a, b)
        for layers in zip(one, other, strict=True)
        for a, b in zip(*layers, strict=True)
    )


def last_loss(model: Rnnlm, ids: Ids, targets: Ids, state: State) -> float:
    """Loss in nats of the last tick of `ids`, summed over the streams, read from `state`; with no
    ids the loss of what `state` itself predicts. No stream's loss depends on another's state."""
    hidden: Array = read(model, ids, state=state).hidden[-1] if len(ids) else state[-1][0]
    logits = hidden @ model.parameters["affine.W"] + model.parameters["affine.b"]
    return cross_entropy(logits, targets) * len(targets)
