"""From loose rings to polygons: parts and holes are told apart by containment, never by ring numbers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from geoservice.geo.arrays import POLYGON, Coordinates, Indices, as_geometries, explode
from geoservice.geo.errors import GeometryUnreadable


def rings_to_polygons(rings: Sequence[npt.ArrayLike]) -> shapely.Polygon | shapely.MultiPolygon:
    """Build the polygon or multipolygon that a set of rings bounds.

    A ring inside an even number of others is a shell, inside an odd number a hole of the smallest ring around
    it; an island in a hole is a part again. Rings may be unclosed, of either direction and in any order; an
    exact repetition of a ring is ignored (:func:`ring_defects` reports it). Rings that cross one another are
    put together as they are: :func:`geoservice.geo.validity.defects` then says where they cross.
    O(n log n) in the rings plus the pairs that contain each other.

    Parameters
    ----------
    rings : sequence of (n, 2) arrays

    Raises
    ------
    GeometryUnreadable
        No ring at all, or one with fewer than three different points or a coordinate that is no number;
        names the ring, counted from 0.

    Examples
    --------
    >>> outer, inner = [(0, 0), (4, 0), (4, 4), (0, 4)], [(1, 1), (2, 1), (2, 2), (1, 2)]
    >>> count_parts_holes(rings_to_polygons([inner, outer]))
    (1, 1)
    """
    solids = _distinct([_solid(np.asarray(ring, dtype=np.float64), i) for i, ring in enumerate(rings)])
    if not len(solids):
        raise GeometryUnreadable(
            "A polygon needs at least one ring", None, "Give the points of its boundary."
        )
    parent, depth = _nesting(solids)
    parts = []
    for shell in np.flatnonzero(depth % 2 == 0):
        holes = np.flatnonzero((parent == shell) & (depth % 2 == 1))
        inner = [solids[hole].exterior for hole in holes]
        parts.append(shapely.Polygon(solids[shell].exterior, inner))
    return parts[0] if len(parts) == 1 else shapely.MultiPolygon(parts)


def ring_defects(rings: Sequence[npt.ArrayLike]) -> pd.DataFrame:
    """Report what a surveyor's list of rings says oddly, before it is closed and built.

    Returns
    -------
    DataFrame
        Columns ``row`` (ring, from 0), ``code`` (``unclosed``, ``too_few_points``, ``nonfinite``,
        ``duplicate_points``, ``duplicate_ring``), ``reason``, ``x``, ``y``. O(coordinates).

    Examples
    --------
    >>> ring_defects([[(0, 0), (4, 0), (4, 4)]]).code.tolist()
    ['unclosed']
    """
    found: list[tuple[int, str, str, float, float]] = []
    seen: dict[bytes, int] = {}
    for row, ring in enumerate(rings):
        points = np.asarray(ring, dtype=np.float64).reshape(-1, 2)
        found += _odd_points(points, row)
        if np.isfinite(points).all() and len(np.unique(points, axis=0)) >= 3:
            key = shapely.normalize(_solid(points, row)).wkb
            first = seen.setdefault(key, row)
            if first != row:
                found.append((row, "duplicate_ring", f"The ring repeats ring {first}", *points[0]))
    return pd.DataFrame(found, columns=["row", "code", "reason", "x", "y"])


def count_parts_holes(geom: Any) -> tuple[int, int]:
    """Return how many polygons and how many holes a geometry has; (0, 0) for none.

    >>> count_parts_holes(shapely.box(0, 0, 1, 1))
    (1, 0)
    """
    parts, holes = parts_and_holes([geom])
    return int(parts[0]), int(holes[0])


def parts_and_holes(geoms: Any) -> tuple[Indices, Indices]:
    """Return the number of polygons and of holes of each geometry; O(parts)."""
    array = as_geometries(geoms)
    parts, rows = explode(array)
    polygons = (shapely.get_type_id(parts) == POLYGON) & ~shapely.is_empty(parts)
    rows, inner = rows[polygons], shapely.get_num_interior_rings(parts[polygons])
    counted = np.bincount(rows, minlength=len(array))
    holes = np.bincount(rows, weights=inner, minlength=len(array)).astype(np.intp)
    return counted, holes


def _solid(points: Coordinates, row: int) -> shapely.Polygon:
    points = points.reshape(-1, 2)
    if not np.isfinite(points).all():
        raise GeometryUnreadable(f"Ring {row} has a coordinate that is no number", None, "Correct the point.")
    if len(np.unique(points, axis=0)) < 3:
        raise GeometryUnreadable(
            f"Ring {row} has fewer than three different points", len(points), "A boundary needs three."
        )
    return shapely.Polygon(points)


def _distinct(solids: list[shapely.Polygon]) -> npt.NDArray[np.object_]:
    kept = list({shapely.normalize(solid).wkb: solid for solid in reversed(solids)}.values())
    array = np.empty(len(kept), dtype=object)
    array[:] = kept[::-1]
    return array


def _nesting(solids: npt.NDArray[np.object_]) -> tuple[Indices, Indices]:
    """Return the smallest ring around each ring (-1 for none) and how many rings lie around it."""
    inner, outer = shapely.STRtree(solids).query(solids, predicate="covered_by")
    areas = shapely.area(solids)
    # Different rings of equal extent cannot hold one another; the guard breaks the tie of invalid ones.
    proper = (inner != outer) & (areas[inner] < areas[outer])
    inner, outer = inner[proper], outer[proper]
    depth = np.bincount(inner, minlength=len(solids))
    parent = np.full(len(solids), -1, dtype=np.intp)
    for pair in np.argsort(-areas[outer], kind="stable"):
        parent[inner[pair]] = outer[pair]
    return parent, depth


def _odd_points(points: Coordinates, row: int) -> list[tuple[int, str, str, float, float]]:
    odd: list[tuple[int, str, str, float, float]] = []
    for x, y in points[~np.isfinite(points).all(axis=1)]:
        odd.append((row, "nonfinite", "A coordinate is no number", x, y))
    if len(np.unique(points, axis=0)) < 3:
        x, y = points[0] if len(points) else (np.nan, np.nan)
        odd.append((row, "too_few_points", "Fewer than three different points", x, y))
    elif (points[0] != points[-1]).any():
        odd.append((row, "unclosed", "The last point is not the first", *points[-1]))
    for x, y in points[1:][(points[1:] == points[:-1]).all(axis=1)]:
        odd.append((row, "duplicate_points", "A point is given twice in a row", x, y))
    return odd
