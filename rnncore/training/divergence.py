"""When training is lost, and the sentence that says so."""

from __future__ import annotations

import math

from rnncore.errors import RnnError

SMOOTHING = 0.05
"""Weight of the newest loss in the running mean that tells a bad window from a lost run."""


class Diverged(RnnError):
    """Loss or gradient is no longer a number, or the loss has left all bounds."""


def is_sound(mean_loss: float, norm: float, vocabulary_size: int) -> bool:
    """Whether training goes on: a model that only guesses has the loss ln V."""
    limit = 3 * math.log(vocabulary_size) + 3
    return math.isfinite(norm) and mean_loss < limit  # a NaN loss fails the comparison


def diverged(loss: float, norm: float, step: int, rate: float, *, clipped: bool) -> Diverged:
    """What broke after `step` updates, and what to try: clipping only where it is off."""
    gradient = math.isfinite(loss) and not math.isfinite(norm)
    broken, value = ("gradient norm", norm) if gradient else ("loss", loss)
    advice = "" if clipped else ", or clip the gradient"
    return Diverged(
        "diverged_gradient" if gradient else "diverged",
        f"The {broken} reached {value:.3g} after {step} updates at learning rate "
        f"{rate:g}: training has diverged; go back to a good state and try half the rate"
        f"{advice}.",
        loss=f"{loss:.3g}",
        norm=f"{norm:.3g}",
        step=step,
        learning_rate=f"{rate:g}",
    )
