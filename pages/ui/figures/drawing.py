"""A figure while it is being drawn: plain dictionaries, which plotly checks once, at the end."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import plotly.graph_objects as go


class Drawing:
    """Traces, shapes, annotations and layout of one figure, under the names of plotly's methods.

    A `go.Figure` checks and copies what it holds with every addition: the four figures of the
    Overview took 70 ms each. Checked once they take 6.
    """

    def __init__(self, layout: Mapping[str, Any]) -> None:
        self._traces: list[Mapping[str, Any]] = []
        self._shapes: list[Mapping[str, Any]] = []
        self._annotations: list[Mapping[str, Any]] = []
        self._layout = dict(layout)

    def add_traces(self, traces: Iterable[Mapping[str, Any]]) -> None:
        """Draw traces, each with its `type`, above those that are there."""
        self._traces.extend(traces)

    def add_scatter(self, **trace: Any) -> None:
        self._traces.append({"type": "scatter", **trace})

    def add_bar(self, **trace: Any) -> None:
        self._traces.append({"type": "bar", **trace})

    def add_heatmap(self, **trace: Any) -> None:
        self._traces.append({"type": "heatmap", **trace})

    def add_shape(self, **shape: Any) -> None:
        self._shapes.append(shape)

    def add_hline(self, y: float, **shape: Any) -> None:
        """A line over the whole width of the first plot."""
        self.add_shape(type="line", xref="x domain", x0=0, x1=1, yref="y", y0=y, y1=y, **shape)

    def add_vline(self, x: float, **shape: Any) -> None:
        """A line over the whole height of the first plot."""
        self.add_shape(type="line", yref="y domain", y0=0, y1=1, xref="x", x0=x, x1=x, **shape)

    def add_annotation(self, **annotation: Any) -> None:
        self._annotations.append(annotation)

    def update_layout(self, **layout: Any) -> None:
        """Change parts of the layout: what is not named inside a part stays."""
        for name, part in layout.items():
            present = self._layout.get(name)
            both = isinstance(part, Mapping) and isinstance(present, Mapping)
            self._layout[name] = {**present, **part} if both else part  # type: ignore[dict-item]

    def finish(self) -> go.Figure:
        """The figure. Raises ValueError for a property that plotly does not know."""
        drawn = {"shapes": self._shapes, "annotations": self._annotations}
        return go.Figure(self._traces, {**self._layout, **{n: d for n, d in drawn.items() if d}})
