"""What the best of the selected trials write."""

from __future__ import annotations

import streamlit as st

from pages.ui.figures.mathematics import perplexity_of
from pages.ui.serving import server
from pages.ui.tune.saying import worded
from pages.ui.tune.watched import Watched
from pages.ui.visit.i18n import literal
from pages.ui.visit.session import Session
from rnncore.errors import StoreError

TRIALS, LINES = 6, 3
COLUMNS = 3


def samples(visit: Session, found: Watched) -> None:
    """Draw what each of them wrote last, the best first."""
    t = visit.t
    written = [(trial, _texts(trial.run_id)) for trial in found.selected[:TRIALS] if trial.run_id]
    there = [(trial, texts) for trial, texts in written if texts]
    if not there:
        st.caption(t("tune.no_texts"))
        return
    columns = st.columns(COLUMNS)
    for place, (trial, texts) in enumerate(there):
        with columns[place % COLUMNS], st.container(border=True, gap="xsmall"):
            value = "–" if trial.value is None else f"{perplexity_of(trial.value):.4g}"
            st.markdown(f"**{t('tune.trial', n=trial.number + 1)}** · {value}")
            st.caption(worded(visit, trial))
            st.markdown("  \n".join(literal(text.strip()[:300]) for text in texts[:LINES]))


def _texts(run_id: str) -> list[str]:
    """What a run wrote at its newest look at itself."""
    try:
        store = server.store()
        seqs = [seq for seq, _ in store.places(run_id, "snapshot")][-1:]
        if not seqs:
            return []
        found = store.records_after(run_id, seqs[0] - 1, kinds=("snapshot",), damaged=[])
    except StoreError:  # said where the sweep is read
        return []
    return [str(one["text"]) for one in found[0].payload["samples"]] if found else []
