"""Vertices worth a remark: points repeated in a row, and spikes."""

from __future__ import annotations

from typing import Final

import numpy as np
import shapely

from geoservice.geo.arrays import POLYGON, Coordinates, Geometries, Indices, explode

SPIKE_DEGREES: Final = 1.0
"""A boundary that turns back on itself within this angle is a spike …"""
SPIKE_WIDTH_DEG: Final = 5e-7
"""… when it is also narrower than this at its open end (5 cm): wedge-shaped land is no spike."""


def repeated_points(geoms: Geometries) -> tuple[Indices, Coordinates]:
    """Return the row and place of the first repeated vertex of each geometry that has one; O(coordinates)."""
    coords, part, rows = _vertices(geoms)
    same = (coords[1:] == coords[:-1]).all(axis=1) & (part[1:] == part[:-1])
    return _first(rows[part[1:][same]], coords[1:][same])


def spikes(geoms: Geometries) -> tuple[Indices, Coordinates]:
    """Return the row and tip of the first spike of each polygon that has one; O(coordinates)."""
    coords, part, rows = _vertices(geoms, rings_only=True)
    if len(coords) < 3:
        return _first(np.empty(0, dtype=np.intp), np.empty((0, 2)))
    before, after = _neighbours(part)
    # Longitudes shrink with latitude; angles are taken in a local plane.
    squeeze = np.column_stack([np.cos(np.radians(coords[:, 1])), np.ones(len(coords))])
    back, on = (coords[before] - coords) * squeeze, (coords[after] - coords) * squeeze
    cross = np.abs(back[:, 0] * on[:, 1] - back[:, 1] * on[:, 0])
    dot = (back * on).sum(axis=1)
    length = np.hypot(*back.T), np.hypot(*on.T)
    with np.errstate(divide="ignore", invalid="ignore"):
        angle = np.degrees(np.arctan2(cross, dot))
        # The gap between the two sides, where the shorter of them ends.
        width = cross / np.maximum(*length)
    sharp = (angle < SPIKE_DEGREES) & (width < SPIKE_WIDTH_DEG) & (np.minimum(*length) > 0)
    return _first(rows[part[sharp]], coords[sharp])


def _vertices(geoms: Geometries, rings_only: bool = False) -> tuple[Coordinates, Indices, Indices]:
    """Return coordinates, the line each belongs to, and the row of each line; rings count as lines."""
    parts, rows = explode(geoms)
    polygon = shapely.get_type_id(parts) == POLYGON
    lines, row_of = shapely.get_rings(parts[polygon], return_index=True)
    row_of = rows[polygon][row_of]
    if not rings_only:
        lines = np.concatenate([lines, parts[~polygon]])
        row_of = np.concatenate([row_of, rows[~polygon]])
    coords, line = shapely.get_coordinates(lines, return_index=True)
    return coords, line, row_of


def _neighbours(ring: Indices) -> tuple[Indices, Indices]:
    """Return the previous and next vertex within each closed ring, stepping over the closing point."""
    index = np.arange(len(ring))
    first = np.r_[True, ring[1:] != ring[:-1]]
    last = np.r_[ring[1:] != ring[:-1], True]
    starts, ends = np.flatnonzero(first), np.flatnonzero(last)
    size = ends - starts
    before, after = index - 1, index + 1
    before[starts] = starts + size - 1
    after[ends] = np.minimum(starts + 1, ends)
    # The closing point equals the first one, which has been looked at: give it a straight angle.
    before[ends] = ends
    return before, after


def _first(rows: Indices, points: Coordinates) -> tuple[Indices, Coordinates]:
    found, at = np.unique(rows, return_index=True)
    return found, np.asarray(points, dtype=np.float64).reshape(-1, 2)[at]
