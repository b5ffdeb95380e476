"""What the concept pages look into: weights that stay still until newer ones are asked for."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from pages.ui.inspected.subject import small_config
from pages.ui.visit.i18n import texts
from rnncore.cells import CELLS
from rnncore.config import Config
from tests.pages.conftest import Visit, data
from tests.pages.training import Training, charts, open_page

T = texts("en")


def captions(app: AppTest) -> str:
    return " ".join(caption.value for caption in app.caption)


@pytest.mark.slow
@pytest.mark.parametrize("page", ["cell", "bptt"])
@pytest.mark.parametrize("cell", CELLS)
def test_a_page_stays_at_the_weights_it_began_with_until_newer_ones_are_asked_for(
    visit: Visit, page: str, cell: str
) -> None:
    run = Training(cell=cell)
    run.advance(3)
    app = open_page(visit, page, run)
    assert not app.exception
    assert T("source.run", step="3") in captions(app)
    assert "source.newest" not in [button.key for button in app.button]

    run.advance(4)
    app.run()
    assert T("source.ago", step="3", ahead="4") in captions(app)

    app.button(key="source.newest").click().run()
    assert not app.exception
    assert T("source.run", step="7") in captions(app)


def test_the_numbers_on_the_cell_page_are_those_of_the_weights_it_names(visit: Visit) -> None:
    run = Training()
    run.advance(3)
    app = open_page(visit, "cell", run)
    before = [drawn["version"] for drawn in charts(app)]
    run.advance(5)
    app.run()
    assert [drawn["version"] for drawn in charts(app)] == before
    app.button(key="source.newest").click().run()
    assert [drawn["version"] for drawn in charts(app)] != before


def test_a_run_without_weights_is_waited_for(visit: Visit) -> None:
    run = Training()
    app = open_page(visit, "cell", run)
    assert T("source.waiting") in captions(app)
    run.advance(2)
    app.run()
    app.button(key="source.newest").click().run()
    assert T("source.run", step="2") in captions(app)


@pytest.mark.parametrize("name", ["nobody", "a\0b", "../outside", "x" * 5000])
def test_an_unknown_run_is_no_run(visit: Visit, name: str) -> None:
    for page in ("bptt", "cell", "gradients"):
        app = visit().switch_page(f"../{page}.py")
        app.query_params.update({"run": name})
        app.run()
        assert not app.exception
        assert "because no run is open" in captions(app)


@pytest.mark.parametrize("cell", CELLS)
def test_the_matrix_of_gradients_follows_the_run_by_itself(visit: Visit, cell: str) -> None:
    run = Training(cell=cell)
    run.advance(3)
    app = open_page(visit, "gradients", run)
    assert not app.exception
    assert T("source.live") in captions(app)
    assert data(app)["strip"]["done"] == 3
    first = matrix(app)
    run.advance(5)
    app.run()
    assert not app.exception
    assert data(app)["strip"]["done"] == 8
    assert matrix(app) != first


def matrix(app: AppTest) -> list[list[float | None]]:
    """The colours of the gradient matrix as they were sent."""
    ops = data(app)["ops"]
    return next(op["set"]["z"] for op in ops if op.get("trace") == "matrix")


def test_side_trainings_hold_text_out_where_the_run_holds_none() -> None:
    assert small_config(Config(valid_fraction=0.0)).valid_fraction == 0.1
    assert small_config(Config(valid_fraction=0.2)).valid_fraction == 0.2
