"""The Overview as a person meets it: settings, buttons, sentences, in both languages."""

from __future__ import annotations

from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from pages.ui.visit.i18n import LANGUAGES, literal, texts
from rnncore.presets import STORIES
from rnncore.runs.claim import CommandName
from rnncore.runs.records import error_values, run_record, snapshot_record, steps_record
from rnncore.runs.store import Store
from rnncore.text.own_texts import own_text
from rnncore.training.events import Step
from rnncore.training.trainer import Diverged
from tests.pages.conftest import SMALL, Visit, data, query
from tests.pages.views import RUN, SNAPSHOT
from tests.runs.support import Launcher

Sent = list[tuple[str, CommandName, Any]]


def labels(app: AppTest) -> dict[str, bool]:
    """Each button's label, and whether it can be pressed."""
    return {button.label: not button.disabled for button in app.button}


def sentences(app: AppTest) -> list[str]:
    return [message.value for message in (*app.error, *app.warning, *app.info)]


def diverge(store: Store, run_id: str, error: dict[str, Any] | None) -> None:
    """Let the run end as its worker would."""
    claim = store.claim(run_id, "worker")
    assert claim is not None
    claim.commit(status="finished", reason="diverged", error=error, step=3, worker=None)


@pytest.mark.parametrize("language", LANGUAGES)
def test_page_opens_twice_without_trouble(visit: Visit, language: str) -> None:
    app = visit(lang=language).run()
    assert not app.exception
    assert sentences(app) == []
    assert texts(language)("transport.start") in labels(app)
    assert [panel["title"] for panel in data(app)["panels"]] == [
        texts(language)(f"figures.{name}.title")
        for name in ("perplexity", "gradients", "states", "samples")
    ]


def test_before_start_every_panel_has_something_measured(visit: Visit) -> None:
    ops = data(visit())["ops"]
    drawn = {(op["figure"], op.get("trace", op["op"])) for op in ops}
    assert drawn >= {
        ("perplexity", "train"),
        ("perplexity", "valid"),
        ("gradients", "profile"),
        ("gradients", "history"),
        ("states", "tokens"),
        ("samples", "items"),
    }
    valid = next(op for op in ops if op.get("trace") == "valid")
    size = 57  # words of Tiny English
    assert size / 2 < valid["y"][0] < size * 2


def test_the_url_carries_all_settings(visit: Visit) -> None:
    app = visit(corpus="lag", lag="3", stateful="false", learning_rate="0.0042")
    assert app.selectbox(key="setting.corpus").value == "lag"
    assert app.text_input(key="setting.lag").value == "3"
    assert app.toggle(key="setting.stateful").value is False
    assert app.text_input(key="setting.learning_rate").value == "0.0042"
    app.text_input(key="setting.hidden_size").set_value("16").run()
    assert query(app) == {
        **SMALL,
        "corpus": "lag",
        "lag": "3",
        "stateful": "false",
        "learning_rate": "0.0042",
        "hidden_size": "16",
    }


def test_a_setting_at_its_default_leaves_the_url(visit: Visit) -> None:
    app = visit(optimizer="sgd")
    app.selectbox(key="setting.optimizer").set_value("adam").run()
    assert query(app) == SMALL


def test_language_changes_in_place(visit: Visit) -> None:
    app = visit()
    before = data(app)
    app.button(key="language.ko").click().run()
    after = data(app)
    assert query(app)["lang"] == "ko"
    assert after["revision"] == before["revision"]
    assert after["wording"] != before["wording"]


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"hidden_size": "-3"}, "Hidden size H"),
        ({"time_size": "many"}, "Window T"),
        ({"learning_rate": "nan"}, "Learning rate"),
        ({"colour": "red"}, "colour"),
        ({"corpus": "/etc/<b>hosts</b>"}, "hosts"),
    ],
)
def test_a_wrong_link_is_one_sentence_and_the_page_works_on(
    visit: Visit, wrong: dict[str, str], named: str
) -> None:
    app = visit(optimizer="sgd", **wrong)
    assert not app.exception
    assert len(sentences(app)) == 1
    assert named in sentences(app)[0].replace("\\", "")
    assert "<b>" not in sentences(app)[0]  # shown literally, never as markup
    assert app.selectbox(key="setting.optimizer").value == "sgd"  # what was right is kept
    assert labels(app)["Start"]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "wrong",
    [
        {"hidden_size": "1000000"},
        {"batch_size": "10000"},
        {"corpus": "own-000000000000"},
    ],
)
def test_settings_that_cannot_train_are_refused_in_a_sentence(
    visit: Visit, wrong: dict[str, str], language: str
) -> None:
    app = visit(lang=language, **wrong)
    assert not app.exception
    assert len(sentences(app)) == 1
    assert not labels(app)[texts(language)("transport.start")]


def test_figures_stay_when_a_setting_cannot_train(visit: Visit) -> None:
    app = visit()
    before = data(app)["revision"]
    app.text_input(key="setting.batch_size").set_value("100").run()
    app.text_input(key="setting.time_size").set_value("100").run()
    assert len(sentences(app)) == 1
    assert data(app)["panels"]
    app.text_input(key="setting.batch_size").set_value("20").run()
    app.text_input(key="setting.time_size").set_value("5").run()
    assert sentences(app) == []
    assert data(app)["revision"] == before


