"""The Penn Treebank comes from a folder, a file or the network, or one learns what is missing."""

from pathlib import Path

import pooch
import pytest

from rnncore.config import Config
from rnncore.errors import TextError
from rnncore.text.corpus import load_corpus
from rnncore.text.ptb import CHECKSUMS, read_ptb

PARTS = {"ptb.train.txt": " a b \n a c \n", "ptb.valid.txt": " a d \n", "ptb.test.txt": " b \n"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in PARTS.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def test_the_files_of_a_folder_are_the_splits(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RNN_EXPLORER_PTB", str(folder))
    for name in ("ptb", str(folder)):
        corpus = load_corpus(Config(corpus=name))
        assert corpus.vocabulary.tokens == ("a", "b", "<eos>", "c", "<unk>")
        assert corpus.train.tolist() == [0, 1, 2, 0, 3, 2]
        assert corpus.valid.tolist() == [0, 4, 2] and corpus.test.tolist() == [1, 2]


def test_a_fraction_of_zero_leaves_a_split_out(folder: Path) -> None:
    corpus = load_corpus(Config(corpus=str(folder), valid_fraction=0, test_fraction=0))
    assert len(corpus.valid) == len(corpus.test) == 0 and "<unk>" not in corpus.vocabulary


def test_one_file_is_split_like_any_text(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RNN_EXPLORER_PTB", str(folder / "ptb.train.txt"))
    assert len(load_corpus(Config(corpus="ptb")).train) == 6


def test_a_folder_without_all_three_files_is_refused(folder: Path) -> None:
    (folder / "ptb.valid.txt").unlink()
    with pytest.raises(TextError, match=r"no ptb\.valid\.txt"):
        load_corpus(Config(corpus=str(folder)))


@pytest.mark.parametrize(
    ("failure", "code"),
    [
        (ConnectionError("no route"), "ptb_offline"),
        (PermissionError("read-only"), "ptb_offline"),
        (ValueError("hash mismatch"), "ptb_damaged"),
    ],
)
def test_without_the_network_the_sentence_names_the_cure(
    failure: Exception, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> str:
        raise failure

    monkeypatch.setattr(pooch, "retrieve", fail)
    with pytest.raises(TextError, match="RNN_EXPLORER_PTB") as caught:
        read_ptb()
    assert caught.value.code == code


def test_fetched_files_are_verified_and_kept(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def fetch(url: str, known_hash: str, fname: str, path: Path, downloader: object) -> str:
        asked.append((url.rsplit("/", 1)[1], known_hash, path))
        path.mkdir(exist_ok=True)
        (path / fname).write_text(PARTS[fname], encoding="utf-8")
        return str(path / fname)

    monkeypatch.setattr(pooch, "retrieve", fetch)
    assert read_ptb() == tuple(PARTS.values())
    assert asked == [(name, CHECKSUMS[name], home / "ptb") for name in PARTS]
