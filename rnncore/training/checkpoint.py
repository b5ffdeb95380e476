"""Checkpoints: everything a run needs to go on bit for bit, in one safetensors file."""

from __future__ import annotations

import errno
import json
import math
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from pydantic import BaseModel, ConfigDict, Field
from safetensors import SafetensorError
from safetensors.numpy import load as parse_tensors
from safetensors.numpy import save as pack_tensors

from rnncore.atomic import write_atomically
from rnncore.cells import CELLS
from rnncore.config import Config
from rnncore.errors import CheckpointError, RnnError
from rnncore.model import Rnnlm, parameter_shapes
from rnncore.shapes import Array
from rnncore.text.corpus import Corpus, load_corpus
from rnncore.text.tokenizers import Tokenizer, tokenizer
from rnncore.text.vocabulary import Vocabulary
from rnncore.training.trainer import Trainer

FORMAT = 1
HEADER_BYTES = 8  # safetensors: little-endian length of the JSON that follows
MOMENT = "optimizer."
MOST = 10**15
"""More updates or epochs than this no run has made."""
PROGRESS = (
    "steps",
    "seconds",
    "epoch_losses",
    "epoch_mean",
    "epochs_reported",
    "epochs_evaluated",
    "mean_loss",
    "best_perplexity",
    "worsened",
)
"""Attributes of a trainer that say how far it has come."""


class Header(BaseModel):
    """What a checkpoint says beside its tensors, and what each entry may be."""

    model_config = ConfigDict(strict=True, extra="forbid")

    format: int
    config: dict[str, Any]
    vocabulary: tuple[str, ...] = Field(min_length=1)
    tokenizer: str
    rng: dict[str, Any]
    steps: int = Field(ge=0, le=MOST)
    seconds: float = Field(ge=0, allow_inf_nan=False)
    epoch_losses: float = Field(ge=0, allow_inf_nan=False)
    epoch_mean: float = Field(ge=0, allow_inf_nan=False)
    epochs_reported: int = Field(ge=0, le=MOST)
    epochs_evaluated: int = Field(ge=0, le=MOST)
    mean_loss: float = Field(ge=0, allow_inf_nan=False)
    best_perplexity: float = Field(ge=1)
    worsened: int = Field(ge=0, le=MOST)


class Checkpoint(NamedTuple):
    """A checkpoint as it was read: `header` as in `Header`, `tensors` are arrays by name."""

    header: dict[str, Any]
    tensors: dict[str, Array]

    @property
    def config(self) -> Config:
        return Config.parse(self.header["config"])

    @property
    def weights(self) -> dict[str, Array]:
        """Only the weights of the network, by name."""
        names = parameter_shapes(self.config, len(self.header["vocabulary"]))
        return {name: self.tensors[name] for name in names}

    @property
    def vocabulary(self) -> Vocabulary:
        return Vocabulary(tuple(self.header["vocabulary"]))

    @property
    def tokenizer(self) -> Tokenizer:
        return tokenizer(self.header["tokenizer"])


def save(path: Path | str, trainer: Trainer) -> None:
    """Write the trainer's whole state to `path`, atomically: never half a file.

    Tensors: the weights by name (as PyTorch would read them), `optimizer.*`, `state.i.j` (layer,
    state of the cell). The header carries config, vocabulary, and the place in the text.
    Raises   CheckpointError if the disk is full or the place cannot be written; what stood there
             before is still there.
    """
    tensors = trainer.model.parameters.as_dict()
    tensors |= {f"{MOMENT}{name}": m.copy() for name, m in trainer.optimizer.moments.items()}
    for i, layer in enumerate(trainer.model.state):
        tensors |= {f"state.{i}.{j}": part for j, part in enumerate(layer)}
    # safetensors writes the memory behind a view, not the view: only contiguous copies go in.
    tensors = {name: np.ascontiguousarray(tensor) for name, tensor in tensors.items()}
    header = {
        "format": FORMAT,
        "config": trainer.config.model_dump(),
        "vocabulary": trainer.corpus.vocabulary.tokens,
        "tokenizer": trainer.corpus.tokenizer.name,
        "rng": trainer.model.rng.bit_generator.state,
    }
    header |= {name: getattr(trainer, name) for name in PROGRESS}
    _write(Path(path), pack_tensors(tensors, {"rnn_explorer": json.dumps(header)}))


