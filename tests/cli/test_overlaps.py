"""No output of the command line destroys an input, by whatever way it is named."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from rnncore.text.own_texts import own_path, save_own_text
from rnncore.text.sources import source_files
from rnncore.training import checkpoint
from tests.cli.conftest import Run

RHYME = "the cat sat on the mat\nthe dog saw the cat\n" * 60
SIZES = ("batch_size=2", "time_size=5", "epochs=2", "hidden_size=4", "embedding_size=4")
SMALL = [part for size in SIZES for part in ("--set", size)]


@pytest.fixture
def rhyme(tmp_path: Path) -> Path:
    path = tmp_path / "rhyme.txt"
    path.write_text(RHYME, encoding="utf-8")
    return path


def as_it_is(path: Path) -> Path:
    return path


def by_symbolic_link(path: Path) -> Path:
    link = path.parent / "symbolic"
    link.symlink_to(path)
    return link


def by_hard_link(path: Path) -> Path:
    link = path.parent / "hard"
    link.hardlink_to(path)
    return link


def by_another_way(path: Path) -> Path:
    (path.parent / "way").symlink_to(path.parent)
    return path.parent / "way" / ".." / path.parent.name / "way" / path.name


WAYS = (as_it_is, by_symbolic_link, by_hard_link, by_another_way)
Way = Callable[[Path], Path]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("option", ["--checkpoint", "--events"])
def test_no_output_destroys_the_text(run: Run, rhyme: Path, option: str, way: Way) -> None:
    complaint = run("train", "--corpus", rhyme, *SMALL, option, way(rhyme)).complaint
    assert option in complaint and "the corpus" in complaint
    assert rhyme.read_text("utf-8") == RHYME


@pytest.mark.parametrize("way", WAYS)
def test_events_and_script_destroy_no_checkpoint(run: Run, trained: Path, way: Way) -> None:
    kept, other = trained.read_bytes(), way(trained)
    export = ("export", "--checkpoint", trained, "--to", "script", "--output", other)
    for command in (
        ("train", "--resume", trained, "--events", other),
        ("train", "--resume", trained, "--events", other, "--checkpoint", trained),
        export,
    ):
        assert "same file" in run(*command).complaint
        assert trained.read_bytes() == kept


def test_two_outputs_are_two_files(train: Run, tmp_path: Path) -> None:
    path = tmp_path / "new"
    assert "same file" in train("--checkpoint", path, "--events", path).complaint
    assert not path.exists()


def test_own_and_built_in_texts_are_inputs_too(run: Run, trained: Path) -> None:
    name = save_own_text(RHYME)
    for corpus in (name, "story-en"):
        (path,) = source_files(corpus)
        kept = path.read_bytes()
        for option in ("--checkpoint", "--events"):
            assert "the corpus" in run("train", "--corpus", corpus, *SMALL, option, path).complaint
        assert path.read_bytes() == kept
    assert own_path(name).read_text("utf-8") == RHYME


def test_the_text_of_a_checkpoint_is_no_place_for_its_script(
    run: Run, rhyme: Path, tmp_path: Path
) -> None:
    path = tmp_path / "run.safetensors"
    assert run("train", "--corpus", rhyme, *SMALL, "--checkpoint", path).code == 0
    into = ("--to", "script", "--output", rhyme)
    assert "the corpus" in run("export", "--checkpoint", path, *into).complaint
    assert rhyme.read_text("utf-8") == RHYME


def test_a_link_stays_a_link(run: Run, train: Run, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    for target in (tmp_path / "elsewhere" / "there", tmp_path / "elsewhere" / "new"):
        link = tmp_path / f"link-{target.name}"
        link.symlink_to(target)
        assert train("--checkpoint", link).code == 0
        assert link.is_symlink() and not target.is_symlink()
        assert checkpoint.read(target).header == checkpoint.read(link).header
    assert len(list((tmp_path / "elsewhere").iterdir())) == 2


def test_the_resumed_checkpoint_may_be_replaced_by_the_next(run: Run, trained: Path) -> None:
    said = run("train", "--resume", trained, "--checkpoint", trained, "--set", "epochs=4")
    assert said.code == 0 and checkpoint.read(trained).header["epochs_reported"] == 4
