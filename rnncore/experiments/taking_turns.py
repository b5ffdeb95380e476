"""Recurrent networks and window models that are trained side by side on one text."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from time import perf_counter
from typing import NamedTuple

from rnncore.baselines.language_model import held_out_loss
from rnncore.baselines.training import WindowTrainer
from rnncore.baselines.windows import Kind, window_memory, window_parameters
from rnncore.config import Config
from rnncore.experiments.race import STRETCH
from rnncore.memory import check_need, memory_bytes, parameter_count
from rnncore.metrics import held_out_loss as stream_loss
from rnncore.multiply_adds import per_token
from rnncore.text.corpus import Corpus
from rnncore.text.windows import Windows
from rnncore.training.trainer import Diverged, Trainer

POINTS = 12
"""How often a network is measured on its way, at least."""
TOGETHER = 128 * 2**20
"""Bytes of the networks that are trained at the same time, if they are more than one."""


class Window(NamedTuple):
    """What a window model reads before the next word."""

    kind: Kind
    words: int


class Network(NamedTuple):
    """One that is to be trained: a window model, or the recurrent network of `config`. Its figures
    come from shapes alone."""

    config: Config
    window: Window | None = None

    @property
    def reads(self) -> tuple[str, int | None]:
        """Its kind, and how many words before the next; None for all."""
        return self.window or ("recurrent", None)

    def parameters(self, V: int) -> int:
        if self.window is None:
            return parameter_count(self.config, V)
        return window_parameters(*self.window, V, self._D, self._H)

    def bytes(self, V: int) -> int:
        """What training it takes of memory."""
        if self.window is None:
            return memory_bytes(self.config, V)
        return window_memory(self.config, V, *self.window)

    def per_token(self, V: int) -> int:
        """Multiply-adds of predicting one token."""
        if self.window is None:
            return per_token(self.config, V)
        kind, words = self.window
        return (1 if kind == "summed" else words) * self._D * self._H + self._H * V

    def updates(self, corpus: Corpus) -> int:
        """Updates of its whole training. Raises TextError if the text is too short for one."""
        c = self.config
        windows = Windows(corpus.train, c.batch_size, c.time_size, c.window_scheme)
        return c.epochs * windows.updates_per_epoch

    def tokens(self, updates: int) -> int:
        """What so many updates read."""
        return updates * self.config.batch_size * self.config.time_size

    @property
    def _D(self) -> int:
        return self.config.embedding_size

    @property
    def _H(self) -> int:
        return self.config.hidden_size


class Turn(NamedTuple):
    """Where a network is: `loss` of held-out text in nats, with its last sound weights; `seconds`
    of training."""

    network: Network
    updates: int
    loss: float
    seconds: float
    over: bool
    diverged: bool


def taking_turns(networks: Sequence[Network], corpus: Corpus) -> Iterator[Turn]:
    """Train all and report each at least POINTS times, measured on `corpus.valid`.

    Whoever has made the smallest part of its updates goes on. They begin in their order, as many at
    once as fit into TOGETHER bytes. Each turn is one slice of work: the caller may pause or stop
    after any. Raises ConfigError, before any is trained, if one needs too much memory.
    """
    V = len(corpus.vocabulary)
    for network in networks:
        check_need(network.bytes(V))
    waiting, going = list(networks), list[_Runner]()
    while waiting or going:
        while waiting and (
            not going
            or sum(n.bytes(V) for n in (waiting[0], *(one.network for one in going))) <= TOGETHER
        ):
            going.append(_Runner(waiting.pop(0), corpus))
        runner = min(going, key=lambda one: one.updates / one.of)
        turn = runner.advance()
        if turn.over:
            going.remove(runner)
        yield turn


class _Runner:
    def __init__(self, network: Network, corpus: Corpus) -> None:
        self.network, self.updates, self.of = network, 0, network.updates(corpus)
        work = network.per_token(len(corpus.vocabulary)) * network.tokens(1)
        self._stretch = max(1, min(round(self.of / POINTS), STRETCH // work))
        self._seconds = 0.0
        self._step: Callable[[], object]
        self._loss: Callable[[], float]
        if network.window is None:
            trainer = Trainer(network.config, corpus)
            self._step = trainer.step
            self._loss = partial(stream_loss, trainer.model.twin(), corpus.valid)
        else:
            of_window = WindowTrainer(network.config, corpus, *network.window)
            self._step = of_window.step
            self._loss = partial(held_out_loss, of_window.model, corpus.valid)

    def advance(self) -> Turn:
        """Train for a stretch, at least one update, and measure."""
        started, diverged = perf_counter(), False
        until = min(self.of, self.updates + self._stretch)
        try:
            while self.updates < until:
                self._step()
                self.updates += 1
        except Diverged:
            diverged = True
        self._seconds += perf_counter() - started
        over = diverged or self.updates >= self.of
        return Turn(self.network, self.updates, self._loss(), self._seconds, over, diverged)
