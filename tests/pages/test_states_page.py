"""A visit to every idea of the page of states."""

from __future__ import annotations

import json
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from pages.states import SECTIONS as IDEAS
from pages.ui.states import network, space
from pages.ui.states.questions import QUESTIONS
from pages.ui.visit.i18n import LANGUAGES, texts
from pages.ui.visit.session import KEY
from rnncore.text.own_texts import save_own_text
from tests.pages.conftest import Visit, query
from tests.pages.training import Training, charts, open_on_markup

SAY = texts("en")
ALL_SHOWN = "unit,unit_bits,clouds,grammar,units"


def opened(visit: Visit, idea: str, **asked: str) -> AppTest:
    app = visit().switch_page("../states.py")
    app.query_params.update({"states.idea": idea, "states.shown": ALL_SHOWN, **asked})
    app.run()
    for _ in range(60):
        if charts(app) or app.exception or no_chart(app):
            break
        app.run()
    return app


def no_chart(app: AppTest) -> bool:
    """Whether the idea says that the text has nothing to draw."""
    return any(info.value == SAY("states.no_grammar") for info in app.info)


def drawn(app: AppTest, beginning: str) -> list[dict[str, Any]]:
    """The traces of the chart whose sentence begins so."""
    (found,) = (chart for chart in charts(app) if chart["name"].startswith(beginning))
    traces: list[dict[str, Any]] = json.loads(found["figure"])["data"]
    return traces


def text(app: AppTest) -> str:
    return " ".join(part.value for part in (*app.markdown, *app.caption, *app.info))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("idea", IDEAS)
def test_every_idea_opens(visit: Visit, idea: str, language: str) -> None:
    app = opened(visit, idea, lang=language)
    assert not app.exception and not app.error
    assert charts(app)
    assert texts(language)(f"states.predict.{idea}.question") in text(app)


def test_the_switch_that_answers_the_question_waits_for_it(visit: Visit) -> None:
    app = opened(visit, "unit", **{"states.shown": "", "states.silent": "1"})
    switch = app.toggle(key="states.silent")
    assert (switch.value, switch.disabled) == (False, True)
    assert not gives_away(app, "unit")
    app = opened(visit, "unit", **{"states.silent": "1"})
    switch = app.toggle(key="states.silent")
    assert (switch.value, switch.disabled) == (True, False)


@pytest.mark.parametrize("idea", IDEAS)
def test_every_question_is_answered_by_value(visit: Visit, idea: str) -> None:
    app = opened(visit, idea, **{"states.shown": ""})
    assert not gives_away(app, idea)
    key = f"predict.states.predict.{idea}"
    app.segmented_control(key=f"{key}.said").set_value(QUESTIONS[idea].options[0]).run()
    assert not gives_away(app, idea), "an answer alone gives nothing away"
    app.button(key=f"{key}.check").click().run()
    for _ in range(60):
        if told(app)[0] in "✓✗" and gives_away(app, idea):
            break
        app.run()
    assert told(app)[0] in "✓✗" and gives_away(app, idea)
    assert "{" not in told(app) and "nan" not in told(app)
    app.button(key=f"{key}.again").click().run()
    assert not gives_away(app, idea)
    app.button(key=f"{key}.show").click().run()
    assert gives_away(app, idea)
    assert query(app)["states.shown"] == idea, "a link that shows it at once"


def gives_away(app: AppTest, idea: str) -> bool:
    """Whether the page shows what answers the idea's question."""
    shown = [json.loads(chart["figure"]) for chart in charts(app)]
    if idea == "clouds":
        modes = (trace.get("mode") for figure in shown for trace in figure["data"])
        return "lines+markers" in modes
    if idea == "unit":
        agreement = SAY("states.ranks.far")
        ranked = (figure["layout"]["xaxis"].get("ticktext", ()) for figure in shown)
        if SAY("states.network.number_story", true=18, of=20)[:30] in text(app):
            return True
        return any(agreement in names for names in ranked) or SAY("states.agreement.silenced") in {
            trace.get("name") for figure in shown for trace in figure["data"]
        }
    return {"grammar": "**untrained** network: ", "units": "Units that are on in"}[idea] in text(
        app
    )


