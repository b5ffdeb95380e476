"""A run that a test trains itself, as a worker would, and pages that look into it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from streamlit.testing.v1 import AppTest

from pages import generation, gradients, language_models, states
from pages.ui.serving import server
from rnncore.config import Config
from rnncore.runs.records import Record
from rnncore.runs.spectrum_recorder import SpectrumRecorder
from rnncore.text.corpus import load_corpus
from rnncore.text.own_texts import save_own_text
from rnncore.training import checkpoint
from rnncore.training.trainer import Trainer
from tests.pages.conftest import ME, SMALL, Visit
from tests.runs.support import checkpoint_file


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
        path = Path(checkpoint_file(self.id))
        path.parent.mkdir(parents=True, exist_ok=True)
        checkpoint.save(path, self.trainer)
        self.claim.commit(self.records, step=self.trainer.steps, status="running")
        self.records.clear()
        return self.trainer.steps


def open_page(visit: Visit, page: str, run: Training, **asked: str) -> AppTest:
    app = visit().switch_page(f"../{page}.py")
    app.query_params.update({"run": run.id, **asked})
    return app.run()


IDEAS: dict[str, Iterable[str]] = {
    "gradients": gradients.SECTIONS,
    "language_models": language_models.SECTIONS,
    "generation": generation.SECTIONS,
    "states": states.SECTIONS,
}
"""By page that looks into a network, its ideas."""
NASTY = "<b>x</b> | $y$ `z` **w** _v_ שלום 👩\u200d👧 %{q}\n" * 60
"""A text of markup, of another direction and of joined characters."""


def assert_all_ideas_open(visit: Visit, run: Training) -> None:
    """Every idea of every page that looks into a network shows something of this run."""
    for page, ideas in IDEAS.items():
        for idea in ideas:
            app = open_page(visit, page, run, **{f"{page}.idea": idea})
            assert not app.exception, (page, idea)


def open_on_markup(visit: Visit, page: str, idea: str) -> AppTest:
    """A page on a run whose text is NASTY: it opens, and no figure is given markup."""
    run = Training(corpus=save_own_text(NASTY), tokenizer="words", batch_size=2)
    run.advance(2)
    app = open_page(visit, page, run, **{f"{page}.idea": idea})
    assert not app.exception and not app.error
    assert "<b>x</b>" not in "".join(chart["figure"] for chart in charts(app))
    return app


def charts(app: AppTest) -> list[dict[str, Any]]:
    """What the charts of a page were given."""
    return [drawn for drawn in map(_given, app.get("bidi_component")) if "figure" in drawn]


def _given(element: Any) -> dict[str, Any]:
    return json.loads(element.proto.json)
