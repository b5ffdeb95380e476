"""What the comparison of models over context lengths claims, tried with one seed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

from rnncore.config import Config
from rnncore.experiments.contexts import (
    ORDERS,
    PARTS,
    WORDS,
    Comparison,
    Equal,
    comparison,
    text_config,
)
from rnncore.experiments.standings import (
    best_of_kinds,
    counting,
    last_of_each,
    of_kind,
    prices,
    rival,
)
from rnncore.text.corpus import load_corpus
from tests.benchmarks.claims import Outcome

NEAR_THE_RUNG, ON_THE_RUNG = 0.03, 0.005
"""Bits within which a trained window and a counted n-gram have come to their rung."""


def contexts(seed: int) -> Outcome:
    """On Tiny English, equal parameters: a window that keeps the order comes to its rung at every
    length, a sum gets worse with a third word, and the recurrent network is the best."""
    setup = _only(_setup("tiny-english", seed), {"concatenated": WORDS, "summed": (2, 3)})
    points = last_of_each(setup.run())
    ladder = setup.ladder
    assert ladder is not None
    concatenated, summed = (of_kind(points, kind) for kind in ("concatenated", "summed"))
    recurrent, longer = of_kind(points, "recurrent")[None], rival(points)
    assert longer is not None
    claims = {
        "contexts.near_the_rung": all(
            concatenated[words].bits < ladder[words] + NEAR_THE_RUNG for words in WORDS
        ),
        "contexts.every_word_helps": all(
            concatenated[more].bits < concatenated[fewer].bits for fewer, more in pairwise(WORDS)
        ),
        "contexts.third_word_hurts_a_sum": summed[3].bits > summed[2].bits + 0.3,
        "contexts.recurrent_wins": recurrent.bits <= concatenated[WORDS[-1]].bits,
        "contexts.short_T_is_better": recurrent.bits < longer.bits,
    }
    return Outcome(claims)


def contexts_kept(seed: int) -> Outcome:
    """What is drawn where nothing has been trained: both modes, on every part of the text."""
    if seed:
        return Outcome({})
    modes: tuple[Equal, ...] = ("parameters", "sizes")
    kept = {
        f"contexts.{equal}.{part}": last_of_each(_setup("tiny-english", seed, equal, part).run())
        for equal in modes
        for part in PARTS
    }
    return Outcome({}, {}, kept)


def contexts_counted(seed: int) -> Outcome:
    """On Embedded Reber every n-gram is on its rung, and no window of its length does better; but
    what lies farther back only the recurrent network knows."""
    counted = range(1, ORDERS)
    setup = _only(_setup("embedded-reber", seed), {"concatenated": counted, "summed": counted})
    points = last_of_each(setup.run())
    assert setup.ladder is not None
    found = counting(points)
    claims = {
        "contexts_counted.on_the_rung": max(prices(points, setup.ladder).values()) < ON_THE_RUNG,
        "contexts_counted.no_window_is_better": found.best == found.of,
        "contexts_counted.recurrent_wins": best_of_kinds(points)[0].kind == "recurrent",
    }
    return Outcome(claims)


def contexts_short(seed: int) -> Outcome:
    """On a short story, read letter by letter, the n-gram is better than every network."""
    points = last_of_each(_setup("story-en", seed).run())
    first, second = best_of_kinds(points)[:2]
    wins = first.kind == "ngram" and second.bits > first.bits + 0.1
    return Outcome({"contexts_short.ngram_wins": wins})


def _only(setup: Comparison, windows: Mapping[str, Sequence[int]]) -> Comparison:
    """The same with no windows but these, beside the recurrent networks: how the others come out
    changes nothing for them."""
    return setup._replace(
        networks=tuple(
            network
            for network in setup.networks
            if network.window is None or network.window.words in windows[network.window.kind]
        )
    )


def _setup(corpus: str, seed: int, equal: Equal = "parameters", part: int = 1) -> Comparison:
    config = text_config(Config(corpus=corpus, seed=seed))
    return comparison(config, load_corpus(config), equal, part)
