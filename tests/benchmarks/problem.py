"""What every engine is given: the same sizes, initial weights, tokens and learning rate."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from rnncore.config import Config
from rnncore.model import Rnnlm
from rnncore.shapes import Array

WINDOWS = 16
"""Updates after which the text begins again, and the carried state from zero."""
LEARNING_RATE = 0.1


class Size(NamedTuple):
    """Vocabulary, embedding, hidden state, streams and ticks of one update."""

    V: int
    D: int
    H: int
    N: int
    T: int


SIZES = {
    "tiny": Size(60, 32, 32, 8, 16),
    "chapter5": Size(418, 100, 100, 10, 5),
    "char": Size(65, 64, 256, 50, 50),
    "mid": Size(1000, 64, 128, 20, 20),
    "ptb": Size(10_000, 100, 100, 20, 35),
    "big": Size(10_000, 200, 512, 32, 35),
}
CELLS = ("rnn", "lstm", "gru")


class Problem:
    """One size and cell: SGD without clipping, float32, the state carried from window to window.

    weights   by rnncore's names and shapes, gates in its order: g, f, i, o and r, z, n
    windows   (xs, ts), each (T, N), in the order in which they are read, over and over; before
              the first one the carried state is zero
    """

    def __init__(self, name: str, cell: str) -> None:
        size = SIZES[name]
        self.name, self.cell, self.size = name, cell, size
        V, D, H, N, T = size
        self.config = Config.parse(
            {
                "cell": cell,
                "embedding_size": D,
                "hidden_size": H,
                "batch_size": N,
                "time_size": T,
                "optimizer": "sgd",
                "learning_rate": LEARNING_RATE,
                "max_grad_norm": 0,
            }
        )
        self.weights: dict[str, Array] = Rnnlm(self.config, V).parameters.as_dict()
        # Uniform in the logarithm: few tokens are frequent and many are rare, as in a text.
        darts = np.random.default_rng(0).random(N * T * WINDOWS + 1)
        self.ids: NDArray[np.int64] = ((V + 1) ** darts).astype(np.int64) - 1
        streams_x = self.ids[:-1].reshape(N, WINDOWS, T)
        streams_t = self.ids[1:].reshape(N, WINDOWS, T)
        self.windows = [
            (np.ascontiguousarray(streams_x[:, k].T), np.ascontiguousarray(streams_t[:, k].T))
            for k in range(WINDOWS)
        ]
