"""Checkpoints: everything a run needs to go on bit for bit, in one safetensors file."""

from __future__ import annotations

import errno
import json
import math
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load as parse_tensors
from safetensors.numpy import save as pack_tensors

from rnncore.atomic import check_writable, write_atomically
from rnncore.cells import CELLS
from rnncore.config import Config
from rnncore.errors import CheckpointError, RnnError
from rnncore.memory import MEMORY_LIMIT, check_memory
from rnncore.model import Rnnlm, parameter_shapes
from rnncore.parameters import Parameters
from rnncore.regular import Opened, open_regular
from rnncore.shapes import Array
from rnncore.text.corpus import Corpus, load_corpus
from rnncore.text.sources import absolute, found
from rnncore.text.tokenizers import Tokenizer, tokenizer
from rnncore.text.vocabulary import Vocabulary
from rnncore.training import refusals
from rnncore.training.header import FORMAT as FORMAT
from rnncore.training.header import PROGRESS, Newer, parse_header
from rnncore.training.refusals import Place
from rnncore.training.trainer import Trainer

HEADER_BYTES = 8  # safetensors: little-endian length of the JSON that follows
LARGEST_HEADER = 100_000_000
"""Bytes of a header that safetensors reads."""
LARGEST = MEMORY_LIMIT + LARGEST_HEADER
"""Bytes a checkpoint may have: no run that fits into the memory it may use writes more."""
MOMENT = "optimizer."


class Checkpoint(NamedTuple):
    """A checkpoint as it was read: `header` as in `Header`, `tensors` are arrays by name."""

    header: dict[str, Any]
    tensors: dict[str, Array]

    @property
    def config(self) -> Config:
        return Config.parse(self.header["config"])

    @property
    def knows_text(self) -> bool:
        """Whether it can tell the text it was trained on from others: not before format 2."""
        return self.header["text"] is not None

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


def save(path: Place, trainer: Trainer) -> None:
    """Write the trainer's whole state to `path`, atomically: never half a file.

    Raises   CheckpointError if the disk is full, the place cannot be written, or the last update
             has ruined the weights: `read` takes whatever has been written. What stood there
             before is still there.
    """
    write(path, packed(trainer, path))


def packed(trainer: Trainer, path: Place = "") -> bytes:
    """The trainer's whole state, as a file at `path` has it.

    Tensors: the weights by name (as PyTorch would read them), `optimizer.*`, `state.i.j` (layer,
    state of the cell). The header carries config, vocabulary, and the place in the text; the path
    of a text is made absolute.
    Raises   CheckpointError if the last update has ruined the weights.
    """
    tensors = trainer.model.parameters.as_dict()
    tensors |= {f"{MOMENT}{name}": m.copy() for name, m in trainer.optimizer.moments.items()}
    for i, layer in enumerate(trainer.model.state):
        tensors |= {f"state.{i}.{j}": part for j, part in enumerate(layer)}
    if not all(_sound(name, tensor) for name, tensor in tensors.items()):
        raise refusals.unsound(path)
    # safetensors writes the memory behind a view, not the view: only contiguous copies go in.
    tensors = {name: np.ascontiguousarray(tensor) for name, tensor in tensors.items()}
    config = trainer.config.model_dump()
    header = {
        "format": FORMAT,
        "config": config | {"corpus": absolute(trainer.config.corpus)},
        "vocabulary": trainer.corpus.vocabulary.tokens,
        "tokenizer": trainer.corpus.tokenizer.name,
        "text": trainer.corpus.fingerprint,
        "rng": trainer.model.rng.bit_generator.state,
    }
    header |= {name: getattr(trainer, name) for name in PROGRESS}
    return pack_tensors(tensors, {"rnn_explorer": json.dumps(header)})


def repacked(checkpoint: Checkpoint, config: Config) -> bytes:
    """The same state under another config, one that its weights, moments and states fit."""
    header = checkpoint.header | {"config": config.model_dump()}
    return pack_tensors(checkpoint.tensors, {"rnn_explorer": json.dumps(header)})


def write(path: Place, state: bytes) -> None:
    """Put what `packed` made at `path`, as `save` does."""
    try:
        if int.from_bytes(state[:HEADER_BYTES], "little") > LARGEST_HEADER:
            raise OSError(errno.EFBIG, "The vocabulary is too long")
        if isinstance(path, Path | str):
            write_atomically(Path(path), state)
        else:
            path.put(state)
    except OSError as failure:
        raise refusals.unwritable(path, failure) from None


def check_place(path: Path | str) -> None:
    """Raise CheckpointError if `save` could not write at `path` now; makes the folder."""
    try:
        check_writable(Path(path))
    except OSError as failure:
        raise refusals.unwritable(path, failure) from None


