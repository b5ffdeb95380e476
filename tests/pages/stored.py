"""Runs that a test enters as if they had been trained, and the page that shows them."""

from __future__ import annotations

from typing import Any

import pandas as pd
from sqlalchemy import update
from streamlit.testing.v1 import AppTest

from rnncore.config import Config
from rnncore.probes.snapshot import Prober
from rnncore.runs.records import Record, run_record
from rnncore.runs.row import RunRow
from rnncore.runs.store import Store
from rnncore.runs.tables import runs
from rnncore.text.corpus import load_corpus
from rnncore.training.trainer import Trainer
from tests.pages.conftest import ME, Visit, components
from tests.runs.test_summary import measured, stretch

SMALL = Config(grammar_tokens=2000, hidden_size=8, embedding_size=4, time_size=5)


def entered(
    store: Store,
    *records: Record,
    config: Config = SMALL,
    owner: str | None = ME,
    name: str | None = None,
    **columns: Any,
) -> str:
    """A run with a frame, these records and columns."""
    run_id = store.create_run(config, owner=owner, watched=False)
    frame = Prober(Trainer(config, load_corpus(config))).run_view()
    store.append(run_id, [run_record(frame), *records])
    last = max((record.step for record in records), default=0)
    values = {"status": "paused", "reason": "asked", "step": last, "name": name, **columns}
    with store._database.transaction() as connection:
        connection.execute(update(runs).where(runs.c.id == run_id).values(values))
    return run_id


def curve_of(*bits: float) -> list[Record]:
    """Measured every ten updates."""
    points = [measured(10 * place, value) for place, value in enumerate(bits)]
    return [*points, stretch(10 * (len(bits) - 1), 2.0)]


def opened(visit: Visit, **values: str) -> AppTest:
    app = visit().switch_page("../runs.py")
    app.query_params.update({f"runs.{name}": value for name, value in values.items()})
    app.run()
    assert not app.exception
    return app


def table(app: AppTest) -> pd.DataFrame:
    (shown,) = app.dataframe
    return shown.value


def sides(app: AppTest) -> list[dict[str, Any]]:
    """What the live panels of the page were given."""
    return [given for given in components(app) if "panels" in given]


def said(app: AppTest) -> str:
    """All that the page says in words."""
    shown = (*app.caption, *app.markdown, *app.info, *app.error, *app.success)
    return "\n".join(str(each.value) for each in shown)


def row(store: Store, run_id: str) -> RunRow:
    found = store.run(run_id)
    assert found is not None
    return found
