"""What one seed of a demo says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from rnncore.experiments.contexts import ContextPoint
from rnncore.experiments.examples import Finished

Claims = Mapping[str, bool]


class Outcome(NamedTuple):
    """What was true of one seed, and the trainings and comparisons by the names under which they
    are kept."""

    claims: Claims
    races: Mapping[str, Finished] = {}
    comparisons: Mapping[str, Sequence[ContextPoint]] = {}
