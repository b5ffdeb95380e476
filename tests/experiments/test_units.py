"""Small trainings with a story: their stages, and what is kept of them."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from rnncore.experiments.examples import share
from rnncore.experiments.units import STAGES, STORIES, story_config, train_in_stages, untrained
from rnncore.text.corpus import load_corpus
from rnncore.training.trainer import Trainer
from tests.engine.models import small_config


@pytest.mark.slow
def test_stages_are_the_network_on_its_way() -> None:
    config = small_config(corpus="tiny-english", grammar_tokens=4_000, epochs=20)
    corpus = load_corpus(config)
    points = list(train_in_stages(config, corpus))
    assert [point.done for point in points] == sorted(point.done for point in points)
    assert points[-1].done == points[-1].of
    stages = points[-1].stages
    assert len(stages) == STAGES and stages[-1].step == points[-1].of
    steps = [stage.step for stage in stages]
    assert steps[0] == 0 and all(b in (2 * a, 2 * a + 1) for a, b in pairwise(steps[1:]))
    trainer = Trainer(config, corpus)
    for stage in stages:
        while trainer.steps < stage.step:
            trainer.step()
        np.testing.assert_array_equal(
            stage.model.parameters.values, trainer.model.parameters.values
        )
    begun = untrained(stages[-1].model)
    np.testing.assert_array_equal(begun.parameters.values, stages[0].model.parameters.values)


def test_stories_differ_in_what_they_tell_and_the_claim_was_tried() -> None:
    assert len({story_config(name).model_dump_json() for name in STORIES}) == len(STORIES)
    assert story_config("number", 7).seed == 7
    tried = share("units.number")
    assert tried.of == 20 and tried.true >= 18
