"""What models without a state reach, on the command line."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest

from tests.cli.conftest import Run

LINES = "\n".join(["the cat sat on the mat", "the dog saw the cat", "the old dog sat"] * 60) + "\n"
SMALL = ("--set", "batch_size=2", "--set", "hidden_size=4", "--set", "embedding_size=4")


@pytest.fixture
def text(tmp_path: Path) -> Path:
    path = tmp_path / "text.txt"
    path.write_text(LINES, encoding="utf-8")
    return path


@pytest.mark.slow
@pytest.mark.parametrize(("order", "test", "valid"), [(3, 148.28, 157.77), (5, 141.19, 148.01)])
def test_the_treebank_has_the_published_perplexity(
    run: Run, data_folder: Path, order: int, test: float, valid: float
) -> None:
    said = run("baseline", "--model", "ngram", "--order", order, "--corpus", data_folder / "ptb",
               "--events", "-")  # fmt: skip
    assert said.code == 0
    assert [event["type"] for event in said.events] == ["evaluation"] * 2
    found = {event["split"]: event["perplexity"] for event in said.events}
    assert found == {
        "valid": pytest.approx(valid, abs=0.02),
        "test": pytest.approx(test, abs=0.02),
    }


def test_a_grammar_is_read_as_one_stream(run: Run) -> None:
    said = run("baseline", "--model", "ngram", "--order", "5", "--events", "-")
    mean = sum(event["bits"] for event in said.events) / len(said.events)
    assert mean == pytest.approx(2.101, abs=1e-3)
    assert set(said.events[0]) == {"type", "step", "split", "perplexity", "bits"}


def test_korean_in_jamo_compares_with_syllables_per_character(run: Run) -> None:
    jamo = ("--corpus", "story-ko", "--set", "tokenizer=jamo")
    said = run("baseline", "--model", "ngram", "--order", "5", *jamo, "--events", "-")
    for event in said.events:  # 2 jamo and a little for a syllable or another character
        assert 1.8 < math.log(event["per_character"]) / math.log(event["perplexity"]) < 2.2
    assert "per character)" in run("baseline", "--model", "ngram", *jamo).err


def test_lines_are_sentences_of_their_own(run: Run, text: Path) -> None:
    """After the beginning of a sentence comes "the" for certain, whatever came before."""
    said = run("baseline", "--model", "ngram", "--order", "3", "--corpus", text, "--events", "-")
    assert said.code == 0 and said.events[0]["perplexity"] < 1.6
    characters = ("--set", "tokenizer=characters")
    assert run("baseline", "--model", "ngram", "--corpus", text, *characters).code == 0


@pytest.mark.parametrize("model", ["summed", "concatenated"])
def test_a_window_model_is_trained_at_the_parameters_of_the_network(
    run: Run, text: Path, model: str
) -> None:
    command = ("baseline", "--model", model, "--order", "3", "--corpus", text, *SMALL)
    said = run(*command, "--events", "-")
    assert said.code == 0
    assert [event["split"] for event in said.events] == ["valid", "test"]
    assert said.events[0]["step"] > 0 and said.events[0]["perplexity"] < 9
    assert said.out == run(*command, "--events", "-").out
    assert said.out != run(*command, "--events", "-", "--seed", "7").out
    # V = 9 words: D = H = 4 have 117 parameters
    assert f"{model} of order 3: " in said.err and "epoch 4  train " in said.err
    assert 80 < int(said.err.split(": ")[1].split()[0]) <= 117


def test_without_events_the_figures_are_told(run: Run, text: Path, tmp_path: Path) -> None:
    file = tmp_path / "events.jsonl"
    command = ("baseline", "--model", "ngram", "--order", "2", "--corpus", text)
    said = run(*command, "--events", file)
    assert said.out == "" and said.err == run(*command).err
    events = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    assert f"valid perplexity {events[0]['perplexity']:.3f}\n" in said.err
    assert f"test perplexity {events[1]['perplexity']:.3f}\n" in said.err


def test_only_what_is_held_out_is_measured(run: Run, text: Path) -> None:
    said = run("baseline", "--model", "ngram", "--corpus", text, "--set", "test_fraction=0",
               "--events", "-")  # fmt: skip
    assert [event["split"] for event in said.events] == ["valid"]


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("--model", "ngram", "--order", "0"), "1 to 20 were expected"),
        (("--model", "ngram", "--order", "-3"), "1 to 20 were expected"),
        (("--model", "ngram", "--order", 10**6), "An order of 1,000,000 came"),
        (("--model", "summed", "--order", "1"), "reads at least one word"),
        (("--model", "concatenated", "--order", 10**6), "an order of 2 to 65"),
        (("--model", "ngram", "--corpus", "nowhere"), "There is no corpus or file 'nowhere'"),
        (("--model", "ngram", "--set", "test_fraction=x"), "test_fraction"),
        (("--model", "summed", "--set", "hidden_size=10000000"), "GiB of memory"),
        (("--model", "ngram", "--set", "order"), "write --set name=value"),
        (("--model", "ngram", "--events", "/nowhere/at/all"), "cannot be written"),
    ],
)
def test_bad_input_is_one_sentence(run: Run, arguments: tuple[object, ...], expected: str) -> None:
    assert expected in run("baseline", *arguments).complaint


def refused(run: Run, text: Path, content: str, *arguments: object) -> str:
    text.write_text(content, encoding="utf-8")
    return run("baseline", "--corpus", text, *arguments).complaint


def test_a_text_too_short_is_one_sentence(run: Run, text: Path) -> None:
    assert "is empty" in refused(run, text, " \n", "--model", "ngram")
    assert "at least two were expected" in refused(run, text, "one", "--model", "ngram")
    assert "none are held out" in refused(run, text, "one two three", "--model", "ngram")
    assert "none are held out" in refused(run, text, "one two three", "--model", "summed")
    short = "one two three four\n" * 12
    assert "need at least 101" in refused(run, text, short, "--model", "summed")


def test_a_budget_below_one_unit_is_one_sentence(run: Run, text: Path) -> None:
    tiny = ("--set", "hidden_size=1", "--set", "embedding_size=1")
    said = run("baseline", "--model", "concatenated", "--order", "9", "--corpus", text, *tiny)
    assert "parameters" in said.complaint and "use fewer words" in said.complaint


def test_a_refused_order_leaves_the_events_of_before(run: Run, text: Path, tmp_path: Path) -> None:
    file = tmp_path / "events.jsonl"
    assert run("baseline", "--model", "ngram", "--corpus", text, "--events", file).code == 0
    kept = file.read_bytes()
    assert kept
    for model in ("ngram", "summed"):
        command = ("baseline", "--model", model, "--order", "0", "--corpus", text)
        assert run(*command, "--events", file).complaint
        assert file.read_bytes() == kept


def test_the_text_is_not_overwritten_by_events(run: Run, text: Path) -> None:
    said = run("baseline", "--model", "ngram", "--corpus", text, "--events", text)
    assert "same file" in said.complaint
    assert text.read_text(encoding="utf-8") == LINES


@pytest.mark.parametrize("order", ["x", "1.5", "", "9" * 30, "9" * 5_000])
def test_what_is_no_order_is_refused(
    run: Run, capsys: pytest.CaptureFixture[str], order: str
) -> None:
    with pytest.raises(SystemExit) as caught:
        run("baseline", "--model", "ngram", "--order", order)
    assert caught.value.code == 2
    assert len(capsys.readouterr().err) < 500


def test_the_help_names_the_command(capsys: pytest.CaptureFixture[str], run: Run) -> None:
    with pytest.raises(SystemExit):
        run("--help")
    out = capsys.readouterr().out
    assert "baseline" in out and "n-grams" in out
