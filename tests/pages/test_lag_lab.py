"""The lag lab: the pair that is asked about, the next one, and what stands for all others."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from streamlit.testing.v1 import AppTest

from pages.ui.gradients.lag import FIRST, KEPT, NEXT, Pair, nearest
from pages.ui.visit.i18n import texts
from rnncore.experiments.examples import finished
from rnncore.experiments.lag import LagLab, LagPoint, lag_lab
from rnncore.experiments.race import RacePoint, last_points
from tests.pages.conftest import Visit, components, query

T = texts("en")


def opened(visit: Visit, **values: str) -> AppTest:
    app = visit().switch_page("../gradients.py").run()
    app.query_params.update(
        {f"gradients.{name}": value for name, value in ({"idea": "lag"} | values).items()}
    )
    app.run()
    assert not app.exception
    return app


def drawn(app: AppTest) -> dict[str, list[float]]:
    """By runner, the bits that its curve shows."""
    given = next(one for one in components(app) if "panels" in one)
    return {op["trace"]: op["y"] for op in given["ops"] if op.get("figure") == "race_bits"
            and "y" in op}  # fmt: skip


def test_the_kept_trainings_end_as_the_page_says_of_them() -> None:
    for pair in KEPT:
        lab = lag_lab(pair.lag, (pair.short, pair.long))
        ends = last_points(finished(KEPT[pair]).points)
        verdicts = [lab.judged(ends[runner]).verdict for runner in (0, 1)]
        assert verdicts == ["not_learnt", "learnt"]


def test_settings_without_a_finished_training_have_the_nearest_one_in_their_place() -> None:
    assert [nearest(pair) for pair in KEPT] == list(KEPT)
    assert nearest(Pair(5, 4, 5)) == nearest(Pair(4, 4, 6)) == FIRST
    assert nearest(Pair(8, 4, 5)) == nearest(Pair(16, 40, 1)) == NEXT


@pytest.mark.parametrize(
    ("values", "note", "pair"),
    [
        ({"lag": "8", "long": "16"}, None, NEXT),
        ({"lag": "8"}, "other", NEXT),
        ({"lag": "3", "shown": "lag"}, "other", FIRST),
        ({"lag": "3"}, "other_opening", FIRST),
        ({"seed": "3", "shown": "lag"}, None, FIRST),
    ],
)
def test_no_settings_leave_the_plots_empty(
    visit: Visit, values: dict[str, str], note: str | None, pair: Pair
) -> None:
    app = opened(visit, **values)
    words = "gradients.race.example" if note is None else f"gradients.lag.{note}"
    assert T(words, **pair._asdict()) in [one.value for one in app.caption]
    found, points = drawn(app), finished(KEPT[pair]).points
    for runner in (0, 1):
        bits = [point.bits for point in points if point.runner == runner and point.step]
        curve = found[f"runner{runner}"]
        assert curve == bits[: len(curve)]
        assert 0 < len(curve) <= len(bits)
        assert (len(curve) < len(bits)) == (note == "other_opening")


def test_after_the_first_result_a_button_trains_the_next_pair_and_one_leads_back(
    visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    trained = []

    def run(lab: LagLab) -> Iterator[LagPoint]:
        trained.append((lab.lag, lab.time_sizes, lab.configs[0].seed))
        yield LagPoint(RacePoint(0, 1, 5_000, 0.9, 0, 0, False), "open")

    monkeypatch.setattr(LagLab, "run", run)
    app = opened(visit, seed="3")
    lead = "gradients.lag.lead"
    assert lead not in [one.key for one in app.button], "the question comes first"
    app.button(key="predict.gradients.predict.lag.show").click().run()
    assert app.button(key=lead).label == T("gradients.lag.next", **NEXT._asdict())
    app.button(key=lead).click().run()
    app.run()
    assert trained == [(8, (4, 16), 0)]
    assert [app.slider(key=f"gradients.{name}").value for name in NEXT._fields] == list(NEXT)
    assert drawn(app)["runner0"] == [0.9]
    assert app.button(key=lead).label == T("gradients.lag.back", **FIRST._asdict())
    app.button(key=lead).click().run()
    assert [app.slider(key=f"gradients.{name}").value for name in FIRST._fields] == list(FIRST)
    assert query(app).get("gradients.lag") is None
    assert trained == [(8, (4, 16), 0)], "the way back trains nothing"
