"""Language models that read a window: the last C words, added up or put side by side."""

from __future__ import annotations

import math
from typing import Literal

import numpy as np

from rnncore.config import Config
from rnncore.errors import ConfigError
from rnncore.initializers import initialize
from rnncore.layers.affine import TimeAffine
from rnncore.layers.embedding import TimeEmbedding
from rnncore.layers.softmax_with_loss import TimeSoftmaxWithLoss
from rnncore.memory import check_need
from rnncore.parameters import Parameters
from rnncore.reference.output import softmax
from rnncore.shapes import Array, Floats, Ids, check_ids, check_shape

Kind = Literal["summed", "concatenated"]

LONGEST_WINDOW = 64
READ_NUMBERS = 2**20
"""Embedded words or logits of held-out text that are in memory at once, at most."""


def window_shapes(
    kind: Kind, words: int, vocabulary_size: int, D: int, H: int
) -> dict[str, tuple[int, ...]]:
    """Names and shapes of all weights, in the order in which they are stored and drawn."""
    V, inputs = vocabulary_size, D if kind == "summed" else words * D
    return {
        "embedding.W": (V, D),
        "hidden.W": (inputs, H),
        "hidden.b": (H,),
        "affine.W": (H, V),
        "affine.b": (V,),
    }


def window_parameters(kind: Kind, words: int, vocabulary_size: int, D: int, H: int) -> int:
    """Number of weights: V*D + D*H + H + (H+1)*V summed, V*D + C*D*H + H + (H+1)*V side by side."""
    return sum(map(math.prod, window_shapes(kind, words, vocabulary_size, D, H).values()))


def largest_size(kind: Kind, words: int, vocabulary_size: int, budget: int) -> int:
    """The largest D = H with which a window model has at most `budget` weights.

    Raises ConfigError if even one unit has more.
    """
    V, a = vocabulary_size, 1 if kind == "summed" else words
    # a H^2 + b H + V <= budget
    b = 2 * V + 1
    size = (math.isqrt(max(b * b + 4 * a * (budget - V), 0)) - b) // (2 * a)
    if size < 1:
        raise ConfigError(
            "window_budget",
            f"A window model of {words} words and a vocabulary of {V:,} has at least "
            f"{window_parameters(kind, words, V, 1, 1):,} parameters, but at most {budget:,} were "
            f"allowed; allow more, or use fewer words.",
            words=words,
            vocabulary=V,
            needed=window_parameters(kind, words, V, 1, 1),
            budget=budget,
        )
    return size


def window_memory(config: Config, vocabulary_size: int, kind: Kind, words: int) -> int:
    """Bytes that training needs at its peak, roughly and rather too many than too few: weights,
    gradients, optimizer state and scratch; buffers of a mini-batch and of its gradients."""
    V, D, H = vocabulary_size, config.embedding_size, config.hidden_size
    weights = 5 * window_parameters(kind, words, V, D, H)
    batch = config.batch_size * config.time_size * (5 * words * D + 5 * H + 2 * V)
    return (weights + batch) * (4 if config.dtype == "float32" else 8)


def check_window(words: int) -> None:
    """Raise ConfigError unless a window of so many words can be read."""
    if not 1 <= words <= LONGEST_WINDOW:
        raise ConfigError(
            "window_words",
            f"A window of {words:,} words came, but 1 to {LONGEST_WINDOW} were expected; choose "
            f"another length.",
            words=words,
            longest=LONGEST_WINDOW,
        )


