"""The form of a sweep: an example that one click starts, and plans that cannot be."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from pages.ui.tune import space
from pages.ui.visit.i18n import LANGUAGES, texts, unmarked
from rnncore.config import Config
from rnncore.runs.store import Store
from rnncore.sweeps.book import Sweeps
from tests.pages.conftest import ME, Visit, query
from tests.pages.sweeps import only, said, start
from tests.pages.training import charts

T = texts("en")


def form(visit: Visit, **values: str) -> AppTest:
    app = visit().switch_page("../tune.py")
    app.query_params.update({f"tune.{name}": value for name, value in values.items()})
    app.run()
    assert not app.exception, app.exception
    return app


def test_an_empty_page_says_how_to_begin_and_shows_no_plot(visit: Visit) -> None:
    app = form(visit)
    assert charts(app) == []
    assert T("tune.form.first") in said(app)
    assert r"**Learning rate** 0\.0003 – 0\.1, **Hidden size H** 8 – 64" in said(app)
    assert "about **" in said(app) and not start(app).disabled
    assert (
        "24 trials" in said(app)
        and "2 seeds" in said(app)
        and "Settings tried: **12**" in said(app)
    )


def test_one_click_starts_the_example(visit: Visit, store: Store) -> None:
    app = form(visit)
    start(app).click().run()
    assert not app.exception and not app.error
    row = only(store)
    assert (row.plan.trials, row.plan.seeds, row.plan.updates) == (24, 2, 1000)
    axes = {name: (axis.low, axis.high) for name, axis in row.plan.ranges.items()}
    assert axes == {"learning_rate": (0.0003, 0.1), "hidden_size": (8, 64)}
    assert row.plan.base == {"grammar_tokens": 2000, "embedding_size": 4, "time_size": 5}
    assert query(app)["tune.sweep"] == row.id


def test_the_address_holds_a_plan_and_the_form_changes_it(visit: Visit, store: Store) -> None:
    app = form(visit, space="learning_rate:0.001~0.1;cell:rnn|lstm", trials="8", seeds="1")
    app.text_input(key="tune.axis.learning_rate.0.0.001").set_value("0.01").run()
    assert query(app)["tune.space"] == "learning_rate:0.01~0.1;cell:rnn|lstm"
    app.button(key="tune.axis.learning_rate.kind").click().run()
    key = "tune.axis.learning_rate.values.0.01, 0.1"
    app.text_input(key=key).set_value("0,01 0.02; 0.05").run()
    app.selectbox(key="tune.axis.add.2").set_value("dropout").run()
    app.multiselect(key="tune.axis.cell.choices").set_value(["rnn", "gru"]).run()
    app.number_input(key="tune.trials").set_value(12).run()
    app.selectbox(key="tune.sampler").set_value("tpe").run()
    app.selectbox(key="tune.pruner").set_value("median").run()
    start(app).click().run()
    assert not app.exception and not app.error
    plan = only(store).plan
    assert plan.space["learning_rate"] == (0.01, 0.02, 0.05)
    assert plan.space["cell"] == ("rnn", "gru")
    assert (plan.ranges["dropout"].low, plan.ranges["dropout"].high) == (0, 0.65)
    assert (plan.trials, plan.sampler, plan.pruner) == (12, "tpe", "median")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("values", "part"),
    [
        ({"space": "learning_rate:0.1~0.001"}, "0.001"),
        ({"space": "learning_rate:abc~0.1"}, "abc"),
        ({"space": "learning_rate:~0.1"}, ""),
        ({"space": "seed:1~2"}, ""),
        ({"space": "learning_rate:0~0.1"}, "0"),
        ({"space": "dropout:0~3"}, ""),
        ({"space": "cell:nonsense"}, ""),
        ({"space": "hidden_size:8|16|32;layers:1|2|3", "sampler": "grid", "trials": "4"}, "18"),
        ({"space": "hidden_size:8~9000000"}, "GiB"),
        ({"seeds": "30"}, "30"),
    ],
)
def test_a_plan_that_cannot_be_is_one_sentence_and_loses_nothing(
    visit: Visit, store: Store, language: str, values: dict[str, str], part: str
) -> None:
    app = form(visit, **values)
    app.query_params["lang"] = language
    app.run()
    assert not app.exception
    (told,) = app.error
    assert part in unmarked(told.value) and start(app).disabled
    assert {name: query(app)[f"tune.{name}"] for name in values} == values
    assert Sweeps(store).of(ME) == []


def test_an_unknown_sweep_is_said_and_the_form_stays(visit: Visit) -> None:
    app = form(visit, sweep="nonesuch")
    assert "nonesuch" in app.error[0].value
    assert not start(app).disabled


def test_spaces_survive_the_address() -> None:
    text = "learning_rate:1e-3~0,1;cell:rnn|lstm;tied:true|false"
    assert space.write(space.read(text)) == text
    assert space.read("nonsense:1~2;seed:1~2;;learning_rate") == {
        "learning_rate": space.Given("list", ("",))
    }
    assert space.clean("a~b;c:d|e") == "a b c d e"
    config = Config(learning_rate=0.003)
    assert space.opening("learning_rate", config).texts == ("0.0009", "0.009")
    assert space.opening("tied", config).texts == ("true", "false")
