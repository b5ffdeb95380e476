"""The network a page looks into: the visit's own run at one of its checkpoints, or an example."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
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
from rnncore.runs.checkpoints import BEST, Kept
from rnncore.runs.files import LATEST, at, checkpoint_path
from rnncore.text.corpus import Corpus
from rnncore.text.own_texts import is_own
from rnncore.training import checkpoint
from rnncore.training.trainer import Trainer

HELD_OUT = 0.1
EXAMPLE = Config(
    hidden_size=24, embedding_size=16, learning_rate=5e-3, grammar_tokens=60_000, epochs=3
)
"""A small network of the default text, trained in about a second and then left alone."""


class Subject(NamedTuple):
    """A trained model to look into; read it, never train it.

    `source` says where it comes from: the visit's run, an example because there is no run yet
    (or none with a checkpoint), or an example because the run's checkpoint cannot be used.
    `checkpoint` is the name of the run's.
    """

    model: Rnnlm
    corpus: Corpus
    config: Config
    step: int
    source: Literal["run", "example"]
    checkpoint: str = LATEST


class Pin(NamedTuple):
    """A subject, and what it was taken for: the run, the checkpoint that the page asked for, the
    one it got, and when that was written."""

    subject: Subject
    run_id: str | None
    asked: str
    name: str
    written: int


@dataclass
class Inspected:
    """What the page looks into: it stays the same until a newer one is asked for."""

    pinned: Pin | None = None


def subject(visit: Session, *, newest: bool = False) -> Subject:
    """What the page looks into: the newest there was when the person came to it, of the checkpoint
    that the page's address names, or the usual one.

    It stays that, so that no number changes while somebody checks it by hand, until the visit
    turns to another page or run, or `newest` is asked for. A checkpoint that cannot be used
    becomes `visit.problem`, and the example stands in.
    """
    inspected = visit.page_state(Inspected)
    pin = inspected.pinned
    if pin is None or newest or (pin.run_id, pin.asked) != (visit.run_id, _asked(visit)):
        pin = inspected.pinned = _newest(visit)
    return pin.subject


def outdated(visit: Session) -> bool:
    """Whether the run has written the page's checkpoint since it was pinned."""
    pin = visit.page_state(Inspected).pinned
    if pin is None:
        return False
    name = _chosen(visit, kept(visit))
    return (name, _written(visit.run_id, name)) not in ((name, 0), (pin.name, pin.written))


def kept(visit: Session) -> list[Kept]:
    """The checkpoints that the visit's run has, the latest first; none while they are unknown."""
    try:
        return server.store().checkpoints.of(visit.run_id) if visit.run_id else []
    except StoreError:  # said where the run is looked for
        return []


class Snapshot(NamedTuple):
    """A checkpoint of the visit's run, to be read when it is wanted."""

    step: int
    path: str
    written: int

    def load(self) -> Subject:
        """Raises   CheckpointError or TextError if it cannot be used."""
        return _of_run(self.path, self.written)


def snapshots(visit: Session) -> list[Snapshot]:
    """All states that the visit's run has kept, by their update; none where the page looks into an
    example."""
    run_id = visit.run_id
    if run_id is None or subject(visit).source != "run":
        return []
    found = {}
    for one in kept(visit):
        path, written = str(checkpoint_path(run_id, one.name)), _written(run_id, one.name)
        if written:
            # Of the latest of an old run the update stands in the file alone.
            step = _of_run(path, written).step if one.step is None else one.step
            found[step] = Snapshot(step, path, written)
    return [found[step] for step in sorted(found)]


def of_checkpoint(visit: Session, name: str) -> Subject:
    """The network of the visit's run at another of its checkpoints. Who asks has looked into the
    run before, by `subject`.

    Raises   RnnError if it cannot be read.
    """
    run_id = visit.run_id or ""
    return _of_run(str(checkpoint_path(run_id, name)), _written(run_id, name))


def small_config(config: Config, **changes: Any) -> Config:
    """Settings of a side training: text, cell and seed of `config` in the example's small sizes.

    Where `config` holds no text out, a tenth is: side trainings are compared on held-out text.
    """
    kept = {name: getattr(config, name) for name in (*text_settings(), "cell", "seed")}
    small = ("hidden_size", "embedding_size", "learning_rate")
    sizes = {name: getattr(EXAMPLE, name) for name in small}
    held_out = {} if config.valid_fraction else {"valid_fraction": HELD_OUT}
    return Config.parse({**kept, **sizes, **held_out, **changes})


@st.cache_resource(show_spinner=False)
def example(cell: str = EXAMPLE.cell) -> Subject:
    """The example, trained by its settings alone: the same for everybody, every time."""
    config = EXAMPLE.with_changes(cell=cell)
    trainer = Trainer(config, corpus_of(config))
    for _ in trainer.events(evaluate=False):
        pass
    return Subject(trainer.model.twin(), trainer.corpus, config, trainer.steps, "example")


def _newest(visit: Session) -> Pin:
    run_id, asked, name = visit.run_id, _asked(visit), _chosen(visit, kept(visit))
    written = _written(run_id, name)
    if run_id and written:
        try:
            run = server.find(run_id)
            if run is not None:
                check_may_read(visit.visitor, run.config.corpus)
                check_size(run.config, len(corpus_of(run.config).vocabulary))
                found = _of_run(str(checkpoint_path(run_id, name)), written)
                return Pin(found._replace(checkpoint=name), run_id, asked, name, written)
        except RnnError as error:
            visit.problem = error
    return Pin(example(), run_id, asked, name, written)


def _asked(visit: Session) -> str:
    """The checkpoint that the page's address names, if any."""
    return visit.value("checkpoint", "")


def _chosen(visit: Session, kept: Sequence[Kept]) -> str:
    """The checkpoint that is asked for if there is one; the best of an own text's run, which soon
    knows its text by heart; else the latest."""
    names, asked = {one.name for one in kept}, _asked(visit)
    if asked in names:
        return asked
    run = server.find_or_none(visit.run_id) if BEST in names else None
    return BEST if run is not None and is_own(str(run.settings.get("corpus"))) else LATEST


def _written(run_id: str | None, name: str) -> int:
    """When the run's checkpoint of this name was written; 0 if there is none."""
    try:
        return checkpoint_path(run_id, name).stat().st_mtime_ns if run_id else 0
    except (OSError, StoreError):
        return 0


@st.cache_resource(max_entries=4, show_spinner=False)
def _of_run(path: str, written: int) -> Subject:
    stored = checkpoint.read(at(path))
    corpus = corpus_of(stored.config, stored.vocabulary)
    checkpoint.check_text(stored, path, corpus)
    model = checkpoint.load_model(stored)
    return Subject(model, corpus, stored.config, stored.header["steps"], "run")
