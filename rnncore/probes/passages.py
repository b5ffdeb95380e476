"""Which passages a look inside a network reads, and what reading them costs: from shapes alone."""

from __future__ import annotations

import math
from typing import NamedTuple

from rnncore.cells import CELLS
from rnncore.config import Config
from rnncore.memory import READ_AT_ONCE, READ_LOGITS, parameter_count
from rnncore.metrics import ONE_STREAM, streams_of
from rnncore.multiply_adds import parts, per_token
from rnncore.probes.reading import WARM_UP
from rnncore.probes.samples import samples_of
from rnncore.shapes import Ids
from rnncore.text.corpus import Corpus

STREAMS = 3
DISTANCES = (24, 64)
"""Shortest and longest gradient profile; between them one and a half times T."""
HELD_OUT_COST, TICK_COST = 1_000_000_000, 200_000
"""Multiply-adds that reading held-out text between epochs may cost, about a tenth of a second of
one core; and what a tick of a layer costs however small it is."""
CLOUD = 20, 16, 24
"""Stretches of text whose states are drawn behind a sentence, states of each, and tokens before."""
FEWEST = 4
"""Ticks and tokens that every passage keeps, however much it is shortened."""
READINGS = 2
"""How often a long held-out text is read as a rule: its streams' guesses, and after them."""
QR, EIGENVALUES, PLANE = 2, 10, 4
"""Multiply-adds of a decomposition: of H x H numbers by H cubed; of states (n, H) by the square of
the smaller of n and H times the larger."""


class Passages(NamedTuple):
    """Lengths in tokens of what is read of a corpus.

    ticks      of the gradient profile, in `streams` stretches, `warm_up` tokens before each
    sample     of generated text, or of each of its strings
    window     ticks and streams of the first training window
    held_out   tokens of held-out text, as between epochs, 0 for none
    cloud      whether the states of CLOUD are measured, and those of the twin sentence
    """

    ticks: int
    streams: int
    warm_up: int
    sample: int
    window: tuple[int, int]
    held_out: int
    cloud: bool = True


class Cost(NamedTuple):
    """Multiply-adds of matrix products, bytes at the peak, and ticks: however small a network is,
    each takes the interpreter some microseconds."""

    multiply_adds: int
    bytes: int
    ticks: int

    def fits(self, budget: Cost) -> bool:
        return all(own <= allowed for own, allowed in zip(self, budget, strict=True))


def passages(config: Config, corpus: Corpus, share: float = 1.0) -> Passages:
    """What a look reads, whole or about `share` of every passage but three: the sentence whose
    states are drawn, held-out text, which the caller may shorten, and what is drawn behind and
    beside the sentence, all or none."""
    T, N = config.time_size, config.batch_size
    streams = max(1, math.floor(N * share))
    return Passages(
        _part(distances(config, corpus), share),
        max(1, math.floor(STREAMS * share)),
        math.floor(WARM_UP[1] * share),
        _part(samples_of(corpus)[1], share),
        (max(min(T, FEWEST), min(T, math.ceil(T * N * share / streams))), streams),
        leading_part(config, corpus),
        share == 1,
    )


