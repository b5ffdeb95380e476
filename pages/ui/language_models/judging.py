"""What a comparison over context lengths says, in sentences and in a table."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import streamlit as st

from pages.ui.visit.i18n import Texts
from rnncore.experiments.contexts import ORDERS, Comparison, ContextPoint
from rnncore.experiments.standings import (
    TIE,
    best_of_kinds,
    counting,
    last_of_each,
    of_kind,
    prices,
    rival,
)

WORDS = "language_models.contexts"
FREE = 0.01
"""Bits above its rung at which counting is said to cost nothing."""


def verdict(t: Texts, setup: Comparison, points: Sequence[ContextPoint]) -> str:
    """Who wins and by how much, and what counting costs, as far as it is known."""
    best = best_of_kinds(points)
    winner = _winner(t, setup, best, so_far=not is_complete(setup, points)) if best[1:] else ""
    return _joined(winner, _price(t, setup, points))


def is_complete(setup: Comparison, points: Sequence[ContextPoint]) -> bool:
    """Whether all networks have been trained to their end."""
    networks = [point for point in last_of_each(points) if point.kind != "ngram"]
    return len(networks) == len(setup.networks) and all(point.over for point in networks)


def reasons(t: Texts, points: Sequence[ContextPoint]) -> str:
    """What else is to be said of a comparison that is complete."""
    lost = t(f"{WORDS}.diverged") if any(point.diverged for point in points) else ""
    return _joined(_equal_context(t, points), _sum(t, points), _updates(t, points), lost)


def named(t: Texts, kind: str, words: int | None, setup: Comparison, ticks: int = 0) -> str:
    """A model by its kind and by what it reads."""
    return t(
        f"{WORDS}.models.{kind}",
        words=words,
        order=(words or 0) + 1,
        cell=t.label("cell.names", setup.config.cell),
        T=ticks,
    )


def table(t: Texts, setup: Comparison, points: Sequence[ContextPoint]) -> None:
    """The best of each kind; behind a click all models, those of equal context together."""
    best = best_of_kinds(points)
    beside = rival(points)
    with st.container(key="contexts.best"):
        st.markdown(_rows(t, setup, [*best, beside] if beside and beside not in best else best))
    with st.expander(t(f"{WORDS}.all")), st.container(key="contexts.all"):
        st.markdown(_rows(t, setup, last_of_each(points)))


def _rows(t: Texts, setup: Comparison, points: Iterable[ContextPoint]) -> str:
    heads = ["model", "parameters", "updates", "read", "bits"]
    if setup.ladder is not None:
        heads.append("above")
    lines = [
        "| " + " | ".join(t(f"{WORDS}.head.{head}") for head in heads) + " |",
        "| --- |" + " ---: |" * (len(heads) - 1),
    ]
    for point in points:
        cells = [
            _name(t, setup, point),
            f"{point.parameters:,}",
            f"{point.updates:,}" if point.updates else "–",
            f"{point.tokens:,}",
            f"{point.bits:.3f}" + (" ⚠" if point.diverged else ""),
        ]
        if setup.ladder is not None:
            cells.append(f"{point.bits - _rung(setup, point):+.3f}".replace("-", "−"))
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _joined(*sentences: str) -> str:
    return " ".join(filter(None, sentences))


def _rung(setup: Comparison, point: ContextPoint) -> float:
    assert setup.ladder is not None and setup.floor is not None
    return setup.floor if point.words is None else setup.ladder[point.words]


def _name(t: Texts, setup: Comparison, point: ContextPoint) -> str:
    return named(t, point.kind, point.words, setup, point.ticks)


def _winner(t: Texts, setup: Comparison, best: list[ContextPoint], *, so_far: bool) -> str:
    first, second, *_ = best
    gap = second.bits - first.bits
    key = "tie" if gap <= TIE else f"wins_{first.kind}"
    said = t(
        f"{WORDS}.{key}",
        first=_name(t, setup, first),
        second=_name(t, setup, second),
        bits=f"{first.bits:.3f}",
        gap=f"{gap:.3f}",
        tie=f"{TIE:g}",
    )
    if so_far:
        return t(f"{WORDS}.so_far", said=said)
    if key == "wins_ngram":
        said = _joined(said, t(f"{WORDS}.too_few", text=f"{setup.text:,}"))
    return said


def _price(t: Texts, setup: Comparison, points: Sequence[ContextPoint]) -> str:
    """What counting costs, where the rungs are known."""
    if setup.ladder is None:
        return ""
    cost = prices(points, setup.ladder)
    if len(of_kind(points, "ngram")) < ORDERS:  # the first ones are nothing but frequencies
        return ""
    counted = min(of_kind(points, "ngram").values(), key=lambda point: point.bits)
    longest, most = max(cost), max(cost.values())
    if most < FREE:
        return t(f"{WORDS}.free", most=f"{max(most, 0):.3f}", text=f"{setup.text:,}")
    return t(
        f"{WORDS}.costs",
        longest=longest + 1,
        price=f"{cost[longest]:.2f}",
        order=(counted.words or 0) + 1,
        best=f"{counted.bits:.3f}",
        text=f"{setup.text:,}",
    )


def _equal_context(t: Texts, points: Sequence[ContextPoint]) -> str:
    found = counting(points)
    if not found.of:
        return ""
    key = "none" if not found.best else "all" if found.best == found.of else "some"
    return t(f"{WORDS}.equal_context_{key}", best=found.best, of=found.of)


def _sum(t: Texts, points: Sequence[ContextPoint]) -> str:
    summed = of_kind(points, "summed")
    if not {2, 3} <= set(summed):
        return ""
    two, three = summed[2].bits, summed[3].bits
    key = "worse" if three > two + TIE else "not_worse"
    return t(f"{WORDS}.sum_{key}", two=f"{two:.2f}", three=f"{three:.2f}")


def _updates(t: Texts, points: Sequence[ContextPoint]) -> str:
    """Two recurrent networks that have read the same differ in their updates."""
    longer = rival(points)
    if longer is None:
        return ""
    short = of_kind(points, "recurrent")[None]
    key = "shorter_better" if short.bits < longer.bits else "longer_better"
    return t(
        f"{WORDS}.{key}",
        tokens=f"{short.tokens:,}",
        T=short.ticks,
        updates=f"{short.updates:,}",
        bits=f"{short.bits:.3f}",
        long=longer.ticks,
        fewer=f"{longer.updates:,}",
        long_bits=f"{longer.bits:.3f}",
    )
