"""Boxes of the form: what they hold is what is taken, and what they show is what is in force."""

from __future__ import annotations

import json
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from pages.ui.visit.i18n import LANGUAGES, texts
from rnncore.config import Config
from rnncore.runs.claim import CommandName
from rnncore.runs.records import changed_record
from rnncore.runs.store import Store
from rnncore.text.own_texts import own_text
from rnncore.training.events import Changed
from tests.pages.conftest import Visit, data, query

Sent = list[tuple[str, CommandName, Any]]
NUMBERS = sorted(
    name for name, field in Config.model_fields.items() if field.annotation in (int, float)
)
LARGE = {"grammar_tokens", "max_tokens"}
HIDDEN = {
    ("lag", "lstm"): {"min_count", "max_tokens"},
    ("story-en", "rnn"): {"grammar_tokens", "lag", "forget_bias"},
}
"""By corpus and cell, the numbers that mean nothing for them."""
WHOLE = [name for name in NUMBERS if Config.model_fields[name].annotation is int]


def type_into(app: AppTest, name: str, text: str) -> AppTest:
    return app.text_input(key=f"setting.{name}").set_value(text).run()


def box(app: AppTest, name: str) -> str:
    return str(app.text_input(key=f"setting.{name}").value)


def sentences(app: AppTest) -> list[str]:
    return [message.value.replace("\\", "") for message in app.error]


def open_run(visit: Visit, store: Store, **changes: float) -> tuple[AppTest, str]:
    """A visit that has started a run, in which a worker has made these changes."""
    app = visit(learning_rate="0.001")
    app.button(key="primary").click().run()
    run_id = query(app)["run"]
    started = Config().model_dump()
    for step, (setting, value) in enumerate(changes.items()):
        store.append(run_id, [changed_record(Changed(step, setting, started[setting], value))])
    return app, run_id


@pytest.mark.slow
@pytest.mark.parametrize(("network", "hidden"), HIDDEN.items())
def test_every_number_has_a_box_that_takes_text(
    visit: Visit, network: tuple[str, str], hidden: set[str]
) -> None:
    corpus, cell = network
    kind = "characters" if corpus == "story-en" else "auto"
    app = visit(corpus=corpus, cell=cell, tokenizer=kind)
    boxes = {one.key for one in app.text_input if one.key}
    assert not boxes & {f"setting.{name}" for name in hidden}
    for name in sorted({*NUMBERS} - hidden):
        text, taken = ("1e3", "1000") if name in LARGE else ("3,0", "3")
        if name not in WHOLE:
            text, taken = "0,125", "0.125"
        type_into(app, name, text)
        assert (sentences(app), query(app)[name], box(app, name)) == ([], taken, taken)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ["epochs", "seed", "pace"])
def test_a_number_with_two_readings_stays_in_its_box_and_nothing_begins(
    visit: Visit, sent: Sent, name: str, language: str
) -> None:
    app = visit(lang=language)
    before = query(app)
    type_into(app, name, "1,000")
    (said,) = sentences(app)
    assert "1,000" in said and "1000" in said
    assert texts(language)(f"settings.{name}.label") in said
    assert (box(app, name), query(app)) == ("1,000", before)
    app.button(key="primary").click().run()
    assert sent == []
    assert sentences(app) == [said]

    type_into(app, name, "1000")
    assert sentences(app) == []
    assert query(app)[name] == box(app, name) == "1000"


def test_start_begins_with_what_was_typed_at_the_same_time(visit: Visit, store: Store) -> None:
    app = visit()
    app.text_input(key="setting.hidden_size").set_value("9")
    app.text_input(key="setting.learning_rate").set_value("0,0012")
    app.button(key="primary").click().run()
    run = store.run(query(app)["run"])
    assert run is not None
    assert (run.config.hidden_size, run.config.learning_rate) == (9, 0.0012)


