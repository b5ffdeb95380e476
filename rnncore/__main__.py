"""The command line: python -m rnncore train | generate | export | runs."""

from __future__ import annotations

import argparse
import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from itertools import islice
from pathlib import Path
from types import FrameType
from typing import Any, TextIO

import numpy as np
import orjson
from threadpoolctl import threadpool_info, threadpool_limits

from rnncore.atomic import write_atomically
from rnncore.config import Config
from rnncore.errors import CheckpointError, ConfigError, RnnError
from rnncore.export import export_script
from rnncore.generation import generate
from rnncore.presets import PRESETS, preset
from rnncore.progress import Progress
from rnncore.runs.command import add_parser as add_runs_parser
from rnncore.text.corpus import load_corpus
from rnncore.training import checkpoint
from rnncore.training.events import Event
from rnncore.training.trainer import Trainer

PORTABLE_KERNEL = "Haswell"
AVX512_KERNELS = ("SkylakeX", "Cooperlake", "SapphireRapids")
CHECKPOINT_EVERY = 30.0
"""Seconds of training between two checkpoints of a run started here."""


def main(arguments: list[str] | None = None) -> int:
    """Run one command; returns the exit code: 0, 2 for what is explained, 130 after Ctrl-C."""
    given = sys.argv[1:] if arguments is None else arguments
    options = _parser().parse_args(given)
    options.given = given
    try:
        with threadpool_limits(limits=1):
            return int(options.run(options))
    except RnnError as problem:
        sys.stderr.write(f"error: {problem}\n")
        return 2
    except BrokenPipeError:  # whoever read our output has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        return 130


def train(options: argparse.Namespace) -> int:
    if options.resume:
        _pin_kernel(checkpoint.read(options.resume).config, options.given)
        trainer = checkpoint.load(options.resume)
        for name, value in _settings(options).items():
            trainer.change(name, value)
    else:
        config = Config.parse(_settings(options))
        _pin_kernel(config, options.given)
        trainer = Trainer(config, load_corpus(config))
    saved_at = trainer.seconds
    with (
        threadpool_limits(trainer.config.threads),
        _lines(options.events) as write,
        Progress(trainer, options.events == "-") as progress,
        _stopped_by_interrupt(trainer),
    ):
        whole = False  # whether no update is under way
        try:
            for event in trainer.events():
                whole = True
                write(event)
                progress.show(event)
                if options.checkpoint and trainer.seconds - saved_at >= CHECKPOINT_EVERY:
                    _save_on_the_way(options.checkpoint, trainer)
                    saved_at = trainer.seconds
                whole = False
            whole = True
        finally:
            # After a divergence the weights are worth less than those saved before.
            if options.checkpoint and whole and trainer.divergence is None:
                checkpoint.save(options.checkpoint, trainer)
    if trainer.divergence is not None:
        raise trainer.divergence
    return 130 if trainer.reason == "stopped" else 0


def generate_text(options: argparse.Namespace) -> int:
    stored = checkpoint.read(options.checkpoint)
    drawing = stored.config.with_changes(temperature=options.temperature, seed=options.seed)
    prompt = stored.tokenizer.split(options.prompt)
    if not prompt:
        raise ConfigError(
            "empty_prompt", "The prompt holds no token; give at least one word or character."
        )
    tokens = generate(
        checkpoint.load_model(stored),
        stored.vocabulary.encode(prompt),
        drawing.temperature,
        np.random.default_rng(drawing.seed),
    )
    drawn = stored.vocabulary.decode([int(ids[0]) for ids in islice(tokens, options.length)])
    sys.stdout.write(stored.tokenizer.join([*prompt, *drawn]) + "\n")
    return 0


def export(options: argparse.Namespace) -> int:
    script = export_script(checkpoint.read(options.checkpoint))
    if options.output is None:
        sys.stdout.write(script)
        return 0
    try:
        write_atomically(Path(options.output), script.encode())
    except OSError as failure:
        raise ConfigError(
            "export_file",
            f"The script cannot be written to {options.output} ({failure.strerror}); "
            f"choose another file.",
            path=options.output,
            problem=failure.strerror or "",
        ) from None
    return 0


