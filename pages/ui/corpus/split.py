"""Idea 4: the text is split by position, and each part is as surprising as its own frequencies."""

from __future__ import annotations

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pages.ui.corpus.figures import band, entropy
from pages.ui.corpus.view import CorpusView
from pages.ui.figures.mathematics import percent
from pages.ui.visit.i18n import Texts
from pages.ui.visit.session import Session
from pages.ui.widgets.chart import chart
from pages.ui.widgets.header import section
from pages.ui.widgets.predictions import Answer, answered
from pages.ui.widgets.theme import palette
from rnncore.text.sources import source_files
from rnncore.text.statistics import Part

SAME = 0.05
"""Bits by which two entropies may differ and still count as the same."""


def draw(visit: Session, found: CorpusView, row: DeltaGenerator) -> None:
    """Draw the parts as a band, and what was counted in each."""
    t, parts = visit.t, found.parts
    section(t("corpus.split.title"))
    whole = sum(part.tokens for part in parts)
    sizes = ", ".join(
        t("corpus.split.size", part=t(f"corpus.parts.{part.name}"), n=f"{part.tokens:,}")
        for part in parts
    )
    given = len(source_files(found.config.corpus)) > 1
    said = t(f"corpus.split.{'given' if given else 'sentence'}", parts=sizes)
    st.markdown(said)
    chart(band.figure(parts, palette(), t), key="corpus.band", name=said)
    section(t("corpus.split.counted"))
    known = parts if answered(visit, "corpus.predict.split") else parts[:1]
    hidden = ["?"] * (len(parts) - len(known))
    left, right = st.columns([3, 2])
    left.container(key="corpus.parts").table(
        {
            t("corpus.split.part"): [t(f"corpus.parts.{part.name}") for part in parts],
            t("corpus.split.tokens"): [f"{part.tokens:,}" for part in parts],
            t("corpus.split.share"): [f"{part.tokens / whole:.1%}" for part in parts],
            t("corpus.split.types"): [f"{part.types:,}" for part in parts],
            t("corpus.split.unknown"): [_share(part.unknown) for part in parts],
            t("corpus.split.bits"): [*(f"{part.bits:.3f}" for part in known), *hidden],
            t("corpus.split.perplexity"): [
                *(f"{part.perplexity:,.1f}" for part in known),
                *hidden,
            ],
        },
        hide_index=True,
        border="horizontal",
        alt=t("corpus.split.says"),
    )
    with right:
        values = ", ".join(
            t("corpus.split.size", part=t(f"corpus.parts.{part.name}"), n=f"{part.bits:.3f}")
            for part in known
        )
        drawn = entropy.figure(known, len(found.corpus.vocabulary), palette(), t)
        chart(drawn, key="corpus.entropy", name=t("corpus.split.says_entropy", values=values))
    st.markdown(_unknown(t, parts))
    st.caption(t("corpus.split.short"))


def answer(found: CorpusView) -> Answer | None:
    """Whether the held-out text's own frequencies are as even as the training text's; None where
    nothing is held out."""
    first, *others = found.parts
    if not others:
        return None
    held_out = others[0]
    difference = held_out.bits - first.bits
    option = "same" if abs(difference) < SAME else "higher" if difference > 0 else "lower"
    return Answer(option, {"train": f"{first.bits:.3f}", "held_out": f"{held_out.bits:.3f}"})


def _share(unknown: float | None) -> str:
    return "–" if unknown is None else percent(unknown)


def _unknown(t: Texts, parts: tuple[Part, ...]) -> str:
    if parts[0].unknown is None:
        return t("corpus.split.all_known")
    return t("corpus.split.some_unknown")
