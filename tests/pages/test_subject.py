"""What the concept pages look into: weights that stay still until newer ones are asked for."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from pages.ui import server
from pages.ui.i18n import texts
from rnncore.config import Config
from rnncore.runs.files import checkpoint_path
from rnncore.text.corpus import load_corpus
from rnncore.training import checkpoint
from rnncore.training.trainer import Trainer
from tests.pages.conftest import SMALL, Visit, data

T = texts("en")


class Training:
    """A run of the server's store that is trained here, a few updates at a time."""

    def __init__(self, **settings: Any) -> None:
        config = Config.parse({**SMALL, **settings})
        self.id = server.store().create_run(config)
        self.trainer = Trainer(config, load_corpus(config))
        claim = server.store().claim(self.id, "worker")
        assert claim is not None
        self.claim = claim

    def advance(self, updates: int) -> int:
        """Train on, write a checkpoint, tell the store; return the updates made in all."""
        for _ in range(updates):
            self.trainer.step()
        path = Path(checkpoint_path(self.id))
        path.parent.mkdir(parents=True, exist_ok=True)
        checkpoint.save(path, self.trainer)
        self.claim.commit([], step=self.trainer.steps, status="running")
        return self.trainer.steps


def open_page(visit: Visit, page: str, run: Training, **asked: str) -> AppTest:
    app = visit().switch_page(f"../{page}.py")
    app.query_params.update({"run": run.id, **asked})
    return app.run()


def captions(app: AppTest) -> str:
    return " ".join(caption.value for caption in app.caption)


@pytest.mark.parametrize("page", ["cell", "bptt"])
@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru"])
def test_a_page_stays_at_the_weights_it_began_with_until_newer_ones_are_asked_for(
    visit: Visit, page: str, cell: str
) -> None:
    run = Training(cell=cell)
    run.advance(3)
    app = open_page(visit, page, run)
    assert not app.exception
    assert T("source.run", step="3") in captions(app)
    assert "source.newest" not in [button.key for button in app.button]

    run.advance(4)
    app.run()
    assert T("source.run", step="3") in captions(app)
    assert T("source.ahead", ahead="4") in captions(app)

    app.button(key="source.newest").click().run()
    assert not app.exception
    assert T("source.run", step="7") in captions(app)
    assert T("source.ahead", ahead="4") not in captions(app)


def test_the_numbers_on_the_cell_page_are_those_of_the_weights_it_names(visit: Visit) -> None:
    run = Training()
    run.advance(3)
    app = open_page(visit, "cell", run)
    before = [drawn["version"] for drawn in charts(app)]
    run.advance(5)
    app.run()
    assert [drawn["version"] for drawn in charts(app)] == before
    app.button(key="source.newest").click().run()
    assert [drawn["version"] for drawn in charts(app)] != before


def test_a_run_without_weights_is_waited_for(visit: Visit) -> None:
    run = Training()
    app = open_page(visit, "cell", run)
    assert T("source.waiting") in captions(app)
    run.advance(2)
    app.run()
    app.button(key="source.newest").click().run()
    assert T("source.run", step="2") in captions(app)


def test_an_unknown_run_is_no_run(visit: Visit) -> None:
    app = visit().switch_page("../bptt.py")
    app.query_params.update({"run": "nobody"})
    app.run()
    assert not app.exception
    assert "because there is no run yet" in captions(app)


@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru"])
def test_the_matrix_of_gradients_follows_the_run_by_itself(visit: Visit, cell: str) -> None:
    run = Training(cell=cell)
    run.advance(3)
    app = open_page(visit, "gradients", run)
    assert not app.exception
    assert T("source.live") in captions(app)
    assert data(app)["strip"]["done"] == 3
    first = matrix(app)
    run.advance(5)
    app.run()
    assert not app.exception
    assert data(app)["strip"]["done"] == 8
    assert matrix(app) != first


def charts(app: AppTest) -> list[dict[str, Any]]:
    """What the charts of a page were given."""
    return [drawn for drawn in map(_given, app.get("bidi_component")) if "figure" in drawn]


def _given(element: Any) -> dict[str, Any]:
    return json.loads(element.proto.json)


def matrix(app: AppTest) -> list[list[float | None]]:
    """The colours of the gradient matrix as they were sent."""
    ops = data(app)["ops"]
    return next(op["set"]["z"] for op in ops if op.get("trace") == "matrix")
