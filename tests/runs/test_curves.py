"""Curves of runs by value, and tables of them for elsewhere."""

from __future__ import annotations

import csv
import io
import sys
import zipfile
from pathlib import Path

import pytest

from rnncore.config import Config
from rnncore.errors import RnnError
from rnncore.runs.curves import Band, Curve, band, read_curve
from rnncore.runs.flat import as_csv, curves_table, runs_table
from rnncore.runs.store import Store
from rnncore.runs.tensorboard_files import Scalar, event_files, scalars
from tests.runs.support import SMALL, run_of
from tests.runs.test_summary import entered, measured, stretch, summaries

EACH = SMALL.batch_size * SMALL.time_size


def curve(*points: tuple[float, float], run_id: str = "a") -> Curve:
    xs, bits = zip(*points, strict=True)
    return Curve(run_id, xs, xs, xs, bits, None)


def test_a_curve_is_read_over_updates_tokens_and_seconds(store: Store) -> None:
    run_id = entered(
        store,
        measured(0, 5.0),
        stretch(20, 2.0),
        measured(10, 3.0),
        measured(30, 4.0, "test"),
        stretch(30, 6.0),
        measured(30, 3.5),
        measured(30, 3.25),
        measured(30, float("inf")),
    )
    found = read_curve(store, run_of(store, run_id))
    assert list(found.updates) == [0, 10, 30]
    assert list(found.tokens) == [0, 10 * EACH, 30 * EACH]
    assert found.seconds == (0.0, 1.0, 6.0)
    assert found.bits == (5.0, 3.0, 3.25)  # of one update the newest
    assert found.best_so_far == (5.0, 3.0, 3.0)
    assert found.floor is None
    assert [found.at(step) for step in (0, 5, 20, 31)] == [5.0, 4.0, 3.125, None]


def test_a_run_without_measurements_has_an_empty_curve(store: Store) -> None:
    found = read_curve(store, run_of(store, entered(store)))
    assert [len(found.updates), len(found.bits), len(found.best_so_far)] == [0, 0, 0]
    assert found.at(0) is None


def test_a_band_is_the_mean_where_all_have_values() -> None:
    found = band([curve((0, 4), (10, 2), (20, 2)), curve((5, 5), (10, 4), (30, 0))], "updates")
    assert list(found.xs) == [5, 10, 20]
    assert found.mean == (4.0, 3.0, 2.0)
    assert found.low == (3.0, 2.0, 2.0) and found.high == (5.0, 4.0, 2.0)
    lowest = band([curve((0, 4), (10, 2), (20, 3)), curve((0, 4), (20, 1))], "updates", best=True)
    assert lowest.mean[-1] == 1.5


def test_curves_without_a_stretch_in_common_have_no_band() -> None:
    assert band([curve((0, 4), (10, 2)), curve((20, 5), (30, 4))], "tokens") == Band((), (), (), ())
    assert band([curve((0, 4))], "seconds").xs == ()


def test_a_long_band_is_drawn_in_few_points() -> None:
    long = [curve(*((float(x), 1.0) for x in range(5000))) for _ in range(2)]
    found = band(long, "updates")
    assert len(found.xs) == 200 and (found.xs[0], found.xs[-1]) == (0, 4999)


def test_a_table_has_all_settings_and_no_formula(store: Store) -> None:
    run_id = entered(store, measured(4, 2.0), config=SMALL.with_changes(seed=8), step=4)
    store.labels.name(run_id, "=1+1")
    store.labels.note(run_id, 'a "note", in\ntwo lines')
    table = runs_table(summaries(store, run_id))
    assert set(Config.model_fields) <= set(table)
    (row,) = csv.DictReader(io.StringIO(as_csv(table).decode("utf-8-sig")))
    assert row["name"] == "'=1+1" and row["note"] == 'a "note", in\ntwo lines'
    assert (row["best_perplexity"], row["best_update"], row["seed"]) == ("4.0", "4", "8")
    assert (row["stateful"], row["test_bits"]) == ("true", "")


def test_curves_become_a_row_a_measurement() -> None:
    table = curves_table([curve((0, 4), (10, 5)), curve((3, 1.5), run_id="b")])
    assert table["run"] == ["a", "a", "b"]
    assert table["updates"] == [0, 10, 3]
    assert table["bits"] == [4, 5, 1.5] and table["best_bits"] == [4, 4, 1.5]


def test_scalars_are_what_was_reported(store: Store) -> None:
    run_id = entered(store, stretch(10, 2.0), measured(10, 3.0))
    run = run_of(store, run_id)
    found = {scalar.tag: scalar for scalar in scalars(store, run)}
    assert found["perplexity/held-out"] == Scalar("perplexity/held-out", 10, 8.0, run.created + 2.0)
    assert found["perplexity/train"].value == pytest.approx(2.718281828)
    assert (found["learning rate"].value, found["gradient norm"].value) == (0.1, 1.0)


def test_scalars_of_a_part_of_held_out_text_are_none_of_the_whole(store: Store) -> None:
    run_id = entered(store, measured(10, 1.0, part=40), measured(20, 2.0, part=40), measured(20, 3))
    told = [(one.tag, one.step, one.value) for one in scalars(store, run_of(store, run_id))]
    assert [one for one in told if one[0].startswith("bits/")] == [
        ("bits/held-out, beginning", 10, 1.0),
        ("bits/held-out, beginning", 20, 2.0),
        ("bits/held-out", 20, 3.0),
    ]


def test_without_tensorboard_one_hears_what_to_install(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "tensorboard", None)
    with pytest.raises(RnnError, match=r'pip install "rnn-explorer\[tensorboard\]"'):
        event_files(store, [])


def test_event_files_are_read_by_tensorboard(store: Store, tmp_path: Path) -> None:
    pytest.importorskip("tensorboard", reason="the extra tensorboard is not installed")
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    run_id = entered(store, stretch(10, 2.0), measured(10, 3.0), measured(20, 2.0))
    with zipfile.ZipFile(io.BytesIO(event_files(store, [run_of(store, run_id)]))) as packed:
        packed.extractall(tmp_path)
    events = EventAccumulator(str(tmp_path / run_id)).Reload()
    found = [(event.step, event.value) for event in events.Scalars("bits/held-out")]
    assert found == [(10, 3.0), (20, 2.0)]
