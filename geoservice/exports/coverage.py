"""How much land a file covers without a gap, measured on a grid while its rows go by."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import shapely

from geoservice.geo.arrays import Geometries
from geoservice.geo.crs import DEGREE_M

CELL_M: Final = 100.0
_MOST_CELLS: Final = 4_000_000
_ENOUGH_CELLS: Final = 500_000
"""After 5,000 km² of cells no more are kept: the question is about tens."""
_NEIGHBOURS: Final = [(dx, dy) for dx in (-1, 0, 1) for dy in (-1, 0, 1) if (dx, dy) != (0, 0)]


class Coverage:
    """The cells of 100 m in which something lies; memory bounded whatever the number of rows.

    Lines and points count with the cells they touch, areas also with those they fill. The measure is generous by
    the cells at the edge, so that a limit holds rather a little early than late.
    """

    def __init__(self) -> None:
        self._cells: set[tuple[int, int]] = set()
        self._scale: float | None = None
        self._vast_m2 = 0.0

    def add(self, lonlat: Geometries) -> None:
        """Add shapes in degrees; O(length and area in cells)."""
        given = lonlat[~shapely.is_missing(lonlat) & ~shapely.is_empty(lonlat)]
        if not len(given):
            return
        if self._scale is None:
            # One scale for the whole file: a city is small, and cells must fit together.
            self._scale = float(np.cos(np.radians(np.clip(shapely.total_bounds(given)[1], -89, 89))))
        metres = np.array([DEGREE_M * self._scale, DEGREE_M])
        plane = shapely.transform(given, lambda c: c * metres / CELL_M)
        bounds = shapely.bounds(plane)
        spans = np.maximum(bounds[:, 2:] - bounds[:, :2], 1.0).prod(axis=1)
        vast = spans > _MOST_CELLS
        self._vast_m2 = max(self._vast_m2, float(spans[vast].max(initial=0.0)) * CELL_M**2)
        small = plane[~vast]
        self._mark(shapely.get_coordinates(shapely.segmentize(small, 0.5)))
        for shape in small[shapely.area(small) > 1.0]:
            self._mark(_inner(shape))

    def largest_m2(self) -> float:
        """Return the area of the largest patch of cells that touch, also by a corner."""
        left, largest = set(self._cells), 0
        while left:
            patch = [left.pop()]
            count = 0
            while patch:
                count += 1
                x, y = patch.pop()
                near = [(x + dx, y + dy) for dx, dy in _NEIGHBOURS if (x + dx, y + dy) in left]
                left.difference_update(near)
                patch += near
            largest = max(largest, count)
        return max(largest * CELL_M**2, self._vast_m2)

    def _mark(self, points: Any) -> None:
        if len(points) and len(self._cells) < _ENOUGH_CELLS:
            cells = np.unique(np.floor(points).astype(np.int64), axis=0)
            self._cells.update(map(tuple, cells.tolist()))


def _inner(shape: Any) -> Any:
    """Return the middles of the cells inside an area."""
    west, south, east, north = np.floor(shapely.bounds(shape))
    xs, ys = np.meshgrid(np.arange(west, east + 1) + 0.5, np.arange(south, north + 1) + 0.5)
    points = np.column_stack([xs.ravel(), ys.ravel()])
    shapely.prepare(shape)
    return points[shapely.contains_xy(shape, points[:, 0], points[:, 1])]
