"""Seeds of a trial's settings, trained on the page of its sweep."""

from __future__ import annotations

import json
from typing import Any

from streamlit.testing.v1 import AppTest

from rnncore.probes.snapshot import run_view
from rnncore.runs.records import run_record
from rnncore.runs.store import Store
from rnncore.text.corpus import load_corpus
from tests.pages.conftest import Visit
from tests.pages.sweeps import open_sweep, said, swept
from tests.pages.training import charts
from tests.runs.support import run_of


def band(app: AppTest) -> list[dict[str, Any]]:
    """The one trace of the curves that is filled, if there is one."""
    return [one for one in json.loads(charts(app)[1]["figure"])["data"] if "fill" in one]


def test_seeds_of_a_chosen_trial_show_what_may_be_chance(visit: Visit, store: Store) -> None:
    """Really trained: the trial's own seed is among them."""
    sweep = swept(store, 2.0, 1.5, None, going=False, updates=20)
    run_id = str(sweep.trials[1].run_id)
    config = run_of(store, run_id).config
    frame = run_view(config, load_corpus(config), 20)
    for trial in sweep.trials:
        store.append(str(trial.run_id), [run_record(frame)])
    with store.database.transaction() as connection:
        connection.exec_driver_sql("UPDATE trials SET step = 20")
    app = open_sweep(visit, sweep)
    assert not [button for button in app.button if button.key == "seeds.train"]
    app.query_params["run"] = run_id
    app.run()
    assert not band(app)
    app.button(key="seeds.train").click().run()
    while any(button.key == "seeds.stop" for button in app.button):
        app.run()
    assert not app.exception and not app.error
    assert "From 20 seeds these settings reach a perplexity between **" in said(app)
    assert "Of 1 other trials **" in said(app)
    (seeds,) = band(app)
    assert seeds["x"] == [2, 4, 6, 8, 10, 12, 14, 16, 18, 20, *range(20, 0, -2)]
    lost = str(sweep.trials[2].run_id)
    app.query_params["run"] = lost  # one that diverged has no result to judge
    app.run()
    assert not [button for button in app.button if button.key == "seeds.train"]
