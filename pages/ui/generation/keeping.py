"""The branches that were written after a prompt, side by side, and the ways to take them away."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import partial
from typing import Any, NamedTuple

import streamlit as st

from pages.ui.figures.mathematics import amount
from pages.ui.generation.prompt import Prompted, shown
from pages.ui.visit.i18n import literal
from pages.ui.visit.session import Session
from pages.ui.widgets.header import section
from rnncore.baselines.sentences import perplexity_of
from rnncore.probes.continuations import Continuation, Way

MOST = 8
"""Branches that are kept: of more, the oldest go."""


class Branch(NamedTuple):
    """A text and how it came about: the bits of the whole, and what the page held."""

    ids: tuple[int, ...]
    bits: float
    how: str
    values: tuple[tuple[str, int | str | None], ...]


@dataclass
class Branches:
    """Those of one network and prompt, the oldest first."""

    of: object = None
    kept: dict[tuple[int, ...], Branch] = field(default_factory=dict)


def keep(visit: Session, now: Prompted, found: Continuation, way: Way) -> None:
    """Keep what was written, together with how to come back to it."""
    branches, of = visit.state(Branches), _prompt(visit, now)
    if branches.of != of:
        branches.of, branches.kept = of, {}
    names = ("how", "seed", "width", "length", "temperature", "top_k", "top_p", "legal", "given")
    held = visit.page_values.get(visit.page, {})
    values = tuple((name, held.get(name)) for name in names)
    branches.kept.setdefault(found.ids, Branch(found.ids, found.bits, way.how, values))
    while len(branches.kept) > MOST:
        branches.kept.pop(next(ids for ids in branches.kept if ids != found.ids))


def draw(visit: Session, now: Prompted, found: Continuation, way: Way) -> None:
    """Draw the branches, the likeliest by token first, and what can be downloaded."""
    t, words = visit.t, "generation.kept"
    section(t(f"{words}.title"))
    kept = sorted(visit.state(Branches).kept.values(), key=lambda one: one.bits / len(one.ids))
    for number, one in enumerate(kept):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.button(
                t(f"{words}.take", number=number + 1),
                key=f"generation.kept.{number}",
                type="primary" if one.ids == found.ids else "tertiary",
                disabled=one.ids == found.ids,
                on_click=partial(visit.set_values, **dict(one.values)),
            )
            st.markdown(
                t(
                    f"{words}.line",
                    text=literal(shown(one.ids, now.corpus)),
                    how=t(f"generation.branches.{one.how}"),
                    bits=f"{one.bits:.2f}",
                    p=amount(2.0 ** -min(one.bits, 1000)),
                    perplexity=amount(perplexity_of(one.bits, len(one.ids))),
                ),
                width="stretch",
            )
    _downloads(visit, now, found, way)


def record(visit: Session, now: Prompted, found: Continuation, way: Way) -> dict[str, Any]:
    """What a program needs to know of the text, and to write it again."""
    tokens = now.tokens
    return {
        "prompt": now.text,
        "text": now.corpus.tokenizer.show(now.corpus.vocabulary.decode(list(found.ids))),
        "how": way.how,
        **way.sampling._asdict(),
        "seed": way.seed,
        "beam_width": way.width,
        "legal_only": bool(visit.value("legal", 0)) and now.legal is not None,
        "given_tokens": found.given,
        "bits": found.bits,
        "perplexity": perplexity_of(found.bits, len(found.ids)),
        "tokens": [
            {"token": tokens[one.token], "id": one.token, "p": 2.0**-one.surprise, "rank": one.rank}
            for one in found.told
        ],
        "network": {"source": now.subject.source, "run": visit.run_id, "step": now.subject.step},
    }


def _prompt(visit: Session, now: Prompted) -> object:
    found = now.subject
    return visit.run_id, found.checkpoint, found.step, tuple(now.start.tolist())


def _downloads(visit: Session, now: Prompted, found: Continuation, way: Way) -> None:
    t, whole = visit.t, record(visit, now, found, way)
    text = now.corpus.tokenizer.show(
        now.corpus.vocabulary.decode([*now.prompt.tolist(), *found.ids])
    )
    with st.container(horizontal=True, gap="small"):
        st.download_button(
            t("generation.kept.as_text"),
            text,
            "generated.txt",
            "text/plain; charset=utf-8",
            key="generation.as_text",
            icon=":material/download:",
            on_click="ignore",
        )
        st.download_button(
            t("generation.kept.as_json"),
            json.dumps(whole, ensure_ascii=False, indent=1),
            "generated.json",
            "application/json",
            key="generation.as_json",
            icon=":material/download:",
            on_click="ignore",
        )