@contextmanager
def _stopped_by_interrupt(trainer: Trainer) -> Iterator[None]:
    """Ctrl-C lets the present update finish, so that a checkpoint is whole; a second one does not.

    A process that was started deaf to Ctrl-C stays so.
    """

    def stop(number: int, frame: FrameType | None) -> None:
        trainer.stop()
        signal.signal(signal.SIGINT, signal.default_int_handler)

    if signal.getsignal(signal.SIGINT) is not signal.default_int_handler:
        yield
        return
    signal.signal(signal.SIGINT, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def _save_on_the_way(path: str, trainer: Trainer) -> None:
    """A checkpoint that fails in the middle of a run is told, and the run goes on."""
    try:
        checkpoint.save(path, trainer)
    except CheckpointError as problem:
        sys.stderr.write(f"\nwarning: {problem}\n")


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


def _pin_kernel(config: Config, arguments: list[str]) -> None:
    """Begin again on a matmul kernel that every x86-64 machine of ten years has.

    Training is chaotic: after a thousand updates a kernel that rounds one last digit differently
    is percents of perplexity away. Whoever asks for the reference engine asks for the same
    figures on every machine, so OpenBLAS, which picks its kernel once and for the process, has
    to start with the common one.
    """
    wide = any(name in AVX512_KERNELS for name in _kernels())
    if config.engine == "reference" and wide and "OPENBLAS_CORETYPE" not in os.environ:
        os.environ["OPENBLAS_CORETYPE"] = PORTABLE_KERNEL
        os.execv(sys.executable, [sys.executable, "-m", "rnncore", *arguments])


def _kernels() -> list[str]:
    return [str(pool.get("architecture")) for pool in threadpool_info()]


@contextmanager
def _lines(target: str | None) -> Iterator[Callable[[Event], None]]:
    """A function that writes an event as a line of JSON: to a file, standard output, or nowhere.

    Every line is on its way when the function returns, for whoever follows the run.
    Raises   ConfigError if the file cannot be opened or written.
    """
    file: TextIO | None = None
    if target == "-":
        file = sys.stdout
    elif target:
        try:
            file = Path(target).open("w", encoding="utf-8")  # noqa: SIM115
        except OSError as failure:
            raise _unwritable(target, failure) from None

    def write(event: Event) -> None:
        if file is None:
            return
        try:
            file.write(orjson.dumps(event.as_dict()).decode() + "\n")
            file.flush()
        except BrokenPipeError:
            raise
        except OSError as failure:
            raise _unwritable(str(target), failure) from None

    try:
        yield write
    finally:
        if file is not None and file is not sys.stdout:
            with suppress(OSError):  # of a line that could not be written
                file.close()


def _unwritable(target: str, failure: OSError) -> ConfigError:
    return ConfigError(
        "events_file",
        f"The events cannot be written to {target} ({failure.strerror}); choose another file.",
        path=target,
        problem=failure.strerror or "",
    )


def _count(text: str) -> int:
    """A number of things for argparse, which says what is wrong with another."""
    number = int(text)
    if number < 0:
        raise argparse.ArgumentTypeError(f"{number} tokens cannot be written")
    return number


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
    command.add_argument("--length", type=_count, default=100, help="tokens to write")
    command.add_argument("--temperature", type=float, default=1.0)
    command.add_argument("--seed", type=int, default=0)
    command.set_defaults(run=generate_text)

    command = commands.add_parser("export", help="write a trained model as a script of its own")
    command.add_argument("--checkpoint", metavar="FILE", required=True)
    command.add_argument("--to", choices=["script"], required=True, help="a NumPy script")
    command.add_argument("--output", metavar="FILE", help="instead of standard output")
    command.set_defaults(run=export)

    add_runs_parser(commands)
    return parser


if __name__ == "__main__":
    sys.exit(main())
