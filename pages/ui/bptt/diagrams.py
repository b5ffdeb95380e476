"""The two pictures of the page: one stream unrolled, and all streams on their way."""

from __future__ import annotations

import streamlit as st

from pages.ui.bptt.controls import BpttControls
from pages.ui.bptt.figures import batching, unrolled
from pages.ui.figures.mathematics import amount
from pages.ui.figures.tokens import isolated
from pages.ui.inspected.subject import Subject
from pages.ui.visit.i18n import Texts, literal
from pages.ui.visit.session import Session
from pages.ui.widgets.chart import chart
from pages.ui.widgets.header import section
from pages.ui.widgets.predictions import answered
from pages.ui.widgets.theme import palette
from rnncore.errors import TextError
from rnncore.probes.minibatches.batching import batching_picture
from rnncore.probes.minibatches.rows import Rows, rows
from rnncore.probes.minibatches.unrolled import Stretch, stretch

QUESTION = "bptt.predict.second_epoch"


def unrolled_network(t: Texts, now: BpttControls, subject: Subject) -> None:
    """One stream, tick by tick, with the links that a window's edge cuts."""
    T = now.time_size
    section(t("bptt.unrolled.title"))
    st.caption(t(f"bptt.unrolled.caption_{'on' if now.stateful else 'off'}", T=T, back=T - 1))
    view = stretch(subject.model, subject.corpus, T, now.window, now.stateful)
    place = view.chosen * T + now.tick - 1
    marked = place if now.tick and place < view.ticks else None
    if marked is not None:
        st.caption(t("bptt.unrolled.marked", token=literal(isolated(view.inputs[marked]))))
    chart(
        unrolled.figure(view, palette(), t, marked),
        key="bptt.unrolled",
        name=f"{t('bptt.unrolled.alt', T=T)} {reaching(t, view)}",
    )
    st.caption(t("bptt.unrolled.legend"))


def reaching(t: Texts, view: Stretch) -> str:
    """How much of the gradient reaches the two ends of the window that is looked at."""
    T = view.links.time_size
    first = view.chosen * T
    last = min(first + T, view.ticks) - 1
    return t(
        "bptt.unrolled.says",
        number=view.first + view.chosen + 1,
        near=amount(view.kept[last]),
        far=amount(view.kept[first]),
        whole=amount(view.whole[first]),
    )


def mini_batches(visit: Session, now: BpttControls, subject: Subject) -> None:
    """The text with N streams on it, in both schemes at the same update.

    Raises   TextError if the text is too short for one window.
    """
    t, train = visit.t, subject.corpus.train
    tokens = subject.corpus.vocabulary.decode(train[: now.shown.tokens])
    aligned, book = (
        rows(now.shown, now.streams, now.time_size, scheme, now.update)
        for scheme in ("aligned", "book")
    )
    section(t("bptt.batching.title"))
    st.caption(t("bptt.batching.caption", tokens=f"{now.shown.tokens - 1:,}"))
    colours = palette()
    chart(
        batching.strip(now.shown, aligned, book, tokens, colours, t),
        key="bptt.strip",
        name=f"{t('bptt.batching.alt_strip')} {_places(t, aligned, book)}",
    )
    for read in (aligned, book):
        standing = _standing(t, now, read)
        st.markdown(standing)
        chart(
            batching.figure(read, tokens, colours, t, stateful=now.stateful),
            key=f"bptt.{read.scheme}",
            name=f"{t(f'bptt.batching.alt_{read.scheme}')} {standing}",
        )
    st.caption(_own(t, subject, asked=not answered(visit, QUESTION)))


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


def _places(t: Texts, aligned: Rows, book: Rows) -> str:
    """At which tokens the streams stand in both schemes."""
    segment = aligned.now.shape[1]
    at = [
        ", ".join(f"{row * segment + column:,}" for row, column in read.arrivals)
        for read in (aligned, book)
    ]
    return t("bptt.batching.says_strip", aligned=at[0], book=at[1])


def _own(t: Texts, subject: Subject, *, asked: bool) -> str:
    """The same in the sizes of the subject's own training; where the streams would be in the
    book's scheme, unless that is `asked`."""
    config, tokens = subject.config, len(subject.corpus.train)
    try:
        last = batching_picture(
            tokens, config.batch_size, config.time_size, "book", max(0, subject.step - 1)
        )
    except TextError:
        return ""
    own = t(
        f"bptt.batching.own_{subject.source}",
        tokens=f"{tokens:,}",
        N=config.batch_size,
        T=config.time_size,
        segment=f"{last.segment:,}",
        updates=f"{last.updates_per_epoch:,}",
    )
    if asked:
        return own
    step, foreign = f"{max(1, subject.step):,}", f"{float(last.foreign.mean()):.0%}"
    return f"{own} {t('bptt.batching.own_drift', step=step, foreign=foreign)}"
