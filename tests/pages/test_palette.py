"""Colours that can be read, seen and told apart."""

from __future__ import annotations

import itertools
import tomllib
from pathlib import Path

import numpy as np
import pytest

from pages.ui.figures.palette import PALETTES, Palette, ink
from rnncore.shapes import Array

WORDS = (
    "text",
    "faint",
    "accent",
    "train",
    "held_out",
    "floor",
    "gradient",
    "legal",
    "mark",
    "rung",
)
"""Roles that lines and words have, such as the name at the end of a curve."""
GRAPHICS = ("start", "path")
CURVES = ("train", "held_out", "floor", "gradient", "start", "accent")
"""Roles that stand beside each other in a figure."""
THEMES = tomllib.loads((Path(__file__).parents[2] / ".streamlit" / "config.toml").read_text())[
    "theme"
]

# What people see of linear RGB without one kind of cones, from Machado, Oliveira and Fernandes
# (2009), severity 1.
SIGHTS = {
    "all three": np.eye(3),
    "protanopia": np.array(
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ]
    ),
    "deuteranopia": np.array(
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ]
    ),
    "tritanopia": np.array(
        [
            [1.255528, -0.076749, -0.178779],
            [-0.078411, 0.930809, 0.147602],
            [0.004733, 0.691367, 0.303900],
        ]
    ),
}
XYZ = np.array(
    [
        [0.4124564, 0.3575761, 0.1804375],
        [0.2126729, 0.7151522, 0.0721750],
        [0.0193339, 0.1191920, 0.9503041],
    ]
)
WHITE = np.array([0.95047, 1.0, 1.08883])
APART = 11.0
"""Least distance of two colours in CIELAB; 2.3 is what an attentive eye can just tell."""


def linear(colour: str) -> Array:
    """#rrggbb as linear RGB."""
    channels = np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    return np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)


def contrast(colour: str, ground: str) -> float:
    """The ratio that WCAG 2 defines."""
    dim, bright = sorted(float(XYZ[1] @ linear(each)) for each in (colour, ground))
    return (bright + 0.05) / (dim + 0.05)


def lab(colour: str, sight: str) -> Array:
    """CIELAB coordinates of a colour as people with this sight see it."""
    ratios = XYZ @ np.clip(SIGHTS[sight] @ linear(colour), 0, 1) / WHITE
    x, y, z = np.where(ratios > 0.008856, np.cbrt(ratios), 7.787 * ratios + 16 / 116)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def too_near(colours: dict[str, str]) -> list[tuple[str, str, str]]:
    """Pairs of colours that somebody can hardly tell apart, with the sight that cannot."""
    return [
        (one, other, sight)
        for (one, first), (other, second) in itertools.combinations(colours.items(), 2)
        for sight in SIGHTS
        if np.linalg.norm(lab(first, sight) - lab(second, sight)) < APART
    ]


def test_contrast_is_that_of_wcag() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("palette", PALETTES, ids=lambda palette: palette.name)
def test_words_and_graphics_stand_out_from_the_ground(palette: Palette) -> None:
    least = dict.fromkeys(WORDS, 4.5) | dict.fromkeys(GRAPHICS, 3.0)
    weak = {
        role: round(found, 2)
        for role, wanted in least.items()
        if (found := contrast(getattr(palette, role), palette.ground)) < wanted
    }
    weak |= {
        state: round(found, 2)
        for state in palette.states
        if (found := contrast(state, palette.ground)) < 3
    }
    assert weak == {}


@pytest.mark.parametrize("palette", PALETTES, ids=lambda palette: palette.name)
def test_numbers_can_be_read_on_every_colour_of_the_diverging_scale(palette: Palette) -> None:
    assert min(contrast(palette.text, colour) for _, colour in palette.diverging) >= 4.5


@pytest.mark.parametrize("palette", PALETTES, ids=lambda palette: palette.name)
def test_words_on_a_colour_can_be_read(palette: Palette) -> None:
    assert min(contrast(ink(colour), colour) for colour in palette.states) >= 4.5


@pytest.mark.parametrize("palette", PALETTES, ids=lambda palette: palette.name)
def test_colours_stay_apart_for_everyone(palette: Palette) -> None:
    assert too_near({role: getattr(palette, role) for role in CURVES}) == []
    assert too_near({state: state for state in palette.states}) == []


@pytest.mark.parametrize("palette", PALETTES, ids=lambda palette: palette.name)
def test_the_theme_has_the_palettes_ground_and_a_button_that_can_be_read(palette: Palette) -> None:
    theme = THEMES[palette.name]
    assert theme["backgroundColor"] == palette.ground
    assert theme["textColor"] == palette.text
    # Streamlit writes in white on a button of the primary colour.
    assert contrast("#FFFFFF", theme["primaryColor"]) >= 4.5
    assert contrast(theme["primaryColor"], palette.ground) >= 3
    for ground in (theme["backgroundColor"], theme["secondaryBackgroundColor"]):
        assert contrast(theme["textColor"], ground) >= 4.5
        assert contrast(theme["linkColor"], ground) >= 4.5
