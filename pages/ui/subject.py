"""The network a page looks into: the visit's own run at its newest checkpoint, or an example."""

from __future__ import annotations

from pathlib import Path
from typing import Literal, NamedTuple

import streamlit as st

from pages.ui import server
from pages.ui.preview import corpus_of
from pages.ui.session import Session
from rnncore.config import Config
from rnncore.errors import RnnError
from rnncore.model import Rnnlm
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


def subject(visit: Session) -> Subject:
    """What the page looks into now. Measured anew whenever the run has written a checkpoint.

    A checkpoint that cannot be used becomes `visit.problem`, and the example stands in.
    """
    run_id = visit.run_id
    path = checkpoint_path(run_id) if run_id else None
    if path is not None and path.exists():
        try:
            if server.find(run_id or "") is not None:
                return _of_run(str(path), path.stat().st_mtime_ns)
        except RnnError as error:
            visit.problem = error
    return example()


@st.cache_resource(show_spinner=False)
def example(cell: str = EXAMPLE.cell) -> Subject:
    """The example, trained by its settings alone: the same for everybody, every time."""
    config = EXAMPLE.with_changes(cell=cell)
    trainer = Trainer(config, corpus_of(config))
    for _ in trainer.events(evaluate=False):
        pass
    return Subject(trainer.model.twin(), trainer.corpus, config, trainer.steps, "example")


@st.cache_resource(max_entries=4, show_spinner=False)
def _of_run(path: str, written: int) -> Subject:
    stored = checkpoint.read(Path(path))
    corpus = corpus_of(stored.config)
    model = checkpoint.load_model(stored)
    return Subject(model, corpus, stored.config, stored.header["steps"], "run")
