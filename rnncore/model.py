"""Rnnlm: embedding, recurrent layers, affine, softmax with loss; it carries its state along."""

from __future__ import annotations

from typing import Any

import numpy as np

from rnncore.cells import CELLS
from rnncore.cells.spec import TimeCell
from rnncore.config import Config
from rnncore.initializers import initialize
from rnncore.layers.affine import TimeAffine
from rnncore.layers.dropout import TimeDropout
from rnncore.layers.embedding import TimeEmbedding
from rnncore.layers.softmax_with_loss import TimeSoftmaxWithLoss
from rnncore.memory import check_memory
from rnncore.parameters import Parameters
from rnncore.reference.output import softmax
from rnncore.shapes import Array, Ids, check_ids, check_shape

State = tuple[tuple[Array, ...], ...]


def parameter_shapes(config: Config, vocabulary_size: int) -> dict[str, tuple[int, ...]]:
    """Names and shapes of all weights, in the order in which they are stored and drawn."""
    V, D, H = vocabulary_size, config.embedding_size, config.hidden_size
    G = len(CELLS[config.cell].gates)
    shapes: dict[str, tuple[int, ...]] = {} if config.tied else {"embedding.W": (V, D)}
    for i in range(config.layers):
        inputs = H if i else D
        shapes |= {
            f"cell.{i}.Wx": (inputs, G * H),
            f"cell.{i}.Wh": (H, G * H),
            f"cell.{i}.b": (G * H,),
        }
    return shapes | {"affine.W": (H, V), "affine.b": (V,)}


