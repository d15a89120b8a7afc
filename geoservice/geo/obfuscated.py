"""GCJ-02 (火星坐标) and BD-09 of web maps back to the earth: approximately, and never as a survey."""

from __future__ import annotations

from typing import Final, Literal, TypeAlias

import numpy as np

from geoservice.geo.arrays import Coordinates, Floats

Obfuscation: TypeAlias = Literal["GCJ-02", "BD-09"]

ACCURACY_M: Final[dict[Obfuscation, float]] = {"GCJ-02": 5.0, "BD-09": 10.0}
"""What the way back is worth: the shift itself is undone to decimetres, what was drawn is not better than this."""

# The Krassowsky ellipsoid, on which the published approximation of the shift is built.
_AXIS: Final = 6378245.0
_ECCENTRICITY2: Final = 0.00669342162296594323
_ROUNDS: Final = 6


def obfuscation_of(name: str | None) -> Obfuscation | None:
    """Return which obfuscated system a name means, ``None`` for every other system.

    >>> obfuscation_of("gcj02"), obfuscation_of("BD-09"), obfuscation_of("EPSG:4490")
    ('GCJ-02', 'BD-09', None)
    """
    plain = (name or "").upper().replace("-", "").replace("_", "").replace(" ", "")
    if plain in {"GCJ02", "GCJ2002", "火星坐标", "火星坐标系"}:
        return "GCJ-02"
    return "BD-09" if plain in {"BD09", "BD09LL", "百度坐标"} else None


def cleared(lonlat: Coordinates, system: Obfuscation) -> Coordinates:
    """Return longitudes and latitudes of WGS 84 for those of a web map; O(n).

    Examples
    --------
    >>> cleared(np.array([[117.290575, 34.242857]]), "GCJ-02").round(3).tolist()
    [[117.285, 34.244]]
    """
    given = _from_baidu(lonlat) if system == "BD-09" else lonlat
    # The shift is smooth and small: correcting by the error left converges within centimetres.
    placed = given.copy()
    for _ in range(_ROUNDS):
        placed -= shifted(placed) - given
    return placed


def shifted(lonlat: Coordinates) -> Coordinates:
    """Return what a web map shows for places of WGS 84: the published approximation of GCJ-02."""
    x, y = lonlat[:, 0] - 105.0, lonlat[:, 1] - 35.0
    east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * np.sqrt(np.abs(x)) + _waves(x)
    east += (150 * np.sin(x / 12 * np.pi) + 300 * np.sin(x / 30 * np.pi)) * 2 / 3
    north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * np.sqrt(np.abs(x))
    north += (20 * np.sin(6 * x * np.pi) + 20 * np.sin(2 * x * np.pi)) * 2 / 3
    north += (20 * np.sin(y * np.pi) + 40 * np.sin(y / 3 * np.pi)) * 2 / 3
    north += (160 * np.sin(y / 12 * np.pi) + 320 * np.sin(y * np.pi / 30)) * 2 / 3
    latitude = np.radians(lonlat[:, 1])
    root = np.sqrt(1 - _ECCENTRICITY2 * np.sin(latitude) ** 2)
    meridian = _AXIS * (1 - _ECCENTRICITY2) / root**3
    dx = np.degrees(east / (_AXIS / root * np.cos(latitude)))
    dy = np.degrees(north / meridian)
    shown: Coordinates = lonlat + np.column_stack([dx, dy])
    return shown


def _waves(x: Floats) -> Floats:
    waves: Floats = (20 * np.sin(6 * x * np.pi) + 20 * np.sin(2 * x * np.pi)) * 2 / 3
    waves += (20 * np.sin(x * np.pi) + 40 * np.sin(x / 3 * np.pi)) * 2 / 3
    return waves


def _from_baidu(lonlat: Coordinates) -> Coordinates:
    x, y = lonlat[:, 0] - 0.0065, lonlat[:, 1] - 0.006
    turn = np.pi * 3000 / 180
    z = np.hypot(x, y) - 0.00002 * np.sin(y * turn)
    angle = np.arctan2(y, x) - 0.000003 * np.cos(x * turn)
    return np.column_stack([z * np.cos(angle), z * np.sin(angle)])
