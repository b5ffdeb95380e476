"""Several seeds of the same settings: a band beneath the curve that shows how much is chance."""

from __future__ import annotations

import streamlit as st

from pages.ui.visit.session import Session
from pages.ui.widgets import seeds as widget
from rnncore.config import Config
from rnncore.experiments.seeds import EVALUATED, SEEDS, Seeds, seed_count
from rnncore.views import Ghost


def beneath(visit: Session, config: Config) -> tuple[Ghost, ...]:
    """The band of these settings, if their seeds have been trained on this page."""
    band = widget.band(visit, config)
    return (band,) if band else ()


def seeds(visit: Session, config: Config, vocabulary_size: int) -> None:
    """Draw, beside Start, what trains them and says how far they are. They go on while it is
    closed."""
    t, count = visit.t, seed_count(config, vocabulary_size)
    name = t("seeds.name", n=SEEDS)
    with st.popover(name, icon=":material/stacked_line_chart:", key="seeds.open"):
        st.markdown(f"**{t('seeds.title')}**")
        widget.seeds(
            visit,
            config,
            count,
            t("seeds.train_help", last=count - 1, tokens=f"{EVALUATED:,}"),
            lambda found, going: _said(visit, found, going),
        )


def _said(visit: Session, found: Seeds, going: bool) -> str:
    """How far they are, between what they lie, and how many have diverged."""
    t, n, last, lost = visit.t, found.runs, found.spreads[-1], found.diverged
    return t(
        "seeds.going" if going else "seeds.told",
        n=n,
        update=f"{found.updates:,}",
        of=f"{found.of:,}",
        measured=f"{last.update:,}",
        low=f"{last.low:.3f}",
        high=f"{last.high:.3f}",
        mean=f"{last.mean:.3f}",
        diverged=t(f"seeds.diverged_{'some' if lost else 'none'}", diverged=lost, n=n),
    )
