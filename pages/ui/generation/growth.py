"""Idea 3: the same held-out prompts, completed while the network learns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import NamedTuple

import numpy as np
import streamlit as st

from pages.ui.figures.mathematics import percent
from pages.ui.figures.tokens import isolated
from pages.ui.generation.figures import growth as figure
from pages.ui.generation.prompt import grammar_of, shown
from pages.ui.inspected.preview import HASHED
from pages.ui.inspected.subject import Subject, small_config, snapshots, subject
from pages.ui.visit.i18n import literal
from pages.ui.visit.session import Session
from pages.ui.widgets import held, training
from pages.ui.widgets.chart import chart
from pages.ui.widgets.predictions import Answer, answered, kept_back
from pages.ui.widgets.theme import palette
from pages.ui.widgets.training import SlicedTraining
from pages.ui.widgets.typed import beginning_of
from rnncore.config import Config
from rnncore.errors import RnnError
from rnncore.experiments.growth import UPDATES, Grown, Reached, complete, grow, half_way
from rnncore.memory import parameter_count
from rnncore.shapes import Ids
from rnncore.text.corpus import Corpus
from rnncore.text.grammar_tables import NOWHERE
from rnncore.text.sentences import sentences_in

QUESTION = "generation.predict.growth"
PROMPTS = 4
LENGTH = {"words": 8, "characters": 40, "jamo": 60}
"""Tokens of a completion."""
ENOUGH = 3
"""Snapshots from which on those of the run itself are shown, and nothing is trained."""
AT_ONCE = 2e10
"""Multiply-adds up to which a training is so short that nobody has to ask for it."""
EARLY, MIDDLE = 20, 200
"""Updates by which the question calls something early or in the middle."""
LINES = 5
"""Tokens whose probability is drawn."""


class Prompt(NamedTuple):
    """The first half of a held-out sentence: what is read, what is shown, and what comes next."""

    ids: Ids
    shown: Ids
    follows: int


def draw(visit: Session) -> None:
    """Draw the completions, and a token's probability over training."""
    t, found = visit.t, subject(visit)
    prompts = prompts_of(found.corpus)
    number = visit.within("which", 0, 0, len(prompts) - 1)
    texts = {i: shown(one.shown, found.corpus) for i, one in enumerate(prompts)}
    held.selectbox(
        visit, "which", "generation.growth.which", number, tuple(texts), texts.__getitem__,
        width=420,
    )  # fmt: skip
    own = len(snapshots(visit)) >= ENOUGH
    name = "own" if own else "anew"
    st.caption(t(f"generation.growth.{name}"))
    work = _under_way(visit, found, prompts)
    if work is None:
        st.button(
            t("lab.train"),
            key="generation.growth.train",
            type="primary",
            icon=":material/play_arrow:",
            on_click=partial(_press, visit, found, prompts),
        )
    training.poll(work, partial(_show, visit, found, prompts, number, work))


def answer(visit: Session) -> Answer | None:
    """When the probability of the token that ends likeliest came half the way to its last value."""
    found = subject(visit)
    prompts = prompts_of(found.corpus)
    work = _under_way(visit, found, prompts)
    number = visit.within("which", 0, 0, len(prompts) - 1)
    if work is None or work.going:
        return None
    points = _grown(work)
    if not points:
        return None
    token = int(points[-1].next[number].argmax())
    step = half_way(points, number, token)
    if step is None:
        return None
    option = "early" if step <= EARLY else "middle" if step <= MIDDLE else "late"
    first, last = (float(points[i].next[number, token]) for i in (0, -1))
    return Answer(
        option,
        {
            "token": literal(isolated(found.corpus.vocabulary.tokens[token])),
            "first": percent(first),
            "last": percent(last),
            "step": f"{step:,}",
        },
    )


def waits(visit: Session) -> bool:
    """Whether the network is being trained."""
    found = subject(visit)
    work = _under_way(visit, found, prompts_of(found.corpus))
    return work is not None and work.going


@st.cache_data(max_entries=16, show_spinner=False, hash_funcs=HASHED)
def prompts_of(corpus: Corpus) -> list[Prompt]:
    """The first PROMPTS different halves of held-out sentences."""
    before, found = beginning_of(corpus).tolist(), dict[tuple[int, ...], Prompt]()
    for ids in sentences_in(corpus):
        half = (len(ids) + 1) // 2 if len(ids) > 1 else 0
        key = tuple(ids[:half].tolist())
        if len(found) < PROMPTS and key not in found:
            found[key] = Prompt(_ids([*before, *key]), _ids(key or before[-1:]), int(ids[half]))
    return list(found.values())


def _ids(tokens: Sequence[int]) -> Ids:
    return np.array(tokens, np.int64)


def _config(found: Subject) -> Config:
    return small_config(found.config)


def _name(visit: Session, found: Subject) -> str:
    if len(snapshots(visit)) >= ENOUGH:
        return f"growth:{visit.run_id}:{found.step}"
    return f"growth:{found.corpus.fingerprint}:{_config(found).model_dump_json()}"


