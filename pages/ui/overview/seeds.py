"""Several seeds of the same settings: a band beneath the curve that shows how much is chance."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from pages.ui.visit.identity import check_may_read
from pages.ui.visit.session import Session
from pages.ui.widgets import training
from pages.ui.widgets.offers import attempt
from pages.ui.widgets.training import SlicedTraining
from rnncore.config import Config
from rnncore.errors import RnnError
from rnncore.experiments import seeds as experiment
from rnncore.experiments.seeds import EVALUATED, Seeds, seed_count
from rnncore.text.corpus import load_corpus
from rnncore.views import Ghost

FEWEST = 2
"""Seeds that make a band."""
ASIDE = {"seed": 0, "temperature": 1.0, "pace": 0}
"""Settings that change nothing of what the seeds learn."""


@dataclass
class Drawn:
    """How many measurements the band has that is on the page."""

    spreads: int = 0


def beneath(visit: Session, config: Config) -> tuple[Ghost, ...]:
    """The band of these settings, if their seeds have been trained on this page."""
    lab = _current(visit, config)
    band = None
    if lab is not None and lab.points:
        found = lab.points[-1]
        band = band_of(found, visit.t("seeds.name", n=found.runs))
    visit.page_state(Drawn).spreads = len(band.updates) if band else 0
    return (band,) if band else ()


def band_of(found: Seeds, name: str) -> Ghost | None:
    """Mean, best and worst as a curve; None before the first update has been measured."""
    if len(found.spreads) < 2:
        return None
    updates, mean, low, high, _ = zip(*found.spreads, strict=True)
    return Ghost(name, updates, mean, low=low, high=high)


def seeds(visit: Session, config: Config) -> None:
    """Draw the button that trains them, and how far they are."""
    t, count = visit.t, _count(visit, config)
    lab = _current(visit, config)

    def begin() -> None:
        check_may_read(visit.visitor, config.corpus)
        work = experiment.seeds(config, load_corpus(config), count)
        training.start(visit, _name(config), work)

    if lab is not None and lab.going:
        st.button(
            t("seeds.stop"),
            key="seeds.stop",
            icon=":material/stop:",
            help=t("seeds.stop_help"),
            on_click=lab.stop,
        )
    else:
        st.button(
            t("seeds.train", n=count or experiment.SEEDS),
            key="seeds.train",
            icon=":material/stacked_line_chart:",
            help=t("seeds.train_help", last=count - 1, tokens=f"{EVALUATED:,}"),
            disabled=count < FEWEST,
            on_click=lambda: attempt(visit, begin),
        )
    if count < FEWEST:
        st.caption(t("seeds.too_large"))
    if lab is not None:
        training.poll(lab, lambda: _course(visit, lab))


def _course(visit: Session, lab: SlicedTraining[Seeds]) -> None:
    if not lab.points:
        return
    st.caption(_said(visit, lab.points[-1], going=lab.going))
    band = band_of(lab.points[-1], "")
    if band is not None and len(band.updates) > visit.page_state(Drawn).spreads:
        visit.run_again()  # the panel is outside of what is drawn here


def _said(visit: Session, found: Seeds, *, going: bool) -> str:
    """How far they are, between what they lie, and how many have diverged."""
    t, n = visit.t, found.runs
    values: dict[str, object] = {"n": n, "update": f"{found.updates:,}", "of": f"{found.of:,}"}
    if len(found.spreads) < 2:
        return t("seeds.beginning", **values)
    last = found.spreads[-1]
    lost = found.diverged
    return t(
        "seeds.going" if going else "seeds.told",
        **values,
        measured=f"{last.update:,}",
        low=f"{last.low:.3f}",
        high=f"{last.high:.3f}",
        mean=f"{last.mean:.3f}",
        diverged=t(f"seeds.diverged_{'some' if lost else 'none'}", diverged=lost, n=n),
    )


def _count(visit: Session, config: Config) -> int:
    """How many can be trained at once; none where the text cannot be read, which is said where the
    page's own run is looked for."""
    try:
        check_may_read(visit.visitor, config.corpus)
        return seed_count(config, len(load_corpus(config).vocabulary))
    except RnnError:
        return 0


def _current(visit: Session, config: Config) -> SlicedTraining[Seeds] | None:
    return training.current(visit, _name(config))


def _name(config: Config) -> str:
    return f"seeds:{config.with_changes(**ASIDE).model_dump_json()}"