def told(app: AppTest) -> str:
    found = [part.value for part in app.markdown if part.value[:1] in "✓✗" and part.value]
    return found[0] if found else " "


def test_silencing_changes_text_samples_and_pairs_at_once(visit: Visit) -> None:
    app = opened(visit, "unit", **{"states.unit": "21"})
    before = text(app)
    assert len(drawn(app, "A text of")) == 3
    app.toggle(key="states.silent").set_value(True).run()
    assert query(app)["states.silent"] == "1"
    assert len(drawn(app, "A text of")) == 4
    after = text(app)
    assert "Samples without unit 21" not in before and SAY("states.pairs.silenced") in after
    samples = [[part for part in said.split("- ") if part[:1] in "✓✗"] for said in (before, after)]
    assert samples[0] != samples[1]


@pytest.mark.parametrize("name", ["nobody", "wrong_reason"])
def test_every_story_is_trained_and_told(visit: Visit, name: str) -> None:
    app = opened(visit, "unit", **{"states.network": name})
    assert not app.exception
    assert SAY(f"states.network.{name}_story") in text(app)
    assert name in network._trained()


@pytest.mark.parametrize("idea", IDEAS)
def test_an_own_text_is_data_whatever_it_holds(visit: Visit, idea: str) -> None:
    open_on_markup(visit, "states", idea)


def test_sizes_that_an_address_cannot_mean_change_nothing(visit: Visit) -> None:
    asked = {"unit": "-5", "rank": "<b>", "place": "99999999", "silent": "7", "network": "none"}
    app = opened(visit, "unit", **{f"states.{name}": value for name, value in asked.items()})
    assert not app.exception and not app.error


def test_a_sentence_is_drawn_as_it_is_typed_and_an_unknown_word_is_said(visit: Visit) -> None:
    app = opened(visit, "clouds", **{"states.sentence": "the cat sleeps"})
    assert "cat" in json.dumps(drawn(app, "320 states"))
    app.text_input(key="states.sentence").set_value("the zebra sleeps").run()
    (error,) = app.error
    assert "zebra" in error.value
    assert charts(app)


def test_how_much_of_a_sentence_is_read_is_said(visit: Visit) -> None:
    app = opened(visit, "clouds", **{"states.sentence": "the dog " * 60})
    assert SAY("typed.too_long", kept="400", length="480") in text(app)
    assert SAY("typed.cut", kept=40, left=61) in text(app)


def test_the_frame_stays_while_the_training_is_gone_through(visit: Visit) -> None:
    frames, points = [], []
    for moment in ("0", "3", "99"):
        app = opened(visit, "clouds", **{"states.moment": moment})
        (chart,) = charts(app)
        figure = json.loads(chart["figure"])
        frames.append([figure["layout"][name]["range"] for name in ("xaxis", "yaxis")])
        points.append(figure["data"][0]["x"][:3])
    assert frames[0] == frames[1] == frames[2]
    assert points[0] != points[1] != points[2]


def test_the_space_has_a_frame_that_stays(visit: Visit) -> None:
    scenes, points = [], []
    for moment in ("0", "99"):
        app = opened(visit, "clouds", **{"states.moment": moment, "states.space": "1"})
        (chart,) = charts(app)
        assert chart["solid"] and "first three principal axes" in chart["name"]
        figure = json.loads(chart["figure"])
        scenes.append([figure["layout"]["scene"][f"{name}axis"]["range"] for name in "xyz"])
        points.append(figure["data"][0]["z"][:3])
    assert scenes[0] == scenes[1] and points[0] != points[1]


@pytest.mark.parametrize("lacking", ["webgl", "script"])
def test_where_a_browser_cannot_draw_the_space_the_plane_stands_in(
    visit: Visit, lacking: str
) -> None:
    app = opened(visit, "clouds")
    app.toggle(key="states.space").set_value(True).run()
    assert query(app)["states.space"] == "1"
    space.failed(app.session_state[KEY], lacking)
    app.run()
    (chart,) = charts(app)
    assert not chart["solid"]
    assert SAY(f"states.clouds.lacks_{lacking}") in [one.value for one in app.warning]
    app.toggle(key="states.space").set_value(False).run()
    assert not app.warning
    app.toggle(key="states.space").set_value(True).run()
    assert charts(app)[0]["solid"], "it is tried again"


