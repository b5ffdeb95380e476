"""Singular values and eigenvalues of the recurrent weights, gate by gate."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from rnncore.cells import CELLS
from rnncore.model import Rnnlm
from rnncore.probes.reading import cell_weights
from rnncore.shapes import Array


class Spectrum(NamedTuple):
    """One gate's square block of Wh.

    For an RNN a small change of the state grows by at most `largest` in one tick, and by `radius`
    a tick in the long run, if every tanh' were 1. Behind a gate's sigmoid neither holds.
    """

    gate: str
    singular_values: Array  # (H,), the largest first
    eigenvalues: NDArray[np.complex128]  # (H,), the largest |value| first

    @property
    def largest(self) -> float:
        """sigma_max, the largest singular value."""
        return float(self.singular_values[0])

    @property
    def radius(self) -> float:
        """rho, the largest |eigenvalue|; never above `largest`."""
        return float(np.abs(self.eigenvalues[0]))


def plain(found: tuple[Spectrum, ...]) -> dict[str, Any]:
    """Spectra as JSON can hold them; `from_plain` takes them back."""
    return {
        "gates": [
            {
                "gate": spectrum.gate,
                "singular_values": spectrum.singular_values.tolist(),
                "real": spectrum.eigenvalues.real.tolist(),
                "imaginary": spectrum.eigenvalues.imag.tolist(),
            }
            for spectrum in found
        ]
    }


def from_plain(payload: Mapping[str, Any]) -> tuple[Spectrum, ...]:
    """The spectra that `plain` wrote."""
    return tuple(
        Spectrum(
            kept["gate"],
            np.array(kept["singular_values"]),
            np.array(kept["real"]) + 1j * np.array(kept["imaginary"]),
        )
        for kept in payload["gates"]
    )


def spectra(model: Rnnlm, layer: int = -1) -> tuple[Spectrum, ...]:
    """The spectrum of every gate of a layer, the top one by default."""
    Wh = cell_weights(model, layer, "float64")[1]
    gates = CELLS[model.config.cell].gates
    blocks = np.split(Wh, len(gates), axis=1)
    return tuple(_spectrum(gate, block) for gate, block in zip(gates, blocks, strict=True))


def _spectrum(gate: str, block: Array) -> Spectrum:
    eigenvalues = np.linalg.eigvals(block).astype(np.complex128)
    order = np.argsort(-np.abs(eigenvalues), kind="stable")
    return Spectrum(gate, np.linalg.svd(block, compute_uv=False), eigenvalues[order])
