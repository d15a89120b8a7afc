"""The tile grid WebMercatorQuad (OGC 17-083r4, annex D.1): tiles, their boxes in degrees, and tile units."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

EXTENT: Final = 4096
"""Units along the side of a tile."""

BUFFER: Final = 64
"""Units beyond the side that are still drawn, so that outlines do not end at the edge."""

MAX_ZOOM: Final = 22
MAX_LATITUDE: Final = math.degrees(math.atan(math.sinh(math.pi)))


@dataclass(frozen=True)
class Tile:
    """A tile: zoom level, column from the west and row from the north.

    >>> Tile(1, 1, 0).bounds()
    (0.0, 0.0, 180.0, 85.0511287798066)
    """

    z: int
    x: int
    y: int

    @property
    def exists(self) -> bool:
        """Say whether the grid has such a tile."""
        side = 1 << self.z if 0 <= self.z <= MAX_ZOOM else 0
        return 0 <= self.x < side and 0 <= self.y < side

    def bounds(self, buffer: float = 0.0) -> tuple[float, float, float, float]:
        """Return west, south, east, north in degrees, grown by a buffer in tile units."""
        side, margin = 1 << self.z, buffer / EXTENT
        west, east = ((self.x + edge) / side * 360.0 - 180.0 for edge in (-margin, 1 + margin))
        south, north = (_latitude((self.y + edge) / side) for edge in (1 + margin, -margin))
        return max(west, -180.0), max(south, -90.0), min(east, 180.0), min(north, 90.0)


def to_units(tile: Tile, lonlat: NDArray[np.float64]) -> NDArray[np.float64]:
    """Turn degrees (n, 2) into tile units, x to the east and y to the south. O(n)."""
    scale = float(1 << tile.z) * EXTENT
    latitude = np.radians(np.clip(lonlat[:, 1], -MAX_LATITUDE, MAX_LATITUDE))
    units = np.empty_like(lonlat)
    units[:, 0] = (lonlat[:, 0] + 180.0) / 360.0 * scale - tile.x * EXTENT
    units[:, 1] = (0.5 - np.arcsinh(np.tan(latitude)) / (2.0 * np.pi)) * scale - tile.y * EXTENT
    return units


def to_degrees(tile: Tile, units: NDArray[np.float64]) -> NDArray[np.float64]:
    """Turn tile units (n, 2) back into degrees. O(n)."""
    scale = float(1 << tile.z) * EXTENT
    across = (units[:, 0] + tile.x * EXTENT) / scale
    down = (units[:, 1] + tile.y * EXTENT) / scale
    degrees = np.empty_like(units)
    degrees[:, 0] = across * 360.0 - 180.0
    degrees[:, 1] = np.degrees(np.arctan(np.sinh(np.pi * (1.0 - 2.0 * down))))
    return degrees


def tile_at(longitude: float, latitude: float, z: int) -> Tile:
    """Return the tile of a zoom level that a point in degrees lies in.

    >>> tile_at(119.5, 33.2, 13)
    Tile(z=13, x=6815, y=3294)
    """
    units = to_units(Tile(z, 0, 0), np.array([[longitude, latitude]]))[0] / EXTENT
    last = (1 << z) - 1
    column, row = (min(max(math.floor(value), 0), last) for value in units)
    return Tile(z, column, row)


def _latitude(down: float) -> Any:
    return math.degrees(math.atan(math.sinh(math.pi * (1.0 - 2.0 * down))))
