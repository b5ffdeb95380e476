"""Whose run is it? Its owner's, and of those to whom a control link handed it over."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from pages.ui.serving import server
from pages.ui.visit.i18n import LANGUAGES, texts
from pages.ui.visit.identity import Visitor, key
from rnncore.config import Config
from rnncore.errors import StoreError
from rnncore.runs.command import control_link
from rnncore.runs.row import RunRow
from rnncore.runs.store import Store
from rnncore.text.own_texts import save_own_text
from tests.pages.conftest import ME, SMALL, Visit, components, data, query
from tests.pages.training import Training, open_page

Sent = list[tuple[str, str, Any]]
As = Callable[..., None]
EN = texts("en")
OTHER = "fedcba9876543210"
TEXT = "what nobody else may read. " * 60


@pytest.fixture
def play(monkeypatch: pytest.MonkeyPatch) -> As:
    """Be another visitor from now on."""

    def become(visitor: str, kept: bool = True) -> None:
        monkeypatch.setattr("pages.ui.visit.session.present", lambda: Visitor(visitor, kept))

    return become


def begun(visit: Visit, store: Store, **settings: str) -> RunRow:
    app = visit(**settings)
    app.button(key="primary").click().run()
    run = store.run(query(app)["run"])
    assert run is not None
    return run


def labels(app: AppTest) -> list[str]:
    """Of the buttons that do something with the run or its text."""
    frame = ("present", "tour.start", "language.en", "language.ko")
    return [one.label for one in app.button if one.key not in frame]


def actions(app: AppTest) -> list[str]:
    return [action["name"] for panel in data(app)["panels"] for action in panel["actions"]]


def links(app: AppTest) -> list[str]:
    """The addresses that one may hand on."""
    return [given["address"] for given in components(app) if "address" in given]


def test_a_run_belongs_to_who_began_it(visit: Visit, store: Store) -> None:
    run = begun(visit, store)
    assert run.owner == ME
    app = visit(run=run.id)
    assert EN("transport.pause") in labels(app)
    assert actions(app) == ["aim"]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("owner", [ME, None])
def test_a_link_shows_another_visitors_run_read_only(
    visit: Visit, store: Store, play: As, sent: Sent, language: str, owner: str | None
) -> None:
    run_id = store.create_run(Config.parse(SMALL), owner=owner)
    play(OTHER)
    t = texts(language)
    app = visit(run=run_id, lang=language)
    assert t("transport.watching") in [caption.value for caption in app.caption]
    assert labels(app) == [t("predict.check"), t("transport.start_own"), t("own_text.use")]
    assert actions(app) == []
    boxes = [*app.text_input, *app.selectbox, *app.toggle]
    assert [one.key for one in boxes if one.key.startswith("setting.") and not one.disabled] == []
    assert len([one for one in boxes if one.key.startswith("setting.")]) > 20
    assert sent == [] and not app.exception
    with pytest.raises(StoreError, match="can only be watched"):
        server.command(OTHER, run_id, "stop")
    assert sent == []


@pytest.mark.parametrize(
    "page", ["overview", "cell", "bptt", "gradients", "states", "generation", "language_models"]
)
def test_no_page_calls_another_visitors_run_yours(
    visit: Visit, store: Store, play: As, page: str
) -> None:
    training = Training()
    training.advance(2)
    play(OTHER)
    app = open_page(visit, page, training)
    assert not app.exception and query(app)["run"] == training.id
    shown = [*app.caption, *app.markdown, *app.info, *app.expander, *app.selectbox, *app.slider]
    shown += [*app.select_slider, *app.segmented_control]
    said = "\n".join(f"{one.proto}" for one in shown)
    assert not re.search(r"\b[Yy]our( own)? (run|network)\b", said)


def test_one_starts_ones_own_with_its_settings(visit: Visit, store: Store, play: As) -> None:
    run = begun(visit, store, seed="5")
    play(OTHER)
    app = visit(run=run.id)
    app.button(key="primary").click().run()
    own = store.run(query(app)["run"])
    assert own is not None and own.id != run.id
    assert (own.owner, own.config) == (OTHER, run.config)
    assert EN("transport.pause") in labels(app)


def test_a_control_link_hands_the_controls_over_for_good(
    visit: Visit, store: Store, play: As, sent: Sent
) -> None:
    run = begun(visit, store)
    play(OTHER)
    app = visit(run=run.id, control=key("control", run.id))
    assert "control" not in query(app)  # who copies the address on hands nothing over
    assert EN("sharing.taken_control") in [one.value for one in app.success]
    assert not app.text_input(key="setting.learning_rate").disabled
    app.button(key="primary").click().run()
    assert sent[-1] == (run.id, "pause", None)
    assert not app.success, "it has been said"
    assert EN("transport.watching") not in [caption.value for caption in visit(run=run.id).caption]
    play("another")
    assert EN("transport.start_own") in labels(visit(run=run.id))


def test_the_command_line_makes_the_same_link(visit: Visit, store: Store, play: As) -> None:
    run_id = store.create_run(Config.parse(SMALL))
    store.note_address("http://127.0.0.1:8765/explorer")
    link = control_link(store, run_id)
    assert link.startswith(f"http://127.0.0.1:8765/explorer/overview?run={run_id}&control=")
    assert control_link(store, run_id, "https://rnn.example/").startswith("https://rnn.example/ov")
    app = visit(run=run_id, control=link.partition("control=")[2])
    assert EN("transport.start_own") not in labels(app)
    with pytest.raises(StoreError, match="no run 'nobody'"):
        control_link(store, "nobody")


@pytest.mark.parametrize("given", ["", "x", "ö", "A" * 22, "A" * 5000])
def test_a_wrong_key_lets_nobody_in(visit: Visit, store: Store, given: str) -> None:
    run_id = store.create_run(Config.parse(SMALL))
    for wrong in (given, key("control", run_id)[:-1], key("control", "other"), key("text", run_id)):
        app = visit(run=run_id, control=wrong)
        assert "This link lets nobody in" in app.error[0].value
        assert EN("transport.start_own") in labels(app)


def test_the_owner_finds_both_links(visit: Visit, store: Store) -> None:
    run = begun(visit, store)
    app = visit(run=run.id)
    (watch,) = links(app)
    assert watch == f"?run={run.id}"
    app.button(key="sharing.ask").click().run()
    watch, control = links(app)
    assert control == f"?run={run.id}&control={key('control', run.id)}"


def own_text(store: Store, visitor: str = ME) -> str:
    name = save_own_text(TEXT)
    store.access.allow(name, visitor)
    return name


def test_an_own_text_is_read_by_its_owner_alone(visit: Visit, store: Store, play: As) -> None:
    name = own_text(store)
    app = visit(corpus=name)
    assert not app.error and query(app)["corpus"] == name
    play(OTHER)
    app = visit(corpus=name)
    assert "belongs to another visitor" in app.error[0].value
    assert query(app).get("corpus") is None


@pytest.mark.parametrize("page", ["overview", "cell", "bptt", "gradients"])
def test_no_page_shows_a_text_of_another(visit: Visit, store: Store, play: As, page: str) -> None:
    training = Training(corpus=own_text(store), tokenizer="words")
    training.advance(2)
    play(OTHER)
    app = open_page(visit, page, training)
    assert not app.exception
    assert "nobody else may" not in str(app) + "".join(
        part.proto.json for part in app.get("bidi_component")
    )


def test_a_link_may_carry_leave_for_the_text(visit: Visit, store: Store, play: As) -> None:
    name = own_text(store)
    run = begun(visit, store, corpus=name)
    app = visit(run=run.id)
    app.checkbox(key="sharing.with_text").check().run()
    (watch,) = links(app)
    assert watch == f"?run={run.id}&corpus={name}&read={key('text', name)}"
    play(OTHER)
    app = visit(run=run.id, corpus=name, read=key("text", name))
    assert not app.error and "read" not in query(app)
    assert EN("sharing.taken_read") in [one.value for one in app.success]
    app.button(key="primary").click().run()
    own = store.run(query(app)["run"])
    assert own is not None and own.config.corpus == name


def test_who_watches_without_leave_starts_with_another_text(
    visit: Visit, store: Store, play: As
) -> None:
    run = begun(visit, store, corpus=own_text(store), seed="5")
    play(OTHER)
    app = visit(run=run.id)
    said = EN("transport.other_text", text=EN("corpora.tiny-english"))
    assert said in [caption.value for caption in app.caption]
    app.button(key="primary").click().run()
    own = store.run(query(app)["run"])
    assert own is not None and own.owner == OTHER
    assert (own.config.seed, own.config.corpus) == (5, Config().corpus)


def test_a_text_that_was_kept_before_there_were_visitors_is_read_by_its_name(visit: Visit) -> None:
    app = visit(corpus=save_own_text(TEXT))
    assert not app.error


def test_whoever_pastes_the_same_text_may_read_it(visit: Visit, store: Store, play: As) -> None:
    name = own_text(store)
    play(OTHER)
    app = visit()
    app.text_area(key="own_text.pasted").set_value(TEXT).run()
    app.button(key="own_text.use").click().run()
    assert query(app)["corpus"] == name and not app.error


def test_who_gives_a_text_of_their_own_leaves_the_run_that_they_watch(
    visit: Visit, store: Store, play: As
) -> None:
    run = begun(visit, store)
    play(OTHER)
    app = visit(run=run.id)
    app.text_area(key="own_text.pasted").set_value(TEXT).run()
    app.button(key="own_text.use").click().run()
    assert "run" not in query(app) and query(app)["corpus"].startswith("own-")
    assert not app.text_input(key="setting.hidden_size").disabled


def test_a_browser_that_keeps_no_cookie_is_told(visit: Visit, store: Store, play: As) -> None:
    play(OTHER, kept=False)
    app = visit()
    said = EN("transport.not_kept")
    assert said not in [info.value for info in app.info]
    app.button(key="primary").click().run()
    assert said in [info.value for info in app.info]


def test_a_third_run_of_a_visitor_waits_and_says_why(visit: Visit, store: Store) -> None:
    runs = [begun(visit, store, seed=str(seed)) for seed in range(3)]
    assert [run.status for run in runs] == ["queued", "queued", "waiting"]
    app = visit(run=runs[2].id)
    assert EN("transport.waits_for_own") in [info.value for info in app.info]
    assert EN("transport.pause") in labels(app)
