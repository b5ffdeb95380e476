"""The cloud: states of held-out text, each with what is true of it."""

from __future__ import annotations

import numpy as np
import pytest

from rnncore.config import Config
from rnncore.probes.cloud import OTHER, cloud_states, cloud_stretches, state_frame
from rnncore.probes.passages import CLOUD
from rnncore.probes.snapshot import Prober
from rnncore.text.corpus import load_corpus
from rnncore.text.twins import parted
from rnncore.training.trainer import Trainer
from tests.training.runs import some_corpus, trainer

SMALL = {"hidden_size": 7, "embedding_size": 5, "batch_size": 3, "dtype": "float64"}


def small(corpus: str) -> Trainer:
    config = Config.parse({"corpus": corpus, "grammar_tokens": 60_000, **SMALL})
    return Trainer(config, load_corpus(config))


@pytest.mark.parametrize("name", ["tiny-english", "embedded-reber", "story-en"])
def test_a_state_stands_after_its_token_and_the_tokens_before_it(name: str) -> None:
    run = small(name)
    chosen = cloud_stretches(run.config, run.corpus)
    states = cloud_states(run.model.twin(), chosen)
    streams, ticks, warm_up = CLOUD
    assert states.shape == (len(chosen.read), 7) and len(set(chosen.read.tolist())) == len(states)
    if name != "story-en":
        assert len(states) == streams * ticks
    model = run.model.twin()
    for place in (0, ticks - 1, len(states) - 1):
        tick = place % ticks
        end = chosen.read[place] + 1
        model.reset_state()
        alone = model.hidden_states(chosen.text[end - warm_up - tick - 1 : end, None])[-1, 0]
        np.testing.assert_allclose(states[place], alone, atol=1e-12)


@pytest.mark.parametrize(
    "name", ["tiny-english", "embedded-reber", "reber", "lag", "temporal-order", "dyck-2"]
)
def test_what_is_known_of_a_state_is_what_the_grammar_says(name: str) -> None:
    run = small(name)
    corpus, grammar = run.corpus, run.corpus.grammar
    assert grammar is not None
    frame, chosen = state_frame(run.config, corpus), cloud_stretches(run.config, corpus)
    text = corpus.vocabulary.decode(chosen.text)
    along = grammar.states_along(text)
    known = {colouring.name: colouring for colouring in frame.colourings}
    for place, position in enumerate(chosen.read.tolist()):
        assert frame.tokens[place] == text[position]
        phrase, following = known["phrase"], known["next"]
        assert phrase.values[phrase.cloud[place]] == grammar.phrases[along[position]]
        said = following.values[following.cloud[place]]
        assert said in (text[position + 1], OTHER)
    if name == "reber":
        assert "memory" not in known
    else:
        memory = known[{"tiny-english": "number", "dyck-2": "innermost"}.get(name, "memory")]
        expected = [grammar.memory(along[position]) for position in chosen.read.tolist()]
        if name == "dyck-2":  # of a stack the bracket that has to be closed next
            expected = [stack[-1:] for stack in expected]
        assert [memory.values[i] for i in memory.cloud] == expected
        assert memory.values[-1] == OTHER  # what is nothing comes last
    for colouring in frame.colourings:
        assert len(colouring.sentence) == len(colouring.twin) == len(corpus.probe)
        assert len(set(colouring.values)) == len(colouring.values)


def test_the_number_is_open_from_the_noun_to_its_verb() -> None:
    run = small("tiny-english")
    number, *_ = state_frame(run.config, run.corpus).colourings
    sentence = [number.values[i] for i in number.sentence]
    twin = [number.values[i] for i in number.twin]
    assert sentence == ["", "", *["singular"] * 8, "", "", ""]
    assert twin == ["", "", *["plural"] * 8, "", "", ""]


def test_plain_text_has_the_class_of_the_token_and_of_the_next_one() -> None:
    run = small("story-en")
    frame, chosen = state_frame(run.config, run.corpus), cloud_stretches(run.config, run.corpus)
    own, following = frame.colourings
    assert (own.name, following.name) == ("class", "next_class")
    text = "".join(run.corpus.vocabulary.decode(chosen.text))
    for place, position in enumerate(chosen.read.tolist()):
        vowel = text[position].lower() in "aeiou"
        assert (own.values[own.cloud[place]] == "vowel") == vowel
        vowel = text[position + 1].lower() in "aeiou"
        assert (following.values[following.cloud[place]] == "vowel") == vowel
    assert following.values[following.sentence[-1]] == OTHER  # nobody knows what comes then


@pytest.mark.parametrize(("train", "valid"), [(2, 0), (3, 0), (30, 0), (161, 26), (161, 2)])
def test_little_text_has_a_smaller_cloud(train: int, valid: int) -> None:
    run = trainer(some_corpus(train=train, valid=valid), batch_size=1, time_size=1)
    prober = Prober(run)
    cloud, frame = prober.cloud(), prober.run_view().states
    assert frame is not None and 1 <= len(cloud.points) == len(frame.tokens)
    assert len(cloud.points) % frame.stretch == 0


def test_the_plane_shows_upwards_what_parts_the_sentence_from_its_twin() -> None:
    run = small("tiny-english")
    prober = Prober(run)
    view, frame = prober.snapshot(), prober.run_view().states
    assert frame is not None
    apart = parted(run.corpus.probe, frame.twin)
    own, twin = np.array(view.states), np.array(view.twin)
    np.testing.assert_allclose(own[: apart.start], twin[: apart.start], atol=1e-4)
    across, up = (twin - own)[list(apart)].mean(axis=0)
    assert up > 0 and across == pytest.approx(0, abs=1e-4)
    model = run.model.twin()
    words = [*run.corpus.prompt, *frame.twin]
    hidden = model.hidden_states(run.corpus.vocabulary.encode(words)[:, None])
    expected = prober.plane.project(hidden[-len(frame.twin) :, 0])
    np.testing.assert_allclose(twin, expected, atol=1e-4)


def test_the_cloud_stands_in_the_same_plane_to_three_decimals() -> None:
    run = small("lag")
    prober = Prober(run)
    states = cloud_states(run.model.twin(), cloud_stretches(run.config, run.corpus))
    np.testing.assert_allclose(prober.cloud().points, prober.plane.project(states), atol=6e-4)
    assert prober.cloud() == prober.cloud()
    assert all(round(x, 3) == x and round(y, 3) == y for x, y in prober.cloud().points)
