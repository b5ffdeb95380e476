"""The cell's equations in LaTeX, with the term that is being computed marked."""

from __future__ import annotations

from collections.abc import Sequence

from pages.ui.figures.palette import Palette
from rnncore.cells import graph_of
from rnncore.probes.cell.arithmetic import Written, factor, number
from rnncore.probes.cell.steps import CellStep
from rnncore.probes.cell.trace import CellTrace


def equations(trace: CellTrace, stop: CellStep, palette: Palette) -> str:
    """The equations: what is not computed yet is faint, what is active has the accent."""
    order = [node.name for node in trace.nodes]
    at = {"entry": -1, "arrival": len(order)}.get(stop.phase)
    if at is None:
        assert stop.node is not None
        at = order.index(stop.node.name)
    back = stop.phase in ("arrival", "backward")

    def coloured(latex: str, node: str | None) -> str:
        if node is None:
            return _in(palette.text, latex)
        place = order.index(node)
        if place == at:
            return _in(palette.gradient if back else palette.accent, rf"\boldsymbol{{{latex}}}")
        known = back or place < at
        return _in(palette.text if known else palette.rung, latex)

    lines = ["".join(coloured(*part) for part in line) for line in trace.equations]
    lines = [line.replace(r"\quad", r"\;") for line in lines]  # beside a figure room is scarce
    return _stacked(lines)


def step(stop: CellStep, trace: CellTrace, palette: Palette) -> str:
    """The formulas of the active operation: forward its own, backward one for each input."""
    if stop.phase == "arrival":
        states = [trace.wires[name].latex for name in graph_of(trace.cell).after]
        lines = [
            rf"\mathrm{{d}}{latex} = \frac{{\partial L}}{{\partial {latex}}}" for latex in states
        ]
        return _in(palette.gradient, r",\qquad ".join(lines))
    if stop.node is None:
        return ""
    if stop.phase == "forward":
        return _in(palette.accent, stop.node.formula)
    return _stacked([_in(palette.gradient, slope) for slope in stop.node.slopes])


def sums(written: Sequence[Written], others: str, adds: bool) -> str:
    """The numbers of a result written out; `others` says what stands for terms not shown, and
    `adds` that the result is one part of several."""
    equal = r"\mathrel{+}=" if adds else "="
    lines = []
    for entry in written:
        terms = [*entry.terms]
        if entry.others is not None:
            terms.append(rf"{factor(entry.others)}\;\text{{\footnotesize ({others})}}")
        result = rf"= \mathbf{{{unbracketed(factor(entry.result))}}}"
        if number(entry.result) == unbracketed(terms[0]):
            result = ""  # what is only passed on is said once
        if len(terms) == 1:
            lines.append(rf"{entry.name} &{equal} {terms[0]} {result}")
            continue
        lines.append(rf"{entry.name} &{equal} {terms[0]}")
        lines += [rf"&\quad + {term}" for term in terms[1:]]
        lines.append(f"&{result}")
    return r"\begin{aligned}" + r"\\".join(lines) + r"\end{aligned}"


def unbracketed(written: str) -> str:
    """A number without the brackets that a negative one has inside a formula."""
    return written[1:-1] if written.startswith("(-") and written.endswith(")") else written


def _stacked(lines: list[str]) -> str:
    return r"\begin{array}{l}" + r"\\[2pt]".join(lines) + r"\end{array}"


def _in(colour: str, latex: str) -> str:
    return rf"\textcolor{{{colour}}}{{{latex}}}"
