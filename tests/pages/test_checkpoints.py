"""Which checkpoint a page looks into: said, chosen, in the address, and the best for own texts."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from pages.ui.serving import server
from pages.ui.visit.i18n import texts
from rnncore.runs.checkpoints import BEST, Kept
from rnncore.runs.saving import save_named
from rnncore.runs.store import Store
from rnncore.text.own_texts import save_own_text
from rnncore.training import checkpoint
from tests.pages.conftest import ME, Visit, query
from tests.pages.training import Training, charts, open_page

T = texts("en")
CHANGE = {"setting": "learning_rate", "old": 0.0003, "new": 0.01}
TEXT = "the cat sees the dog and the dog sees the cat . " * 20


def keep(run: Training, name: str) -> None:
    kept = Kept(name, run.trainer.steps, 2.5 if name == BEST else None)
    kept = kept if name == BEST else kept._replace(change=CHANGE)
    save_named(run.claim, kept, checkpoint.packed(run.trainer))


def several(**settings: str) -> Training:
    """A run with a mark after 2 updates, the best after 3, the latest after 8."""
    run = Training(**settings)
    run.advance(2)
    keep(run, "mark-2")
    run.advance(1)
    keep(run, BEST)
    run.advance(5)
    return run


def own(store: Store) -> str:
    name = save_own_text(TEXT)
    store.access.allow(name, ME)
    return name


def looked_into(app: AppTest, page: str) -> str:
    box = app.selectbox(key=f"{page}.checkpoint")
    return str(box.format_func(box.value))


@pytest.mark.parametrize("page", ["cell", "bptt", "gradients"])
def test_a_page_says_which_state_it_shows_and_lets_one_choose(visit: Visit, page: str) -> None:
    run = several()
    app = open_page(visit, page, run)
    assert not app.exception
    assert looked_into(app, page) == T("source.names.latest", step="8")
    box = app.selectbox(key=f"{page}.checkpoint")
    assert box.options == [
        "latest, update 8",
        "best held-out, update 3",
        "before Learning rate 0.0003 → 0.01, update 2",
    ]
    box.set_value(BEST).run()
    assert not app.exception
    assert query(app)[f"{page}.checkpoint"] == BEST
    assert looked_into(app, page) == "best held-out, update 3"


def test_a_stage_on_the_way_is_said_by_its_update(visit: Visit) -> None:
    run = Training()
    run.advance(4)
    save_named(run.claim, Kept("mark-4", 4), checkpoint.packed(run.trainer))
    run.advance(2)
    app = open_page(visit, "cell", run)
    box = app.selectbox(key="cell.checkpoint")
    assert box.options == ["latest, update 6", "after update 4"]
    box.set_value("mark-4").run()
    assert not app.exception
    assert [button.key for button in app.button if button.key == "source.pin"] == ["source.pin"]


def test_a_link_names_the_state(visit: Visit) -> None:
    run = several()
    latest = open_page(visit, "cell", run)
    app = open_page(visit, "cell", run, **{"cell.checkpoint": "mark-2"})
    assert looked_into(app, "cell").endswith("update 2")
    versions = [[drawn["version"] for drawn in charts(one)] for one in (latest, app)]
    assert versions[0] != versions[1]
    gone = open_page(visit, "cell", run, **{"cell.checkpoint": "mark-7"})
    assert looked_into(gone, "cell") == "latest, update 8"


@pytest.mark.parametrize("page", ["cell", "bptt", "gradients"])
def test_of_an_own_text_the_best_is_shown(visit: Visit, store: Store, page: str) -> None:
    app = open_page(visit, page, several(corpus=own(store)))
    assert not app.exception
    assert looked_into(app, page) == "best held-out, update 3"


def test_the_state_stays_when_a_better_one_is_written(visit: Visit, store: Store) -> None:
    run = Training(corpus=own(store))
    run.advance(3)
    app = open_page(visit, "cell", run)
    assert T("source.run", step="3") in [caption.value for caption in app.caption]
    run.advance(1)
    keep(run, BEST)
    app.run()
    assert looked_into(app, "cell") == "latest, update 3"
    app.button(key="source.newest").click().run()
    assert looked_into(app, "cell") == "best held-out, update 4"


def test_who_controls_the_run_keeps_a_mark(visit: Visit) -> None:
    run = several()
    app = open_page(visit, "cell", run, **{"cell.checkpoint": "mark-2"})
    app.button(key="source.pin").click().run()
    assert not app.exception
    assert [kept.name for kept in server.store().checkpoints.of(run.id) if kept.pinned] == [
        "mark-2"
    ]
    app.button(key="source.pin").click().run()
    assert not any(kept.pinned for kept in server.store().checkpoints.of(run.id))
