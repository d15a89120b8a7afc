"""Mend invalid geometries, and say whether there was only one way to do it."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pandas as pd
import shapely

from geoservice.geo.arrays import Flags, Geometries, as_geometries, explode, only
from geoservice.geo.measure import area_m2
from geoservice.geo.ringpoints import repeated_points

AREA_TOLERANCE: Final = 1e-4
"""Largest relative change of area, and …"""
AREA_TOLERANCE_M2: Final = 1.0
"""… largest absolute one, at which a repair still says nothing new about the land."""

_COLUMNS: Final = [
    "row",
    "geometry",
    "area_before_m2",
    "area_after_m2",
    "area_change_ratio",
    "unambiguous",
    "what",
]


def repair(geoms: Any) -> pd.DataFrame:
    """Repair what is invalid or repeats points; sound and absent geometries do not appear.

    A boundary that crosses itself can be read in several ways, so three readings are compared: the area its
    rings enclose as they run (``area_before_m2``: shells minus holes, each by the shoelace formula), the one
    in which shells add and holes take away (``make_valid`` *structure*), and the one in which every line
    parts inside from outside (*linework*). Where shells and holes neither cross nor double up, the first two
    agree: repeated points, spikes of no width, parts or holes that share an edge, slips below the tolerance.
    Where a ring merely touches itself the second fills the bay it encloses: the first and the third decide.
    In all other cases (a bow-tie with two real lobes, overlapping parts, a hole outside its shell) they
    disagree and the row is ambiguous. Losing a dimension (polygon to line) is never unambiguous.

    Parameters
    ----------
    geoms : array of geometries
        EPSG:4490 longitude and latitude in degrees.

    Returns
    -------
    DataFrame
        ``row``, ``geometry`` (valid, of the same dimension; ``None`` where nothing is left of it),
        ``area_before_m2`` and ``area_after_m2``, ``area_change_ratio`` (largest disagreement ÷ area after,
        ``inf`` when nothing is left), ``unambiguous``, ``what`` (was done, in words).
        O(coordinates log coordinates) of the bad rows.

    Examples
    --------
    >>> bow = shapely.Polygon([(0, 0), (2e-3, 2e-3), (2e-3, 0), (0, 2e-3)])
    >>> repair([bow])[["row", "unambiguous"]].values.tolist()
    [[0, False]]
    """
    array = as_geometries(geoms)
    there = ~shapely.is_missing(array) & ~shapely.is_empty(array)
    invalid = np.flatnonzero(there & ~shapely.is_valid(array))
    repeats = np.setdiff1d(repeated_points(only(array, _finite(array)))[0], invalid)
    records = [_mend(row, array[row]) for row in invalid.tolist()] + [
        _drop(row, array[row]) for row in repeats.tolist()
    ]
    return pd.DataFrame(records, columns=_COLUMNS).sort_values("row", kind="stable", ignore_index=True)


def _drop(row: int, geom: shapely.Geometry) -> tuple[Any, ...]:
    mended = shapely.remove_repeated_points(geom, 0.0)
    before, after = area_m2([geom, mended])
    return row, mended, float(before), float(after), 0.0, True, "removed repeated points"


def _mend(row: int, geom: shapely.Geometry) -> tuple[Any, ...]:
    if not _finite(as_geometries([geom]))[0]:
        return row, None, np.nan, 0.0, np.inf, False, "a coordinate is not a finite number"
    dimension = shapely.get_dimensions(geom)
    linework = _of_dimension(shapely.make_valid(geom, method="linework"), dimension)
    structure = _of_dimension(shapely.make_valid(geom, method="structure", keep_collapsed=False), dimension)
    before = float(area_m2([geom])[0])
    if dimension < 2 or shapely.is_empty(linework) or shapely.is_empty(structure):
        return row, None, before, 0.0, np.inf, False, "nothing is left of it: it has no extent"
    touching = shapely.is_valid_reason(geom).startswith("Ring Self-intersection")
    return _judge(row, before, linework, structure, touching)


def _judge(
    row: int, before: float, linework: shapely.Geometry, structure: shapely.Geometry, touching: bool
) -> tuple[Any, ...]:
    lined, solid = (float(area) for area in area_m2([linework, structure]))
    by_structure = _small(abs(solid - before), solid)
    sure = by_structure or (touching and _small(abs(lined - before), lined))
    chosen, after = (structure, solid) if by_structure else (linework, lined)
    change = abs(after - before) if sure else max(abs(after - before), abs(lined - solid))
    parts = len(explode(as_geometries([chosen]))[0])
    what = f"rebuilt from its rings as {parts} part{'s' if parts > 1 else ''}"
    if not sure:
        what += f"; readings of it differ by {change:.3f} m²"
    return row, chosen, before, after, change / after, sure, what


def _small(change_m2: float, area: float) -> bool:
    return change_m2 <= min(AREA_TOLERANCE * area, AREA_TOLERANCE_M2)


def _of_dimension(geom: shapely.Geometry, dimension: int) -> shapely.Geometry:
    """Keep the parts of the dimension the geometry had."""
    parts, _ = explode(as_geometries([geom]))
    kept = parts[(shapely.get_dimensions(parts) == dimension) & ~shapely.is_empty(parts)]
    if len(kept) == 1:
        return kept[0]
    build = (shapely.MultiPoint, shapely.MultiLineString, shapely.MultiPolygon)[dimension]
    return build(list(kept))


def _finite(array: Geometries) -> Flags:
    coords, rows = shapely.get_coordinates(array, return_index=True)
    finite: Flags = np.ones(len(array), dtype=np.bool_)
    finite[rows[~np.isfinite(coords).all(axis=1)]] = False
    return finite
