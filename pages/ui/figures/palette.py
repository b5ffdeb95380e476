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


# The hues are near those of Okabe and Ito. Lightness and chroma were searched for, so that words
# have a contrast of 4.5 with the ground and graphics 3, and colour-blind people tell them apart
# (tests/pages/test_palette.py). The ramp is cividis, which they see as everyone does.
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
    accent="#27427A",
    faint="#66707B",
    grid="#E9ECEF",
    train="#2078C4",
    held_out="#C4500A",
    floor="#00694A",
    rung="#6F757D",
    start="#8D949E",
    gradient="#B0508E",
    cut="rgba(120,128,138,0.13)",
    legal="#00694A",
    mark="#66707B",
    path="#8A929B",
    states=(
        "#07528F",
        "#C43C05",
        "#26A065",
        "#A85F84",
        "#CC8100",
        "#6A96C4",
        "#946CC8",
        "#55534A",
    ),
    ramp=RAMP,
    diverging=((0.0, "#6FB2E0"), (0.5, "#F3F4F6"), (1.0, "#F0A267")),
)

DARK = Palette(
    name="dark",
    text="#E3E6EA",
    ground="#14171B",
    accent="#B7C8F2",
    faint="#9AA4AF",
    grid="#262B31",
    train="#3FA2EC",
    held_out="#EF9858",
    floor="#3DD9A4",
    rung="#858C95",
    start="#6E7680",
    gradient="#E07FC4",
    cut="rgba(150,160,172,0.14)",
    legal="#3DD9A4",
    mark="#9AA4AF",
    path="#6F7883",
    states=(
        "#1F86C4",
        "#F0743F",
        "#45D993",
        "#F792BE",
        "#EBC934",
        "#B4E6FF",
        "#AD94F5",
        "#8C8078",
    ),
    ramp=RAMP,
    diverging=((0.0, "#1F5F94"), (0.5, "#252A31"), (1.0, "#9A4A14")),
)

PALETTES = (LIGHT, DARK)
SYMBOLS = ("circle", "square", "diamond", "triangle-up")


def ink(ground: str) -> str:
    """Black or white: the one that can be read on `ground`, a colour #rrggbb."""
    channels = (int(ground[i : i + 2], 16) / 255 for i in (1, 3, 5))
    linear = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    luminance = sum(share * c for share, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
    return "#000000" if luminance > 0.179 else "#FFFFFF"


def thinned(colour: str, share: float, palette: Palette) -> str:
    """A colour #rrggbb of which only a share is left on the figures' ground, solid."""
    channels = (
        round(share * int(colour[i : i + 2], 16) + (1 - share) * int(palette.ground[i : i + 2], 16))
        for i in (1, 3, 5)
    )
    return "#" + "".join(f"{channel:02X}" for channel in channels)