def _under_way(
    visit: Session, found: Subject, prompts: list[Prompt]
) -> SlicedTraining[Grown | Reached] | None:
    """The completions; started by itself where that is short."""
    current: SlicedTraining[Grown | Reached] | None = training.current(visit, _name(visit, found))
    if current is None and (len(snapshots(visit)) >= ENOUGH or _short(found)):
        current = _start(visit, found, prompts)
    return current


def _start(
    visit: Session, found: Subject, prompts: list[Prompt]
) -> SlicedTraining[Grown | Reached]:
    length = LENGTH[found.corpus.tokenizer.name]
    given = [one.ids for one in prompts]
    own = snapshots(visit)
    work: Iterator[Grown | Reached] = (
        (complete(one.load().model.twin(), one.step, given, length) for one in own)
        if len(own) >= ENOUGH
        else grow(_config(found), found.corpus, given, length)
    )
    started = training.start(visit, _name(visit, found), _to_its_end(visit, work))
    started.advance()
    return started


def _press(visit: Session, found: Subject, prompts: list[Prompt]) -> None:
    visit.act()
    _start(visit, found, prompts)


def _to_its_end(visit: Session, work: Iterator[Grown | Reached]) -> Iterator[Grown | Reached]:
    """The work, to its end or to what stops it, which the page then says."""
    try:
        yield from work
    except RnnError as error:
        visit.problem = error


def _short(found: Subject) -> bool:
    config = _config(found)
    tokens = UPDATES[-1] * config.batch_size * config.time_size
    return 3 * tokens * parameter_count(config, len(found.corpus.vocabulary)) <= AT_ONCE


def _grown(work: SlicedTraining[Grown | Reached]) -> list[Grown]:
    return [point for point in work.points if isinstance(point, Grown)]


def _show(
    visit: Session,
    found: Subject,
    prompts: list[Prompt],
    number: int,
    work: SlicedTraining[Grown | Reached] | None,
) -> None:
    t = visit.t
    if work is None:
        return
    points = _grown(work)
    if work.going:
        left, right = st.columns([6, 1], vertical_alignment="center")
        last = work.points[-1] if work.points else None
        step = last.step if last is not None else 0
        left.progress(min(step / UPDATES[-1], 1.0), t("generation.growth.going", step=f"{step:,}"))
        right.button(t("lab.stop"), key="generation.growth.stop", on_click=work.stop)
    if not points:
        return
    if not answered(visit, QUESTION):
        start = points[:1]
        guess = int(start[0].next[number].argmax())
        st.markdown(_table(visit, found, prompts[number], number, start, guess))
        kept_back(visit)
        return
    asked, tokens = prompts[number], found.corpus.vocabulary.tokens
    likeliest = int(points[-1].next[number].argmax())
    token = visit.value("token", likeliest)
    token = token if 0 <= token < len(tokens) else likeliest
    lines = figure.lines([point.next[number] for point in points], tokens, token, LINES)
    first, last_p = (float(points[i].next[number, token]) for i in (0, -1))
    said = t(
        "generation.growth.said",
        token=literal(isolated(tokens[token])),
        first=percent(first),
        last=percent(last_p),
        step=f"{points[-1].step:,}",
        follows=literal(isolated(tokens[asked.follows])),
    )
    st.markdown(said)
    chart(
        figure.figure(
            lines, [point.step for point in points], _truth(found, asked, token), palette(), t
        ),
        key="generation.growth",
        name=said,
        on_click=lambda clicked: visit.set_values(token=int(clicked)),
    )
    st.markdown(_table(visit, found, asked, number, points, token))


def _truth(found: Subject, asked: Prompt, token: int) -> float | None:
    tables = grammar_of(found.corpus)
    if tables is None:
        return None
    state = tables.follow(asked.ids[len(beginning_of(found.corpus)) :].tolist())[-1]
    return None if state == NOWHERE else float(tables.p[state, token])


def _table(
    visit: Session,
    found: Subject,
    asked: Prompt,
    number: int,
    points: list[Grown],
    token: int,
) -> str:
    t, words, tables = visit.t, "generation.growth", grammar_of(found.corpus)
    name = literal(isolated(found.corpus.vocabulary.tokens[token]))
    head = [t(f"{words}.update"), f"P({name})", t(f"{words}.completion")]
    lines = [f"| {' | '.join(head)} |", "| ---: | ---: | :--- |"]
    for point in points:
        ids = point.texts[number]
        text = literal(shown(ids, found.corpus))
        if tables is not None:
            whole = [*asked.ids[len(beginning_of(found.corpus)) :].tolist(), *ids]
            text += " ✗" if NOWHERE in tables.follow(whole) else " ✓"
        lines.append(f"| {point.step:,} | {percent(float(point.next[number, token]))} | {text} |")
    return "\n".join(lines)
