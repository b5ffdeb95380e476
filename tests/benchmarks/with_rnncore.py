"""rnncore, measured as its users meet it: whole `Trainer.step()` calls."""

from __future__ import annotations

import numpy as np

from rnncore.text.corpus import Corpus
from rnncore.text.tokenizers import WORDS
from rnncore.text.vocabulary import Vocabulary
from rnncore.training.trainer import Trainer
from tests.benchmarks.problem import Problem


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
