"""Networks at the edge of what can be trained: every concept page still says something true."""

from __future__ import annotations

from typing import Any

import pytest

from rnncore.text.own_texts import save_own_text
from tests.pages.conftest import Visit
from tests.pages.training import Training, assert_all_ideas_open, open_page

pytestmark = pytest.mark.slow

ONE: dict[str, Any] = dict.fromkeys(("time_size", "batch_size", "hidden_size", "embedding_size"), 1)
TEXTS = {"tiny": "abcab", "constant": "aaaaaa"}
NETWORKS = {
    "one of everything": {**ONE, "cell": "lstm"},
    "two layers of one": {**ONE, "cell": "gru", "layers": 2},
    "a window as long as its text": {"time_size": 200, "batch_size": 2},
    "five letters": {"corpus": "tiny", "batch_size": 1, "time_size": 2},
    "nothing to predict": {**ONE, "corpus": "constant"},
}


@pytest.mark.parametrize("name", NETWORKS)
def test_every_page_and_idea_opens(visit: Visit, name: str) -> None:
    settings = dict(NETWORKS[name])
    if settings.get("corpus") in TEXTS:
        settings["corpus"] = save_own_text(TEXTS[settings["corpus"]])
    run = Training(**settings)
    run.advance(1)
    app = open_page(visit, "cell", run, **{"cell.at": "6"})
    assert not app.exception
    app.button(key="cell.check").click().run()
    assert not app.exception
    app = open_page(visit, "bptt", run, **{"bptt.T": "40", "bptt.N": "8", "bptt.update": "99"})
    assert not app.exception
    assert_all_ideas_open(visit, run)
