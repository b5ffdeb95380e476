"""The page of generation: its figures by value, and a visit to every idea."""

from __future__ import annotations

import json
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from pages.generation import SECTIONS as IDEAS
from pages.ui.generation.questions import QUESTIONS
from pages.ui.visit.i18n import LANGUAGES, texts
from rnncore.runs.checkpoints import BEST, Kept
from rnncore.runs.saving import save_named
from rnncore.text.own_texts import save_own_text
from rnncore.training import checkpoint
from tests.pages.conftest import Visit, components, query
from tests.pages.training import Training, charts, open_on_markup

SAY = texts("en")


def opened(visit: Visit, idea: str, **asked: str) -> AppTest:
    app = visit().switch_page("../generation.py")
    asked = {"shown": "growth,surprise,copies", **asked}
    values = {f"generation.{name}": value for name, value in asked.items() if name not in FREE}
    free = {name: value for name, value in asked.items() if name in FREE}
    app.query_params.update({"generation.idea": idea, **values, **free})
    return app.run()


FREE = ("lang", "run")


def text(app: AppTest) -> str:
    return " ".join(part.value for part in (*app.markdown, *app.caption))


def coloured(app: AppTest) -> dict[str, Any]:
    given = [json.loads(part.proto.json) for part in app.get("bidi_component")]
    (found,) = [data for data in given if "spaced" in data]
    return found


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("idea", IDEAS)
def test_every_idea_opens(visit: Visit, idea: str, language: str) -> None:
    app = opened(visit, idea, lang=language)
    assert not app.exception and not app.error
    assert charts(app) or coloured(app)
    assert texts(language)(f"generation.predict.{idea}.question") in text(app)


@pytest.mark.parametrize("idea", IDEAS)
def test_an_own_text_is_data_whatever_it_holds(visit: Visit, idea: str) -> None:
    app = open_on_markup(visit, "generation", idea)
    assert "`z`" not in text(app)


@pytest.mark.parametrize("tokenizer", ["characters", "jamo"])
@pytest.mark.parametrize("idea", IDEAS)
def test_hangul_in_either_form_is_the_same(visit: Visit, idea: str, tokenizer: str) -> None:
    run = Training(corpus=save_own_text("하늘은 파랗고 땅은 넓다. " * 60), tokenizer=tokenizer)
    run.advance(2)
    typed = "하늘은"
    for form in (typed, "\u1112\u1161\u1102\u1173\u11af\u110b\u1173\u11ab"):
        app = opened(visit, idea, run=run.id, prompt=form, text=form)
        assert not app.exception and not app.error, idea


def test_sizes_that_an_address_cannot_mean_change_nothing(visit: Visit) -> None:
    far = "999999999"
    for idea, asked in (
        ("next", {"temperature": far, "top_k": far, "top_p": "-5", "number": far}),
        ("branches", {"how": "beam", "width": far, "length": far, "place": far, "seed": "-1"}),
        ("branches", {"given": "-".join(["1"] * 5_000), "prompt": "dog " * 5_000}),
        ("branches", {"given": "99999-1", "how": "no such"}),
        ("branches", {"given": "<b>", "place": "-4"}),
        ("growth", {"which": far, "token": far}),
        ("growth", {"which": "-1", "token": "-7"}),
        ("copies", {"seed": "-4", "temperature": far}),
        ("surprise", {"passage": far, "at": far, "measure": "no such", "text": "dog " * 9_000}),
    ):
        app = opened(visit, idea, **asked)
        assert not app.exception and not app.error, idea


def test_the_cut_is_said_and_the_divergence_is_infinite(visit: Visit) -> None:
    app = opened(visit, "next", prompt="the old dog", top_k="1")
    said = text(app)
    assert "**1** of" in said and "final **∞**" in said
    app.select_slider(key="generation.top_k").set_value(0).run()
    assert "final **∞**" not in text(app) and "final **" in text(app)
    app.toggle(key="generation.legal").set_value(True).run()
    assert query(app)["generation.legal"] == "1"


