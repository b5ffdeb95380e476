"""Idea 8: one cell against the other: which of them learns to keep the gradient?"""

from __future__ import annotations

from functools import partial

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pages.ui.gradients import reaching
from pages.ui.gradients.figures.race import Course, Level
from pages.ui.gradients.view import look
from pages.ui.inspected.preview import HASHED, corpus_of
from pages.ui.inspected.subject import EXAMPLE, small_config
from pages.ui.visit.i18n import literal
from pages.ui.visit.session import Session
from pages.ui.widgets import held, training
from pages.ui.widgets.predictions import Answer, answered
from pages.ui.widgets.settings import corpus_title
from pages.ui.widgets.training import SlicedTraining
from rnncore.cells import CELLS
from rnncore.config import Config
from rnncore.experiments.cells import LAG, cells_on_lag, cells_on_text, learnt, near_share
from rnncore.experiments.examples import Finished, finished, share
from rnncore.experiments.lag import WITHOUT_MEMORY
from rnncore.experiments.reach import Reach, ReachPoint, ReachRace
from rnncore.text.corpus import Corpus

QUESTION = "gradients.predict.cells"
OPENING = 4
"""Points of the kept training that are shown while the question is open."""
TEXTS = ("lag", "own")
NEAR = 4
"""Tokens back that are near: every cell's gradient arrives there."""
SHIPPED = ("rnn", "lstm", "gru")
"""The cells that the kept race was run with."""


def draw(visit: Session, row: DeltaGenerator) -> None:
    """Draw the race, and how far the gradient of each cell reaches before and after it."""
    t, found = visit.t, look(visit).subject
    text, same_size = _controls(visit)
    names = {
        "lag": t("gradients.cells.lag", lag=LAG),
        "own": literal(corpus_title(visit, found.corpus.name)),
    }
    with row:
        held.segments(visit, "text", "gradients.cells.text", text, TEXTS, names.__getitem__)
        if text == "lag":
            held.toggle(visit, "same_size", "gradients.cells.same_size", same_size)
    kept: str | None = "cells_same_size" if same_size else "cells"
    if text == "lag":
        race, untrained = _on_lag(tuple(CELLS), same_size)
    else:
        configs = _configs(found.config)
        race, untrained = _on_text(configs, corpus_of(configs[0]))
        kept = "cells_text" if configs == _configs(EXAMPLE) else None
    example = finished(kept) if kept and tuple(CELLS) == SHIPPED else None
    name = f"cells:{race.configs[0].model_dump_json()}"
    tells = text == "lag" and example is not None
    under_way = training.buttons(visit, row, name, race.run, reveals=QUESTION if tells else None)
    asked = tells and not answered(visit, QUESTION)
    if example is not None and asked:
        example = example.opening(OPENING)
        st.markdown(t(f"gradients.cells.asked{'_same' if same_size else ''}", lag=LAG))
    else:
        st.markdown(_sentence(visit, text, found.corpus, same_size=same_size))
    training.poll(
        under_way,
        partial(
            _course,
            visit,
            race,
            untrained,
            example,
            None if asked else under_way,
            name,
            text,
            asked=asked,
        ),
    )


def stands(visit: Session) -> bool:
    """Whether the race that is asked about is on the page."""
    return _controls(visit) == (TEXTS[0], False)


def answer(visit: Session) -> Answer:
    """Which cells have learnt the language in the kept race."""
    there = {SHIPPED[runner] for runner in learnt(finished("cells").points)}
    gated = {"lstm", "gru"}
    option = "all" if there == {"rnn", *gated} else "gated" if there == gated else "other"
    counts = {name: str(share(f"cells.{name}").true) for name in SHIPPED}
    return Answer(option, {**counts, "of": str(share("cells.rnn").of)})


def _configs(config: Config) -> tuple[Config, ...]:
    """One for each cell, on the text of `config`."""
    return tuple(small_config(config, cell=cell) for cell in CELLS)


def _controls(visit: Session) -> tuple[str, bool]:
    """The text that is raced on, and whether all cells have as many units."""
    text = visit.value("text", TEXTS[0])
    return text if text in TEXTS else TEXTS[0], visit.value("same_size", 0) != 0


def _course(
    visit: Session,
    race: ReachRace,
    untrained: list[Reach],
    example: Finished | None,
    under_way: SlicedTraining[ReachPoint] | None,
    revision: str,
    text: str,
    *,
    asked: bool,
) -> None:
    t = visit.t
    levels: list[Level] = []
    if race.corpus.grammar is not None:
        levels.append(reaching.floor_line(t, race.corpus.grammar))
    frame = None
    if text == "lag":
        frame = (levels[0].value - 0.02, 1.3)
        levels.append(Level(WITHOUT_MEMORY, t("gradients.lag.without"), "rung"))
    runners = [
        t(
            "gradients.cells.runner",
            cell=t.label("cell.names", config.cell),
            H=config.hidden_size,
        )
        for config in race.configs
    ]
    shown = reaching.standing(under_way, example)
    if text == "lag" and shown is not None and shown.reaches:
        st.markdown(_last_letters(visit, runners, shown))
    reaching.panels(
        visit,
        f"cells_{text}",
        untrained,
        under_way,
        example,
        Course(tuple(runners), race.tokens, tuple(levels), frame=frame),
        revision=revision,
        asked=asked,
        text=t.text_read(race.corpus.holds_out()),
    )


def _sentence(visit: Session, text: str, corpus: Corpus, *, same_size: bool) -> str:
    """What can be said of this race for any seed, and what must be said beside it."""
    t = visit.t
    if text != "lag":
        if corpus.grammar is None or corpus.grammar.name == "lag":
            return t("gradients.cells.other")
        near = f"{near_share(corpus.grammar, NEAR):.0%}"
        return t("gradients.cells.near", share=near, k=NEAR)
    if same_size:
        plain = share("cells_same_size.rnn_fails")
        return t("gradients.cells.same", fails=plain.true, of=plain.of)
    counts = {
        name: share(f"cells.{name}").true for name in ("gru", "lstm", "rnn", "rnn_smaller_rate")
    }
    return t("gradients.cells.honest", lag=LAG, of=share("cells.rnn").of, **counts)


def _last_letters(visit: Session, runners: list[str], shown: Finished) -> str:
    t = visit.t
    said = [
        t("gradients.cells.letter", name=runners[runner], bits=f"{reach.bits:.2f}")
        for runner, reach in sorted(shown.reaches.items())
    ]
    letters = t("gradients.cells.letters", letters=", ".join(said))
    if all(reach.bits <= 1 for reach in shown.reaches.values()):
        return letters
    wrong = t("gradients.race.wrong", guess="1.0")
    return f"{letters} {wrong}"


@st.cache_resource(max_entries=4, show_spinner=False)
def _on_lag(cells: tuple[str, ...], same_size: bool) -> tuple[ReachRace, list[Reach]]:
    race = cells_on_lag(cells, same_size=same_size)
    return race, race.untrained()


@st.cache_resource(
    max_entries=8,
    show_spinner=False,
    hash_funcs=HASHED,
)
def _on_text(configs: tuple[Config, ...], corpus: Corpus) -> tuple[ReachRace, list[Reach]]:
    race = cells_on_text(configs, corpus)
    return race, race.untrained()
