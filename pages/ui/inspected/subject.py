"""The network a page looks into: the visit's own run at one of its checkpoints, or an example."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, NamedTuple

import streamlit as st

from pages.ui.inspected.preview import corpus_of
from pages.ui.serving import server
from pages.ui.visit.identity import check_may_read
from pages.ui.visit.session import Session
from rnncore.config import Config, text_settings
from rnncore.errors import RnnError, StoreError
from rnncore.model import Rnnlm
from rnncore.probes.looking import check_size
from rnncore.runs.files import checkpoint_path
from rnncore.text.corpus import Corpus
from rnncore.training import checkpoint
from rnncore.training.trainer import Trainer

EXAMPLE = Config(
    hidden_size=24, embedding_size=16, learning_rate=5e-3, grammar_tokens=60_000, epochs=3
)
"""A small network of the default text, trained in about a second and then left alone."""


class Subject(NamedTuple):
    """A trained model to look into; read it, never train it.

    `source` says where it comes from: the visit's run, an example because there is no run yet
    (or none with a checkpoint), or an example because the run's checkpoint cannot be used.
    """

    model: Rnnlm
    corpus: Corpus
    config: Config
    step: int
    source: Literal["run", "example"]


class Pin(NamedTuple):
    """A subject, and the run and the checkpoint (by the time it was written) it was taken for."""

    subject: Subject
    run_id: str | None
    written: int


@dataclass
class Inspected:
    """What the page looks into: it stays the same until a newer one is asked for."""

    pinned: Pin | None = None


def subject(visit: Session, *, newest: bool = False) -> Subject:
    """What the page looks into: the newest there was when the person came to it.

    It stays that, so that no number changes while somebody checks it by hand, until the visit
    turns to another page or run, or `newest` is asked for. A checkpoint that cannot be used
    becomes `visit.problem`, and the example stands in.
    """
    inspected = visit.page_state(Inspected)
    pin = inspected.pinned
    if pin is None or newest or pin.run_id != visit.run_id:
        pin = inspected.pinned = _newest(visit)
    return pin.subject


def outdated(visit: Session) -> bool:
    """Whether the run has written a checkpoint since the pinned one."""
    pin = visit.page_state(Inspected).pinned
    return pin is not None and _written(visit.run_id) not in (0, pin.written)


def small_config(config: Config, **changes: Any) -> Config:
    """Settings of a side training: text, cell and seed of `config` in the example's small sizes."""
    kept = {name: getattr(config, name) for name in (*text_settings(), "cell", "seed")}
    small = ("hidden_size", "embedding_size", "learning_rate")
    sizes = {name: getattr(EXAMPLE, name) for name in small}
    return Config.parse({**kept, **sizes, **changes})


@st.cache_resource(show_spinner=False)
def example(cell: str = EXAMPLE.cell) -> Subject:
    """The example, trained by its settings alone: the same for everybody, every time."""
    config = EXAMPLE.with_changes(cell=cell)
    trainer = Trainer(config, corpus_of(config))
    for _ in trainer.events(evaluate=False):
        pass
    return Subject(trainer.model.twin(), trainer.corpus, config, trainer.steps, "example")


def _newest(visit: Session) -> Pin:
    run_id, written = visit.run_id, _written(visit.run_id)
    if run_id and written:
        try:
            run = server.find(run_id)
            if run is not None:
                check_may_read(visit.visitor, run.config.corpus)
                check_size(run.config, len(corpus_of(run.config).vocabulary))
                return Pin(_of_run(str(checkpoint_path(run_id)), written), run_id, written)
        except RnnError as error:
            visit.problem = error
    return Pin(example(), run_id, written)


def _written(run_id: str | None) -> int:
    """When the run's newest checkpoint was written; 0 if there is none."""
    try:
        return checkpoint_path(run_id).stat().st_mtime_ns if run_id else 0
    except (OSError, StoreError):
        return 0


@st.cache_resource(max_entries=4, show_spinner=False)
def _of_run(path: str, written: int) -> Subject:
    stored = checkpoint.read(Path(path))
    corpus = corpus_of(stored.config, stored.vocabulary)
    checkpoint.check_text(stored, path, corpus)
    model = checkpoint.load_model(stored)
    return Subject(model, corpus, stored.config, stored.header["steps"], "run")
