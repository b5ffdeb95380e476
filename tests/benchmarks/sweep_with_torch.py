"""Optuna's own optimize over a PyTorch loop, as their documentations would write it.

python -m tests.benchmarks.sweep_with_torch SIZE TRIALS UPDATES [STORAGE]
"""

from __future__ import annotations

import json
import math
import sys
from typing import Any

import optuna
import torch
from torch import nn

from rnncore.config import Config
from rnncore.model import Rnnlm
from rnncore.runs.limit import PARTS
from rnncore.sweeps.dispatching import PART
from rnncore.text.corpus import Corpus, load_corpus
from rnncore.text.windows import Windows
from tests.benchmarks.problem import Size
from tests.benchmarks.sweep import plan_of
from tests.benchmarks.with_torch import LanguageModel, detached


class Shaped:
    """What the benchmarks' PyTorch network is built from: sizes, and initial weights."""

    def __init__(self, config: Config, V: int) -> None:
        D, H = config.embedding_size, config.hidden_size
        self.size, self.cell = Size(V, D, H, config.batch_size, config.time_size), config.cell
        self.weights = Rnnlm(config, V).parameters.as_dict()


def main(size: str, trials: int, updates: int, storage: str) -> int:
    torch.set_num_threads(1)
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    config = plan_of(size, trials, updates).config({})
    corpus = load_corpus(config)
    study = optuna.create_study(
        storage=storage or None, study_name="sweep", load_if_exists=True, direction="minimize"
    )
    made: list[tuple[str, int]] = []

    def objective(trial: optuna.Trial) -> float:
        rate = trial.suggest_float("learning_rate", 0.01, 1.0, log=True)
        best = train(config, corpus, updates, rate, trial)
        made.append(("complete", updates))
        return best

    study.optimize(objective, n_trials=trials)
    sys.stdout.write(json.dumps(made))
    return 0


def train(config: Config, corpus: Corpus, updates: int, rate: float, trial: optuna.Trial) -> float:
    """The lowest bits of held-out text, which is measured at each tenth of the updates."""
    problem: Any = Shaped(config, len(corpus.vocabulary))
    model = LanguageModel(problem)
    learning = [parameter for parameter in model.parameters() if parameter.requires_grad]
    optimizer = torch.optim.SGD(learning, lr=rate)
    windows = Windows(corpus.train, config.batch_size, config.time_size, config.window_scheme)
    zeros = torch.zeros(1, config.batch_size, config.hidden_size)
    state, best = zeros, math.inf
    for update in range(updates):
        window = windows.window(update)
        xs = torch.tensor(window.xs, dtype=torch.long)
        ts = torch.tensor(window.ts, dtype=torch.long).flatten()
        optimizer.zero_grad(set_to_none=True)
        loss, after = model(xs, ts, zeros if window.reset else state)
        loss.backward()
        nn.utils.clip_grad_norm_(learning, config.max_grad_norm)
        optimizer.step()
        state = detached(after)
        loss.item()
        if (update + 1) % (updates // PARTS) == 0:
            best = min(best, bits(model, corpus, config.hidden_size))
            trial.report(best, update + 1)
    return best


def bits(model: LanguageModel, corpus: Corpus, H: int) -> float:
    """Bits per token of the part of held-out text that trials of a sweep are measured on."""
    ids = torch.tensor(corpus.valid[:PART], dtype=torch.long)
    with torch.no_grad():
        loss, _ = model(ids[:-1, None], ids[1:], torch.zeros(1, 1, H))
    return loss.item() / math.log(2)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]))
