"""Counting, summing, concatenating, recurring: what each makes of more words before the next."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from time import perf_counter
from typing import Literal, NamedTuple

from rnncore.baselines.kneser_ney import KneserNey
from rnncore.baselines.language_model import held_out_loss, sentence_end
from rnncore.baselines.training import window_config
from rnncore.baselines.windows import Kind
from rnncore.config import Config, text_settings
from rnncore.errors import TextError
from rnncore.experiments.taking_turns import Network, Turn, Window, taking_turns
from rnncore.metrics import bits
from rnncore.text.catalog import catalog
from rnncore.text.corpus import Corpus
from rnncore.text.fitted import streams_for

ORDERS, WORDS = 6, (1, 2, 3, 4, 6, 8)
"""n-grams of order 1 ... ORDERS, and the lengths of the windows."""
T, LONG_T = 10, 35
"""Ticks of an update, for all networks; and of a second recurrent network, which reads as many
tokens in fewer updates."""
SIZE = 32
"""D = H of the recurrent network, and of all networks where these have equal sizes."""
READ, EPOCHS, LONGEST_TEXT = 720_000, 20, 200_000
"""Tokens that each network reads in training and how often it reads a text, at most; and tokens of
a text, so that its n-grams are counted in half a second."""
WORK, UPDATE_NUMBERS = 150_000_000_000, 2**22
"""Multiply-adds of all networks reading their training text forwards, about a minute with what
comes back; and logits of the largest update that the second recurrent network may make."""
HELD_OUT, LOGITS = 10_000, 10_000_000
"""Held-out tokens that a point is measured on, and logits that these may take, so that a slice
stays short."""
LEAST_TEXT, LEAST_HELD_OUT = 100, 10
"""Training and held-out tokens below which nothing can be said."""
TEXT, HELD_OUT_PART = 200_000, 0.1
"""Tokens that are drawn of a grammar, held-out ones with them, and their share."""
PARTS = (1, 2, 4, 8, 20)
"""What part of the text may be read: the whole, a half, ..."""

Equal = Literal["parameters", "sizes"]


class ContextPoint(NamedTuple):
    """How a model stands.

    kind        "ngram", "summed", "concatenated" or "recurrent"
    words       how many it reads before the next; None for all there are
    ticks       T, a recurrent network's only
    size        D = H; 0 for an n-gram
    parameters  numbers that it keeps; for an n-gram its n-grams
    updates     made so far; 0 for an n-gram
    tokens      read in training so far, each as often as it was read
    bits        of held-out text per token
    seconds     of counting (all orders together) or training, measuring left out
    over        whether its training is over
    diverged    whether it ended before its time; bits are those of its last sound weights
    """

    kind: str
    words: int | None
    ticks: int
    size: int
    parameters: int
    updates: int
    tokens: int
    bits: float
    seconds: float
    over: bool
    diverged: bool


class Comparison(NamedTuple):
    """Models of every context length on one text, and what is the same for all.

    equal     what the networks share: "parameters" (windows have the largest D = H with which they
              have no more than the recurrent network) or "sizes" (the same D = H)
    config    settings of the recurrent network, from which the others' follow
    corpus    the text that all read, its held-out part as long as a point is measured on
    whole     training tokens that the text has
    most      training tokens that are affordable
    networks  in the order in which they begin
    """

    equal: Equal
    config: Config
    corpus: Corpus
    whole: int
    most: int
    networks: tuple[Network, ...]

    @property
    def text(self) -> int:
        """Different training tokens that all read."""
        return len(self.corpus.train)

    @property
    def tokens(self) -> int:
        """What all networks together read in training."""
        return sum(one.tokens(one.updates(self.corpus)) for one in self.networks)

    @property
    def recurrent(self) -> tuple[Network, ...]:
        """The recurrent network, and the one with a longer T where there is one."""
        return tuple(network for network in self.networks if network.window is None)

    @property
    def ladder(self) -> tuple[float, ...] | None:
        """Bits of the best model that reads 0, 1, ... words; None where nobody knows."""
        grammar = self.corpus.grammar
        return None if grammar is None else grammar.ladder(max(WORDS))

    @property
    def floor(self) -> float | None:
        """Bits of the best model of all; None where nobody knows."""
        grammar = self.corpus.grammar
        return None if grammar is None else grammar.entropy_rate()

    def run(self) -> Iterator[ContextPoint]:
        """Count the n-grams, then train the networks by turns; a slice of work for each point.

        All but the seconds depends on (config, corpus, equal) alone.
        """
        yield from self.counted()
        for turn in taking_turns(self.networks, self.corpus):
            yield self._point(turn)

    def counted(self) -> list[ContextPoint]:
        """The n-grams of all orders, in at most half a second."""
        corpus, V, started = self.corpus, len(self.corpus.vocabulary), perf_counter()
        models = KneserNey.fit_orders(corpus.train, ORDERS, V, sentence_end(corpus))
        seconds = perf_counter() - started
        return [
            ContextPoint(
                "ngram", model.order - 1, 0, 0, model.parameter_count, 0, self.text,
                bits(held_out_loss(model, corpus.valid)), seconds, True, False,
            )
            for model in models
        ]  # fmt: skip

    def _point(self, turn: Turn) -> ContextPoint:
        network, config = turn.network, turn.network.config
        kind, words = network.reads
        return ContextPoint(
            kind,
            words,
            0 if network.window else config.time_size,
            config.hidden_size,
            network.parameters(len(self.corpus.vocabulary)),
            turn.updates,
            network.tokens(turn.updates),
            bits(turn.loss),
            turn.seconds,
            turn.over,
            turn.diverged,
        )


def comparison(
    config: Config, corpus: Corpus, equal: Equal = "parameters", part: int = 1
) -> Comparison:
    """Set up the comparison on a `part`-th of a text: of its training tokens, or of as many as are
    affordable.

    Text, cell and seed are those of `config`; sizes, rate and batches are the experiment's. What it
    costs is known from shapes and lengths: nothing is built or trained here.
    Raises   TextError if the text is too short to say anything, ConfigError if a network needs too
             much memory.
    """
    whole, V = len(corpus.train), len(corpus.vocabulary)
    if whole < LEAST_TEXT or len(corpus.valid) <= LEAST_HELD_OUT:
        raise TextError(
            "short_comparison",
            f"The text has {whole:,} tokens to train on and {len(corpus.valid):,} held out, but at "
            f"least {LEAST_TEXT} and {LEAST_HELD_OUT + 1} were expected; use a longer text, or "
            f"hold more of it out.",
            tokens=f"{whole:,}",
            held_out=f"{len(corpus.valid):,}",
            least=LEAST_TEXT,
            least_held_out=LEAST_HELD_OUT + 1,
        )
    base = settings(config)
    networks = _networks(base, V, equal)
    read = min(READ, WORK // sum(network.per_token(V) for network in networks))
    most = min(whole, LONGEST_TEXT, max(read, LEAST_TEXT))
    n = max(most // part, LEAST_TEXT)
    epochs = min(max(round(read / n), 1), EPOCHS)
    length = {"epochs": epochs, "batch_size": streams_for(n)}
    held_out = min(HELD_OUT, max(LOGITS // V, LEAST_HELD_OUT)) + 1
    cut = replace(
        corpus, train=corpus.train[:n], valid=corpus.valid[:held_out], test=corpus.test[:0]
    )
    return Comparison(
        equal,
        base.with_changes(**length),
        cut,
        whole,
        most,
        tuple(one._replace(config=one.config.with_changes(**length)) for one in networks),
    )


def text_config(config: Config) -> Config:
    """Settings with the text that is compared on. Of a grammar that is TEXT tokens, whatever
    `config` draws of it, and a tenth held out; of another text a tenth if none is."""
    if _is_drawn(config):
        drawn = {"grammar_tokens": TEXT, "max_tokens": 0, "test_fraction": 0.0}
        return config.with_changes(valid_fraction=HELD_OUT_PART, **drawn)
    return config if config.valid_fraction else config.with_changes(valid_fraction=HELD_OUT_PART)


def settings(config: Config) -> Config:
    """Those of the recurrent network: text, cell and seed of `config`, all else the experiment's.
    How long it trains depends on the text's length."""
    kept = {name: getattr(config, name) for name in (*text_settings(), "cell", "seed")}
    return Config.parse(
        kept
        | {
            "embedding_size": SIZE,
            "hidden_size": SIZE,
            "time_size": T,
            "learning_rate": 5e-3,
            "schedule": "cosine",
            "max_grad_norm": 0.5,
        }
    )


def texts_of(most: int) -> dict[int, int]:
    """By what part of it is read, the tokens of a text; parts that are too short are left out."""
    return {part: most // part for part in PARTS if part == 1 or most // part >= LEAST_TEXT}


def _is_drawn(config: Config) -> bool:
    """Whether the text is a grammar's, in the grammar's own tokens."""
    info = catalog().get(config.corpus)
    return (
        info is not None and info.kind == "grammar" and config.tokenizer in ("auto", info.tokenizer)
    )


def _networks(base: Config, V: int, equal: Equal) -> tuple[Network, ...]:
    """The recurrent network, the windows by turns, and the same network with a longer T."""
    networks = [Network(base)]
    kinds: tuple[Kind, ...] = ("concatenated", "summed")
    for words in WORDS:
        for kind in kinds:
            config = base if equal == "sizes" else window_config(base, V, kind, words)
            networks.append(Network(config, Window(kind, words)))
    if base.batch_size * LONG_T * V <= UPDATE_NUMBERS:
        networks.append(Network(base.with_changes(time_size=LONG_T)))
    return tuple(networks)
