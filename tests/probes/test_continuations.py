"""Ways to go on: replayed from a seed, rewound, and bound to a grammar."""

from __future__ import annotations

import numpy as np
import pytest

from rnncore.config import Config
from rnncore.model import Rnnlm
from rnncore.probes.continuations import HOWS, How, Way, continue_text, next_token
from rnncore.reference.output import softmax
from rnncore.sampling import Sampling
from rnncore.text.corpus import load_corpus
from rnncore.text.grammar_tables import Legal, tables_of
from tests.engine.models import V, cells, small_model

PROMPT = np.array([3, 1, 4])


@cells
@pytest.mark.parametrize("how", HOWS)
def test_a_text_can_be_replayed_and_taken_up_anywhere(cell: str, how: How) -> None:
    model, way = small_model(cell), Way(how, Sampling(0.8, 9, 0.9), seed=7)
    whole = continue_text(model, PROMPT, (), 12, way)
    assert whole.ids == continue_text(model, PROMPT, (), 12, way).ids
    assert len(whole.ids) == 12 and whole.given == 0
    if how != "beam":  # a search from another place may find another text
        again = continue_text(model, PROMPT, whole.ids[:5], 12, way)
        assert again.ids == whole.ids and again.given == 5
    other = (*whole.ids[:5], (whole.ids[5] + 1) % V)
    branch = continue_text(model, PROMPT, other, 12, way)
    assert branch.ids[:6] == other and len(branch.ids) == 12


def test_temperature_zero_is_greedy() -> None:
    model = small_model()
    cold = continue_text(model, PROMPT, (), 10, Way("sample", Sampling(0.0), seed=1))
    assert cold.ids == continue_text(model, PROMPT, (), 10, Way("greedy")).ids
    assert {one.rank for one in cold.told} == {1}
    assert cold.ids == continue_text(model, PROMPT, (), 10, Way("beam", width=1)).ids


def test_bits_are_the_networks_own_whatever_was_drawn_from() -> None:
    model = small_model()
    found = continue_text(model, PROMPT, (), 8, Way("sample", Sampling(2.0, 4), seed=3))
    ids = np.array([*PROMPT, *found.ids])
    model.reset_state()
    losses = model.losses(ids[:-1, None], ids[1:, None])[len(PROMPT) - 1 :]
    assert found.bits == pytest.approx(losses.sum() / np.log(2))


def test_more_given_than_asked_for_is_cut() -> None:
    found = continue_text(small_model(), PROMPT, range(9), 4, Way("beam"))
    assert found.ids == (0, 1, 2, 3) and found.beam is None


@pytest.mark.parametrize("how", HOWS)
@pytest.mark.parametrize("corpus", ["tiny-english", "embedded-reber", "dyck-2"])
def test_legal_only_writes_what_the_grammar_allows(corpus: str, how: How) -> None:
    config = Config(corpus=corpus, grammar_tokens=2_000, hidden_size=5)
    text = load_corpus(config)
    assert text.grammar is not None
    model = Rnnlm(config, len(text.vocabulary))
    tables = tables_of(text.grammar, text.vocabulary)
    legal = Legal(tables, tables.start)
    prompt = text.vocabulary.encode(text.prompt)
    way = Way(how, Sampling(2.0, 5), seed=2)
    found = continue_text(model, prompt, (), 40, way, legal)
    assert text.grammar.walk(text.vocabulary.decode(found.ids)).legal
    free = continue_text(model, prompt, (), 40, way)
    assert not text.grammar.walk(text.vocabulary.decode(free.ids)).legal


def test_the_steps_to_the_next_token() -> None:
    model = small_model()
    steps = next_token(model.twin(), PROMPT, Sampling(0.5, top_k=3))
    logits = model.logits(PROMPT[:, None])[-1, 0]
    np.testing.assert_allclose(steps.logits, logits)
    np.testing.assert_allclose(steps.raw, softmax(logits))
    np.testing.assert_allclose(steps.tempered, softmax(2 * logits))
    best = np.argsort(-logits)[:3]
    assert set(np.flatnonzero(steps.final)) == set(best)
    np.testing.assert_allclose(steps.final[best], softmax(2 * logits[best]))