def read(path: Place) -> Checkpoint:
    """Read and check a checkpoint.

    Raises   CheckpointError if it is missing, no regular file, too large, truncated, not a
             checkpoint of this program, of a newer version, or if a weight has another shape than
             its config says.
    """
    try:
        with _opened(path) as (file, size):
            return parse(file, size, path)
    except OSError as failure:
        raise refusals.missing(path, failure) from None


def _opened(path: Place) -> AbstractContextManager[Opened]:
    return open_regular(Path(path)) if isinstance(path, Path | str) else path.opened()


def parse(file: BinaryIO, size: int, path: Place) -> Checkpoint:
    """Read and check the checkpoint of `size` bytes in `file`, which an error calls `path`.

    Raises   CheckpointError as `read` does.
    """
    try:
        checkpoint = _parsed(file, size, path)
    except CheckpointError:
        raise
    except Newer as version:
        raise refusals.newer(path, version.args[0]) from None
    except (SafetensorError, ValueError, LookupError, TypeError, ArithmeticError, RecursionError):
        raise refusals.broken(path) from None
    if not _fits(checkpoint):
        raise refusals.other_weights(path)
    return checkpoint


def load(path: Place, corpus: Corpus | None = None) -> Trainer:
    """Bring a trainer back; its next losses are those of the run that was never interrupted.

    Raises   CheckpointError as `read` does and `restore`.
    """
    return restore(read(path), path, corpus)


def restore(checkpoint: Checkpoint, path: Place, corpus: Corpus | None = None) -> Trainer:
    """The trainer whose state `checkpoint` is. `path` is where it was read from.

    A text that is not where it was is looked for beside the checkpoint.
    Raises   CheckpointError if the text is another one than it was trained on, in any part. One
             that does not know its text (`knows_text`) can tell by the vocabulary alone.
    """
    config = checkpoint.config
    if corpus is None:
        if isinstance(path, Path | str):
            config = config.with_changes(corpus=found(config.corpus, Path(path).parent))
        corpus = load_corpus(config, checkpoint.vocabulary)
    check_text(checkpoint, path, corpus)
    trainer = Trainer(config, corpus)
    header, tensors = checkpoint
    moments = {name.removeprefix(MOMENT): tensors[name] for name in _moments(tensors)}
    if set(moments) != set(trainer.optimizer.moments):
        raise refusals.other_weights(path)
    _fill(trainer.model, tensors)
    trainer.optimizer.restore(moments, header["steps"])
    trainer.model.state = _state(tensors) or ((),) * config.layers
    for name in PROGRESS:
        setattr(trainer, name, header[name])
    if header["last_rate"] is None:
        trainer.last_rate = trainer.rate_of(max(trainer.steps - 1, 0))
    trainer.model.rng.bit_generator.state = header["rng"]
    trainer.text_known = checkpoint.knows_text
    return trainer


def check_text(checkpoint: Checkpoint, path: Place, corpus: Corpus) -> None:
    """Raise CheckpointError if `corpus` is another text than the checkpoint was trained on."""
    if corpus.vocabulary != checkpoint.vocabulary:
        raise refusals.other_words(path, checkpoint.config.corpus)
    if checkpoint.knows_text and corpus.fingerprint != checkpoint.header["text"]:
        raise refusals.other_text(path, checkpoint.config.corpus)


def load_model(checkpoint: Checkpoint) -> Rnnlm:
    """Only the model, without a corpus: to generate or to look inside. It has no gradients.

    Raises ConfigError if its run would need too much memory."""
    config, V = checkpoint.config, len(checkpoint.vocabulary)
    check_memory(config, V)
    weights = Parameters(parameter_shapes(config, V), config.dtype, trained=False)
    model = Rnnlm(config, V, weights)
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


def _parsed(file: BinaryIO, size: int, path: Place) -> Checkpoint:
    """The checkpoint in `file`; its tensors are read when its header has proved sound."""
    if size > LARGEST:
        raise refusals.large(path, size, LARGEST)
    length = int.from_bytes(file.read(min(size, HEADER_BYTES)), "little")
    if length > min(size, LARGEST_HEADER):
        raise ValueError("so long a header is none")
    about = json.loads(file.read(length))
    header = parse_header(about["__metadata__"]["rnn_explorer"])
    np.random.default_rng().bit_generator.state = header["rng"]
    file.seek(0)
    checkpoint = Checkpoint(header, parse_tensors(file.read(size)))
    checkpoint.vocabulary, checkpoint.tokenizer  # noqa: B018 - they raise if they cannot be
    return checkpoint


def _fits(checkpoint: Checkpoint) -> bool:
    """Whether the tensors are those that a run of this config has, and sound."""
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
        and _sound(name, tensors[name])
        for name, shape in expected.items()
    )


def _sound(name: str, tensor: Array) -> bool:
    """Whether the values can be trained on: a mean of squares may have overflowed to infinity,
    its weight then rests; all else is finite."""
    return not (np.isnan(tensor) if name.startswith(MOMENT) else ~np.isfinite(tensor)).any()
