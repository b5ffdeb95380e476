"""PyTorch as its documentation would write it: Embedding, RNN, LSTM or GRU, Linear, SGD."""

from __future__ import annotations

from itertools import cycle
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from rnncore.cells import CELLS
from rnncore.shapes import Array
from tests.benchmarks.problem import LEARNING_RATE, Problem


class LanguageModel(nn.Module):
    def __init__(self, problem: Problem) -> None:
        super().__init__()
        V, D, H = problem.size[:3]
        self.embedding = nn.Embedding(V, D)
        self.rnn = getattr(nn, problem.cell.upper())(D, H)
        self.linear = nn.Linear(H, V)
        weights, order = problem.weights, CELLS[problem.cell].torch_order or ()
        with torch.no_grad():
            _copy(self.embedding.weight, weights["embedding.W"])
            _copy(self.rnn.weight_ih_l0, _gates(weights["cell.0.Wx"], order).T)
            _copy(self.rnn.weight_hh_l0, _gates(weights["cell.0.Wh"], order).T)
            _copy(self.rnn.bias_ih_l0, _gates(weights["cell.0.b"], order))
            self.rnn.bias_hh_l0.zero_()
            _copy(self.linear.weight, weights["affine.W"].T)
            _copy(self.linear.bias, weights["affine.b"])
        # Two biases that are always added would learn twice as fast as one.
        self.rnn.bias_hh_l0.requires_grad_(False)

    def forward(self, xs: Tensor, ts: Tensor, state: object) -> tuple[Tensor, object]:
        hs, state = self.rnn(self.embedding(xs), state)
        logits = self.linear(hs.flatten(0, 1))
        return nn.functional.cross_entropy(logits, ts), state


class Torch:
    """Eager PyTorch on one thread; the state is carried, and detached between windows."""

    def __init__(self, problem: Problem) -> None:
        torch.set_num_threads(1)
        self._model = LanguageModel(problem)
        learning = [p for p in self._model.parameters() if p.requires_grad]
        self._optimizer = torch.optim.SGD(learning, lr=LEARNING_RATE)
        windows = [
            (torch.from_numpy(xs), torch.from_numpy(ts).flatten(), k == 0)
            for k, (xs, ts) in enumerate(problem.windows)
        ]
        H, N = problem.size.H, problem.size.N
        states = len(CELLS[problem.cell].states)
        zeros = tuple(torch.zeros(1, N, H) for _ in range(states))
        self._zeros = zeros if states > 1 else zeros[0]
        self._windows = cycle(windows)
        self._state: object = self._zeros
        self._loss = self._model

    def run(self, updates: int) -> list[float]:
        losses = []
        for _ in range(updates):
            xs, ts, reset = next(self._windows)
            self._optimizer.zero_grad(set_to_none=True)
            loss, state = self._loss(xs, ts, self._zeros if reset else self._state)
            loss.backward()
            self._optimizer.step()
            self._state = (
                tuple(s.detach() for s in state) if type(state) is tuple else state.detach()
            )
            losses.append(loss.item())
        return losses


class TorchCompile(Torch):
    """The same through torch.compile, which needs a C++ compiler."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem)
        torch._dynamo.reset()
        self._loss = torch.compile(self._model)


class Sampling:
    """The usual loop: read a token, softmax, multinomial; no gradients, one thread."""

    STREAMS = 1

    def __init__(self, problem: Problem) -> None:
        torch.set_num_threads(1)
        torch.manual_seed(0)
        self._model = LanguageModel(problem).eval()
        self._token = torch.full((1, self.STREAMS), int(problem.ids[0]))
        self._state: object = None

    def run(self, updates: int) -> list[float]:
        model = self._model
        with torch.inference_mode():
            for _ in range(updates):
                hs, self._state = model.rnn(model.embedding(self._token), self._state)
                probabilities = torch.softmax(model.linear(hs[0]), dim=-1)
                self._token = torch.multinomial(probabilities, 1).T
        return []


class Sampling32(Sampling):
    STREAMS = 32


def detached(state: Any) -> Any:
    """The LSTM's state is a pair, the RNN's a tensor."""
    return tuple(map(detached, state)) if isinstance(state, tuple) else state.detach()


def _gates(weight: Array, order: tuple[int, ...]) -> Array:
    parts = np.split(weight, len(order), axis=-1)
    return np.concatenate([parts[i] for i in order], axis=-1)


def _copy(parameter: Tensor, values: Array) -> None:
    parameter.copy_(torch.from_numpy(np.ascontiguousarray(values)))