def test_an_unknown_word_is_said_and_the_last_prompt_stays(visit: Visit) -> None:
    app = opened(visit, "next", prompt="the old dog")
    before = charts(app)[0]["figure"]
    app.text_input(key="generation.prompt").set_value("the zebra").run()
    (error,) = app.error
    assert "zebra" in error.value and charts(app)[0]["figure"] == before
    order = [one.type for one in app.main]
    boxes = [place for place, one in enumerate(app.main) if one.key == "generation.prompt"]
    assert order.index("error") < boxes[0]
    app.text_input(key="generation.prompt").set_value("the old").run()
    assert not app.error and charts(app)[0]["figure"] != before


def test_no_truth_after_an_illegal_prompt(visit: Visit) -> None:
    app = opened(visit, "next", prompt="dog dog", legal="1")
    assert not app.exception
    assert SAY("generation.illegal_prompt") in text(app)


def test_a_seed_replays_and_an_alternative_branches(visit: Visit) -> None:
    app = opened(visit, "branches", prompt="the old dog", seed="5")
    first = coloured(app)["tokens"]
    again = opened(visit, "branches", prompt="the old dog", seed="5")
    assert coloured(again)["tokens"] == first
    app.slider(key="generation.place").set_value(3).run()
    assert coloured(app)["chosen"] == 3 + 2
    other = next(
        button for button in app.button
        if (button.key or "").startswith("generation.alternative.") and not button.disabled
    )  # fmt: skip
    word = other.label.split(" ")[0]
    other.click().run()
    now = coloured(app)["tokens"]
    assert [one["text"] for one in now[:5]] == [one["text"] for one in first[:5]]
    assert now[5]["text"] == word and [one["kind"] for one in now[3:6]] == ["given"] * 3
    lines = [part.value for part in app.markdown if "**perplexity" in part.value]
    assert len(lines) == 2
    back = next(
        button for button in app.button
        if (button.key or "").startswith("generation.kept.") and not button.disabled
    )  # fmt: skip
    back.click().run()
    assert [one["text"] for one in coloured(app)["tokens"]] == [one["text"] for one in first]


def test_legal_only_offers_nothing_illegal(visit: Visit) -> None:
    app = opened(visit, "branches", prompt="the old dog", how="greedy", place="1", legal="1")
    offered = [one for one in app.button if (one.key or "").startswith("generation.alternative.")]
    open_ones = {one.label.split(" ")[0] for one in offered if not one.disabled}
    assert any(one.disabled for one in offered) and "the" not in open_ones
    app.toggle(key="generation.legal").set_value(False).run()
    offered = [one for one in app.button if (one.key or "").startswith("generation.alternative.")]
    assert sum(one.disabled for one in offered) == 1


def test_the_beam_draws_its_tree_and_the_question_is_answered(visit: Visit) -> None:
    app = opened(visit, "branches", prompt="the old", how="beam", width="4", length="8")
    figure = json.loads(charts(app)[0]["figure"])
    best = figure["data"][-1]
    assert len(best["text"]) == 8 and [len(way) for way in best["customdata"]] == [*range(1, 9)]
    key = "predict.generation.predict.branches"
    app.segmented_control(key=f"{key}.said").set_value("likelier").run()
    app.button(key=f"{key}.check").click().run()
    assert "bits, a beam of 4 takes" in text(app)
    app.segmented_control(key="generation.how").set_value("beam").run()
    assert app.select_slider(key="generation.width").value == 4  # the one that is asked about


def test_the_mean_regret_is_said_with_the_floor(visit: Visit) -> None:
    app = opened(visit, "surprise")
    said = text(app)
    assert "bits of regret" in said and "The floor is" in said
    app.segmented_control(key="generation.measure").set_value("excess").run()
    assert query(app)["generation.measure"] == "excess"
    app.text_area(key="generation.text").set_value("dog dog the").run()
    assert "Token 1, dog, is illegal" in text(app) and "next string" in text(app)
    assert not app.exception
    app.text_area(key="generation.text").set_value("dog dog <eos> the dog").run()
    (drawn,) = (one["tokens"] for one in components(app) if "tokens" in one)
    assert ["regret" in token["title"] for token in drawn] == [False] * 3 + [True] * 2


