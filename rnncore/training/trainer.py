"""The trainer: one update per `step()`, and `events()`, the generator every driver loops over."""

from __future__ import annotations

import math
from collections.abc import Iterator
from time import perf_counter
from typing import Literal, NamedTuple

import numpy as np

from rnncore.config import Config, live_settings
from rnncore.errors import ConfigError
from rnncore.memory import check_memory
from rnncore.metrics import LARGEST, bits, held_out_loss, perplexity
from rnncore.model import Rnnlm
from rnncore.optimizers import OPTIMIZERS, clip, global_norm
from rnncore.reference_model import ReferenceRnnlm
from rnncore.shapes import Ids, check_ids
from rnncore.text.corpus import Corpus
from rnncore.text.lengths import check_length
from rnncore.text.windows import Window, Windows
from rnncore.training.divergence import SMOOTHING, Diverged, diverged, is_sound
from rnncore.training.events import Changed, Epoch, Evaluation, Event, Finished, Step
from rnncore.training.schedules import scheduled_rate

__all__ = ["Diverged", "Trainer", "held_out", "windows_to_train"]


def windows_to_train(config: Config, corpus: Corpus) -> Windows:
    """The windows of a training on `corpus`, once it is known that it can begin.

    Builds no weights. Raises as `Trainer` does.
    """
    check_length(config, corpus)
    windows = Windows(corpus.train, config.batch_size, config.time_size, config.window_scheme)
    check_memory(config, len(corpus.vocabulary))
    if config.schedule == "quarter":
        held_out(corpus, "valid")
    return windows


def held_out(corpus: Corpus, split: Literal["valid", "test"]) -> Ids:
    """A part of the corpus that can be measured on. Raises ConfigError if there is none."""
    ids = corpus.valid if split == "valid" else corpus.test
    if len(ids) < 2:
        raise ConfigError(
            "no_held_out",
            f"The corpus has no {split} text to measure on; raise {split}_fraction, or use a "
            f"longer text.",
            split=split,
        )
    return ids


class Plan(NamedTuple):
    """One update before it is made; `forgets` says that it begins without a carried state."""

    window: Window
    forgets: bool
    rate: float


