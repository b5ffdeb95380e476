"""Whether a trial's lead may be chance: its settings from 20 seeds, as a band over all curves."""

from __future__ import annotations

import streamlit as st

from pages.ui.figures.mathematics import perplexity_of
from pages.ui.serving import server
from pages.ui.tune.watched import Watched, frame
from pages.ui.visit.session import Session
from pages.ui.widgets import seeds as widget
from rnncore.config import Config
from rnncore.errors import RnnError
from rnncore.experiments.seeds import Seeds, seed_count
from rnncore.sweeps.chance import alike, course_of
from rnncore.sweeps.trial import Trial
from rnncore.views import Ghost


def band(visit: Session, found: Watched) -> Ghost | None:
    """The band of the trial that is looked at, if its seeds have been trained on this page."""
    trial = found.chosen
    config = None if trial is None else _config(trial)
    if trial is None or config is None:
        return None
    return widget.band(visit, config, course_of(found.row.plan, trial))


def draw(visit: Session, found: Watched, trial: Trial) -> None:
    """Draw what trains the seeds, and how many other trials lie among them."""
    t, config, run = visit.t, _config(trial), frame(trial.run_id)
    if config is None or run is None:
        return

    def say(seeds: Seeds, going: bool) -> str:
        among = alike(found.trials, trial.number, seeds)
        if among is None:
            return t("tune.chance.lost", n=seeds.runs)
        return t(
            f"tune.chance.{'going' if going else 'told'}",
            n=seeds.runs,
            update=f"{seeds.updates:,}",
            of=f"{seeds.of:,}",
            low=f"{perplexity_of(among.low):.4g}",
            high=f"{perplexity_of(among.high):.4g}",
            within=among.within,
            others=among.others,
        )

    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f"**{t('seeds.title')}**", width="content")
        count = seed_count(config, run.vocabulary_size)
        help_text = t("tune.chance.help", last=count - 1)
        widget.seeds(visit, config, count, help_text, say, course_of(found.row.plan, trial))


def _config(trial: Trial) -> Config | None:
    """Of the trial's run; None if there is none that can be read."""
    try:
        run = server.find(trial.run_id) if trial.run_id else None
    except RnnError:  # said where the sweep is read
        return None
    return run.config if run else None