@pytest.mark.parametrize("idea", IDEAS)
def test_every_question_is_measured(visit: Visit, idea: str) -> None:
    app = opened(visit, idea, shown="")
    key = f"predict.generation.predict.{idea}"
    app.segmented_control(key=f"{key}.said").set_value(QUESTIONS[idea].options[0]).run()
    app.button(key=f"{key}.check").click().run()
    for _ in range(200):
        if "✓" in text(app) or "✗ You" in text(app) or SAY("predict.again") in labels(app):
            break
        app.run()
    assert SAY("predict.again") in labels(app)


@pytest.mark.parametrize("idea", [idea for idea, asked in QUESTIONS.items() if asked.hides])
def test_what_answers_a_question_is_kept_back_until_it_is_shown(visit: Visit, idea: str) -> None:
    app = opened(visit, idea, shown="")
    for _ in range(200):
        if SAY("predict.kept_back") in text(app):
            break
        app.run()
    assert charts(app) == [] and SAY("predict.kept_back") in text(app)
    key = f"predict.generation.predict.{idea}"
    app.segmented_control(key=f"{key}.said").set_value(QUESTIONS[idea].options[0]).run()
    assert charts(app) == [], "an answer alone gives nothing away"
    app.button(key=f"{key}.show").click().run()
    for _ in range(200):
        if charts(app):
            break
        app.run()
    assert charts(app) and SAY("predict.kept_back") not in text(app)
    assert query(app)["generation.shown"] == idea


def test_strings_are_not_judged_before_the_question_is_answered(visit: Visit) -> None:
    before = coloured(opened(visit, "copies", shown=""))
    after = coloured(opened(visit, "copies"))
    texts_of = [[one["text"] for one in given["tokens"] if one["kind"] != "prompt"]
                for given in (before, after)]  # fmt: skip
    assert texts_of[0] == texts_of[1]
    assert {one["ground"] for one in before["tokens"]} == {""}
    assert {one["ground"] for one in after["tokens"]} != {""}


def labels(app: AppTest) -> list[str]:
    return [button.label for button in app.button]


def test_a_network_learns_to_complete(visit: Visit) -> None:
    app = opened(visit, "growth")
    for _ in range(200):
        if not any(button.key == "generation.growth.stop" for button in app.button):
            break
        app.run()
    (table,) = (part.value for part in app.markdown if part.value.startswith("| "))
    rows = table.splitlines()[2:]
    assert [row.split("|")[1].strip() for row in rows][:3] == ["0", "1", "2"]
    assert all("✓" in row or "✗" in row for row in rows)


def test_a_run_with_several_states_shows_its_own(visit: Visit) -> None:
    run = Training()
    for step in (3, 6):
        run.advance(3)
        mark = Kept(f"mark-{step}", step, change={"setting": "learning_rate", "old": 1, "new": 2})
        save_named(run.claim, mark, checkpoint.packed(run.trainer))
    save_named(run.claim, Kept(BEST, 6, 2.5), checkpoint.packed(run.trainer))
    run.advance(3)
    app = opened(visit, "growth", run=run.id)
    app.run()
    assert SAY("generation.growth.own") in text(app)
    (table,) = (part.value for part in app.markdown if part.value.startswith("| "))
    steps = [row.split("|")[1].strip() for row in table.splitlines()[2:]]
    assert steps == ["3", "6", "9"]


def test_samples_are_marked_and_judged(visit: Visit) -> None:
    app = opened(visit, "copies")
    given = coloured(app)["tokens"]
    notes = [one["text"] for one in given if one["kind"] == "prompt"]
    assert len(notes) == 8
    assert any(one["ground"] for one in given)
    first = [one["text"] for one in given]
    app.button(key="generation.reseed").click().run()
    assert [one["text"] for one in coloured(app)["tokens"]] != first
    assert query(app)["generation.seed"] == "1"