class WindowLm:
    """A feed-forward language model: P(next word | the last C words).

        x = the rows of the window's words, added up ("summed") or side by side ("concatenated")
        h = tanh(x @ hidden.W + hidden.b)
        p = softmax(h @ affine.W + affine.b)

    Summed, the order of the words is lost: rows are added in the order of their ids, so that two
    windows of the same words give the same distribution to the last bit. D and H, the precision,
    the seed and the initializer are those of `config`; what it says of cells does not matter.

    Missing words  before the beginning of a text are rows of zeros, in training and in reading.
    Buffers        `forward` and `backward` have some; `probabilities` and `distribution` allocate,
                   so that another thread may ask while the model is trained.
    Raises         ConfigError for a window out of bounds and for one that needs too much memory.
    Source, and readable twin: rnncore.reference.windows
    """

    def __init__(self, config: Config, vocabulary_size: int, kind: Kind, words: int) -> None:
        check_window(words)
        self.config, self.kind, self.words = config, kind, words
        self.vocabulary_size = vocabulary_size
        D, H = config.embedding_size, config.hidden_size
        check_need(window_memory(config, vocabulary_size, kind, words))
        shapes = window_shapes(kind, words, vocabulary_size, D, H)
        self.parameters = Parameters(shapes, config.dtype)
        initialize(self.parameters, config)
        table = self.parameters["embedding.W"], self.parameters.gradient("embedding.W")
        self._embedding = TimeEmbedding(*table)
        self._hidden = TimeAffine(*self.parameters.block("hidden.W", "hidden.b"))
        self._affine = TimeAffine(*self.parameters.block("affine.W", "affine.b"))
        self._loss = TimeSoftmaxWithLoss()

    @property
    def parameter_count(self) -> int:
        return len(self.parameters.values)

    @property
    def touched_rows(self) -> Ids | None:
        """Rows of the embedding whose gradient the last backward pass wrote; None means any."""
        return self._embedding.touched

    def contexts(self, ids: Ids, positions: Ids) -> Ids:
        """The windows that end with `positions` of a text, (B, C), oldest word first. The id V
        stands for a word before its beginning. Position -1 has none at all."""
        places = positions.reshape(-1, 1) + np.arange(1 - self.words, 1)
        if not len(ids):
            return np.full(places.shape, self.vocabulary_size)
        return np.where(places >= 0, ids[np.maximum(places, 0)], self.vocabulary_size)

    def forward(self, contexts: Ids, targets: Ids) -> float:
        """Read windows (B, C) and return the mean loss of their next words (B,) in nats."""
        check_shape("contexts", contexts, (len(targets), self.words), "(B, C)")
        check_ids("contexts", contexts, self.vocabulary_size + 1)
        check_ids("targets", targets, self.vocabulary_size)
        if self.kind == "summed":
            contexts = np.sort(contexts, axis=1)
        self._missing = contexts == self.vocabulary_size
        rows = self._embedding.forward(np.where(self._missing, 0, contexts))
        rows[self._missing] = 0
        self._hidden.read(self._window_vectors(rows)[None])
        self._h = self._hidden.logits()
        np.tanh(self._h, self._h)
        self._affine.read(self._h[None])
        loss = self._loss.forward(self._affine.logits(), targets)
        if loss is None:
            loss = self._loss.forward(self._affine.logits(), targets, shift=True)
        assert loss is not None
        return loss

    def backward(self) -> None:
        """Overwrite all gradients with those of the last `forward`."""
        (dz,) = self._affine.backward(*self._loss.backward())
        dz *= 1 - self._h**2
        (dx,) = self._hidden.backward(dz, np.ones((1, 1), dz.dtype))
        drows = dx.reshape(
            len(dx), -1, self.config.embedding_size
        )  # summed, all words have the same
        drows = np.where(self._missing[..., None], 0, drows)
        self._embedding.backward(drows)

    def probabilities(self, ids: Ids) -> Floats:
        """p of every token of a text given those before it, shape (n,).

        Every window that occurs is read once, so that equal ones give equal bits.
        """
        check_ids("ids", ids, self.vocabulary_size)
        contexts = self.contexts(ids, np.arange(-1, len(ids) - 1))
        if self.kind == "summed":
            contexts.sort(axis=1)
        windows, which = np.unique(contexts, axis=0, return_inverse=True)
        order = which.argsort(kind="stable")
        ordered = which[order]
        p = np.empty(len(ids))
        width = max(self.vocabulary_size, self.words * self.config.embedding_size)
        height = max(1, READ_NUMBERS // width)
        for top in range(0, len(windows), height):
            here = order[slice(*np.searchsorted(ordered, (top, top + height)))]
            p[here] = self._read(windows[top : top + height])[which[here] - top, ids[here]]
        return p

    def distribution(self, before: Ids) -> Floats:
        """p of every word after the words `before`, shape (V,), sum 1."""
        check_ids("before", before, self.vocabulary_size)
        context = self.contexts(before, np.array([len(before) - 1]))
        return self._read(np.sort(context) if self.kind == "summed" else context)[0]

    def _read(self, contexts: Ids) -> Floats:
        """The next word's distribution (B, V) after windows (B, C), which are sorted if summed."""
        table, weights = self.parameters["embedding.W"], self.parameters
        rows = np.vstack([table, np.zeros_like(table[:1])])[contexts]
        h = np.tanh(self._window_vectors(rows) @ weights["hidden.W"] + weights["hidden.b"])
        logits = h @ weights["affine.W"] + weights["affine.b"]
        return np.asarray(softmax(logits.astype(np.float64)), np.float64)

    def _window_vectors(self, rows: Array) -> Array:
        return rows.sum(axis=1) if self.kind == "summed" else rows.reshape(len(rows), -1)
