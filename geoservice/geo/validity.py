"""What is wrong with geometries, row by row; mending them is :mod:`geoservice.geo.repair`."""

from __future__ import annotations

import re
from typing import Any, Final

import numpy as np
import pandas as pd
import shapely

from geoservice.geo.arrays import POLYGON, Geometries, Indices, as_geometries, explode, only
from geoservice.geo.measure import area_m2
from geoservice.geo.repair import repair
from geoservice.geo.ringpoints import repeated_points, spikes

__all__ = ["DEFECT_CODES", "INVALID_CODES", "TINY_HOLE_M2", "defects", "polygons_only", "repair"]

TINY_HOLE_M2: Final = 1.0
"""Holes below one square metre are digitising slips rather than land."""

DEFECT_CODES: Final[dict[str, str]] = {
    "null": "No geometry",
    "empty": "An empty geometry",
    "nonfinite": "A coordinate is not a finite number",
    "too_few_points": "Too few different points for a line or a ring",
    "self_intersection": "A ring crosses itself",
    "self_touch": "A ring touches itself in a point",
    "ring_crossing": "Two rings cross or overlap",
    "hole_outside": "A hole lies outside its shell",
    "nested_holes": "A hole lies within another hole",
    "nested_parts": "A part lies within another part",
    "disconnected": "Holes cut the interior into pieces",
    "invalid": "The geometry is not valid",
    "duplicate_points": "A point is repeated",
    "spike": "A boundary runs out and straight back",
    "tiny_hole": "A hole smaller than one square metre",
}
"""Every code of :func:`defects` with its meaning."""
INVALID_CODES: Final = frozenset(list(DEFECT_CODES)[2:12])
"""Codes that make a geometry invalid (OGC Simple Features); the later ones are remarks on valid ones."""

# GEOS says "Self-intersection" both for a ring that crosses itself and for two rings that cross.
_GEOS: Final = {
    "Invalid Coordinate": "nonfinite",
    "Too few points in geometry component": "too_few_points",
    "Self-intersection": "self_intersection",
    "Ring Self-intersection": "self_touch",
    "Hole lies outside shell": "hole_outside",
    "Holes are nested": "nested_holes",
    "Nested shells": "nested_parts",
    "Interior is disconnected": "disconnected",
    "Duplicate Rings": "ring_crossing",
}
_REASON: Final = re.compile(r"^(?P<what>[^\[]+)\[(?P<x>\S+) (?P<y>[^\s\]]+)")


def defects(geoms: Any) -> pd.DataFrame:
    """Report the defects of each geometry, with the place to look at.

    Of the reasons that make a geometry invalid the first is named, as GEOS finds it; remarks on repeated
    points, spikes and tiny holes come beside. Sound rows do not appear. O(coordinates log coordinates).

    Parameters
    ----------
    geoms : array of geometries
        EPSG:4490 longitude and latitude in degrees.

    Returns
    -------
    DataFrame
        ``row`` (position in ``geoms``), ``code`` (a key of :data:`DEFECT_CODES`), ``reason``, ``x``, ``y``
        (degrees, ``NaN`` where there is no place); sorted by row.

    Examples
    --------
    >>> bow = shapely.Polygon([(0, 0), (2, 2), (2, 0), (0, 2)])
    >>> defects([bow, shapely.box(0, 0, 1, 1), None])[["row", "code", "x", "y"]].values.tolist()
    [[0, 'self_intersection', 1.0, 1.0], [2, 'null', nan, nan]]
    """
    array = as_geometries(geoms)
    found = [_absent(array), _invalid(array), *_remarks(array)]
    table = pd.concat([f for f in found if len(f)] or [found[0]], ignore_index=True)
    return table.sort_values("row", kind="stable", ignore_index=True)


