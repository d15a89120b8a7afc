"""Where and when the city lies: origin, date of the story and the seeded sources of chance."""

from __future__ import annotations

import zlib
from datetime import date
from typing import Final

import numpy as np

SEED: Final = 20261123
TODAY: Final = date(2026, 11, 23)
"""The day on which the ledgers were handed over; facts lie before it, plans on both sides."""

EPSG: Final = 4528
"""CGCS2000 / 3-degree Gauss-Kruger zone 40, eastings with zone number."""

ORIGIN: Final = (40_462_700.0, 3_675_200.0)
"""Easting and northing in metres of the point everything is drawn around (119.6°E 33.2°N)."""

HALF_WIDTH_M: Final = 14_000.0
HALF_HEIGHT_M: Final = 11_000.0


def chance(theme: str) -> np.random.Generator:
    """Return the random source of one theme, so that themes do not disturb one another.

    Parameters
    ----------
    theme : str
        Name of what is drawn; the same name always gives the same numbers.
    """
    return np.random.default_rng([SEED, zlib.crc32(theme.encode())])