class Rnnlm:
    """The RNN language model: P(next token | tokens so far).

        x_t = embedding.W[id_t]
        h_t = cell(x_t, h_(t-1)), layer upon layer
        p_t = softmax(h_t @ affine.W + affine.b)

    Shapes   ids (T, N), targets (T, N); T and N may change from call to call.
    State    the recurrent state after the last tick is carried into the next call; `reset_state`
             makes it zero, and so does a change of N.
    Dropout  below, between and above the recurrent layers, in `forward(train=True)` only.
    Buffers  what `forward`, `hidden` and `hidden_gradients` hand out is overwritten by the next
             call. `twin()` gives a second model on the same weights with buffers and state of
             its own: evaluate and probe with a twin, and training never notices.
    Source   Deep Learning from Scratch 2, sections 5.4 and 6.5.
    """

    def __init__(
        self,
        config: Config,
        vocabulary_size: int,
        parameters: Parameters | None = None,
        rng: np.random.Generator | None = None,
    ) -> None:
        self.config = config
        self.vocabulary_size = vocabulary_size
        if parameters is None:
            check_memory(config, vocabulary_size)
            parameters = Parameters(parameter_shapes(config, vocabulary_size), config.dtype)
            initialize(parameters, config)
        self.parameters = parameters
        self.rng = rng or np.random.default_rng(config.seed)  # of dropout alone

        table = "affine.W" if config.tied else "embedding.W"
        W, dW = parameters[table], parameters.gradient(table)
        if config.tied:
            W, dW = W.T, dW.T
        self._embedding = TimeEmbedding(W, dW, shared=config.tied)
        self._cells = [self._cell(i) for i in range(config.layers)]
        self._dropouts = [TimeDropout(config.dropout, self.rng) for _ in range(config.layers + 1)]
        self._affine = TimeAffine(*parameters.block("affine.W", "affine.b"))
        self._loss = TimeSoftmaxWithLoss()
        self._deferred = False

    def _cell(self, i: int) -> TimeCell:
        names = [f"cell.{i}.{weight}" for weight in ("Wx", "Wh", "b")]
        return CELLS[self.config.cell].layer(
            tuple(self.parameters[name] for name in names),
            tuple(self.parameters.gradient(name) for name in names),
        )

    def twin(self) -> Rnnlm:
        """A model on the same weights, with zero state and its own buffers. Do not train it."""
        return Rnnlm(self.config, self.vocabulary_size, self.parameters)

    @property
    def embedding_table(self) -> Array:
        """The embedding (V, D), a view; the affine matrix transposed where the two are tied."""
        return self._embedding.W

    @property
    def touched_rows(self) -> Ids | None:
        """Rows of the embedding whose gradient the last backward pass wrote; None means any."""
        return self._embedding.touched

    @property
    def hidden(self) -> Array:
        """Hidden states of the last forward pass, (T, N, H), top layer. A view."""
        return self._cells[-1].hs

    @property
    def hidden_gradients(self) -> Array:
        """dL/dh of the last backward pass, (T, N, H), top layer. A view."""
        return self._cells[-1].dhs

    @property
    def masks(self) -> tuple[Array | None, ...]:
        """Dropout masks (N, K) of the last forward pass: below every layer, above the last."""
        return tuple(dropout.mask for dropout in self._dropouts)

    @property
    def state(self) -> State:
        """The carried state: for every layer, for every state of its cell, (N, H). Not a copy."""
        return tuple(cell.state for cell in self._cells)

    @state.setter
    def state(self, state: State) -> None:
        for cell, own in zip(self._cells, state, strict=True):
            cell.state = own

    def reset_state(self) -> None:
        """Forget the text so far."""
        for cell in self._cells:
            cell.state = ()

    def _ready_state(self, N: int) -> None:
        """Begin from zero where there is no state for N streams."""
        shape = (N, self.config.hidden_size)
        for cell in self._cells:
            if not cell.state or cell.state[0].shape != shape:
                states = CELLS[self.config.cell].states
                cell.state = tuple(np.zeros(shape, self.config.dtype) for _ in states)

    def hidden_states(self, ids: Ids, *, train: bool = False) -> Array:
        """Read ids (T, N) and return the top layer's output (T, N, H), a view. Advances the state.

        Raises ShapeError if ids are not (T, N), no integers, or do not lie in 0 ... V-1.
        """
        check_shape("ids", ids, (None, None), "(T, N)")
        check_ids("ids", ids, self.vocabulary_size)
        self._ready_state(ids.shape[1])
        xs = self._read_tokens(ids, train)
        for cell, dropout in zip(self._cells, self._dropouts[1:], strict=True):
            xs = dropout.forward(cell.forward(xs), train)
        return xs

    def _read_tokens(self, ids: Ids, train: bool) -> Any:
        """What the first cell reads: rows of the table, or the table itself where it is small
        and no value is dropped on the way."""
        below = self._dropouts[0]
        self._deferred = self._embedding.should_defer(*ids.shape) and not (train and below.ratio)
        if self._deferred:
            below.mask = None
            return self._embedding.defer(ids)
        return below.forward(self._embedding.forward(ids), train)

    def logits(self, ids: Ids) -> Array:
        """Read ids (T, N) and return the next token's logits (T, N, V), a view."""
        self._affine.read(self.hidden_states(ids))
        return self._affine.logits().reshape(*ids.shape, self.vocabulary_size)

    def predict(self, ids: Ids) -> Array:
        """Read ids (T, N) and return the next token's probabilities (T, N, V). Allocates."""
        return softmax(self.logits(ids))

    def forward(self, ids: Ids, targets: Ids, *, train: bool = False) -> float:
        """Read a window and return the mean loss of its targets in nats. Advances the state."""
        self._check_targets(ids, targets)
        self._affine.read(self.hidden_states(ids, train=train))
        return self._loss_of(targets.ravel())

    def measure(self, ids: Ids, targets: Ids) -> float:
        """The loss as `forward` returns it, of windows of any length in little memory; no
        `backward` can follow."""
        return max(float(self.losses(ids, targets).mean()), 0.0)

    def losses(self, ids: Ids, targets: Ids) -> Array:
        """The loss of every target in nats, (T, N), float64. Advances the state; no `backward`
        can follow. Allocates."""
        self._check_targets(ids, targets)
        self._affine.read(self.hidden_states(ids))
        flat, losses = targets.ravel(), np.empty(targets.size)
        for rows in self._affine.parts():
            self._loss_of(flat[rows], rows)
            losses[rows] = self._loss.losses
        return losses.reshape(targets.shape)

    def _loss_of(self, targets: Ids, rows: slice = slice(None)) -> float:
        loss = self._loss.forward(self._affine.logits(rows), targets)
        if loss is None:
            loss = self._loss.forward(self._affine.logits(rows), targets, shift=True)
        assert loss is not None
        return loss

    def backward(self) -> None:
        """Overwrite all gradients with those of the last `forward`, back to the window's start."""
        dxs = self._affine.backward(*self._loss.backward())
        for cell, dropout in zip(self._cells[::-1], self._dropouts[:0:-1], strict=True):
            dxs = cell.backward(dropout.backward(dxs))
        if self._deferred:
            self._embedding.accept(dxs)
        else:
            self._embedding.backward(self._dropouts[0].backward(dxs))

    def _check_targets(self, ids: Ids, targets: Ids) -> None:
        check_shape("targets", targets, ids.shape, "(T, N)")
        check_ids("targets", targets, self.vocabulary_size)
