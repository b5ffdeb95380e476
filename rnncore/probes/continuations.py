"""Ways to go on from a prompt: drawn, greedy, or searched for; each can be taken up again."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from typing import Literal, NamedTuple, get_args

import numpy as np

from rnncore.beam_search import Beam, beam_search
from rnncore.generation import generate, logits_along
from rnncore.model import Rnnlm
from rnncore.probes.surprise import Told, tell
from rnncore.sampling import Sampling, final, tempered
from rnncore.shapes import Array, Ids
from rnncore.text.grammar_tables import Legal

How = Literal["sample", "greedy", "beam"]
HOWS: tuple[How, ...] = get_args(How)


class Way(NamedTuple):
    """How a text goes on.

    how       "sample" draws by `sampling`, "greedy" always takes the likeliest token, "beam" looks
              for the likeliest text
    sampling  temperature, top-k and top-p of "sample"
    seed      of the draws: the same one draws the same text
    width     of the beam
    """

    how: How = "sample"
    sampling: Sampling = Sampling()
    seed: int = 0
    width: int = 3


class Continuation(NamedTuple):
    """What was written after a prompt.

    ids    its tokens, the given ones first
    told   what the network says of each, at temperature 1 and with nothing cut
    given  how many tokens were given and not chosen
    beam   the tree of a search, which begins after the given ones
    """

    ids: tuple[int, ...]
    told: tuple[Told, ...]
    given: int
    beam: Beam | None

    @property
    def bits(self) -> float:
        """-log2 P(text | prompt)."""
        return sum(one.surprise for one in self.told)


class Next(NamedTuple):
    """What may come next, step by step from scores to what is drawn from; each (V,).

    logits    the scores
    raw       softmax(logits), the network's own distribution
    tempered  the same at the temperature, over what is legal where only that may come
    final     what top-k and top-p leave of it
    """

    logits: Array
    raw: Array
    tempered: Array
    final: Array


def continue_text(
    model: Rnnlm,
    prompt: Ids,
    given: Sequence[int],
    length: int,
    way: Way,
    legal: Legal | None = None,
) -> Continuation:
    """Go on from `prompt` (length >= 1) with the tokens `given`, and then as `way` says, to
    `length` tokens in all.

    A draw is used up for every given token: up to where one was changed, a text stays what its seed
    has drawn, and after it the same luck meets other probabilities. `legal` stands after the
    prompt; where a given token is illegal, it binds nothing. Give a `twin()`: the model's carried
    state is replaced.
    """
    given = list(given)[:length]
    missing = length - len(given)
    start = np.concatenate((prompt, np.array(given, np.int64)))
    after = _after(legal, given)
    beam = None
    if way.how == "beam" and missing:
        beam = beam_search(model, start, missing, way.width, after)
        chosen = beam.path()
    else:
        rng = np.random.default_rng(way.seed)
        rng.random(len(given))
        s = way.sampling if way.how == "sample" else Sampling(0)
        drawn = generate(
            model, start, s.temperature, rng, top_k=s.top_k, top_p=s.top_p, legal=after
        )
        chosen = [int(ids[0]) for ids in islice(drawn, missing)]
    ids = (*given, *chosen)
    told = tell(model, prompt, np.array(ids, np.int64), likeliest=8)
    return Continuation(ids, told, len(given), beam)


def next_token(model: Rnnlm, prompt: Ids, sampling: Sampling, legal: Legal | None = None) -> Next:
    """The steps to the token after `prompt` (length >= 1), in float64. Give a `twin()`: the model's
    carried state is replaced."""
    (logits,) = logits_along(model, prompt, len(prompt) - 1)
    allowed = None if legal is None else legal.tables.p[[legal.state]] > 0
    steps = (
        tempered(logits, 1.0),
        tempered(logits, sampling.temperature, allowed),
        final(logits, sampling, allowed),
    )
    return Next(logits[0], *(step[0] for step in steps))


def _after(legal: Legal | None, given: Sequence[int]) -> Legal | None:
    if legal is None:
        return None
    state = legal.tables.follow(given, legal.state)[-1]
    return None if state < 0 else legal._replace(state=state)
