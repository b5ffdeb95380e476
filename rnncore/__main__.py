"""The command line: train, generate, export, baseline, sweep and runs of python -m rnncore."""

from __future__ import annotations

import argparse
import os
import sys
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from threadpoolctl import threadpool_info, threadpool_limits

import rnncore
from rnncore.assignments import assigned
from rnncore.atomic import write_atomically
from rnncore.baseline_command import add_parser as add_baseline_parser
from rnncore.config import Config
from rnncore.console import Parser, Version, put, say, share
from rnncore.errors import CheckpointError, ConfigError, RnnError
from rnncore.event_log import event_lines
from rnncore.export import export_script
from rnncore.generation import generate
from rnncore.overlaps import STDOUT, Use, check_apart, events_use, text_uses
from rnncore.presets import PRESETS, preset
from rnncore.progress import Progress
from rnncore.runs.command import add_parser as add_runs_parser
from rnncore.stopping import stopping
from rnncore.sweep_command import add_parser as add_sweep_parser
from rnncore.text.corpus import load_corpus
from rnncore.text.fitted import fit_settings
from rnncore.text.prompts import prompt_tokens
from rnncore.text.sources import absolute
from rnncore.training import checkpoint, refusals
from rnncore.training.trainer import Trainer

PORTABLE_KERNEL = "Haswell"
AVX512_KERNELS = ("SkylakeX", "Cooperlake", "SapphireRapids")
CHECKPOINT_EVERY = 30.0
"""Seconds of training between two checkpoints of a run started here."""
LONGEST = 10_000_000
"""Tokens that one command may write."""


def main(arguments: list[str] | None = None) -> int:
    """Run one command and return the exit code.

    0 all is done; 2 an explained error; 130, 143 or 129 after Ctrl-C, SIGTERM or SIGHUP.
    """
    given = sys.argv[1:] if arguments is None else arguments
    try:
        options = _parser().parse_args(given)
        options.given, options.changes = given, []
        with threadpool_limits(limits=1):
            return int(options.run(options))
    except RnnError as problem:
        say(f"error: {problem}\n")
        return 2
    except OSError as failure:  # a data folder that cannot be made, for example
        say(f"error: {failure}; check the path and its permissions.\n")
        return 2
    except KeyboardInterrupt:
        return 130


def train(options: argparse.Namespace) -> int:
    if options.resume is not None:
        trainer = _resumed(options)
    else:
        config = Config.parse(_settings(options))
        config = config.with_changes(corpus=absolute(config.corpus))
        _pin_kernel(config, options.given)
        trainer = Trainer(config, load_corpus(config))
    _check_places(options, trainer)
    resumed = options.resume is not None
    saved_at = trainer.seconds
    with (
        threadpool_limits(trainer.config.threads),
        event_lines(options.events, append=resumed) as write,
        Progress(trainer, options.events == "-") as progress,
        stopping(trainer) as stop,
    ):
        _say_what_is_kept(options, trainer)
        whole = False  # whether no update is under way
        try:
            for change in options.changes:
                write(change)
            for event in trainer.events():
                whole = True
                write(event)
                progress.show(event)
                if (
                    options.checkpoint is not None
                    and trainer.seconds - saved_at >= CHECKPOINT_EVERY
                ):
                    _save_on_the_way(options.checkpoint, trainer)
                    saved_at = trainer.seconds
                whole = False
            whole = True
        finally:
            # After a divergence the weights are worth less than those saved before.
            if options.checkpoint is not None and whole and trainer.divergence is None:
                checkpoint.save(options.checkpoint, trainer)
    if trainer.divergence is not None:
        raise trainer.divergence
    return stop.exit_code if trainer.reason == "stopped" else 0


def generate_text(options: argparse.Namespace) -> int:
    stored = checkpoint.read(options.checkpoint)
    drawing = stored.config.with_changes(temperature=options.temperature, seed=options.seed)
    prompt = prompt_tokens(options.prompt, stored.tokenizer, stored.vocabulary)
    tokens = generate(
        checkpoint.load_model(stored),
        stored.vocabulary.encode(prompt),
        drawing.temperature,
        np.random.default_rng(drawing.seed),
        top_k=options.top_k,
        top_p=options.top_p,
    )
    drawn = stored.vocabulary.decode([int(ids[0]) for ids in islice(tokens, options.length)])
    put(stored.tokenizer.show([*prompt, *drawn]) + "\n")
    return 0


def export(options: argparse.Namespace) -> int:
    stored = checkpoint.read(options.checkpoint)
    inputs = [Use("--checkpoint", options.checkpoint), *text_uses(stored.config.corpus)]
    if options.output is None:
        check_apart([STDOUT], inputs)
        put(export_script(stored))
        return 0
    check_apart([Use("--output", options.output)], inputs)
    try:
        write_atomically(Path(options.output), export_script(stored).encode())
    except OSError as failure:
        raise ConfigError(
            "export_file",
            f"The script cannot be written to {options.output} ({failure.strerror}); "
            f"choose another file.",
            path=options.output,
            problem=failure.strerror or "",
        ) from None
    return 0


