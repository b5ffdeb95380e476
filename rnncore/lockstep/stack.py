"""Trainings that make their updates together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from time import perf_counter

import numpy as np

from rnncore.lockstep.network import StackedNetwork
from rnncore.lockstep.optimizers import STACKED_OPTIMIZERS
from rnncore.lockstep.shape import Shape, shape_of
from rnncore.optimizers import clip, global_norm
from rnncore.training.events import Step
from rnncore.training.trainer import Diverged, Trainer


@dataclass
class Made:
    """What one run has made of its updates: fewer than asked for if it has diverged."""

    steps: list[Step] = field(default_factory=list)
    diverged: Diverged | None = None


class Stack:
    """The buffers for runs of one shape. Between two calls all state is in the trainers.

    So a run joins by being handed in and leaves by not being handed in, and whatever is done with
    a trainer between two calls (measure, save, change a setting) is done as if it trained alone.
    """

    def __init__(self) -> None:
        self._made_for: tuple[Shape, tuple[float, ...]] | None = None

    @np.errstate(over="ignore", invalid="ignore", divide="ignore")  # `judge` sees what comes of it
    def advance(self, trainers: Sequence[Trainer], updates: int) -> list[Made]:
        """Let each trainer make so many updates, with the bits of `Trainer.step`.

        One that diverges keeps its last good state, as `Trainer.step` says, and the others go on.
        Those whose shape is None make theirs one after the other. `Step.seconds` counts a run's
        share of the common time.
        Raises   ValueError if the trainers are not of one shape.
        """
        shapes = {shape_of(one.config, one.model.vocabulary_size) for one in trainers}
        if len(shapes) > 1:
            raise ValueError("these trainings are not of one shape; group them by shape_of")
        shape = next(iter(shapes), None)
        made = [Made() for _ in trainers]
        going, left = list(range(len(trainers))), updates
        while left and len(going) > 1 and shape is not None:
            left -= self._together(
                shape, [trainers[k] for k in going], left, [made[k] for k in going]
            )
            going = [k for k in going if made[k].diverged is None]
        for k in going:
            _alone(trainers[k], left, made[k])
        return made

    def _together(
        self, shape: Shape, trainers: Sequence[Trainer], updates: int, made: Sequence[Made]
    ) -> int:
        """Make updates until a run diverges, at most so many: how many."""
        self._load(shape, trainers)
        number = 0
        try:
            while number < updates and not any(each.diverged for each in made):
                self._update(trainers, made)
                number += 1
        finally:  # also when it is interrupted: the trainers have counted the updates before
            for k, trainer in enumerate(trainers):
                if made[k].diverged is None:
                    self._store(k, trainer)
        return number

    def _load(self, shape: Shape, trainers: Sequence[Trainer]) -> None:
        """Take over the trainers' weights, moments and states."""
        made_for = shape, tuple(one.config.dropout for one in trainers)
        if made_for != self._made_for:
            self._made_for = made_for
            self._reserve(shape, trainers)
        network, optimizer = self._network, self._optimizer
        for k, trainer in enumerate(trainers):
            network.values[k] = trainer.model.parameters.values
            for name, moments in optimizer.moments.items():
                moments[k] = trainer.optimizer.moments[name]
            network.set_state(k, trainer.model.state)

    def _reserve(self, shape: Shape, trainers: Sequence[Trainer]) -> None:
        self._network = network = StackedNetwork(shape, [one.config for one in trainers])
        self._optimizer = STACKED_OPTIMIZERS[shape.optimizer](network.values, network.gradients)
        self._ids = np.zeros((2, len(trainers), *shape.window), np.int64)

    def _update(self, trainers: Sequence[Trainer], made: Sequence[Made]) -> None:
        started = perf_counter()
        network, (ids, targets) = self._network, self._ids
        network.carry()
        plans = [trainer.plan() for trainer in trainers]
        for k, plan in enumerate(plans):
            ids[k], targets[k] = plan.window.xs, plan.window.ts
            if plan.forgets:
                network.forget(k)
        losses = network.forward(ids, targets, [each.model.rng for each in trainers]).tolist()
        network.backward()
        norms = [global_norm(row) for row in network.rows]
        for k, (trainer, plan) in enumerate(zip(trainers, plans, strict=True)):
            failure = trainer.judge(losses[k], norms[k], plan.rate)
            if failure is not None:  # its row of weights is of no use from now on
                made[k].diverged = failure
                begins = plan.forgets or not trainer.steps
                self._store(k, trainer, before=True, begins=begins)
            clip(network.rows[k], norms[k], trainer.config.max_grad_norm)
        self._optimizer.update([plan.rate for plan in plans], [one.steps for one in trainers])
        share = (perf_counter() - started) / len(trainers)
        for k, (trainer, plan) in enumerate(zip(trainers, plans, strict=True)):
            if made[k].diverged is None:
                made[k].steps.append(trainer.close(losses[k], norms[k], plan.rate, share))

    def _store(
        self, k: int, trainer: Trainer, *, before: bool = False, begins: bool = False
    ) -> None:
        """Bring row k back to its trainer; `before` the update, of whose window nothing is kept,
        and which perhaps `begins` without a state."""
        network = self._network
        trainer.model.parameters.values[...] = network.values[k]
        moments = {name: rows[k] for name, rows in self._optimizer.moments.items()}
        trainer.optimizer.restore(moments, trainer.steps)
        if begins:
            trainer.model.reset_state()
        else:
            trainer.model.state = network.first_state(k) if before else network.state(k)


def _alone(trainer: Trainer, updates: int, made: Made) -> None:
    try:
        for _ in range(updates):
            made.steps.append(trainer.step())
    except Diverged as failure:
        made.diverged = failure
