"""ReferenceRnnlm: the same language model on the readable reference, for proof and reproduction."""

from __future__ import annotations

from rnncore.model import Rnnlm
from rnncore.reference.bptt import unrolled_bptt
from rnncore.shapes import Ids, check_shape


class ReferenceRnnlm(Rnnlm):
    """An Rnnlm whose loss and gradients come from `reference.unrolled_bptt`, tick by tick.

    Same weights, same state, same contract, many times slower. It adds up in the order of the
    book's program: over thousands of updates training is chaotic, a last digit that rounds
    another way grows to percents of perplexity, and only the same order gives the same figures.
    """

    def forward(self, ids: Ids, targets: Ids) -> float:
        check_shape("targets", targets, ids.shape, "(T, N)")
        self._ready_state(ids.shape[1])
        params = {name: self.parameters[name] for name in self.parameters.names}
        self._unrolled = unrolled_bptt(self.config.cell, params, ids, targets, self.state)
        self.state = self._unrolled.state
        return self._unrolled.loss

    def backward(self) -> None:
        for name, gradient in self._unrolled.gradients.items():
            self.parameters.gradient(name)[...] = gradient
