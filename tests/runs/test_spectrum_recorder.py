"""The spectrum over a run: a record whenever the run has come noticeably farther."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from rnncore.config import Config
from rnncore.probes.spectra import from_plain, spectra
from rnncore.runs.records import Record
from rnncore.runs.spectrum_recorder import SECONDS, SPACING, SpectrumRecorder
from rnncore.text.corpus import load_corpus
from rnncore.training.trainer import Trainer

CONFIG = Config(cell="gru", grammar_tokens=2_000, hidden_size=5, embedding_size=3, batch_size=3)


def weighed(last: int, updates: int) -> tuple[list[Record], Trainer]:
    """What is recorded of so many updates, each of them long after the one before."""
    trainer = Trainer(CONFIG, load_corpus(CONFIG))
    records: list[Record] = []
    recorder = SpectrumRecorder(records.append, [(7, last)])
    for _ in range(updates):
        trainer.step()
        recorder.record(trainer, 1e9 + trainer.steps * 1_000 * SECONDS)
    return records, trainer


def test_records_come_ever_more_rarely() -> None:
    steps = [record.step for record in weighed(0, 100)[0]]
    assert steps[0] == 1
    assert all(later > SPACING * step for step, later in pairwise(steps))
    assert 15 < len(steps) < 30


def test_a_record_holds_the_spectra_of_its_step() -> None:
    (record,), trainer = weighed(0, 1)
    for kept, now in zip(from_plain(record.payload), spectra(trainer.model), strict=True):
        np.testing.assert_allclose(kept.singular_values, now.singular_values)


def test_a_resumed_run_goes_on_from_its_newest_record() -> None:
    assert [record.step for record in weighed(20, 24)[0]] == [24]


def test_weights_that_are_not_finite_are_left_alone() -> None:
    trainer = Trainer(CONFIG, load_corpus(CONFIG))
    trainer.step()
    trainer.model.parameters.values[0] = np.nan
    records: list[Record] = []
    SpectrumRecorder(records.append, []).record(trainer, 1e9)
    assert records == []
