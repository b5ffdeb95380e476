"""Idea 2, what matters: each setting beside chance and beside the seed, along it, and over two."""

from __future__ import annotations

from functools import partial

import streamlit as st

from pages.ui.tune.chosen import choose
from pages.ui.tune.chosen import draw as draw_chosen
from pages.ui.tune.figures import influence as figure
from pages.ui.tune.watched import Watched
from pages.ui.visit.i18n import literal, unmarked
from pages.ui.visit.session import Session
from pages.ui.widgets import held
from pages.ui.widgets.chart import chart
from pages.ui.widgets.predictions import answered
from pages.ui.widgets.theme import palette
from rnncore.sweeps.analysis import RESULT, contour, slices, sound

QUESTION = "tune.predict.influence"
SLICES = 3
"""Settings that have a slice, by importance."""


def draw(visit: Session, found: Watched) -> None:
    """Draw the importance of all settings, slices of the first, and a map of two."""
    t, shown = visit.t, found.shown
    settings = [scale for scale in shown.scales if scale.name != RESULT]
    if not sound(found.trials) or not settings or found.importances.tried < 2:
        st.info(t("tune.no_result"), icon=":material/hourglass_top:")
        return
    left, right = st.columns([2, 3], gap="medium")
    with left:
        st.markdown(f"**{t('tune.importance')}**")
        if answered(visit, QUESTION):
            _importance(visit, found)
        else:
            st.caption(t("tune.kept_back"))
    with right:
        st.markdown(f"**{t('tune.surface')}**")
        _surface(visit, found)
    st.markdown(f"**{t('tune.slices')}**")
    chart(
        figure.slices(
            [slices(found.trials, scale) for scale in settings[:SLICES]], shown, palette(), t
        ),
        key="tune.slices",
        name=t("tune.says_slices", n=len(settings[:SLICES])),
        on_click=partial(choose, visit, found),
    )
    st.caption(t("tune.slices_caption"))
    draw_chosen(visit, found)


def _importance(visit: Session, found: Watched) -> None:
    t, told = visit.t, found.importances
    first = told.settings[0]
    chart(
        figure.importance(told, found.shown.names, palette(), t),
        key="tune.importance",
        name=t(
            "tune.says_importance",
            setting=unmarked(found.shown.names[first.setting]),
            share=f"{first.share:.0%}",
        ),
    )
    key = "importance_seeds" if told.seeds is not None else "importance_no_seeds"
    st.caption(t(f"tune.{key}", tried=told.tried))


def _surface(visit: Session, found: Watched) -> None:
    """Mean results over two settings, which one chooses where there are more."""
    t, shown = visit.t, found.shown
    scales = {scale.name: scale for scale in shown.scales if scale.name != RESULT}
    names = list(scales)
    if len(names) < 2:
        st.caption(t("tune.surface_one"))
        return
    across = visit.value("across", names[0])
    across = across if across in names else names[0]
    others = [name for name in names if name != across]
    down = visit.value("down", others[0])
    down = down if down in others else others[0]
    if len(names) > 2:
        with st.container(horizontal=True, gap="small"):
            for name, value, offered in (("across", across, names), ("down", down, others)):
                held.selectbox(
                    visit, name, f"tune.{name}", value, offered,
                    lambda one: unmarked(literal(shown.names[one])), width=180,
                )  # fmt: skip
    chart(
        figure.surface(contour(found.trials, scales[across], scales[down]), shown, palette(), t),
        key="tune.surface",
        name=t(
            "tune.says_surface",
            across=unmarked(shown.names[across]),
            down=unmarked(shown.names[down]),
        ),
        on_click=partial(choose, visit, found),
    )