def _resumed(options: argparse.Namespace) -> Trainer:
    """The trainer of --resume with the settings that came beside it, and `options.changes`."""
    stored = checkpoint.read(options.resume)
    _pin_kernel(stored.config, options.given)
    trainer = checkpoint.restore(stored, options.resume)
    settings = _settings(options)
    changes = [*trainer.extend(settings.pop("epochs"))] if "epochs" in settings else []
    changes += [trainer.change(name, value) for name, value in settings.items()]
    options.changes = [change for change in changes if change.old != change.new]
    return trainer


def _check_places(options: argparse.Namespace, trainer: Trainer) -> None:
    """Refuse, before anything is learned, a file that cannot be written or is also read."""
    inputs = text_uses(trainer.config.corpus)
    outputs = []
    if options.checkpoint is not None:
        outputs.append(Use("--checkpoint", options.checkpoint))
    if options.events is not None:
        events = events_use(options.events)
        if options.resume is not None:  # the next checkpoint may take its place, events may not
            check_apart([events], [Use("--resume", options.resume)])
        outputs.append(events)
    check_apart(outputs, inputs)
    if options.checkpoint is not None:
        checkpoint.check_place(options.checkpoint)


def _say_what_is_kept(options: argparse.Namespace, trainer: Trainer) -> None:
    if not trainer.text_known:
        say(f"warning: {refusals.unknown_text(options.resume)}\n")
    if trainer.steps >= trainer.total_updates:
        say(
            f"note: all {trainer.config.epochs} epochs are done; give --set epochs=N with a "
            f"greater N to go on.\n"
        )
    elif options.checkpoint is None:
        say("note: nothing that is learned now will be kept; give --checkpoint FILE to keep it.\n")


def _save_on_the_way(path: str, trainer: Trainer) -> None:
    """A checkpoint that fails in the middle of a run is told, and the run goes on."""
    try:
        checkpoint.save(path, trainer)
    except CheckpointError as problem:
        say(f"\nwarning: {problem}\n")


def _settings(options: argparse.Namespace) -> dict[str, Any]:
    settings = preset(options.preset) if options.preset else {}
    settings |= assigned(options.set)
    if options.corpus is not None:
        settings["corpus"] = options.corpus
    if options.seed is not None:
        settings["seed"] = options.seed
    return fit_settings(settings) | settings if options.fit else settings


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


def _count(text: str) -> int:
    """A number of things for argparse, which says what is wrong with another."""
    try:
        number = int(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text[:40]} is no whole number") from None
    if not 0 <= number <= LONGEST:
        raise argparse.ArgumentTypeError(f"0 to {LONGEST:,} tokens were expected")
    return number


def _parser() -> argparse.ArgumentParser:
    called = "rnncore" if Path(sys.argv[0]).stem == "rnncore" else "python -m rnncore"
    parser = Parser(prog=called, description=__doc__)
    parser.add_argument(
        "--version", action=Version, const=rnncore.__version__, help="show the version and exit"
    )
    commands = parser.add_subparsers(required=True, metavar="command")

    command = commands.add_parser("train", help="train a language model")
    command.add_argument("--corpus", metavar="NAME|FILE", help="built-in corpus or a text file")
    command.add_argument("--preset", metavar="NAME", help=", ".join(PRESETS))
    command.add_argument(
        "--set", metavar="KEY=VALUE", action="append", default=[], help="any setting, repeatable"
    )
    command.add_argument("--seed", metavar="SEED", help="seed of the initial values")
    command.add_argument(
        "--events", metavar="FILE|-", help="write events as JSON Lines; --resume adds to FILE"
    )
    command.add_argument("--checkpoint", metavar="FILE", help="keep the run's state here")
    begun = command.add_mutually_exclusive_group()
    begun.add_argument(
        "--fit", action="store_true", help="let all other settings suit the length of the text"
    )
    begun.add_argument(
        "--resume",
        metavar="FILE",
        help="go on from a checkpoint, with --set epochs=N beyond its end",
    )
    command.set_defaults(run=train)

    command = commands.add_parser("generate", help="write text with a trained model")
    command.add_argument("--checkpoint", metavar="FILE", required=True)
    command.add_argument("--prompt", metavar="TEXT", required=True)
    command.add_argument("--length", type=_count, default=100, help="tokens to write")
    command.add_argument("--temperature", metavar="T", default="1", help="0 is greedy")
    command.add_argument(
        "--top-k", metavar="K", type=_count, default=0, help="choose among K tokens; 0: all"
    )
    command.add_argument(
        "--top-p", metavar="P", type=share, default=1.0, help="among the likeliest that hold P"
    )
    command.add_argument("--seed", metavar="SEED", default="0")
    command.set_defaults(run=generate_text)

    command = commands.add_parser("export", help="write a trained model as a script of its own")
    command.add_argument("--checkpoint", metavar="FILE", required=True)
    command.add_argument("--to", choices=["script"], required=True, help="a NumPy script")
    command.add_argument("--output", metavar="FILE", help="instead of standard output")
    command.set_defaults(run=export)

    add_baseline_parser(commands)
    add_sweep_parser(commands)
    add_runs_parser(commands)
    return parser


if __name__ == "__main__":
    sys.exit(main())
