"""The colours of the figures: one per role, the same on every page, for light and dark."""

from __future__ import annotations

from typing import NamedTuple


class Palette(NamedTuple):
    """Colours by what they stand for. `states` tells the first states of a sentence apart."""

    name: str
    text: str
    ground: str  # what figures are drawn on
    accent: str  # what is active now
    faint: str  # axis labels, ticks
    grid: str
    train: str
    held_out: str
    floor: str
    rung: str
    start: str  # the network before training, for comparison
    gradient: str
    cut: str  # what truncation hides
    legal: str
    mark: str
    path: str
    states: tuple[str, ...]
    ramp: tuple[tuple[float, str], ...]  # perceptual, from little to much
    diverging: tuple[tuple[float, str], ...]  # from negative to positive; `text` is legible on it


# The roles take their hues from Okabe and Ito's set, which most colour-blind people tell apart;
# the ramp is cividis, which they see as everyone does.
RAMP = (
    (0.0, "#00224E"),
    (0.125, "#123570"),
    (0.25, "#3B496C"),
    (0.375, "#575D6D"),
    (0.5, "#707173"),
    (0.625, "#8A8678"),
    (0.75, "#A59C74"),
    (0.875, "#C3B369"),
    (1.0, "#FEE838"),
)

LIGHT = Palette(
    name="light",
    text="#24292F",
    ground="#FFFFFF",
    accent="#34568B",
    faint="#66707B",
    grid="#E9ECEF",
    train="#56A0D3",
    held_out="#C4500A",
    floor="#00805E",
    rung="#8C8C95",
    start="#B9BFC7",
    gradient="#A8478A",
    cut="rgba(120,128,138,0.13)",
    legal="#00805E",
    mark="#66707B",
    path="#A9B0B8",
    states=(
        "#0072B2",
        "#D55E00",
        "#009E73",
        "#CC79A7",
        "#E0A000",
        "#56B4E9",
        "#7A5195",
        "#6B6B6B",
    ),
    ramp=RAMP,
    diverging=((0.0, "#6FB2E0"), (0.5, "#F3F4F6"), (1.0, "#F0A267")),
)

DARK = Palette(
    name="dark",
    text="#E3E6EA",
    ground="#14171B",
    accent="#8DB0E8",
    faint="#9AA4AF",
    grid="#262B31",
    train="#6DB3E3",
    held_out="#F0955A",
    floor="#3DC79A",
    rung="#858C95",
    start="#59616B",
    gradient="#DE8EC4",
    cut="rgba(150,160,172,0.14)",
    legal="#3DC79A",
    mark="#9AA4AF",
    path="#5C646E",
    states=(
        "#4FA8E0",
        "#F08A4B",
        "#35C99C",
        "#E39CC6",
        "#F0C24B",
        "#8FD3F7",
        "#B28FD0",
        "#A8A8A8",
    ),
    ramp=RAMP,
    diverging=((0.0, "#1F5F94"), (0.5, "#252A31"), (1.0, "#9A4A14")),
)

PALETTES = (LIGHT, DARK)
SYMBOLS = ("circle", "square", "diamond", "triangle-up")
