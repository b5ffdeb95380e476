"""python -m rnncore baseline: what models without a state reach on a text."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Any, Literal

from threadpoolctl import threadpool_limits

from rnncore.assignments import assigned
from rnncore.baselines.counting import check_counting
from rnncore.baselines.kneser_ney import KneserNey
from rnncore.baselines.language_model import LanguageModel, held_out_loss, sentence_end
from rnncore.baselines.training import TRAINING, WindowTrainer, window_config
from rnncore.baselines.windows import LONGEST_WINDOW
from rnncore.config import Config
from rnncore.console import say
from rnncore.errors import ConfigError
from rnncore.event_log import event_lines
from rnncore.metrics import bits, perplexity
from rnncore.overlaps import check_apart, events_use, text_uses
from rnncore.progress import figures
from rnncore.text.corpus import Corpus, load_corpus
from rnncore.text.sources import absolute
from rnncore.training.events import Evaluation

EPOCHS = 4
"""How often a window model reads the text where --set says nothing else."""
LARGEST_NUMBER = 10**9


def add_parser(commands: Any) -> None:
    """Add the command to the subparsers of `python -m rnncore`."""
    command = commands.add_parser(
        "baseline",
        help="measure n-grams or a window model",
        description="Count n-grams, or train a window model with as many parameters as the "
        "recurrent network of the same settings, and measure it on held-out text.",
    )
    command.add_argument(
        "--model",
        choices=["ngram", "summed", "concatenated"],
        required=True,
        help="n-grams with modified Kneser-Ney smoothing, or a window of words, added up or side "
        "by side",
    )
    command.add_argument(
        "--order",
        metavar="N",
        type=_number,
        default=5,
        help="the next word is predicted from the N - 1 before it (default: 5)",
    )
    command.add_argument("--corpus", metavar="NAME|FILE", help="built-in corpus or a text file")
    command.add_argument(
        "--set", metavar="KEY=VALUE", action="append", default=[], help="any setting, repeatable"
    )
    command.add_argument("--seed", metavar="SEED", help="seed of a window model's initial values")
    command.add_argument("--events", metavar="FILE|-", help="write evaluations as JSON Lines")
    command.set_defaults(run=baseline)


def baseline(options: argparse.Namespace) -> int:
    """Fit the model and report its evaluation of each held-out part.

    Raises   ConfigError and TextError for settings or a text that leave nothing to count, to train
             on or to measure; Diverged if a training is lost.
    """
    given = {"corpus": options.corpus, "seed": options.seed}
    named = {name: value for name, value in given.items() if value is not None}
    config = Config.parse(TRAINING | {"epochs": EPOCHS} | assigned(options.set) | named)
    config = config.with_changes(corpus=absolute(config.corpus))
    corpus = load_corpus(config)
    parts = _held_out(corpus)
    fit = _fitting(options.model, options.order, config, corpus)
    if options.events is not None:
        check_apart([events_use(options.events)], text_uses(config.corpus))
    with threadpool_limits(config.threads), event_lines(options.events, append=False) as write:
        model, updates = fit()
        say(f"{options.model} of order {options.order}: {model.parameter_count:,} parameters\n")
        for split in parts:
            ids = getattr(corpus, split)
            loss, spelt = held_out_loss(model, ids), corpus.tokens_per_character(ids)
            each = None if spelt is None else perplexity(loss * spelt)
            done = Evaluation(updates, split, perplexity(loss), bits(loss), None, each)
            write(done)
            if options.events != "-":
                say(f"{split} perplexity {figures(done)}\n")
    return 0


def _held_out(corpus: Corpus) -> list[Literal["valid", "test"]]:
    """The parts that can be measured. Raises ConfigError if there is none."""
    splits: tuple[Literal["valid", "test"], ...] = ("valid", "test")
    parts = [split for split in splits if len(getattr(corpus, split)) > 1]
    if not parts:
        raise ConfigError(
            "nothing_held_out",
            f"The text has {len(corpus.train):,} tokens, of which none are held out to measure "
            f"on; raise valid_fraction and test_fraction, or use a longer text.",
            tokens=len(corpus.train),
        )
    return parts


Fitted = tuple[LanguageModel, int]
"""A model, and how many updates it took."""


def _fitting(name: str, order: int, config: Config, corpus: Corpus) -> Callable[[], Fitted]:
    """What counts or trains, once it is known that it can begin."""
    vocabulary_size = len(corpus.vocabulary)
    if name == "ngram":
        check_counting(order, len(corpus.train), vocabulary_size)
        end = sentence_end(corpus)
        return lambda: (KneserNey.fit(corpus.train, order, vocabulary_size, end), 0)
    if not 1 < order <= LONGEST_WINDOW + 1:
        raise ConfigError(
            "window_order",
            f"An order of {order:,} came, but a window model reads at least one word and has an "
            f"order of 2 to {LONGEST_WINDOW + 1}; choose another order.",
            order=order,
            longest=LONGEST_WINDOW + 1,
        )
    kind: Literal["summed", "concatenated"] = "summed" if name == "summed" else "concatenated"
    sized = window_config(config, vocabulary_size, kind, order - 1)
    trainer = WindowTrainer(sized, corpus, kind, order - 1)
    return lambda: _trained(trainer)


def _trained(trainer: WindowTrainer) -> Fitted:
    per_epoch = trainer.total_updates // trainer.config.epochs
    for epoch, progress in enumerate(trainer.run(per_epoch), 1):
        say(f"epoch {epoch}  train {perplexity(progress.loss):.3f}\n")
    return trainer.model, trainer.updates


def _number(text: str) -> int:
    """A whole number for argparse, which says what is wrong with another."""
    try:
        number = int(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text[:40]} is no whole number") from None
    if abs(number) > LARGEST_NUMBER:
        raise argparse.ArgumentTypeError(f"{text[:40]} is beyond every order")
    return number
