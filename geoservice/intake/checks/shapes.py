"""Shapes that are sound and still odd: slivers, and parts far from one another."""

from __future__ import annotations

import numpy as np
import shapely

from geoservice.geo.measure import area_m2
from geoservice.intake.findings import Finding, finding
from geoservice.intake.geometry.stored import Shapes, place_of
from geoservice.intake.rules.check_rules import CheckRules
from geoservice.intake.table import Rows

_METRES = 111_194.92664455874


def odd_shapes(shapes: Shapes, rows: Rows, rules: CheckRules) -> list[Finding]:
    """Return a warning for each sliver and each shape of parts far apart; O(coordinates)."""
    return [*_slivers(shapes, rows, rules), *_apart(shapes, rows, rules)]


def _slivers(shapes: Shapes, rows: Rows, rules: CheckRules) -> list[Finding]:
    """Judge part by part: a sliver beside a sound part is what a cut left behind."""
    if not rules.on("sliver"):
        return []
    parts, row = shapely.get_parts(shapes.geometry, return_index=True)
    areal = shapely.get_dimensions(parts) == 2
    parts, row = parts[areal], row[areal]
    if not len(parts):
        return []
    squeeze = np.cos(np.radians(shapely.get_y(shapely.centroid(parts))))
    around = _perimeters(parts, squeeze)
    areas = area_m2(parts)
    widths = 2 * areas / np.maximum(around, 1e-9)
    thin = np.flatnonzero(widths < rules.number("sliver", "width_m"))
    return [
        finding(
            "sliver",
            row=int(rows[row[i]]),
            width=f"{widths[i]:.2f}",
            area=f"{areas[i]:.2f}",
            place=place_of(parts[i]),
        )
        for i in thin
    ]


def _perimeters(parts: np.ndarray, squeeze: np.ndarray) -> np.ndarray:
    """Return perimeters in metres, each in the local plane of its own latitude."""
    coords, part = shapely.get_coordinates(parts, return_index=True)
    _, ring = shapely.get_coordinates(shapely.get_rings(parts), return_index=True)
    within = ring[1:] == ring[:-1]
    step = np.diff(coords, axis=0)[within]
    owner = part[1:][within]
    lengths = np.hypot(step[:, 0] * squeeze[owner], step[:, 1]) * _METRES
    return np.bincount(owner, weights=lengths, minlength=len(parts))


def _apart(shapes: Shapes, rows: Rows, rules: CheckRules) -> list[Finding]:
    if not rules.on("parts_apart"):
        return []
    limit = rules.number("parts_apart", "distance_m")
    several = np.flatnonzero(shapely.get_num_geometries(shapes.geometry) > 1)
    found = []
    for i in several:
        parts = shapely.get_parts(shapes.geometry[i])
        far = _farthest(parts)
        if far > limit:
            found.append(
                finding(
                    "parts_apart",
                    row=int(rows[i]),
                    parts=len(parts),
                    distance=f"{far:,.0f}",
                    place=place_of(parts[-1]),
                )
            )
    return found


def _farthest(parts: np.ndarray) -> float:
    """Return how far the part farthest from all others is from its nearest neighbour, in metres."""
    squeeze = float(np.cos(np.radians(shapely.get_y(shapely.centroid(parts[0])))))
    flat = shapely.transform(parts, lambda c: c * (squeeze * _METRES, _METRES))
    if len(flat) > 200:  # a shape of very many parts is judged by its extent
        west, south, east, north = shapely.total_bounds(flat)
        return float(np.hypot(east - west, north - south))
    apart = shapely.distance(flat[:, None], flat[None, :])
    np.fill_diagonal(apart, np.inf)
    return float(apart.min(axis=1).max())
