"""The lag lab over 20 seeds: what is counted, drawn and said."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from streamlit.testing.v1 import AppTest

from pages.ui.figures.ends import apart
from pages.ui.figures.palette import LIGHT
from pages.ui.gradients.figures.tally import Stairs, figure, stairs
from pages.ui.visit.i18n import texts
from pages.ui.widgets import training
from rnncore.experiments.lag import LagLab, LagPoint, Tally, Verdict
from rnncore.experiments.race import RacePoint
from tests.clock import Clock
from tests.pages.conftest import Visit

T = texts("en")


def test_stairs_rise_by_one_seed_at_a_time_and_go_on_to_what_was_read() -> None:
    learnt = Tally(5, 1, (10_000, 10_000, 25_000), 0, 30_000)
    assert stairs(learnt) == Stairs((0, 10_000, 10_000, 25_000, 30_000), (0, 1, 2, 3, 3))
    assert stairs(Tally(4, 4, (), 0, 0)) == Stairs((0, 0), (0, 0))


def test_each_T_has_its_stairs_and_its_name_at_their_end() -> None:
    drawn = figure([Tally(4, 0, (), 0, 50), Tally(5, 0, (20,), 0, 20)], 50, 20, LIGHT, T)
    assert [list(one.x) for one in drawn.data] == [[0, 50], [0, 20, 20]]
    names = {note.text: (note.x, note.y) for note in drawn.layout.annotations}
    assert names["T = 4"] == (50, 0)
    assert names["T = 5"] == (20, pytest.approx(21 / 248 * 14)), "14 of 248 pixels above"
    assert drawn.data[0].line.color != drawn.data[1].line.color
    assert drawn.layout.xaxis.range == (0, 50)


def test_names_at_ends_that_lie_together_are_moved_apart_along_the_axis() -> None:
    axis = (0.0, 10.0)
    assert apart([5, 1], axis, 100) == [5, 1]
    assert apart([1.5, 1, 5], axis, 100, room=10) == [2, 1, 5]
    assert apart([2, 2], axis, 100, room=10) == [2, 3]
    assert apart([10, 9.5], axis, 100, room=10) == [10, 9], "none leaves the plot"


def lab_of(
    visit: Visit, monkeypatch: pytest.MonkeyPatch, run: Callable[[LagLab], Iterator[LagPoint]]
) -> AppTest:
    """The lab, set to many seeds, which trains in its own way."""
    monkeypatch.setattr(LagLab, "run", run)
    app = visit().switch_page("../gradients.py").run()
    app.query_params.update({"gradients.idea": "lag"})
    app.run()
    return app.toggle(key="gradients.many").set_value(True).run()


def test_a_count_that_was_stopped_says_so(visit: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    def run(lab: LagLab) -> Iterator[LagPoint]:
        yield LagPoint(RacePoint(1, 1, 5_000, 0.9, 0, 0, False), "learnt")
        while True:
            yield LagPoint(RacePoint(0, 1, 5_000, 1.0, 0, 0, False), "open")

    monkeypatch.setattr(training, "monotonic", Clock(0.4 * training.SLICE))
    app = lab_of(visit, monkeypatch, run)
    app.button(key="lab.train").click().run()
    app.run()
    going = T("gradients.lag.seeds_going", T=5, n=1, of=20, going=19)
    assert going in [one.value for one in app.markdown]
    app.button(key="lab.stop").click().run()
    stopped = T("gradients.lag.seeds_stopped", T=5, n=1, of=20, going=19)
    assert stopped in [one.value for one in app.markdown]


def test_the_page_counts_who_has_learnt(visit: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    def run(lab: LagLab) -> Iterator[LagPoint]:
        assert (lab.seeds, lab.time_sizes, len(lab.configs)) == (20, (4, 5), 40)
        for runner in range(40):
            verdict: Verdict = "learnt" if runner % 2 or runner == 6 else "not_learnt"
            yield LagPoint(RacePoint(runner, 1, 1_000 * runner + 5_000, 0.9, 0, 0, False), verdict)

    app = lab_of(visit, monkeypatch, run)
    assert T("gradients.lag.seeds_ask", n=20) in [one.value for one in app.caption]
    app.button(key="lab.train").click().run()
    app.run()
    assert not app.exception
    said = [one.value for one in app.markdown]
    short = T("gradients.lag.seeds_one", T=4, n=1, of=20, tokens="11,000")
    assert f"{short} {T('gradients.lag.seeds_luck_one')}" in said
    assert T("gradients.lag.seeds_over", T=5, n=20, of=20, tokens="24,000") in said
