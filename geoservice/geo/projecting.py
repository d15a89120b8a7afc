"""From a reference system to its own longitude and latitude: mathematics without a change of datum."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from pyproj import CRS, Transformer

from geoservice.geo.arrays import Coordinates


def moved(transformer: Transformer, coords: Coordinates, inverse: bool = False) -> Coordinates:
    """Run (n, 2) coordinates through a transformer; what does not transform becomes infinite."""
    direction = "INVERSE" if inverse else "FORWARD"
    x, y = transformer.transform(coords[:, 0], coords[:, 1], direction=direction)
    return np.column_stack([x, y])


def geographic_of(crs: CRS) -> CRS:
    """Return the two-dimensional geographic system below ``crs`` (itself when it is one already)."""
    if crs.is_geographic and not crs.is_bound and not crs.is_derived:
        return crs
    base = crs.source_crs if crs.is_bound and crs.source_crs is not None else crs
    geodetic = base.geodetic_crs
    if geodetic is None:
        return base
    return geodetic.to_2d() if len(geodetic.axis_info) > 2 else geodetic


def unprojection(crs: CRS) -> Transformer | None:
    """Return the transformer to :func:`geographic_of` in degrees, east first; ``None`` for the identity."""
    return _unprojection(crs.to_wkt())


def unprojected(coords: Coordinates, crs: CRS) -> Coordinates:
    """Return coordinates of ``crs`` as longitude and latitude of its own datum; O(n)."""
    transformer = unprojection(crs)
    return coords if transformer is None else moved(transformer, coords)


@lru_cache(maxsize=128)
def _unprojection(wkt: str) -> Transformer | None:
    crs = CRS.from_wkt(wkt)
    if crs.is_geographic and not crs.is_derived and _in_degrees(crs):
        return None
    source = crs.source_crs if crs.is_bound and crs.source_crs is not None else crs
    return Transformer.from_crs(source, geographic_of(crs), always_xy=True)


def _in_degrees(crs: CRS) -> bool:
    return abs(crs.axis_info[0].unit_conversion_factor - 0.017453292519943295) < 1e-12
