"""The two pictures of the page: one stream unrolled, and all streams on their way."""

from __future__ import annotations

import streamlit as st

from pages.ui.bptt.controls import BpttControls
from pages.ui.bptt.figures import batching, unrolled
from pages.ui.inspected.subject import Subject
from pages.ui.visit.i18n import Texts
from pages.ui.widgets.chart import chart
from pages.ui.widgets.theme import palette
from rnncore.errors import TextError
from rnncore.probes.minibatches.batching import batching_picture
from rnncore.probes.minibatches.rows import Rows, rows
from rnncore.probes.minibatches.unrolled import stretch


def unrolled_network(t: Texts, now: BpttControls, subject: Subject) -> None:
    """One stream, tick by tick, with the links that a window's edge cuts."""
    T = now.time_size
    st.subheader(t("bptt.unrolled.title"), anchor=False)
    st.caption(t(f"bptt.unrolled.caption_{'on' if now.stateful else 'off'}", T=T, back=T - 1))
    view = stretch(subject.model, subject.corpus, T, now.window, now.stateful)
    chart(
        unrolled.figure(view, palette(), t),
        key="bptt.unrolled",
        name=t("bptt.unrolled.alt", T=T),
    )
    st.caption(t("bptt.unrolled.legend"))


def mini_batches(t: Texts, now: BpttControls, subject: Subject) -> None:
    """The text with N streams on it, in both schemes at the same update.

    Raises   TextError if the text is too short for one window.
    """
    train = subject.corpus.train
    tokens = subject.corpus.vocabulary.decode(train[: now.shown.tokens])
    aligned, book = (
        rows(now.shown, now.streams, now.time_size, scheme, now.update)
        for scheme in ("aligned", "book")
    )
    st.subheader(t("bptt.batching.title"), anchor=False)
    st.caption(t("bptt.batching.caption", tokens=f"{now.shown.tokens - 1:,}"))
    colours = palette()
    chart(
        batching.strip(now.shown, aligned, book, tokens, colours, t),
        key="bptt.strip",
        name=t("bptt.batching.alt_strip"),
    )
    for read in (aligned, book):
        st.markdown(_standing(t, now, read))
        chart(
            batching.figure(read, tokens, colours, t, stateful=now.stateful),
            key=f"bptt.{read.scheme}",
            name=t(f"bptt.batching.alt_{read.scheme}"),
        )
    st.caption(_own(t, subject))


def _standing(t: Texts, now: BpttControls, read: Rows) -> str:
    """How a scheme stands at this update, in a line."""
    said = [t(f"bptt.batching.{read.scheme}", update=now.update + 1, epoch=now.epoch)]
    if not now.stateful:
        said.append(t("bptt.batching.state_off"))
    elif read.zero:
        said.append(t("bptt.batching.state_reset"))
    else:
        said.append(t("bptt.batching.state_carried"))
    if read.foreign:
        total = int(read.now.sum())
        said.append(t("bptt.batching.drift", foreign=read.foreign, total=total))
    if read.jumped:
        streams = ", ".join(str(stream + 1) for stream in read.jumped)
        said.append(t("bptt.batching.wrap", stream=streams))
    return " ".join(said)


def _own(t: Texts, subject: Subject) -> str:
    """The same in the sizes of the subject's own training."""
    config, tokens = subject.config, len(subject.corpus.train)
    try:
        last = batching_picture(
            tokens, config.batch_size, config.time_size, "book", max(0, subject.step - 1)
        )
    except TextError:
        return ""
    return t(
        f"bptt.batching.own_{subject.source}",
        tokens=f"{tokens:,}",
        N=config.batch_size,
        T=config.time_size,
        segment=f"{last.segment:,}",
        updates=f"{last.updates_per_epoch:,}",
        step=f"{max(1, subject.step):,}",
        foreign=f"{float(last.foreign.mean()):.0%}",
    )
