"""The command line: python -m rnncore train | generate."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any, TextIO

import numpy as np
import orjson
from threadpoolctl import threadpool_info, threadpool_limits

from rnncore.config import Config
from rnncore.errors import ConfigError, RnnError
from rnncore.generation import generate
from rnncore.presets import PRESETS, preset
from rnncore.progress import Progress
from rnncore.text.corpus import load_corpus
from rnncore.training import checkpoint
from rnncore.training.events import Event, Finished
from rnncore.training.trainer import Trainer

PORTABLE_KERNEL = "Haswell"
AVX512_KERNELS = ("SkylakeX", "Cooperlake", "SapphireRapids")
CHECKPOINT_EVERY = 30.0
"""Seconds of training between two checkpoints of a run started here."""


def main(arguments: list[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    try:
        with threadpool_limits(limits=1):
            options.run(options)
    except RnnError as problem:
        sys.stderr.write(f"error: {problem}\n")
        return 2
    except BrokenPipeError:  # whoever read our output has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except KeyboardInterrupt:
        return 130
    return 0


def train(options: argparse.Namespace) -> None:
    if options.resume:
        _pin_kernel(checkpoint.read(options.resume).config)
        trainer = checkpoint.load(options.resume)
        for name, value in _settings(options).items():
            trainer.change(name, float(value))
    else:
        config = Config.parse(_settings(options))
        _pin_kernel(config)
        trainer = Trainer(config, load_corpus(config))
    saved_at = trainer.seconds
    with _lines(options.events) as write, Progress(trainer, options.events == "-") as progress:
        try:
            for event in trainer.events():
                write(event)
                progress.show(event)
                if options.checkpoint and trainer.seconds - saved_at >= CHECKPOINT_EVERY:
                    checkpoint.save(options.checkpoint, trainer)
                    saved_at = trainer.seconds
        except KeyboardInterrupt:
            trainer.stop()
            write(Finished("stopped", trainer.steps))
            raise
        finally:
            if options.checkpoint:
                checkpoint.save(options.checkpoint, trainer)


def generate_text(options: argparse.Namespace) -> None:
    stored = checkpoint.read(options.checkpoint)
    prompt = stored.tokenizer.split(options.prompt)
    if not prompt:
        raise ConfigError(
            "empty_prompt", "The prompt holds no token; give at least one word or character."
        )
    tokens = generate(
        checkpoint.load_model(stored),
        stored.vocabulary.encode(prompt),
        options.temperature,
        np.random.default_rng(options.seed),
    )
    drawn = stored.vocabulary.decode([int(ids[0]) for ids in islice(tokens, options.length)])
    sys.stdout.write(stored.tokenizer.join([*prompt, *drawn]) + "\n")


def _settings(options: argparse.Namespace) -> dict[str, Any]:
    settings = preset(options.preset) if options.preset else {}
    for assignment in options.set:
        name, equals, value = assignment.partition("=")
        if not equals:
            raise ConfigError(
                "assignment",
                f"--set {assignment} has no value; write --set name=value.",
                assignment=assignment,
            )
        settings[name.strip()] = value.strip()
    if options.corpus is not None:
        settings["corpus"] = options.corpus
    if options.seed is not None:
        settings["seed"] = options.seed
    return settings


def _pin_kernel(config: Config) -> None:
    """Begin again on a matmul kernel that every x86-64 machine of ten years has.

    Training is chaotic: after a thousand updates a kernel that rounds one last digit differently
    is percents of perplexity away. Whoever asks for the reference engine asks for the same
    figures on every machine, so OpenBLAS, which picks its kernel once and for the process, has
    to start with the common one.
    """
    wide = any(name in AVX512_KERNELS for name in _kernels())
    if config.engine == "reference" and wide and "OPENBLAS_CORETYPE" not in os.environ:
        os.environ["OPENBLAS_CORETYPE"] = PORTABLE_KERNEL
        os.execv(sys.executable, [sys.executable, "-m", "rnncore", *sys.argv[1:]])


def _kernels() -> list[str]:
    return [str(pool.get("architecture")) for pool in threadpool_info()]


@contextmanager
def _lines(target: str | None) -> Iterator[Any]:
    """A function that writes an event as a line of JSON: to a file, standard output, or nowhere."""
    file: TextIO | None = None
    if target == "-":
        file = sys.stdout
    elif target:
        file = Path(target).open("w", encoding="utf-8")  # noqa: SIM115

    def write(event: Event) -> None:
        if file is not None:
            file.write(orjson.dumps(event.as_dict()).decode() + "\n")

    try:
        yield write
    finally:
        if file is not None:
            file.flush()
            if file is not sys.stdout:
                file.close()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m rnncore", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="command")

    command = commands.add_parser("train", help="train a language model")
    command.add_argument("--corpus", metavar="NAME|FILE", help="built-in corpus or a text file")
    command.add_argument("--preset", metavar="NAME", help=", ".join(PRESETS))
    command.add_argument(
        "--set", metavar="KEY=VALUE", action="append", default=[], help="any setting, repeatable"
    )
    command.add_argument("--seed", type=int, help="seed of the initial values")
    command.add_argument("--events", metavar="FILE|-", help="write events as JSON Lines")
    command.add_argument("--checkpoint", metavar="FILE", help="keep the run's state here")
    command.add_argument("--resume", metavar="FILE", help="go on from a checkpoint")
    command.set_defaults(run=train)

    command = commands.add_parser("generate", help="write text with a trained model")
    command.add_argument("--checkpoint", metavar="FILE", required=True)
    command.add_argument("--prompt", metavar="TEXT", required=True)
    command.add_argument("--length", type=int, default=100, help="tokens to write")
    command.add_argument("--temperature", type=float, default=1.0)
    command.add_argument("--seed", type=int, default=0)
    command.set_defaults(run=generate_text)
    return parser


if __name__ == "__main__":
    sys.exit(main())
