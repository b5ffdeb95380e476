"""Every registered cell, and one that only tests know, from training to export and every page."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from pages.ui.cell.figures.layout import LAYOUTS
from pages.ui.cell.view import drawn_cells
from pages.ui.visit.i18n import LANGUAGES, texts
from rnncore.__main__ import main
from rnncore.cells import CELLS, graph_of
from rnncore.config import Config, choices
from rnncore.errors import ConfigError
from rnncore.experiments.cells import LAG, cells_on_lag
from rnncore.export import export_script
from rnncore.interop import torch_weights
from rnncore.memory import parameter_count
from rnncore.model import parameter_shapes
from rnncore.probes.minibatches.cost import measure, update_cost
from rnncore.probes.spectra import from_plain
from rnncore.reference.bptt import unrolled_bptt
from rnncore.reference.gradient_check import directional_gradient, relative_error
from rnncore.training import checkpoint
from tests.engine.models import N, V, gradients, random_ids, random_state, small_config, small_model
from tests.mgu import MGU
from tests.pages.conftest import Visit
from tests.pages.training import Training, assert_all_ideas_open, open_page
from tests.training.runs import trainer


@pytest.fixture(params=[*CELLS.values(), MGU], ids=lambda cell: cell.name)
def cell(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """The name of a registered cell; the registration is all that the test's own one needs."""
    monkeypatch.setitem(CELLS, request.param.name, request.param)
    return request.param.name


def test_the_reference_the_layer_and_the_record_agree(cell: str) -> None:
    model, rng = small_model(cell, layers=2), np.random.default_rng(0)
    (xs, ts), state = random_ids(rng), random_state(model, N, rng)
    params = model.parameters.as_dict()
    assert {name: value.shape for name, value in params.items()} == parameter_shapes(
        small_config(cell, layers=2), V
    )
    expected = unrolled_bptt(CELLS[cell], params, xs, ts, state)
    model.state = state
    assert model.forward(xs, ts) == pytest.approx(expected.loss, rel=1e-12)
    model.backward()
    for name, gradient in gradients(model).items():
        assert relative_error(gradient, expected.gradients[name]) < 1e-12, name

    def loss() -> float:
        return unrolled_bptt(CELLS[cell], params, xs, ts, state).loss

    for name, weights in params.items():
        direction = rng.standard_normal(weights.shape)
        slope = directional_gradient(loss, weights, direction)
        assert (expected.gradients[name] * direction).sum() == pytest.approx(slope, rel=1e-6)


def test_it_trains_and_comes_back_from_a_checkpoint(cell: str, tmp_path: Path) -> None:
    assert cell in choices("cell")
    run = trainer(cell=cell)
    losses = [run.step().loss for _ in range(33)]
    assert np.mean(losses[-5:]) < np.mean(losses[:5])
    checkpoint.save(tmp_path / "run.safetensors", run)
    stored = checkpoint.read(tmp_path / "run.safetensors")
    assert stored.config.cell == cell
    ids, _ = random_ids(np.random.default_rng(0), vocabulary_size=13)
    logits = checkpoint.load_model(stored).logits(ids)
    np.testing.assert_array_equal(logits, run.model.twin().logits(ids))


def test_its_spectra_are_weighed_gate_by_gate(cell: str, visit: Visit) -> None:
    run = Training(cell=cell)
    weighed: list[Any] = []
    run.recorder._add = weighed.append
    run.advance(1)
    (record,) = weighed
    assert tuple(found.gate for found in from_plain(record.payload)) == CELLS[cell].gates


def test_its_cost_is_what_the_reference_keeps(cell: str) -> None:
    config = small_config(cell)
    assert parameter_count(config, V) == small_model(cell).parameters.values.size
    for found in measure(config, V, [2, 13], repeats=1):
        memory = update_cost(config, V, found.time_size).memory
        assert found.bytes == memory.total - memory.optimizer < found.reserved


