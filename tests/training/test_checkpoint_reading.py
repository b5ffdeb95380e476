"""Reading a checkpoint that is broken, foreign or hostile: a sentence, never a surprise."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.numpy import load as parse_tensors
from safetensors.numpy import save as pack_tensors

from rnncore.errors import CheckpointError, RnnError
from rnncore.text.vocabulary import Vocabulary
from rnncore.training import checkpoint
from rnncore.training.trainer import Diverged
from tests.training.runs import some_corpus, trainer

Header = dict[str, Any]
Tensors = dict[str, np.ndarray]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "run.safetensors"


@cache
def good() -> bytes:
    """A checkpoint of a small run in the middle of its second epoch."""
    run = trainer(cell="lstm", dropout=0.2)
    for _ in range(13):
        run.step()
    with TemporaryDirectory() as folder:
        path = Path(folder) / "run.safetensors"
        checkpoint.save(path, run)
        return path.read_bytes()


def header_of(data: bytes) -> Header:
    length = int.from_bytes(data[:8], "little")
    header: Header = json.loads(json.loads(data[8 : 8 + length])["__metadata__"]["rnn_explorer"])
    return header


def rebuilt(header: Any, tensors: Tensors) -> bytes:
    return pack_tensors(tensors, {"rnn_explorer": json.dumps(header)})


def refused(path: Path, data: bytes) -> CheckpointError:
    """The error that loading `data` raises, whichever step of loading notices."""
    path.write_bytes(data)
    with pytest.raises(CheckpointError) as caught:
        checkpoint.load(path, some_corpus())
    assert str(path) in str(caught.value) and "\n" not in str(caught.value)
    return caught.value


def test_the_unharmed_file_loads_and_so_does_a_rebuilt_one(path: Path) -> None:
    for data in (good(), rebuilt(header_of(good()), parse_tensors(good()))):
        path.write_bytes(data)
        assert checkpoint.load(path, some_corpus()).steps == 13


def test_a_truncated_file_is_refused_wherever_it_ends(path: Path) -> None:
    data = good()
    begin = int.from_bytes(data[:8], "little") + 8
    lengths = {0, 1, 7, 8, 9, begin - 1, begin, begin + 1, len(data) - 1}
    for length in sorted(lengths | set(range(0, len(data), 97))):
        assert refused(path, data[:length]).code == "checkpoint_broken"


def test_a_file_with_something_behind_it_is_refused(path: Path) -> None:
    assert refused(path, good() + b"\0").code == "checkpoint_broken"


@pytest.mark.parametrize(
    "data",
    [
        b"Once upon a time there was a text file.\n" * 40,
        b"\x89PNG\r\n\x1a\n" + bytes(100),
        b"PK\x03\x04" + bytes(1000),
        b"\xff" * 100,  # a header of 2^64 bytes
        (2**62).to_bytes(8, "little") + b"{}",
        (2).to_bytes(8, "little") + b"{}",
        (2).to_bytes(8, "little") + b"[]",
        (4).to_bytes(8, "little") + b"null",
        (200_000).to_bytes(8, "little") + b"[" * 200_000,
    ],
    ids=["text", "png", "zip", "ff", "huge", "empty", "list", "null", "nested"],
)
def test_what_is_no_checkpoint_is_refused(path: Path, data: bytes) -> None:
    assert refused(path, data).code == "checkpoint_broken"


def test_a_safetensors_file_of_another_program_is_refused(path: Path) -> None:
    data = pack_tensors({"weight": np.ones(3)}, {"format": "pt"})
    assert refused(path, data).code == "checkpoint_broken"
    assert refused(path, pack_tensors({"weight": np.ones(3)})).code == "checkpoint_broken"


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_a_flipped_byte_of_the_header_is_never_a_surprise(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    spoiled = bytearray(good())
    header = int.from_bytes(spoiled[:8], "little") + 8
    for _ in range(data.draw(st.integers(1, 3))):
        spoiled[data.draw(st.integers(0, header - 1))] = data.draw(st.integers(0, 255))
    path = tmp_path_factory.mktemp("flipped") / "run.safetensors"
    path.write_bytes(spoiled)
    try:
        checkpoint.load(path, some_corpus())
    except RnnError as problem:
        assert "\n" not in str(problem)


def test_a_newer_version_says_so(path: Path) -> None:
    newer = header_of(good()) | {"format": checkpoint.FORMAT + 1, "config": {"tomorrow": 1}}
    error = refused(path, rebuilt(newer, parse_tensors(good())))
    assert error.code == "checkpoint_newer" and "update" in str(error)


@pytest.mark.parametrize("entry", sorted(header_of(good())))
def test_no_entry_of_the_header_may_be_missing(path: Path, entry: str) -> None:
    header = header_of(good())
    del header[entry]
    refused(path, rebuilt(header, parse_tensors(good())))


NONSENSE: tuple[Any, ...] = (None, "x", [], {}, -1, 1.5, math.nan, math.inf, [[1]], True, 10**30)


@pytest.mark.parametrize("entry", sorted(header_of(good())))
def test_nonsense_in_the_header_is_refused_or_harmless(path: Path, entry: str) -> None:
    """What loads must train; everything else must be refused by a sentence."""
    tensors = parse_tensors(good())
    for nonsense in NONSENSE:
        path.write_bytes(rebuilt(header_of(good()) | {entry: nonsense}, tensors))
        try:
            run = checkpoint.load(path, some_corpus())
        except CheckpointError as problem:
            assert "\n" not in str(problem)
            continue
        assert isinstance(nonsense, float) or type(nonsense) is int
        with suppress(Diverged):  # so it is if the mean loss was 10^30
            assert math.isfinite(run.step().loss)


@pytest.mark.parametrize(
    "change",
    [
        {"hidden_size": 12},
        {"embedding_size": 8},
        {"cell": "gru"},
        {"layers": 2},
        {"dtype": "float64"},
        {"optimizer": "momentum"},
        {"optimizer": "sgd"},
        {"hidden_size": 10**6},
        {"hidden_size": "many"},
        {"colour": "red"},
    ],
    ids=str,
)
def test_weights_of_another_config_are_refused(path: Path, change: dict[str, Any]) -> None:
    header = header_of(good())
    header["config"] |= change
    assert refused(path, rebuilt(header, parse_tensors(good()))).code == "checkpoint_other"


def spoil(name: str, change: Callable[[np.ndarray], np.ndarray]) -> Tensors:
    tensors = parse_tensors(good())
    tensors[name] = change(tensors[name].copy())
    return tensors


def poisoned(tensor: np.ndarray) -> np.ndarray:
    tensor.ravel()[-1] = np.nan
    return tensor


NAMES = ["embedding.W", "cell.0.Wh", "affine.b", "optimizer.m", "optimizer.v"]
NAMES += ["state.0.0", "state.0.1"]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    "change",
    [
        poisoned,
        lambda tensor: tensor[:-1],
        lambda tensor: tensor[None],
        lambda tensor: tensor.astype("float64"),
        lambda tensor: tensor.astype("int32"),
    ],
    ids=["nan", "short", "axis", "double", "whole"],
)
def test_tensors_that_do_not_fit_are_refused(
    path: Path, name: str, change: Callable[[np.ndarray], np.ndarray]
) -> None:
    data = rebuilt(header_of(good()), spoil(name, change))
    assert refused(path, data).code == "checkpoint_other"


@pytest.mark.parametrize("name", NAMES)
def test_no_tensor_may_be_missing(path: Path, name: str) -> None:
    tensors = parse_tensors(good())
    del tensors[name]
    assert refused(path, rebuilt(header_of(good()), tensors)).code == "checkpoint_other"


@pytest.mark.parametrize("name", ["state.x.0", "state", "state.", "state.0.x", "state.9.0"])
def test_tensors_with_strange_names_are_refused(path: Path, name: str) -> None:
    tensors = parse_tensors(good()) | {name: np.zeros((3, 11), "float32")}
    assert refused(path, rebuilt(header_of(good()), tensors)).code == "checkpoint_other"


def test_a_run_that_has_not_begun_has_no_state_yet(path: Path) -> None:
    checkpoint.save(path, trainer(cell="lstm"))
    assert checkpoint.load(path, some_corpus()).model.state == ((),)


def test_a_corpus_of_other_words_is_refused(path: Path) -> None:
    path.write_bytes(good())
    corpus = some_corpus()
    others = (*corpus.vocabulary.tokens[:-1], "zebra")
    with pytest.raises(CheckpointError, match="other words") as caught:
        checkpoint.load(path, replace(corpus, vocabulary=Vocabulary(others)))
    assert caught.value.code == "checkpoint_corpus"


def test_what_is_not_there_is_said(tmp_path: Path) -> None:
    for place in (tmp_path / "missing", tmp_path, tmp_path / "missing" / "deeper"):
        with pytest.raises(CheckpointError, match="check the path") as caught:
            checkpoint.read(place)
        assert caught.value.code == "checkpoint_missing"