def read(path: Path | str) -> Checkpoint:
    """Read and check a checkpoint.

    Raises   CheckpointError if it is missing, truncated, not a checkpoint of this program, of a
             newer version, or if a weight has another shape than its config says.
    """
    try:
        data = Path(path).read_bytes()
    except OSError as failure:
        raise CheckpointError(
            "checkpoint_missing",
            f"The checkpoint {path} cannot be read ({failure.strerror}); check the path.",
            path=str(path),
        ) from None
    try:
        length = int.from_bytes(data[:HEADER_BYTES], "little")
        text = json.loads(data[HEADER_BYTES : HEADER_BYTES + length])["__metadata__"][
            "rnn_explorer"
        ]
        version = json.loads(text)["format"]
        if type(version) is int and version > FORMAT:
            raise _newer(path, version)
        header = Header.model_validate_json(text).model_dump()
        checkpoint = Checkpoint(header, parse_tensors(data))
        checkpoint.vocabulary, checkpoint.tokenizer  # noqa: B018 - they raise if they cannot be
        np.random.default_rng().bit_generator.state = header["rng"]
    except CheckpointError:
        raise
    except (SafetensorError, ValueError, LookupError, TypeError, ArithmeticError, RecursionError):
        raise CheckpointError(
            "checkpoint_broken",
            f"{path} is not a whole checkpoint of RNN Explorer; take an older one or train anew.",
            path=str(path),
        ) from None
    if not _fits(checkpoint):
        raise _other(path)
    return checkpoint


def load(path: Path | str, corpus: Corpus | None = None) -> Trainer:
    """Bring a trainer back; its next losses are those of the run that was never interrupted.

    Raises   CheckpointError as `read` does, and if the corpus has another vocabulary now.
    """
    checkpoint = read(path)
    config = checkpoint.config
    corpus = corpus or load_corpus(config, checkpoint.vocabulary)
    if corpus.vocabulary.tokens != checkpoint.vocabulary.tokens:
        raise CheckpointError(
            "checkpoint_corpus",
            f"The corpus {config.corpus} has other words now than when {path} was written; "
            f"bring the old text back or train anew.",
            path=str(path),
            corpus=config.corpus,
        )
    trainer = Trainer(config, corpus)
    header, tensors = checkpoint
    moments = {name.removeprefix(MOMENT): tensors[name] for name in _moments(tensors)}
    if set(moments) != set(trainer.optimizer.moments):
        raise _other(path)
    _fill(trainer.model, tensors)
    trainer.optimizer.restore(moments, header["steps"])
    trainer.model.state = _state(tensors) or ((),) * config.layers
    for name in PROGRESS:
        setattr(trainer, name, header[name])
    trainer.model.rng.bit_generator.state = header["rng"]
    return trainer


def load_model(checkpoint: Checkpoint) -> Rnnlm:
    """Only the model, without a corpus: to generate or to look inside."""
    model = Rnnlm(checkpoint.config, len(checkpoint.vocabulary))
    _fill(model, checkpoint.tensors)
    return model


def _fill(model: Rnnlm, tensors: dict[str, Array]) -> None:
    for name in model.parameters.names:
        model.parameters[name][...] = tensors[name]


def _moments(tensors: dict[str, Array]) -> list[str]:
    return [name for name in tensors if name.startswith(MOMENT)]


def _state(tensors: dict[str, Array]) -> tuple[tuple[Array, ...], ...]:
    layers: dict[int, list[Array]] = {}
    for name in sorted(name for name in tensors if name.startswith("state.")):
        layers.setdefault(int(name.split(".")[1]), []).append(tensors[name])
    return tuple(tuple(parts) for _, parts in sorted(layers.items()))


def _fits(checkpoint: Checkpoint) -> bool:
    """Whether the tensors are those that a run of this config has, and all their values finite."""
    tensors = checkpoint.tensors
    try:
        config = checkpoint.config
    except RnnError:
        return False
    weights = parameter_shapes(config, len(checkpoint.vocabulary))
    count = sum(math.prod(shape) for shape in weights.values())
    states = {
        f"state.{i}.{j}": (config.batch_size, config.hidden_size)
        for i in range(config.layers)
        for j, _ in enumerate(CELLS[config.cell].states)
    }
    if not states.keys() & tensors.keys():  # nothing has been read yet
        states = {}
    expected = weights | states | dict.fromkeys(_moments(tensors), (count,))
    return expected.keys() == tensors.keys() and all(
        tensors[name].shape == shape
        and tensors[name].dtype == config.dtype
        and np.isfinite(tensors[name]).all()
        for name, shape in expected.items()
    )


def _other(path: Path | str) -> CheckpointError:
    return CheckpointError(
        "checkpoint_other",
        f"The weights in {path} do not fit the settings stored beside them; "
        f"take an older checkpoint or train anew.",
        path=str(path),
    )


def _newer(path: Path | str, version: int) -> CheckpointError:
    return CheckpointError(
        "checkpoint_newer",
        f"{path} was written by a newer version (format {version}, this one reads {FORMAT}); "
        f"update RNN Explorer.",
        path=str(path),
        version=version,
        known=FORMAT,
    )


def _write(path: Path, data: bytes) -> None:
    try:
        write_atomically(path, data)
    except OSError as failure:
        full = failure.errno in (errno.ENOSPC, errno.EDQUOT)
        raise CheckpointError(
            "disk_full" if full else "checkpoint_unwritable",
            f"The checkpoint {path} could not be written ({failure.strerror}); "
            f"{'free some disk space' if full else 'check the folder and its permissions'}. "
            f"The one before is untouched.",
            path=str(path),
            problem=failure.strerror or "",
        ) from None