def test_start_does_not_begin_with_what_is_refused_at_the_same_time(
    visit: Visit, sent: Sent
) -> None:
    app = visit()
    app.text_input(key="setting.hidden_size").set_value("1,000")
    app.button(key="primary").click().run()
    assert sent == []
    assert "run" not in query(app)
    assert len(sentences(app)) == 1


def test_a_refused_rate_leaves_the_run_alone_and_every_button_works(
    visit: Visit, store: Store, sent: Sent
) -> None:
    app, run_id = open_run(visit, store)
    for text in ("fast", "0", "-1", "1e31"):
        type_into(app, "learning_rate", text)
        assert len(sentences(app)) == 1
        assert "0.001" in sentences(app)[0]
        assert box(app, "learning_rate") == text
    app.button(key="primary").click().run()
    assert sent == [(run_id, "start", None), (run_id, "pause", None)]
    assert len(sentences(app)) == 1
    type_into(app, "learning_rate", "")
    assert (sentences(app), box(app, "learning_rate")) == ([], "0.001")


def test_the_same_value_written_otherwise_asks_nothing_of_a_run(
    visit: Visit, store: Store, sent: Sent
) -> None:
    app, run_id = open_run(visit, store)
    type_into(app, "learning_rate", "1e-3")
    assert box(app, "learning_rate") == "0.001"
    assert sent == [(run_id, "start", None)]


def test_a_link_brings_its_values_over_what_was_refused(visit: Visit) -> None:
    app = visit()
    type_into(app, "hidden_size", "many")
    app.query_params["hidden_size"] = "12"
    app.run()
    assert (sentences(app), box(app, "hidden_size")) == ([], "12")


def test_a_refused_box_that_goes_out_of_sight_is_forgotten(visit: Visit) -> None:
    app = type_into(visit(), "grammar_tokens", "many")
    assert len(sentences(app)) == 1
    app.selectbox(key="setting.corpus").set_value("story-en").run().run()
    assert sentences(app) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_words_for_zero_are_shown_and_read(visit: Visit, language: str) -> None:
    t = texts(language)
    app = visit(lang=language, pace="5", max_grad_norm="0")
    assert box(app, "max_grad_norm") == t("settings.max_grad_norm.zero")
    type_into(app, "pace", t("settings.pace.zero"))
    assert "pace" not in query(app)
    assert box(app, "pace") == t("settings.pace.zero")
    assert box(app, "seed") == "0"


def test_no_digit_of_a_value_is_lost(visit: Visit) -> None:
    app = visit(learning_rate="0.001234567890123456")
    assert box(app, "learning_rate") == "0.001234567890123456"
    again = visit(**query(app))
    assert box(again, "learning_rate") == "0.001234567890123456"
    type_into(again, "temperature", "1.0000000000000002")
    assert query(again)["temperature"] == "1.0000000000000002"


def test_folded_controls_are_made_with_the_value_in_force(visit: Visit) -> None:
    """The browser makes them when they are unfolded: after a second run nothing else tells them."""
    app = visit(optimizer="momentum", stateful="false", epochs="7").run().run()
    assert app.selectbox(key="setting.optimizer").proto.default == 1
    assert app.toggle(key="setting.stateful").proto.default is False
    assert app.toggle(key="setting.tied").proto.default is False
    assert app.text_input(key="setting.epochs").proto.default == "7"


def test_the_arrow_keys_know_all_boxes_and_their_values(visit: Visit) -> None:
    app = visit(learning_rate="0.0042")
    described = next(
        found for part in app.get("bidi_component") if "boxes" in (found := _given(part))
    )["boxes"]
    assert sorted(described) == [f"st-key-setting-{name}" for name in NUMBERS]
    rate = described["st-key-setting-learning_rate"]
    values = [value for value, _ in rate["usual"]]
    assert values == sorted(values)
    assert {0.0042, 3e-4, 0.001, 0.002} <= set(values)
    for described_box in described.values():
        assert described_box["text"] in [text for _, text in described_box["usual"]]


def _given(component: Any) -> dict[str, Any]:
    return dict(json.loads(component.proto.json))


# The run's present settings.


