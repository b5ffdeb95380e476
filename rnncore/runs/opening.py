"""How a worker takes up a run: from its checkpoint, with the history cut to fit."""

from __future__ import annotations

import numpy as np

from rnncore.baselines.ladder import counted_rungs
from rnncore.errors import ConfigError
from rnncore.probes.snapshot import Prober
from rnncore.probes.states import Subspace
from rnncore.runs.claim import Claim
from rnncore.runs.files import StatePath
from rnncore.runs.records import Record, changed_record, gap_record
from rnncore.runs.store import Store
from rnncore.runs.troubles import damaged_run
from rnncore.text.corpus import Corpus, load_corpus
from rnncore.training import checkpoint
from rnncore.training.trainer import Trainer
from rnncore.views import RunView


def open_trainer(claim: Claim, path: StatePath) -> Trainer:
    """The run's trainer as its checkpoint has it, a fresh one where there is no checkpoint.

    After a power cut the checkpoint may be there although the store has lost all reports.
    """
    if path.exists():
        return checkpoint.load(path)
    config = claim.run.config
    return Trainer(config, load_corpus(config))


def first_frame(prober: Prober, corpus: Corpus) -> RunView:
    """The frame of the run's figures, with the n-grams of its text, which only a worker counts."""
    return prober.run_view()._replace(counted=counted_rungs(corpus))


def lost_reports(store: Store, run_id: str, trainer: Trainer) -> list[Record]:
    """A record of the updates that the trainer has made and the store knows nothing of, if any.

    A power cut can take back the store's last commits after the checkpoint reached the disk.
    """
    places = (*store.places(run_id, "steps"), *store.places(run_id, "gap"))
    known = max((step for _, step in places), default=0)
    return [gap_record(known + 1, trainer.steps)] if trainer.steps > known else []


def restore_settings(store: Store, claim: Claim, trainer: Trainer) -> list[Record]:
    """Take back what was reported after the checkpoint; return records of what has to be changed.

    What a person has set last stays in force, even if it was set after the checkpoint.
    Raises   StoreError if a change is recorded that cannot have been made.
    """
    changes = store.records_after(claim.run.id, kinds=("changed",))
    claim.rewind(trainer.steps)
    shown = {(c.step, c.payload["setting"], c.payload["new"]) for c in changes}
    records = []
    for setting, value in {c.payload["setting"]: c.payload["new"] for c in changes}.items():
        if getattr(trainer.config, setting, None) == value:
            continue
        try:
            change = trainer.change(setting, value)
        except ConfigError as error:
            raise damaged_run(store.url, claim.run.id, str(error).rstrip(".")) from None
        if (change.step, setting, value) not in shown:
            records.append(changed_record(change))
    return records


def restore_plane(store: Store, claim: Claim, prober: Prober) -> int:
    """Draw states in the plane they were drawn in; the update that it was aimed at.

    Raises   StoreError if the plane is none of this run's states.
    """
    aimed = store.records_after(claim.run.id, kinds=("aimed",))
    if aimed:
        try:
            axes = np.array(aimed[-1].payload["axes"], prober.plane.axes.dtype)
        except ValueError:  # rows of different lengths
            axes = np.empty(0)
        if axes.shape != prober.plane.axes.shape:
            raise damaged_run(store.url, claim.run.id, f"record {aimed[-1].seq}")
        prober.plane = Subspace(axes)
    return aimed[-1].step if aimed else 0


def measured_part(store: Store, run_id: str) -> int | None:
    """Tokens of the part of the held-out text that the run was measured on last; None where it has
    been measured on the whole alone. Values of different parts do not compare."""
    measured = store.records_after(run_id, kinds=("evaluation",), damaged=[])
    parts = [found.payload.get("part") for found in measured if found.payload["split"] == "valid"]
    return next((part for part in reversed(parts) if part is not None), None)


def is_framed(store: Store, run_id: str) -> bool:
    """Whether the run has reported what is known of its cloud's states: runs of before have not."""
    reported = store.records_after(run_id, kinds=("run",), limit=1, damaged=[])
    return any(record.payload.get("states") for record in reported)
