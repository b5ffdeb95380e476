"""A run that a test trains itself, as a worker would, and pages that look into it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from streamlit.testing.v1 import AppTest

from pages.ui.serving import server
from rnncore.config import Config
from rnncore.runs.files import checkpoint_path
from rnncore.runs.records import Record
from rnncore.runs.spectrum_recorder import SpectrumRecorder
from rnncore.text.corpus import load_corpus
from rnncore.training import checkpoint
from rnncore.training.trainer import Trainer
from tests.pages.conftest import ME, SMALL, Visit


class Training:
    """A run of the server's store that is trained here, a few updates at a time."""

    def __init__(self, **settings: Any) -> None:
        config = Config.parse({**SMALL, **settings})
        self.id = server.store().create_run(config, owner=ME)
        self.trainer = Trainer(config, load_corpus(config))
        claim = server.store().claim(self.id, "worker")
        assert claim is not None
        self.claim = claim
        self.records: list[Record] = []
        self.recorder = SpectrumRecorder(self.records.append, [])

    def advance(self, updates: int) -> int:
        """Train on, write a checkpoint, tell the store; return the updates made in all."""
        for _ in range(updates):
            self.trainer.step()
        self.recorder.record(self.trainer, 1e9 + 1e3 * self.trainer.steps)
        path = Path(checkpoint_path(self.id))
        path.parent.mkdir(parents=True, exist_ok=True)
        checkpoint.save(path, self.trainer)
        self.claim.commit(self.records, step=self.trainer.steps, status="running")
        self.records.clear()
        return self.trainer.steps


def open_page(visit: Visit, page: str, run: Training, **asked: str) -> AppTest:
    app = visit().switch_page(f"../{page}.py")
    app.query_params.update({"run": run.id, **asked})
    return app.run()


def charts(app: AppTest) -> list[dict[str, Any]]:
    """What the charts of a page were given."""
    return [drawn for drawn in map(_given, app.get("bidi_component")) if "figure" in drawn]


def _given(element: Any) -> dict[str, Any]:
    return json.loads(element.proto.json)