class Trainer:
    """A model, its optimizer and its place in the text. All state of a run is in here.

    The arithmetic depends on (config, corpus, number of updates made) alone: two trainers of the
    same settings give the same losses bit for bit, whoever drives them and however often the
    driver pauses. Evaluation and probes work on a `twin()` and leave no trace.
    Raises   TextError if the text is too short, ShapeError if it holds an id that is not in its
             vocabulary, ConfigError if the settings leave too little of the text, need too much
             memory or, for the quarter schedule, held-out text that is not there.
    """

    def __init__(self, config: Config, corpus: Corpus) -> None:
        self.config = config
        self.corpus = corpus
        for part in ("train", "valid", "test"):
            check_ids(f"corpus.{part}", getattr(corpus, part), len(corpus.vocabulary))
        self.windows = windows_to_train(config, corpus)
        engine = ReferenceRnnlm if config.engine == "reference" else Rnnlm
        self.model: Rnnlm = engine(config, len(corpus.vocabulary))
        self.optimizer = OPTIMIZERS[config.optimizer](self.model.parameters)
        self.steps = 0
        self.seconds = 0.0
        self.reason: Literal["completed", "diverged", "stopped"] | None = None
        self.divergence: Diverged | None = None  # why, where the reason is "diverged"
        self.epoch_losses = 0.0  # sum over the updates of the current epoch
        self.epoch_mean = 0.0  # mean over the updates of the epoch before
        self.epochs_reported = 0
        self.epochs_evaluated = 0
        self.mean_loss = math.log(len(corpus.vocabulary))
        self.best_perplexity = math.inf  # of the held-out text, as the quarter schedule sees it
        self.worsened = 0  # epochs that brought no new best
        self.text_known = True  # that it is the text of the updates made; no in an old checkpoint
        self.schedule_start = 0  # updates that had been made when the present schedule began
        self.last_rate = config.learning_rate  # of the last update, or as set since then
        self._tested = False
        self._evaluated: dict[tuple[str, int | None], Evaluation] = {}  # with the present weights
        self._spelt: dict[tuple[str, int | None], float | None] = {}  # tokens per character
        self._evaluator = self.model.twin()

    @property
    def total_updates(self) -> int:
        return self.config.epochs * self.windows.updates_per_epoch

    @property
    def epoch(self) -> int:
        """The epoch that the next update belongs to, counted from 1."""
        return self.steps // self.windows.updates_per_epoch + 1

    def rate_of(self, update: int) -> float:
        """The learning rate of an update, counted from 0, under the present schedule."""
        return scheduled_rate(
            self.config, update, self.total_updates, self.worsened, self.schedule_start
        )

    @np.errstate(over="ignore", invalid="ignore")  # `judge` sees what comes of it
    def step(self) -> Step:
        """Make one update: forward, backward, clip, update.

        Raises Diverged, before any weight is touched, if loss or gradient norm is not finite or
        the mean loss has grown beyond all use. The trainer then still holds the last good state.
        """
        started = perf_counter()
        model = self.model
        window, forgets, rate = self.plan()
        if forgets:
            model.reset_state()
        state = model.state

        loss = model.forward(window.xs, window.ts, train=True)
        model.backward()
        norm = global_norm(model.parameters)
        failure = self.judge(loss, norm, rate)
        if failure is not None:
            model.state = state
            raise failure
        clip(model.parameters, norm, self.config.max_grad_norm)
        self.optimizer.update(model.parameters, rate, model.touched_rows)
        return self.close(loss, norm, rate, perf_counter() - started)

    def plan(self) -> Plan:
        """What the next update reads, and its learning rate. Changes nothing."""
        window = self.windows.window(self.steps)
        forgets = window.reset or not self.config.stateful
        return Plan(window, forgets, self.rate_of(self.steps))

    def judge(self, loss: float, norm: float, rate: float) -> Diverged | None:
        """Why an update of this loss and gradient norm is not to be made; None if it may be."""
        if is_sound(self._mean_with(loss), norm, self.model.vocabulary_size):
            return None
        return diverged(loss, norm, self.steps, rate, clipped=bool(self.config.max_grad_norm))

    def close(self, loss: float, norm: float, rate: float, seconds: float) -> Step:
        """Count an update that has been made on the weights, in `seconds`."""
        epoch = self.epoch
        self.mean_loss, self.last_rate = self._mean_with(loss), rate
        self.steps += 1
        self.epoch_losses += loss
        self.seconds += seconds
        if self.epoch > epoch:
            self.epoch_mean = self.epoch_losses / self.windows.updates_per_epoch
            self.epoch_losses = 0.0
            if self.config.schedule == "quarter":
                self._compare_held_out()
        return Step(self.steps, epoch, loss, rate, norm, self.seconds)

    def _mean_with(self, loss: float) -> float:
        return self.mean_loss + SMOOTHING * (loss - self.mean_loss)

    def events(self, *, evaluate: bool = True) -> Iterator[Event]:
        """Train to the end and report it: Step, Epoch, Evaluation, and Finished at last.

        The generator holds no state: leave it after any event, change a setting, and call it
        again. With `evaluate`, the held-out text is measured after each epoch, the test text at
        the end, each only where the corpus has one.
        """
        while self.reason is None:
            yield from self._report_epoch(evaluate)
            if self.steps >= self.total_updates:
                self.reason = "completed"
                break
            try:
                yield self.step()
            except Diverged as failure:
                self.reason, self.divergence = "diverged", failure
        if self.reason == "completed" and not self._tested:
            self._tested = True
            if evaluate and len(self.corpus.test) > 1:
                yield self.evaluate("test")
        yield Finished(self.reason, self.steps)

    @np.errstate(over="ignore", invalid="ignore")
    def evaluate(
        self, split: Literal["valid", "test"] = "valid", part: int | None = None
    ) -> Evaluation:
        """Measure perplexity on held-out text with the present weights, read from its first token
        as the run trains: `metrics.held_out_loss`. Disturbs nothing.

        `part` reads only so many tokens (>= 2) of its beginning; None, or a text that has no more,
        reads all.
        """
        ids = held_out(self.corpus, split)
        if part is not None and part >= len(ids):
            part = None
        done = self._evaluated.get((split, part))
        if done is None or done.step != self.steps:
            loss = held_out_loss(self._evaluator, ids[:part])
            if not math.isfinite(loss):  # the update before has ruined the weights
                loss = math.log(LARGEST)
            if (split, part) not in self._spelt:
                self._spelt[split, part] = self.corpus.tokens_per_character(ids[:part])
            spelt = self._spelt[split, part]
            per_character = None if spelt is None else perplexity(loss * spelt)
            done = Evaluation(self.steps, split, perplexity(loss), bits(loss), part, per_character)
            self._evaluated[split, part] = done
        return done

    def change(self, setting: str, value: float | str) -> Changed:
        """Change a live setting; it acts from the next update on. A string is converted.

        The number of epochs can change too, and with it what `extend` says.
        Raises ConfigError if the value is out of range or the setting acts only on reset.
        """
        if setting == "epochs":
            kept = self.config
            self.extend(value)
            return Changed(self.steps, setting, float(kept.epochs), float(self.config.epochs))
        if setting not in live_settings():
            raise ConfigError(
                "not_live",
                f"{setting} cannot change while a run is on; it acts on reset. These act at once: "
                f"{', '.join(live_settings())}.",
                setting=setting,
            )
        old = getattr(self.config, setting)
        self.config = self.config.with_changes(**{setting: value})
        new = getattr(self.config, setting)
        if setting == "learning_rate":
            self.last_rate = new
        return Changed(self.steps, setting, float(old), float(new))

    def extend(self, epochs: float | str) -> tuple[Changed, ...]:
        """Let the run make `epochs` passes in all: a finished one goes on.

        Its schedule begins again with the next update: `last_rate` becomes the learning rate, s
        counts from 0 and `worsened` too (`scheduled_rate`). A warm-up that is under way goes on.
        Returns  what has changed: epochs, perhaps the learning rate; nothing if epochs is as it was
        Raises   ConfigError if the value is out of range or not more than the passes made.
        """
        old, new = self.config, self.config.with_changes(epochs=epochs)
        if new.epochs == old.epochs:
            return ()
        if new.epochs * self.windows.updates_per_epoch <= self.steps:
            raise ConfigError(
                "epochs_made",
                f"epochs = {new.epochs} came, but the run has made {self.epoch - 1} already; give "
                f"more to let it go on.",
                epochs=new.epochs,
                made=self.epoch - 1,
            )
        if self.steps >= old.warmup:
            new = new.with_changes(learning_rate=self.last_rate or old.learning_rate)
        self.config = new
        self.schedule_start, self.worsened = self.steps, 0
        self.reason, self._tested = None, False
        return tuple(
            Changed(self.steps, name, float(getattr(old, name)), float(getattr(new, name)))
            for name in ("epochs", "learning_rate")
            if getattr(old, name) != getattr(new, name)
        )

    def stop(self) -> None:
        """Let `events` finish after the present update."""
        self.reason = self.reason or "stopped"

    def _report_epoch(self, evaluate: bool) -> Iterator[Event]:
        """Report the last epoch if it is new. What is on its way out counts as reported."""
        done = self.epoch - 1
        if self.epochs_reported < done:
            self.epochs_reported = done
            yield Epoch(done, perplexity(self.epoch_mean))
        if self.epochs_evaluated < done:
            self.epochs_evaluated = done
            if evaluate and len(self.corpus.valid) > 1:
                yield self.evaluate("valid")

    def _compare_held_out(self) -> None:
        """Close an epoch for the quarter schedule: a new best, or a lower rate from now on."""
        reached = self.evaluate("valid").perplexity
        if reached < self.best_perplexity:
            self.best_perplexity = reached
        else:
            self.worsened += 1