def leading_part(config: Config, corpus: Corpus) -> int:
    """Tokens of held-out text that are read between epochs, from its first on: all of them where
    that is cheap; 0 where none are held out.

    Where an update takes long, the part is as large as a twelfth of an update's work allows.
    """
    n, L = len(corpus.valid), config.layers
    if n < 2:
        return 0
    streams, readings = streams_of(n), READINGS if n >= ONE_STREAM else 1
    token = per_token(config, len(corpus.vocabulary))
    if readings * (n * token + n // streams * L * TICK_COST) <= HELD_OUT_COST:
        return n
    update = config.batch_size * config.time_size
    part = max(HELD_OUT_COST // (token + L * TICK_COST), update // 4)
    return min(n, max(part, FEWEST))


def distances(config: Config, corpus: Corpus) -> int:
    """Length of a whole gradient profile."""
    return min(_wanted(config), len(profiled_text(config, corpus)) - 1)


def profiled_text(config: Config, corpus: Corpus) -> Ids:
    """Held-out text, or training text where too little is held out for a profile."""
    return corpus.watched(_wanted(config))


def profile_is_held_out(config: Config, corpus: Corpus) -> bool:
    """Whether enough is held out for a profile."""
    return corpus.holds_out(_wanted(config))


def cost_of(config: Config, corpus: Corpus, chosen: Passages) -> Cost:
    """What it costs to draw a network of these settings and let it read `chosen`.

    Shapes and lengths decide; the corpus's ids are not read. A network that is chaotic reads long
    held-out text once or twice more than is counted here.
    """
    V, L, H = len(corpus.vocabulary), config.layers, config.hidden_size
    G = len(CELLS[config.cell].gates)
    first, cells, outputs = parts(config, V)
    t, N, (T, streams) = chosen.ticks, chosen.streams, chosen.window
    sentence, samples = len(corpus.prompt) + len(corpus.probe), samples_of(corpus)[0]
    flow = N * (chosen.warm_up + t) * cells + 2 * N * t * outputs + N * t * (t + 1) // 2 * G * H * H
    streams_of_cloud, *lengths = CLOUD if chosen.cloud else (0, 0)
    rows = streams_of_cloud * lengths[0] if chosen.cloud else N * t
    long = chosen.held_out >= ONE_STREAM
    held_out = chosen.held_out * (READINGS if long else 1)
    saved = max(0, READ_AT_ONCE - V) * first * (held_out // READ_AT_ONCE)  # tables, not rows
    multiply_adds = (
        parameter_count(config, V)
        + decompositions(config)
        + (1 if chosen.cloud else 2) * flow  # to look, and to aim the plane without a cloud
        + 2 * streams_of_cloud * sum(lengths) * cells
        + PLANE * min(rows, H) ** 2 * max(rows, H)
        + (2 if chosen.cloud else 1) * sentence * cells  # alone or with its twin
        + len(corpus.probe) * outputs
        + (len(corpus.prompt) + samples * chosen.sample) * cells
        + samples * chosen.sample * outputs
        + T * streams * (cells + outputs)
        + held_out * (cells + outputs)
        - saved
    )
    ticks = 2 * (chosen.warm_up + 2 * t) + sentence + len(corpus.prompt) + chosen.sample + T
    ticks += 2 * sum(lengths)
    return Cost(multiply_adds, peak_bytes(config, V, chosen), L * (ticks + chosen.held_out))


def _wanted(config: Config) -> int:
    shortest, longest = DISTANCES
    return min(max(config.time_size + config.time_size // 2, shortest), longest)


def _part(whole: int, share: float) -> int:
    return max(min(whole, FEWEST), math.ceil(whole * share))


def decompositions(config: Config) -> int:
    """Multiply-adds of what the initializer decomposes."""
    G = len(CELLS[config.cell].gates)
    by_cube = {"orthogonal": QR, "spectral": EIGENVALUES}.get(config.initializer, 0)
    return by_cube * config.layers * G * config.hidden_size**3


def peak_bytes(config: Config, V: int, chosen: Passages) -> int:
    """Bytes that are written to at the peak.

    Weights without gradients, and the copies of Wh that each reader has; a decomposed gate; tapes
    and four arrays of logits of the gradient profile; buffers of the first window and of held-out
    text.
    """
    H, L, D = config.hidden_size, config.layers, config.embedding_size
    cell = CELLS[config.cell]
    number = 4 if config.dtype == "float32" else 8
    profiled = chosen.ticks * chosen.streams
    kept = (L * cell.tape_numbers + 4 * len(cell.states)) * H + 4 * V
    buffers = 2 * D + (3 + L * (4 + 5 * len(cell.gates))) * H
    T, N = chosen.window
    at_once = min(READ_AT_ONCE, chosen.held_out)
    read = max(at_once, chosen.warm_up * chosen.streams) + T * N
    copies = (2 if chosen.held_out else 1) * 2 * L * len(cell.gates) * H * H
    gates = 6 * 8 * H * H if config.initializer in ("orthogonal", "spectral") else 0
    floats = (
        parameter_count(config, V)
        + copies
        + profiled * kept
        + read * buffers
        + max(T * N * V, min(at_once * V, READ_LOGITS))
    )
    return floats * number + gates
