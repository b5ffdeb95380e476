"""The progress bar of the command line."""

from __future__ import annotations

import sys
from time import monotonic
from types import TracebackType
from typing import TextIO

from rnncore.console import say, writable
from rnncore.metrics import perplexity
from rnncore.training.events import Epoch, Evaluation, Event, Finished, Step
from rnncore.training.trainer import Trainer

WIDTH = 30
REFRESH = 0.1  # seconds


class Progress:
    """One line on standard error, drawn only on a terminal; elsewhere a line an epoch.

    Silent where the events already go to the same terminal.
    """

    def __init__(self, trainer: Trainer, silent: bool) -> None:
        self._trainer = trainer
        self._terminal = _on_terminal(sys.stderr) and not (silent and _on_terminal(sys.stdout))
        self._lines = not _on_terminal(sys.stderr) and not silent
        self._drawn_at = 0.0
        self._held_out = ""

    def __enter__(self) -> Progress:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._terminal:
            say("\n")

    def show(self, event: Event) -> None:
        if isinstance(event, Evaluation):
            self._held_out = f"  {event.split} {figures(event)}"
        if isinstance(event, Step) and self._terminal and monotonic() - self._drawn_at > REFRESH:
            self._draw()
        elif isinstance(event, Epoch) and self._lines:
            say(f"epoch {event.epoch}  train {event.train_perplexity:.3f}\n")
        elif isinstance(event, Evaluation) and self._lines:
            say(f"{event.split} perplexity {figures(event)}\n")
        elif isinstance(event, Finished):
            if self._terminal:
                self._draw()
            if self._terminal or self._lines:
                say(f"\n{event.reason} after {event.step} updates")
                say("" if self._terminal else "\n")

    def _draw(self) -> None:
        trainer = self._trainer
        self._drawn_at = monotonic()
        share = trainer.steps / trainer.total_updates
        full, empty = "█░" if writable("█░", sys.stderr) == "█░" else "#-"
        filled = round(WIDTH * share)
        size = trainer.config.batch_size * trainer.config.time_size
        rate = trainer.steps * size / trainer.seconds if trainer.seconds else 0
        left = trainer.seconds * (1 / share - 1) if share else 0
        say(
            f"\r{full * filled}{empty * (WIDTH - filled)} {share:4.0%}  "
            f"train {perplexity(trainer.mean_loss):.3f}{self._held_out}  "
            f"{rate:,.0f} tokens/s  {left:.0f} s left  "
        )


def figures(found: Evaluation) -> str:
    """A perplexity, and that of a character where tokens are parts of characters."""
    each = found.per_character
    return f"{found.perplexity:.3f}" + ("" if each is None else f" ({each:.3f} per character)")


def _on_terminal(stream: TextIO | None) -> bool:
    return stream is not None and stream.isatty()