def test_start_enters_a_run_and_its_id_goes_into_the_url(
    visit: Visit, store: Store, launcher: Launcher, sent: Sent
) -> None:
    app = visit(learning_rate="0.01")
    before = data(app)
    app.button(key="primary").click().run()
    run_id = query(app)["run"]
    assert launcher.launched == [run_id]
    assert sent == [(run_id, "start", None)]
    found = store.run(run_id)
    assert found is not None
    assert found.config.learning_rate == pytest.approx(0.01)
    # The stream was open before: nothing is drawn anew.
    assert data(app)["stream"] == before["stream"] == f"live/{run_id}"
    assert data(app)["revision"] == before["revision"]
    assert labels(app)["Pause"]
    assert not labels(app)["Step"]


def test_reload_finds_the_run_and_takes_over_its_settings(visit: Visit, store: Store) -> None:
    app = visit(optimizer="momentum")
    app.button(key="primary").click().run()
    again = AppTest.from_file(app._script_path, default_timeout=120)
    again.query_params["run"] = query(app)["run"]
    again.run()
    assert data(again)["stream"] == data(app)["stream"]
    assert again.selectbox(key="setting.optimizer").value == "momentum"
    assert query(again) == query(app)


def test_a_live_setting_reaches_the_run_and_another_waits_for_reset(
    visit: Visit, sent: Sent
) -> None:
    app = visit()
    app.button(key="primary").click().run()
    run_id = query(app)["run"]
    app.text_input(key="setting.learning_rate").set_value("0.1").run()
    assert sent[-1:] == [(run_id, "set", {"setting": "learning_rate", "value": 0.1})]
    assert not app.caption
    app.text_input(key="setting.hidden_size").set_value("16").run()
    assert "16" in app.caption[0].value
    assert query(app)["run"] == run_id
    app.button(key="reset").click().run()
    assert "run" not in query(app)
    assert sent[-1:] == [(run_id, "stop", None)]
    assert data(app)["stream"] != f"live/{run_id}"
    assert labels(app)["Start"]


def test_a_run_is_drawn_in_the_frame_it_reported(visit: Visit, store: Store) -> None:
    app = visit()
    app.button(key="primary").click().run()
    run_id = query(app)["run"]
    step = Step(7, 1, 2.0, 0.01, 1.0, 0.5)
    store.append(
        run_id, [run_record(RUN), snapshot_record(SNAPSHOT), steps_record([step], 0.5, 100)]
    )
    later = visit(run=run_id)
    assert data(later)["strip"]["total"] == RUN.updates


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_diverged_run_says_so_and_offers_what_to_try(
    visit: Visit, store: Store, launcher: Launcher, language: str
) -> None:
    app = visit(max_grad_norm="0", learning_rate="0.8", lang=language)
    app.button(key="primary").click().run()
    run_id = query(app)["run"]
    error = error_values(
        Diverged("diverged", "Diverged at 0.8.", loss="inf", step=3, learning_rate="0.8")
    )
    diverge(store, run_id, error)
    app.run()
    assert not app.exception
    told = [message.value for message in app.markdown]
    assert any(texts(language).explain(error) in text for text in told)
    app.button(key="offer.halve").click().run()
    assert query(app)["run"] != run_id
    assert query(app)["learning_rate"] == "0.4"


def test_going_on_from_the_last_good_state(visit: Visit, store: Store, sent: Sent) -> None:
    app = visit(max_grad_norm="0", learning_rate="0.8")
    app.button(key="primary").click().run()
    run_id = query(app)["run"]
    diverge(store, run_id, None)
    app.run()
    app.button(key="offer.back").click().run()
    assert query(app)["run"] == run_id
    assert sent[-2:] == [
        (run_id, "set", {"setting": "learning_rate", "value": 0.4}),
        (run_id, "resume", None),
    ]


@pytest.mark.parametrize("name", ["nosuch<b>run", "nosuch\0run", "../nosuch", "nosuch" * 1000])
def test_an_unknown_run_is_one_sentence_and_the_page_works_on(visit: Visit, name: str) -> None:
    app = visit(run=name)
    assert not app.exception
    assert len(sentences(app)) == 1
    assert "nosuch" in sentences(app)[0]
    assert "run" not in query(app)
    assert labels(app)["Start"]


def test_a_store_that_cannot_be_opened_is_one_sentence(
    visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = visit()
    monkeypatch.setenv("RNN_EXPLORER_DB", "sqlite:////no/such/folder/runs.db")
    app.button(key="primary").click().run()
    assert not app.exception
    assert len(sentences(app)) == 1
    assert literal("RNN_EXPLORER_DB") in sentences(app)[0]


def test_own_text_becomes_the_corpus(visit: Visit) -> None:
    app = visit()
    text = "<script>alert(1)</script> **not bold** " * 40
    app.text_area(key="own_text.pasted").set_value(text)
    app.button(key="own_text.use").click().run()
    assert not app.exception
    name = query(app)["corpus"]
    assert own_text(name).strip() == text.strip()
    chips = next(panel for panel in data(app)["panels"] if panel["id"] == "states")["chips"]
    assert all(len(chip["text"]) == 1 for chip in chips)


@pytest.mark.parametrize("text", ["", "x", "   \n "])
def test_a_useless_own_text_is_one_sentence(visit: Visit, text: str) -> None:
    app = visit()
    app.text_area(key="own_text.pasted").set_value(text)
    app.button(key="own_text.use").click().run()
    assert not app.exception
    assert len(sentences(app)) == 1


def test_stories_are_links_with_their_settings(visit: Visit) -> None:
    links = visit(lang="ko").get("page_link")
    assert len(links) == len(STORIES)
    for link, settings in zip(links, STORIES.values(), strict=True):
        for name in settings:
            assert f"{name}=" in link.proto.query_string
        assert "lang=ko" in link.proto.query_string
