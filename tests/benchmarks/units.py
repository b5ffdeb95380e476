"""The number unit: in how many seeds one unit carries agreement at a distance."""

from __future__ import annotations

from rnncore.experiments.units import story_config
from rnncore.probes.silencing import Costs, each_silenced
from rnncore.text.agreement import CONDITIONS, agreement
from rnncore.text.corpus import load_corpus
from rnncore.training.trainer import Trainer
from tests.benchmarks.claims import Outcome

INTACT, BROKEN = 0.97, 0.60
"""Agreement at a distance that the intact network reaches, and that it has at most without its most
important unit."""
FAR = CONDITIONS.index("far")


def costs_of(name: str, seed: int) -> Costs:
    """What silencing costs the network of a story, trained anew."""
    config = story_config(name, seed)
    corpus = load_corpus(config)
    assert corpus.grammar is not None
    trainer = Trainer(config, corpus)
    for _ in trainer.events(evaluate=False):
        pass
    *_, costs = each_silenced(
        trainer.model.twin(), corpus.valid, agreement(corpus.grammar, corpus.valid)
    )
    return costs


def has_number_unit(costs: Costs) -> bool:
    """Whether the claim is true of it."""
    far = costs.agreement[:, FAR]
    return bool(far[0] >= INTACT and far[1:].min() <= BROKEN)


def number_unit(seed: int) -> Outcome:
    """Silencing one unit drops agreement at a distance to chance."""
    return Outcome({"units.number": has_number_unit(costs_of("number", seed))}, {})
