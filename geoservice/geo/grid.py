"""Put coordinates on a decimal grid so that boundaries which are shared stay the same numbers."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import shapely

from geoservice.geo.arrays import POLYGON, Geometries, as_geometries, explode
from geoservice.geo.ringpoints import repeated_points

STORED_DECIMALS: Final = 9
"""Decimals of stored degrees: 1e-9 degree is 0.1 mm on the ground."""


def snap(geoms: Any) -> Geometries:
    """Return geometries with every coordinate on the 1e-9 degree grid, as valid as they came.

    Each vertex is rounded by itself (the "pointwise" mode of ``set_precision``): its new place depends on
    nothing but itself, so a vertex two parcels share stays shared, in whatever file, order or year they come.
    Rounding the whole geometry at once (the "valid output" mode) may add or drop vertices on one side only.
    A vertex lying on a neighbour's edge may leave that edge by at most 0.1 mm.

    The rounding is done on the numbers and not by ``set_precision`` itself, because that would stamp the
    geometries with a precision that later overlays would silently round to. ``snap`` is idempotent, and the
    numbers are the doubles nearest to their decimals. Where a valid geometry would become invalid, holes and
    parts thinner than the grid are dropped, and only if that does not help is it rounded as a whole, which
    may leave it empty. Invalid geometries are rounded pointwise and stay invalid: repairing is another verb.
    Repeated points are removed. O(coordinates).

    Examples
    --------
    >>> snap([shapely.Point(120.12345678949, 34)])[0].x
    120.123456789
    """
    return round_to(geoms, STORED_DECIMALS)


def round_to(geoms: Any, decimals: int) -> Geometries:
    """Return two-dimensional geometries rounded to ``decimals``; see :func:`snap` for how and why."""
    flat: Geometries = shapely.force_2d(as_geometries(geoms))
    # Adding zero turns -0.0 into 0.0, so that equal places are equal texts.
    rounded: Geometries = shapely.transform(flat, lambda c: np.round(c, decimals) + 0.0)
    sound = shapely.is_valid(rounded)
    broken = np.flatnonzero(~sound & ~shapely.is_missing(rounded))
    for row in broken[shapely.is_valid(flat[broken])]:
        shed = _without_collapsed(rounded[row])
        rounded[row] = shed if shed.is_valid else _round_whole(flat[row], decimals)
    _drop_repeats(rounded)
    return rounded


def _drop_repeats(geoms: Geometries) -> None:
    """Remove repeated points of valid geometries in place; most have none and are left untouched."""
    rows, _ = repeated_points(geoms)
    rows = rows[shapely.is_valid(geoms[rows])]
    geoms[rows] = shapely.remove_repeated_points(geoms[rows], 0.0)


def _without_collapsed(geom: shapely.Geometry) -> shapely.Geometry:
    """Drop holes and parts whose rings enclose nothing any more; every other vertex stays in its place."""
    parts, _ = explode(as_geometries([geom]))
    if (shapely.get_type_id(parts) != POLYGON).any():
        return geom
    kept = [_without_collapsed_holes(part) for part in parts if _encloses(part.exterior)]
    if not kept:
        return shapely.Polygon()
    return kept[0] if geom.geom_type == "Polygon" else shapely.MultiPolygon(kept)


def _without_collapsed_holes(part: shapely.Polygon) -> shapely.Polygon:
    return shapely.Polygon(part.exterior, [hole for hole in part.interiors if _encloses(hole)])


def _encloses(ring: shapely.LinearRing) -> bool:
    return bool(shapely.area(shapely.Polygon(ring)) > 0)


def _round_whole(geom: shapely.Geometry, decimals: int) -> shapely.Geometry:
    whole = shapely.set_precision(geom, 10.0**-decimals, mode="valid_output")
    # A grid size of 0 takes the stamp off again.
    plain = shapely.set_precision(whole, 0)
    return shapely.transform(plain, lambda c: np.round(c, decimals) + 0.0)