def test_colours_are_those_of_one_property(visit: Visit) -> None:
    for colour in ("phrase", "depth", "class", "next", "state", "unit"):
        app = opened(visit, "clouds", **{"states.colour": colour})
        assert not app.exception
        assert SAY(f"states.properties.{colour}") in text(app)


def test_what_states_know_stands_beside_both_baselines(visit: Visit) -> None:
    app = opened(visit, "grammar")
    for _ in range(60):
        if "A linear probe reads" in text(app) and len(drawn(app, "A linear")[0]["x"]) == 8:
            break
        app.run()
    (said,) = (part.value for part in app.markdown if part.value.startswith("A linear probe"))
    assert "token alone" in said and "untrained" in said
    graphs = [str(one.proto.spec) for one in app.get("graphviz_chart")]
    assert len(graphs) == 2 and graphs[0].count("fillcolor") == 12 + 1
    before = text(app)
    app.selectbox(key="states.cluster").set_value(5).run()
    assert query(app)["states.cluster"] == "5"
    assert text(app) != before


def test_a_text_without_a_grammar_says_what_is_absent(visit: Visit) -> None:
    run = Training(corpus="story-en", batch_size=2)
    run.advance(2)
    for idea in ("unit", "grammar"):
        app = opened(visit, idea, run=run.id)
        assert not app.exception
        assert SAY("states.no_grammar") in text(app)


@pytest.mark.parametrize("idea", IDEAS)
@pytest.mark.parametrize(
    "settings",
    [
        {"corpus": "embedded-reber", "cell": "lstm", "layers": "2"},
        {"corpus": "dyck-2", "cell": "gru", "layers": "2"},
        {"hidden_size": "1"},
        {"own": "ab ba ab. " * 6, "batch_size": "1", "time_size": "3", "valid_fraction": "0"},
        {"own": "안녕하세요 세상 " * 30, "tokenizer": "jamo", "batch_size": "2"},
    ],
    ids=["lstm", "gru", "one-unit", "short", "jamo"],
)
def test_every_idea_looks_into_every_kind_of_run(
    visit: Visit, idea: str, settings: dict[str, str]
) -> None:
    own = {"corpus": save_own_text(settings["own"])} if "own" in settings else {}
    chosen = {name: value for name, value in settings.items() if name != "own"}
    run = Training(**chosen, **own)
    run.advance(2)
    app = opened(visit, idea, run=run.id)
    assert not app.exception and not app.error


def test_links_that_mean_nothing_open_every_idea(visit: Visit) -> None:
    for idea, asked in (
        ("clouds", {"moment": "-4", "colour": "<i>", "axes": "x", "unit": "999"}),
        ("grammar", {"clusters": "100000", "cluster": "-7"}),
        ("units", {"word": "123456789", "first": "-3", "last": "9999", "place": "-2"}),
    ):
        app = opened(visit, idea, **{f"states.{name}": value for name, value in asked.items()})
        assert not app.exception and not app.error, idea


def test_a_span_stands_in_the_address(visit: Visit) -> None:
    app = opened(visit, "units", **{"states.first": "3", "states.last": "7"})
    assert app.select_slider(key="states.first").value == 3
    app.select_slider(key="states.last").set_value(9).run()
    assert query(app)["states.last"] == "9"


def test_blocks_say_their_words_and_are_as_many_as_asked(visit: Visit) -> None:
    app = opened(visit, "units")
    app.select_slider(key="states.blocks").set_value(4).run()
    assert query(app)["states.blocks"] == "4"
    (lines,) = (part.value for part in app.markdown if part.value.startswith("- **Block 1**"))
    words = [line.split(": ")[1].removesuffix(". Units").split(", ") for line in lines.split("\n")]
    assert len(words) == 4 and sorted(map(len, words))[0] >= 1
    assert any({"sleep", "sleeps", "sing", "sings"} <= set(block) for block in words)
    assert len(json.loads(charts(app)[-1]["figure"])["layout"]["shapes"]) == 4
