"""The map frame on the sheet: projection, scale, and from degrees to millimetres of paper."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import cos, floor, log2, log10, radians
from typing import Any, Final

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS, Transformer

BBox = tuple[float, float, float, float]
_NEARLY: Final = 1 + 1e-9
"""What differs by less is one number: logarithms of powers of ten are not exact."""
_SCALE_AT_ZOOM_0: Final = 559_082_264.0
_STEPS: Final = (1.0, 1.25, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0)


@dataclass(frozen=True)
class Frame:
    """A rectangle of paper that shows a part of the city to scale.

    Attributes
    ----------
    width_mm, height_mm : float
        Size on paper.
    scale : int
        Denominator: 1 mm of paper is `scale` mm of ground.
    west_m, north_m : float
        Easting and northing of the upper left corner in the zone of `meridian`, without zone number.
    meridian : int
        Central meridian of the 3° zone (CGCS2000) in degrees.
    """

    width_mm: float
    height_mm: float
    scale: int
    west_m: float
    north_m: float
    meridian: int

    @property
    def zone(self) -> int:
        """Return the number of the 3° zone."""
        return self.meridian // 3

    @property
    def zoom(self) -> float:
        """Return the zoom of a web map that shows things about as large (OGC pixel of 0.28 mm)."""
        latitude = radians((self.north_m - self.height_mm * self.scale / 2000) / 111_000)
        return log2(_SCALE_AT_ZOOM_0 * cos(latitude) / self.scale)

    @property
    def bounds_m(self) -> BBox:
        """Return ``(minx, miny, maxx, maxy)`` of the ground in metres."""
        metres = self.scale / 1000
        return (
            self.west_m,
            self.north_m - self.height_mm * metres,
            self.west_m + self.width_mm * metres,
            self.north_m,
        )

    def millimetres(self, geometries: NDArray[Any]) -> NDArray[Any]:
        """Return geometries in degrees as geometries in millimetres of paper, y downwards."""
        transformer = _projection(self.meridian)
        metres = self.scale / 1000

        def onto(x: NDArray[Any], y: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any]]:
            east, north = transformer.transform(x, y)
            return (east - self.west_m) / metres, (self.north_m - north) / metres

        moved = shapely.transform(geometries, onto, interleaved=False)
        return np.asarray(moved, dtype=object)


def fit(bounds: BBox, width_mm: float, height_mm: float, *, least_scale: int = 500) -> Frame:
    """Return the frame that shows a box of degrees at the largest round scale.

    Parameters
    ----------
    bounds : tuple of float
        ``(minx, miny, maxx, maxy)`` in degrees, CRS84.
    width_mm, height_mm : float
        Size on paper.
    least_scale : int
        Largest scale used, for places that are hardly more than a point.
    """
    meridian = 3 * round((bounds[0] + bounds[2]) / 2 / 3)
    transformer = _projection(meridian)
    west, south, east, north = transformer.transform_bounds(*bounds, densify_pts=21)
    needed = max((east - west) / width_mm, (north - south) / height_mm) * 1000 * 1.04
    scale = max(least_scale, round_scale(needed))
    metres = scale / 1000
    return Frame(
        width_mm,
        height_mm,
        scale,
        (west + east) / 2 - width_mm * metres / 2,
        (south + north) / 2 + height_mm * metres / 2,
        meridian,
    )


def round_scale(needed: float) -> int:
    """Return the next round denominator that is not smaller.

    >>> round_scale(61_234.0), round_scale(100_000.0), round_scale(3_900.0)
    (80000, 100000, 4000)
    """
    power: float = 10.0 ** floor(log10(max(needed, 1)))
    step = next((step for step in _STEPS if step * power * _NEARLY >= needed), 10.0)
    return round(step * power)


def round_length(most: float) -> float:
    """Return the largest of 1, 2, 2.5 or 5 times a power of ten that is not larger: bars and grids.

    >>> round_length(4300.0), round_length(999.0)
    (2500, 500)
    """
    power: float = 10.0 ** floor(log10(most))
    length = max(step for step in (1.0, 2.0, 2.5, 5.0) if step * power <= most * _NEARLY) * power
    return int(length) if length == int(length) else length


@lru_cache(maxsize=8)
def _projection(meridian: int) -> Transformer:
    zone = CRS.from_proj4(
        f"+proj=tmerc +lat_0=0 +lon_0={meridian} +k=1 +x_0=500000 +y_0=0 +ellps=GRS80 +units=m"
    )
    return Transformer.from_crs(CRS.from_epsg(4490), zone, always_xy=True)