def polygons_only(geoms: Any) -> Geometries:
    """Keep the polygons of each geometry: a polygon, a multipolygon, or an empty polygon; O(parts).

    Points and lines, which overlays and repairs leave where edges meet, fall away. ``None`` stays.

    >>> mixed = shapely.GeometryCollection([shapely.Point(0, 0), shapely.box(0, 0, 1, 1)])
    >>> polygons_only([mixed])[0].geom_type
    'Polygon'
    """
    array = as_geometries(geoms)
    kinds = shapely.get_type_id(array)
    mixed = np.flatnonzero((kinds >= 0) & (kinds != 3) & (kinds != 6))
    for row in mixed:
        parts, _ = explode(array[row : row + 1])
        kept = parts[(shapely.get_type_id(parts) == POLYGON) & ~shapely.is_empty(parts)]
        array[row] = (
            kept[0]
            if len(kept) == 1
            else shapely.MultiPolygon(list(kept))
            if len(kept)
            else shapely.Polygon()
        )
    return array


def _table(rows: Any, codes: Any, x: Any = np.nan, y: Any = np.nan, reason: Any = None) -> pd.DataFrame:
    rows = np.asarray(rows, dtype=np.intp)
    codes = np.broadcast_to(np.asarray(codes, dtype=object), rows.shape)
    reasons = [DEFECT_CODES[code] for code in codes] if reason is None else reason
    return pd.DataFrame(
        {
            "row": rows,
            "code": codes.astype(object),
            "reason": np.asarray(reasons, dtype=object),
            "x": np.broadcast_to(np.asarray(x, dtype=np.float64), rows.shape),
            "y": np.broadcast_to(np.asarray(y, dtype=np.float64), rows.shape),
        }
    )


def _absent(array: Geometries) -> pd.DataFrame:
    missing = shapely.is_missing(array)
    gone = np.flatnonzero(missing | shapely.is_empty(array))
    return _table(gone, np.where(missing[gone], "null", "empty"))


def _invalid(array: Geometries) -> pd.DataFrame:
    rows = np.flatnonzero(~shapely.is_valid(array) & ~shapely.is_missing(array))
    codes, reasons, xs, ys = [], [], [], []
    for row, said in zip(rows, shapely.is_valid_reason(array[rows]), strict=True):
        match = _REASON.match(said)
        code = _GEOS.get(match["what"].strip(), "invalid") if match else "invalid"
        if code == "self_intersection" and _rings_are_simple(array[row]):
            code = "ring_crossing"
        codes.append(code)
        reasons.append(DEFECT_CODES[code] if code != "invalid" else said)
        xs.append(float(match["x"]) if match else np.nan)
        ys.append(float(match["y"]) if match else np.nan)
    return _table(rows, np.array(codes, dtype=object), xs, ys, reasons)


def _rings_are_simple(geom: shapely.Geometry) -> bool:
    parts, _ = explode(as_geometries([geom]))
    rings = shapely.get_rings(parts[shapely.get_type_id(parts) == POLYGON])
    return bool(shapely.is_simple(rings).all())


def _remarks(array: Geometries) -> list[pd.DataFrame]:
    # On invalid geometries these would only echo what is said already.
    sound = only(array, shapely.is_valid(array))
    repeats, repeat_points = repeated_points(sound)
    tips, tip_points = spikes(sound)
    holes, hole_points = _tiny_holes(sound)
    return [
        _table(repeats, "duplicate_points", *repeat_points.T),
        _table(tips, "spike", *tip_points.T),
        _table(holes, "tiny_hole", *hole_points.T),
    ]


def _tiny_holes(array: Geometries) -> tuple[Indices, Any]:
    parts, rows = explode(array)
    kept = shapely.get_type_id(parts) == POLYGON
    rings, polygon = shapely.get_rings(parts[kept], return_index=True)
    hole = np.flatnonzero(np.diff(polygon, prepend=-1) == 0)
    small = hole[area_m2(shapely.polygons(rings[hole])) < TINY_HOLE_M2] if hole.size else hole
    where = shapely.get_coordinates(shapely.centroid(rings[small])) if small.size else np.empty((0, 2))
    return rows[kept][polygon[small]], where
