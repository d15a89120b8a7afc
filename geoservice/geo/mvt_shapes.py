"""Shapes for a tile: projected, clipped, simplified, rounded to its grid, wound, and never lost."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import shapely
from numpy.typing import NDArray

from geoservice.geo.mvt_grid import BUFFER, EXTENT, Tile, to_units

Shapes = NDArray[Any]
_TOLERANCE: Final = 0.5
"""Units a simplified line may move: an eighth of what a screen of 1,024 pixels a tile can show."""
_MANY: Final = 24
"""Shapes with more vertices than this are simplified; parcels seldom are, and keep every corner."""
_TYPES: Final = {0: 0, 1: 1, 2: 1, 3: 2, 4: 0, 5: 1, 6: 2}


def prepare(tile: Tile, geometries: Shapes) -> tuple[Shapes, NDArray[np.int64]]:
    """Return shapes in whole tile units, and the position of the geometry each was made from.

    Parameters
    ----------
    tile : Tile
        Where to draw.
    geometries : array of Geometry
        Shapes in degrees; missing and empty ones vanish, as does what lies outside tile and buffer.

    Returns
    -------
    tuple of (array of Geometry, array of int)
        Points, lines and polygons (or their multi forms); a collection yields one shape a kind. Whatever
        reaches the tile is kept: what rounds to nothing becomes the smallest shape of its kind.

    Notes
    -----
    O(vertices). Exterior rings have positive area in tile units, as the specification asks (2.1, 4.3.3.3).
    """
    shapes = np.asarray(geometries, dtype=object)
    index = np.flatnonzero(~(shapely.is_missing(shapes) | shapely.is_empty(shapes)))
    shapes, index = _one_kind(shapes[index], index)
    shapes = shapely.transform(shapes, lambda coordinates: to_units(tile, coordinates))
    shapes, index = _clip(shapes, index)
    shapes = _round(_simplify(shapes))
    return np.asarray(shapely.orient_polygons(shapes, exterior_cw=False), dtype=object), index


def kinds(shapes: Shapes) -> NDArray[np.int64]:
    """Return 0, 1 or 2 for points, lines and polygons."""
    return np.array([_TYPES[int(kind)] for kind in shapely.get_type_id(shapes)], dtype=np.int64)


def _one_kind(shapes: Shapes, index: NDArray[np.int64]) -> tuple[Shapes, NDArray[np.int64]]:
    """Split collections into one shape a kind."""
    mixed = shapely.get_type_id(shapes) == 7
    if not mixed.any():
        return shapes, index
    whole, places = list(shapes[~mixed]), list(index[~mixed])
    for shape, place in zip(shapes[mixed], index[mixed], strict=True):
        parts = _flat(shape)
        for kind, gather in enumerate((shapely.multipoints, shapely.multilinestrings, shapely.multipolygons)):
            members = parts[kinds(parts) == kind]
            if len(members):
                whole.append(gather(members))
                places.append(place)
    order = np.argsort(places, kind="stable")
    return np.array(whole, dtype=object)[order], np.array(places, dtype=np.int64)[order]


def _flat(shape: Any) -> Shapes:
    parts = shapely.get_parts(shape)
    while (shapely.get_type_id(parts) >= 4).any():
        parts = shapely.get_parts(parts)
    # A closed line standing alone is a line.
    rings = shapely.get_type_id(parts) == 2
    parts[rings] = (
        shapely.linestrings([shapely.get_coordinates(ring) for ring in parts[rings]]) if rings.any() else []
    )
    return np.asarray(parts[~shapely.is_empty(parts)], dtype=object)


def _clip(shapes: Shapes, index: NDArray[np.int64]) -> tuple[Shapes, NDArray[np.int64]]:
    low, high = -BUFFER, EXTENT + BUFFER
    west, south, east, north = shapely.bounds(shapes).reshape(-1, 4).T
    near = (east >= low) & (west <= high) & (north >= low) & (south <= high)
    crossing = near & ~((west >= low) & (east <= high) & (south >= low) & (north <= high))
    if crossing.any():
        cut = _whole(shapes[crossing])
        shapes = shapes.copy()
        shapes[crossing] = _same_kind(cut, shapely.intersection(cut, shapely.box(low, low, high, high)))
        near &= ~shapely.is_empty(shapes)
    return shapes[near], index[near]


def _whole(shapes: Shapes) -> Shapes:
    broken = ~shapely.is_valid(shapes)
    if broken.any():
        shapes = shapes.copy()
        shapes[broken] = _same_kind(shapes[broken], shapely.make_valid(shapes[broken]))
    return shapes


def _same_kind(before: Shapes, after: Shapes) -> Shapes:
    """Drop the points and lines a cut leaves of a polygon, and the points it leaves of a line."""
    after = np.asarray(after, dtype=object)
    mixed = (shapely.get_type_id(after) == 7) & ~shapely.is_empty(after)
    gathers = (shapely.multipoints, shapely.multilinestrings, shapely.multipolygons)
    for place in np.flatnonzero(mixed):
        kind = int(kinds(before[place : place + 1])[0])
        parts = _flat(after[place])
        after[place] = gathers[kind](parts[kinds(parts) == kind])
    empty = shapely.is_empty(after)
    lower = np.zeros(len(after), dtype=bool)
    lower[~empty] = kinds(after[~empty]) < kinds(before[~empty])
    after[lower | empty] = shapely.Point()
    return after


def _simplify(shapes: Shapes) -> Shapes:
    many = shapely.get_num_coordinates(shapes) > _MANY
    if not many.any():
        return shapes
    simpler = shapely.simplify(shapes[many], _TOLERANCE, preserve_topology=False)
    kept = shapely.is_empty(simpler)
    simpler[kept] = shapes[many][kept]
    shapes = shapes.copy()
    shapes[many] = simpler
    return shapes


def _round(shapes: Shapes) -> Shapes:
    """Round to whole units; mend what rounding broke, and keep what it swallowed."""
    rounded = np.asarray(shapely.transform(shapes, np.rint), dtype=object)
    kind = kinds(rounded)
    polygons = np.flatnonzero(kind == 2)
    flawed = polygons[~shapely.is_valid(rounded[polygons])]
    if len(flawed):
        mended = np.asarray(shapely.set_precision(_whole(shapes[flawed]), 1.0), dtype=object)
        rounded[flawed] = _same_kind(rounded[flawed], mended)
    sizes = np.where(kind == 2, shapely.area(rounded), np.where(kind == 1, shapely.length(rounded), 1.0))
    for place in np.flatnonzero(sizes == 0):
        rounded[place] = _smallest(shapes[place], int(kind[place]))
    return rounded


def _smallest(shape: Any, kind: int) -> Any:
    x, y = np.floor(shapely.get_coordinates(shape)[0])
    return shapely.box(x, y, x + 1, y + 1) if kind == 2 else shapely.LineString([(x, y), (x + 1, y)])
