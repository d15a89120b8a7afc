"""The palettes hold what they promise, under normal vision and three colour deficiencies."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from numpy.typing import NDArray

from geoservice.cartography.palettes import OUTLINE, PALETTES, Swatch, contrast, ink_on

Colour = NDArray[np.float64]

# Machado, Oliveira & Fernandes 2009, severity 1.0, in linear RGB.
VISIONS = {
    "normal": np.eye(3),
    "protan": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "deutan": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
    "tritan": np.array(
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]
    ),
}
SRGB_TO_XYZ = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
)
WHITE = np.array([0.95047, 1.0, 1.08883])


def lab(colour: str, vision: Colour) -> Colour:
    """Return CIE L*a*b* (D65) of ``#RRGGBB`` as a vision sees it."""
    channels = np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    xyz = SRGB_TO_XYZ @ np.clip(vision @ linear, 0, 1) / WHITE
    f = np.where(xyz > (6 / 29) ** 3, np.cbrt(xyz), xyz / (3 * (6 / 29) ** 2) + 4 / 29)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def ciede2000(first: Colour, second: Colour) -> float:
    """Return the colour difference ΔE00 (Sharma, Wu & Dalal 2005)."""
    (l1, a1, b1), (l2, a2, b2) = first, second
    mean_c = (np.hypot(a1, b1) + np.hypot(a2, b2)) / 2
    g = 0.5 * (1 - np.sqrt(mean_c**7 / (mean_c**7 + 25.0**7)))
    a1, a2 = a1 * (1 + g), a2 * (1 + g)
    c1, c2 = np.hypot(a1, b1), np.hypot(a2, b2)
    h1, h2 = np.degrees(np.arctan2(b1, a1)) % 360, np.degrees(np.arctan2(b2, a2)) % 360
    grey = c1 * c2 == 0
    turn = 0.0 if grey else (h2 - h1 + 180) % 360 - 180
    dl, dc, dh = l2 - l1, c2 - c1, 2 * np.sqrt(c1 * c2) * np.sin(np.radians(turn / 2))
    mean_l, mean_c = (l1 + l2) / 2, (c1 + c2) / 2
    mean_h = h1 + h2 if grey else (h1 + turn / 2) % 360
    t = (
        1
        - 0.17 * np.cos(np.radians(mean_h - 30))
        + 0.24 * np.cos(np.radians(2 * mean_h))
        + 0.32 * np.cos(np.radians(3 * mean_h + 6))
        - 0.20 * np.cos(np.radians(4 * mean_h - 63))
    )
    sl = 1 + 0.015 * (mean_l - 50) ** 2 / np.sqrt(20 + (mean_l - 50) ** 2)
    sc, sh = 1 + 0.045 * mean_c, 1 + 0.015 * mean_c * t
    spread = 30 * np.exp(-(((mean_h - 275) / 25) ** 2))
    rt = -2 * np.sqrt(mean_c**7 / (mean_c**7 + 25.0**7)) * np.sin(np.radians(2 * spread))
    return float(np.sqrt((dl / sl) ** 2 + (dc / sc) ** 2 + (dh / sh) ** 2 + rt * (dc / sc) * (dh / sh)))


def test_the_difference_formula_agrees_with_its_published_data() -> None:
    # Pairs 1, 7 and 25 of the supplementary data of Sharma, Wu & Dalal 2005.
    pairs = [
        ([50.0, 2.6772, -79.7751], [50.0, 0.0, -82.7485], 2.0425),
        ([50.0, 0.0, 0.0], [50.0, -1.0, 2.0], 2.3669),
        ([60.2574, -34.0099, 36.2677], [60.4626, -34.1751, 39.4387], 1.2644),
    ]
    for first, second, expected in pairs:
        assert ciede2000(np.array(first), np.array(second)) == pytest.approx(expected, abs=1e-4)


def smallest(classes: tuple[Swatch, ...], vision: str) -> float:
    """Return the smallest difference between two classes of different colour that carry no hatching."""
    colours = dict.fromkeys(swatch.colour for swatch in classes if not swatch.hatch)
    seen = [lab(colour, VISIONS[vision]) for colour in colours]
    return min(ciede2000(a, b) for a, b in combinations(seen, 2))


@pytest.mark.parametrize("vision", VISIONS)
@pytest.mark.parametrize("name", ["stage_group", "task_state", "verdict_status"])
def test_classes_stay_apart(name: str, vision: str) -> None:
    assert smallest(PALETTES[name], vision) >= 14.5


def test_stage_groups_reach_the_measured_difference() -> None:
    assert smallest(PALETTES["stage_group"], "normal") == pytest.approx(16.8, abs=0.1)


def test_stages_get_darker_and_carry_their_digit() -> None:
    stages = PALETTES["stage_group"]
    lightness = [lab(swatch.colour, VISIONS["normal"])[0] for swatch in stages]
    assert lightness == sorted(lightness, reverse=True)
    assert [swatch.mark for swatch in stages] == list("1234567")


@pytest.mark.parametrize("name", PALETTES)
def test_marks_are_readable_on_their_colour(name: str) -> None:
    for swatch in PALETTES[name]:
        assert contrast(swatch.colour, ink_on(swatch.colour)) >= 3.9, swatch.value


@pytest.mark.parametrize("vision", VISIONS)
def test_verdicts_stay_apart_on_the_dark_ground_too(vision: str) -> None:
    dark = [swatch.dark or swatch.colour for swatch in PALETTES["verdict_status"]]
    seen = [lab(colour, VISIONS[vision]) for colour in dark]
    assert min(ciede2000(a, b) for a, b in combinations(seen, 2)) >= 14.5
    for swatch, colour in zip(PALETTES["verdict_status"], dark, strict=True):
        assert contrast(colour, ink_on(colour)) >= 3.9, swatch.value


def test_outlines_stand_out_from_the_ground() -> None:
    assert contrast(OUTLINE, "#EAE6DE") >= 7
