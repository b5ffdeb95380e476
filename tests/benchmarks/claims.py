"""What one seed of a demo says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from rnncore.experiments.examples import Finished

Claims = Mapping[str, bool]


class Outcome(NamedTuple):
    """What was true of one seed, and the trainings by the names under which they are kept."""

    claims: Claims
    races: Mapping[str, Finished] = {}