@pytest.mark.slow
def test_the_exported_script_writes_the_same_text(
    cell: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path, script = tmp_path / "run.safetensors", tmp_path / "model.py"
    made = trainer(cell=cell, layers=2)
    for _ in range(5):
        made.step()
    checkpoint.save(path, made)
    script.write_text(export_script(checkpoint.read(path)), "utf-8")
    asked = ["--prompt", "w1 w2", "--length", "60", "--seed", "3"]
    assert main(["generate", "--checkpoint", str(path), *asked]) == 0
    command = [sys.executable, "-I", str(script), *asked]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout == capsys.readouterr().out


def test_it_has_pytorch_names_or_says_that_it_has_none(cell: str) -> None:
    model = small_model(cell, layers=2)
    weights = model.parameters.as_dict()
    order = CELLS[cell].torch_order
    if order is None:
        with pytest.raises(ConfigError, match=cell) as caught:
            torch_weights(model.config, weights)
        for language in LANGUAGES:
            assert cell in texts(language).explain(caught.value)
        return
    assert sorted(order) == list(range(len(CELLS[cell].gates)))
    arrays = torch_weights(model.config, weights)
    ours, theirs = weights["cell.1.Wh"], arrays["rnn.weight_hh_l1"]
    H = len(ours)
    for place, gate in enumerate(order):
        np.testing.assert_array_equal(
            theirs[place * H : (place + 1) * H], ours[:, gate * H : (gate + 1) * H].T
        )


def test_it_can_run_against_the_others(cell: str) -> None:
    race = cells_on_lag((cell,))._replace(tokens=640, every=320)
    points = list(race.run())
    assert [config.cell for config in race.configs] == [cell]
    assert points[-1].trained[0].norms.shape == race.untrained()[0].norms.shape == (LAG + 1,)


@pytest.mark.slow
def test_every_page_and_idea_opens(cell: str, visit: Visit) -> None:
    run = Training(cell=cell, hidden_size=5)
    run.advance(2)
    app = visit(cell=cell)
    assert not app.exception
    assert app.selectbox(key="setting.cell").value == cell
    app = open_page(visit, "bptt", run)
    assert not app.exception
    assert_all_ideas_open(visit, run)
    assert_cell_page(open_page(visit, "cell", run), cell)


def assert_cell_page(app: AppTest, cell: str) -> None:
    """It shows the run's cell, or an example of a drawn one and says why."""
    assert not app.exception
    chooser = next(group for group in app.get("button_group") if group.key == "cell.cell")
    t = texts("en")
    drawn = [t.label("cell.names", name) for name in drawn_cells()]
    assert [option.content for option in chooser.proto.options] == drawn
    said = " ".join(caption.value for caption in app.caption)
    why = t("cell.undrawn", own=cell, cell=drawn[0], step="").partition(drawn[0])[0]
    assert (cell in drawn_cells()) == (t.label("cell.names", cell) in drawn) == (why not in said)
    app.button(key="cell.check").click().run()
    assert not app.exception


def test_a_drawing_is_optional_and_belongs_to_a_cell(monkeypatch: pytest.MonkeyPatch) -> None:
    assert set(LAYOUTS) <= set(CELLS)
    assert drawn_cells() == tuple(LAYOUTS)
    monkeypatch.setitem(CELLS, MGU.name, MGU)
    assert MGU.name not in drawn_cells()
    with pytest.raises(ConfigError, match=MGU.name):
        graph_of(MGU.name)


def test_a_drawn_cell_is_offered_whatever_it_is_called(
    visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(CELLS, "own", CELLS["lstm"]._replace(name="own"))
    monkeypatch.setitem(LAYOUTS, "own", LAYOUTS["lstm"])
    run = Training(cell="own", hidden_size=5)
    run.advance(2)
    app = open_page(visit, "cell", run, **{"cell.at": "5"})
    assert_cell_page(app, "own")
    assert "own" in drawn_cells()


def test_only_what_is_registered_can_be_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    listed = Config.model_json_schema()["properties"]["cell"]["enum"]
    assert listed == list(CELLS) == list(choices("cell"))
    for wrong in (MGU.name, ["rnn"], None):
        with pytest.raises(ConfigError, match="'lstm'"):
            Config.parse({"cell": wrong})
    monkeypatch.setitem(CELLS, MGU.name, MGU)
    assert Config.parse({"cell": MGU.name}).cell == MGU.name


def test_names_without_a_sentence_stand_for_themselves() -> None:
    for language in LANGUAGES:
        assert texts(language).label("cell.names", MGU.name) == MGU.name
