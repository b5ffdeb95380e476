"""Several seeds of the present settings, trained beside the run."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from pages.ui.visit.i18n import texts
from pages.ui.widgets.seeds import band_of
from rnncore.config import Config
from rnncore.experiments import seeds as experiment
from rnncore.experiments.seeds import Course, Seeds, Spread
from rnncore.runs.store import Store
from rnncore.views import Ghost
from tests.pages.conftest import Visit, data
from tests.pages.test_tuning import measured

T = texts("en")
SPREADS = (
    Spread(0, 3.0, 2.9, 3.25, 20),
    Spread(10, 2.0, 1.5, 2.5, 20),
    Spread(14, 1.5, 1.0, 2.0, 19),
)


def course(spreads: int, diverged: int = 0) -> Seeds:
    return Seeds(20, SPREADS[spreads - 1].update, 30, diverged, SPREADS[:spreads])


def trained(monkeypatch: pytest.MonkeyPatch, *courses: Seeds) -> list[Config]:
    """Let the page's seeds come to these; what they were asked to train."""
    asked = []

    def seeds(config: Config, corpus: object, count: int, how: Course) -> Iterator[Seeds]:
        asked.append(config)
        return iter(courses)

    monkeypatch.setattr(experiment, "seeds", seeds)
    return asked


def drawn(app: AppTest) -> dict[str, Any]:
    (panel,) = (one for one in data(app)["panels"] if one["id"] == "perplexity")
    return {one["uid"]: one for one in panel["plot"]["light"]["data"] if one.get("uid")}


def captions(app: AppTest) -> str:
    return "\n".join(one.value for one in app.caption)


def test_a_band_is_known_by_value() -> None:
    assert band_of(course(1), "seeds") is None  # nothing but the untrained networks
    assert band_of(course(3), "seeds") == Ghost(
        "seeds", (0, 10, 14), (3.0, 2.0, 1.5), low=(2.9, 1.5, 1.0), high=(3.25, 2.5, 2.0)
    )


def test_the_band_of_the_seeds_lies_beneath_the_curve(
    visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = trained(monkeypatch, course(1), course(2), course(3, diverged=1))
    app = visit()
    assert "band0" not in drawn(app)
    app.button(key="seeds.train").click().run()
    app.run()
    assert not app.exception
    assert [bits for (bits,) in drawn(app)["ghost0"]["customdata"]] == [3.0, 2.0, 1.5]
    assert drawn(app)["ghost0"]["text"][-1] == T("seeds.name", n=20)
    assert [bits for (bits,) in drawn(app)["band0"]["customdata"]][:3] == [3.25, 2.5, 2.0]
    lost = T("seeds.diverged_some", diverged=1, n=20)
    numbers = {"low": "1.000", "high": "2.000", "mean": "1.500", "diverged": lost}
    assert T("seeds.told", measured="14", n=20, **numbers) in captions(app)
    assert len(asked) == 1


def test_the_band_is_of_these_settings_alone(visit: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    trained(monkeypatch, course(3))
    app = visit()
    app.button(key="seeds.train").click().run()
    app.run()
    assert "band0" in drawn(app)
    app.text_input(key="setting.learning_rate").set_value("0.01").run()
    assert "band0" not in drawn(app)


def test_one_stops_them_and_keeps_the_band(visit: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    def endless(config: Config, corpus: object, count: int, how: Course) -> Iterator[Seeds]:
        while True:
            yield course(2)

    monkeypatch.setattr(experiment, "seeds", endless)
    monkeypatch.setattr("pages.ui.widgets.training.SLICE", 0.05)
    app = visit()
    app.button(key="seeds.train").click().run()
    app.button(key="seeds.stop").click().run()
    assert not app.exception
    assert app.button(key="seeds.train") and "band0" in drawn(app)


def test_beside_a_run_the_seeds_are_of_its_settings(
    visit: Visit, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = trained(monkeypatch, course(3))
    run = measured(store, 3.0, learning_rate=0.125)
    app = visit(run=run, learning_rate="0.5")
    app.button(key="seeds.train").click().run()
    assert not app.exception
    assert asked[0].learning_rate == 0.125


def test_networks_that_are_too_large_are_not_trained_here(visit: Visit) -> None:
    app = visit(hidden_size="4000")
    assert app.button(key="seeds.train").disabled
    assert T("seeds.too_large") in captions(app)
