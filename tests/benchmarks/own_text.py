"""What an own text comes to with fitted settings: python -m tests.benchmarks.own_text.

A page in English and one in Korean (the stories), 400 characters, 100 kB and, where the file is
there, 1 MB: bits a character of held-out text at the best point (of the text itself where nothing
is held out), beside the default settings, and what is written after at most 20 seconds.

Environment   TEXTS=page,korean chooses a part; SEEDS=3 is how many; SHAKESPEARE=FILE is a text of
              1 MB (default: tinyshakespeare.txt in RNN_EXPLORER_DATA); BENCH_JSON=FILE writes all
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from math import inf
from pathlib import Path
from statistics import mean
from time import thread_time
from typing import Any, NamedTuple

import numpy as np
from threadpoolctl import threadpool_limits

from rnncore.config import Config
from rnncore.errors import RnnError
from rnncore.metrics import bits
from rnncore.paths import assets_dir
from rnncore.probes.passages import leading_part
from rnncore.probes.samples import draw_samples
from rnncore.text.corpus import load_corpus
from rnncore.text.fitted import fit
from rnncore.text.own_texts import save_own_text
from rnncore.training.events import Step
from rnncore.training.trainer import Trainer

SECONDS = 20.0
LOOKS = 40
"""Measurements of held-out text in a run, beside the time that is counted."""
TEMPERATURE = 0.5


class Outcome(NamedTuple):
    """What a training came to within its seconds.

    best, end   bits a character at the best point and at the end
    leading     at the best point, of the beginning of the held-out text that a page's curve reads
    seconds     of training, and `steps` the updates made
    sample      what the best state writes
    words       share of the sample's words that stand in the text
    """

    best: float
    end: float
    leading: float
    seconds: float
    steps: int
    sample: str
    words: float


def texts() -> Iterator[tuple[str, str]]:
    """The texts by name, from the shortest."""
    corpora = assets_dir() / "corpora"
    story = (corpora / "story-en.txt").read_text(encoding="utf-8")
    yield "paragraph", story[:400]
    yield "korean", (corpora / "story-ko.txt").read_text(encoding="utf-8")
    yield "page", story
    folder = os.environ.get("RNN_EXPLORER_DATA", "")
    path = Path(os.environ.get("SHAKESPEARE", Path(folder) / "tinyshakespeare.txt"))
    if path.is_file():
        long = path.read_text(encoding="utf-8")
        yield "100 kB", long[:100_000]
        yield "1 MB", long


def trained(text: str, settings: dict[str, Any], seconds: float = SECONDS) -> Outcome:
    """Train on a text for as long, or to the end of the run.  Raises RnnError if that cannot be."""
    config = Config(corpus=save_own_text(text), **settings)
    trainer = Trainer(config, load_corpus(config))
    every = max(trainer.total_updates // LOOKS, 1)
    part = leading_part(config, trainer.corpus)
    kept, best, leading, found = trainer.model.parameters.values.copy(), inf, inf, inf
    spent, began = 0.0, thread_time()
    for event in trainer.events(evaluate=False):
        if not isinstance(event, Step):
            continue
        over = spent + thread_time() - began >= seconds or event.step == trainer.total_updates
        if event.step % every and not over:
            continue
        spent += thread_time() - began
        held_out = len(trainer.corpus.valid) > 1
        found = trainer.evaluate("valid").bits if held_out else bits(event.loss)
        if found < best:
            best, kept = found, trainer.model.parameters.values.copy()
            leading = trainer.evaluate("valid", part).bits if held_out else found
        if over:
            break
        began = thread_time()
    model = trainer.model.twin()
    model.parameters.values[...] = kept
    rng = np.random.default_rng(0)
    (sample,), _ = draw_samples(model, trainer.corpus, TEMPERATURE, rng)
    return Outcome(
        best, found, leading, spent, trainer.steps, sample.text, known(sample.text, text)
    )


def known(sample: str, text: str) -> float:
    """The share of the sample's words that are words of the text; its ends are cut off."""
    words = sample.split()[1:-1]
    return mean(word in set(text.split()) for word in words) if words else 0.0


def main() -> int:
    chosen = os.environ.get("TEXTS")
    seeds = int(os.environ.get("SEEDS", "1"))
    report = []
    for name, text in texts():
        if chosen and name not in chosen.split(","):
            continue
        settings = fit(text).settings
        runs = [trained(text, {**settings, "seed": seed}) for seed in range(seeds)]
        usual = None
        try:
            same = {name: settings[name] for name in ("valid_fraction", "test_fraction")}
            found = [trained(text, {**same, "seed": seed}).best for seed in range(seeds)]
            usual = round(mean(found), 3)
        except RnnError as refused:
            sys.stdout.write(f"{name}: the defaults are refused: {refused}\n")
        figures = {
            "text": name,
            "characters": len(text),
            "seeds": seeds,
            "bits": round(mean(run.best for run in runs), 3),
            "bits_leading": round(mean(run.leading for run in runs), 3),
            "bits_at_end": round(mean(run.end for run in runs), 3),
            "bits_by_default": usual,
            "updates": runs[0].steps,
            "seconds": round(max(run.seconds for run in runs), 1),
            "known_words": round(mean(run.words for run in runs), 2),
            "sample": runs[0].sample,
        }
        report.append(figures)
        sys.stdout.write("".join(f"{key}: {value}\n" for key, value in figures.items()) + "\n")
        sys.stdout.flush()
    if path := os.environ.get("BENCH_JSON"):
        Path(path).write_text(json.dumps(report, indent=1, ensure_ascii=False), encoding="utf-8")
    return 0


if __name__ == "__main__":
    with threadpool_limits(1):
        sys.exit(main())
