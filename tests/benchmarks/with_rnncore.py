"""rnncore, measured as its users meet it: whole `Trainer.step()` calls."""

from __future__ import annotations

from itertools import islice

import numpy as np
from threadpoolctl import threadpool_limits

from rnncore.generation import generate
from rnncore.metrics import held_out_loss
from rnncore.model import Rnnlm
from rnncore.text.corpus import Corpus
from rnncore.text.tokenizers import WORDS
from rnncore.text.vocabulary import Vocabulary
from rnncore.training.trainer import Trainer
from tests.benchmarks.problem import WINDOWS, Problem


class Rnncore:
    """Window, forward, backward, global norm, divergence check, update and event."""

    def __init__(self, problem: Problem) -> None:
        vocabulary = Vocabulary(tuple(str(i) for i in range(problem.size.V)))
        none = np.empty(0, np.int64)
        corpus = Corpus("bench", problem.ids, none, none, vocabulary, WORDS, None, (), ())
        self._trainer = Trainer(problem.config, corpus)

    def run(self, updates: int) -> list[float]:
        step = self._trainer.step
        return [step().loss for _ in range(updates)]


class TwoThreads(Rnncore):
    """The same on two threads."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem)
        threadpool_limits(2)  # from here on, in this process


class Evaluation(Rnncore):
    """Reading as many tokens of held-out text as so many updates train on, by a network that has
    learned a little: one that nothing has been taught may take its time to forget."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem)
        super().run(WINDOWS)
        self._problem, self._model = problem, self._trainer.model.twin()

    def run(self, updates: int) -> list[float]:
        N, T = self._problem.size[3:]
        ids = np.resize(self._problem.ids, N * T * updates + 1)
        return [held_out_loss(self._model, ids)]


class Sampling:
    """Drawing one token for each stream at temperature 1, so many times."""

    STREAMS = 1

    def __init__(self, problem: Problem) -> None:
        model = Rnnlm(problem.config, problem.size.V)  # `problem.weights` are those of its seed
        prompt, rng = problem.ids[:1], np.random.default_rng(0)
        self._tokens = generate(model, prompt, 1.0, rng, self.STREAMS)

    def run(self, updates: int) -> list[float]:
        for _ in islice(self._tokens, updates):
            pass
        return []


class Sampling32(Sampling):
    STREAMS = 32