def test_another_tab_shows_what_was_changed_while_the_run_was_on(
    visit: Visit, store: Store
) -> None:
    _, run_id = open_run(visit, store, learning_rate=0.01, pace=20.0)
    link = visit(run=run_id)
    assert (box(link, "learning_rate"), box(link, "pace")) == ("0.01", "20")
    assert query(link)["learning_rate"] == "0.01"
    stale = visit(run=run_id, learning_rate="0.001")  # as the address bar of the first tab was
    assert box(stale, "learning_rate") == "0.01"
    assert data(stale)["settings"]["learning_rate"] == 0.01


def test_a_change_counts_before_the_worker_has_read_it(visit: Visit, store: Store) -> None:
    _, run_id = open_run(visit, store, learning_rate=0.01)
    store.send(run_id, "set", {"setting": "learning_rate", "value": 0.02})
    assert box(visit(run=run_id), "learning_rate") == "0.02"


def test_an_open_tab_follows_a_change_made_elsewhere(visit: Visit, store: Store) -> None:
    app, run_id = open_run(visit, store)
    other = visit(run=run_id)
    type_into(app, "learning_rate", "0.05")
    assert box(other.run(), "learning_rate") == "0.05"
    type_into(other, "temperature", "0.5")
    app.run()
    assert (box(app, "learning_rate"), box(app, "temperature")) == ("0.05", "0.5")


def test_a_setting_of_a_link_that_acts_on_reset_waits_for_it(visit: Visit, store: Store) -> None:
    _, run_id = open_run(visit, store)
    link = visit(run=run_id, hidden_size="12")
    assert box(link, "hidden_size") == "12"
    assert "12" in link.caption[0].value


def test_a_live_change_does_not_follow_into_the_next_run(visit: Visit, store: Store) -> None:
    """Where the next begins with the boxes as they are, nothing of the last one is heard again."""
    app, run_id = open_run(visit, store, learning_rate=0.01)
    app.run()
    app.button(key="reset").click().run()
    type_into(app, "learning_rate", "0.5")
    app.button(key="primary").click().run()
    second = store.run(query(app)["run"])
    assert second is not None and second.id != run_id
    assert second.config.learning_rate == 0.5
    assert box(app.run(), "learning_rate") == "0.5"


# Own texts: the one given last.

A, B = "the first text, uploaded. " * 40, "the second text, pasted. " * 40


def upload(app: AppTest, text: str, name: str = "a.txt") -> AppTest:
    return (
        app.file_uploader(key="own_text.file").set_value((name, text.encode(), "text/plain")).run()
    )


def paste(app: AppTest, text: str) -> AppTest:
    return app.text_area(key="own_text.pasted").set_value(text).run()


def used(app: AppTest) -> str:
    app.button(key="own_text.use").click().run()
    assert not app.exception
    return own_text(query(app)["corpus"]).strip()


def test_the_text_given_last_is_used(visit: Visit) -> None:
    app = paste(upload(visit(), A), B)
    assert texts("en")("own_text.takes_pasted") in [caption.value for caption in app.caption]
    assert used(app) == B.strip()
    upload(app, A)
    assert any("a\\.txt" in caption.value for caption in app.caption)
    assert used(app) == A.strip()
    paste(app, B + "!")
    assert used(app) == B + "!"


def test_a_text_that_was_taken_away_is_not_used(visit: Visit) -> None:
    app = paste(upload(visit(), A), B)
    paste(app, "")
    assert used(app) == A.strip()
    app = upload(paste(visit(), B), A)
    app.file_uploader(key="own_text.file").set_value(None).run()
    assert used(app) == B.strip()


@pytest.mark.parametrize("name", ["notes.md", "table.csv", "letter.tex", "README", "log.2024"])
def test_plain_text_of_any_ending_is_accepted(visit: Visit, name: str) -> None:
    app = visit()
    assert list(app.file_uploader(key="own_text.file").proto.type) == []
    assert used(upload(app, A, name)) == A.strip()
