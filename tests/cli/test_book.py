"""The preset chapter5 is the book's program: its golden figures, and any other seed and size."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.cli.book import FORMULA, book_perplexities

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
FORMULA_SEED0 = (
    54.058588071, 52.068809732, 49.790975270, 48.237660277, 46.203085533,
    44.336341757, 42.675941419, 40.695948503, 39.321690391, 37.006297856,
    34.341782389, 33.090101194, 31.142110944, 29.111049381, 27.499043410,
    26.103287944, 24.804016127, 23.716135209, 22.342288495, 20.463379525,
)  # fmt: skip
FORMULA_FIRST_LOSSES = (
    3.9736233666, 3.9649821690, 3.9840051560, 3.9985427856, 3.9626755487,
    3.9732012068, 4.0094292050, 3.9800847371, 3.9835590181, 4.0003465925,
)  # fmt: skip
FORMULA_SETTINGS: dict[str, Any] = {
    "embedding_size": 16,
    "hidden_size": 24,
    "batch_size": 6,
    "time_size": 7,
    "learning_rate": 0.5,
    "epochs": 20,
}


def chapter5(corpus: Path, seed: int = 0, **settings: Any) -> list[dict[str, Any]]:
    """Events of `train --preset chapter5`, in a process of its own: it may choose its kernel."""
    flags = [part for name, value in settings.items() for part in ("--set", f"{name}={value}")]
    command = [sys.executable, "-m", "rnncore", "train", "--preset", "chapter5"]
    done = subprocess.run(
        [*command, "--corpus", str(corpus), "--seed", str(seed), "--events", "-", *flags],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        timeout=600,
    )
    return [json.loads(line) for line in done.stdout.splitlines()]


def perplexities(events: list[dict[str, Any]]) -> list[float]:
    return [event["train_perplexity"] for event in events if event["type"] == "epoch"]


@pytest.fixture
def formula(tmp_path: Path) -> Path:
    """The corpus `formula` as a file of tokens between blanks."""
    path = tmp_path / "formula.txt"
    path.write_text(" ".join(f"t{value}" for value in FORMULA), encoding="utf-8")
    return path


def test_the_figures_of_the_formula_corpus_come_out(formula: Path) -> None:
    events = chapter5(formula, **FORMULA_SETTINGS)
    np.testing.assert_allclose(perplexities(events), FORMULA_SEED0, rtol=1e-3)
    losses = [event["loss"] for event in events if event["type"] == "step"]
    np.testing.assert_allclose(losses[:10], FORMULA_FIRST_LOSSES, rtol=1e-5)
    assert {event["type"] for event in events} == {"step", "epoch", "finished"}


def test_the_figures_of_the_treebank_come_out(data_folder: Path) -> None:
    golden = data_folder.parent / "golden" / "book_chapter5.json"
    if not golden.is_file():
        pytest.skip(f"there is no {golden.name} beside the public corpora")
    expected = json.loads(golden.read_text(encoding="utf-8"))["ptb1000_seed0"]
    events = chapter5(data_folder / "ptb" / "ptb.train.txt")
    np.testing.assert_allclose(perplexities(events), expected["ppl"], rtol=1e-3)
    losses = [event["loss"] for event in events if event["type"] == "step"]
    first = expected["first_losses"]
    np.testing.assert_allclose(losses[: len(first)], first, rtol=1e-5)


def test_the_judge_agrees_with_the_golden_figures() -> None:
    judged = book_perplexities(
        [str(value) for value in FORMULA], D=16, H=24, N=6, T=7, rate=0.5, epochs=20, seed=0
    )
    np.testing.assert_allclose(judged, FORMULA_SEED0, rtol=1e-3)


@pytest.mark.parametrize("engine", ["reference", "fused"])
@pytest.mark.parametrize(("seed", "N", "T"), [(1, 6, 7), (20251, 5, 11)])
def test_any_seed_and_size_is_the_books_program(
    tmp_path: Path, engine: str, seed: int, N: int, T: int
) -> None:
    """Words drawn at random, in float64, where rounding has no say for many epochs."""
    drawn = np.random.default_rng(seed).zipf(1.6, 400) % 31
    tokens = [f"w{value}" for value in drawn]
    path = tmp_path / "drawn.txt"
    path.write_text("  ".join(tokens[:200]) + "\t" + " ".join(tokens[200:]), encoding="utf-8")
    settings = {"embedding_size": 13, "hidden_size": 17, "learning_rate": 0.7, "epochs": 6}
    events = chapter5(
        path, seed, batch_size=N, time_size=T, engine=engine, dtype="float64", **settings
    )
    judged = book_perplexities(
        tokens, D=13, H=17, N=N, T=T, rate=0.7, epochs=6, seed=seed, dtype="float64"
    )
    np.testing.assert_allclose(perplexities(events), judged, rtol=1e-9)


def test_single_precision_follows_the_judge_for_some_epochs(formula: Path) -> None:
    events = chapter5(formula, 7, **FORMULA_SETTINGS | {"epochs": 5})
    judged = book_perplexities(
        [str(value) for value in FORMULA], D=16, H=24, N=6, T=7, rate=0.5, epochs=5, seed=7
    )
    np.testing.assert_allclose(perplexities(events), judged, rtol=1e-6)
