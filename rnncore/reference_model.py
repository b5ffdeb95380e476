"""ReferenceRnnlm: the same language model on the readable reference, for proof and reproduction."""

from __future__ import annotations

from rnncore.cells import CELLS
from rnncore.model import Rnnlm
from rnncore.reference.bptt import unrolled_bptt
from rnncore.shapes import Array, Ids, check_ids, check_shape


class ReferenceRnnlm(Rnnlm):
    """An Rnnlm whose loss and gradients come from `reference.unrolled_bptt`, tick by tick.

    Same weights, same state, same contract, many times slower. It adds up in the order of the
    book's program: over thousands of updates training is chaotic, a last digit that rounds
    another way grows to percents of perplexity, and only the same order gives the same figures.
    """

    def forward(self, ids: Ids, targets: Ids, *, train: bool = False) -> float:
        check_shape("ids", ids, (None, None), "(T, N)")
        check_ids("ids", ids, self.vocabulary_size)
        self._check_targets(ids, targets)
        self._ready_state(ids.shape[1])
        masks = self._draw_masks(ids.shape[1], train)
        params = {name: self.parameters[name] for name in self.parameters.names}
        cell = CELLS[self.config.cell]
        self._unrolled = unrolled_bptt(cell, params, ids, targets, self.state, masks)
        self.state = self._unrolled.state
        return self._unrolled.loss

    def _draw_masks(self, N: int, train: bool) -> list[Array | None]:
        widths = [self.config.embedding_size] + [self.config.hidden_size] * self.config.layers
        dtype = self.config.dtype
        return [d.draw(N, K, dtype, train) for d, K in zip(self._dropouts, widths, strict=True)]

    def backward(self) -> None:
        for name, gradient in self._unrolled.gradients.items():
            self.parameters.gradient(name)[...] = gradient

    @property
    def hidden(self) -> Array:
        return self._unrolled.hidden

    @property
    def hidden_gradients(self) -> Array:
        return self._unrolled.hidden_gradients
