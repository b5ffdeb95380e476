"""The story "T too short", and the same training with a long window to set beside it."""

from __future__ import annotations

from rnncore.config import Config
from rnncore.experiments.examples import finished
from rnncore.experiments.race import RacePoint, race
from rnncore.presets import preset_config
from rnncore.text.corpus import load_corpus
from rnncore.text.windows import Windows
from rnncore.views import Ghost

STORY = "t_too_short"
LONG = 20
"""Window of the other training: few strings of the language are longer."""
POINTS = 100
INDIFFERENT = ("time_size", "epochs", "temperature", "pace", "threads")
"""Settings that a run may choose otherwise and still be the story's: they leave its curve as it is,
or are the difference that is shown."""


def window_race(seed: int = 0, T: int = LONG) -> list[RacePoint]:
    """Train with the story's settings but windows of T ticks, for as many updates as the story
    makes; each point is measured on the whole held-out text."""
    story = preset_config(STORY, seed=seed)
    corpus = load_corpus(story)
    windows = Windows(corpus.train, story.batch_size, story.time_size, story.window_scheme)
    tokens = story.epochs * windows.updates_per_epoch * story.batch_size * T
    config, whole = story.with_changes(time_size=T), len(corpus.valid)
    return list(race((config,), corpus, tokens, tokens // POINTS, held_out=whole))


def ghost_of(config: Config) -> Ghost | None:
    """The kept training with a long window, to be drawn beneath a run that began with this config;
    None unless the run is the story, but for what is in INDIFFERENT."""
    story = preset_config(STORY)
    alike = {name: getattr(story, name) for name in INDIFFERENT}
    if config.with_changes(**alike) != story or config.time_size == LONG:
        return None
    points = finished(STORY).points
    updates, bits = zip(*((point.step, point.bits) for point in points), strict=True)
    return Ghost(f"T = {LONG}", updates, bits, LONG)
