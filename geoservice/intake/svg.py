"""A small map of a file's shapes as SVG paths: outlines thinned to what a screen can show."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import shapely

from geoservice.geo import bbox
from geoservice.geo.arrays import as_geometries, explode

WIDTH: Final = 960.0
_TALLEST: Final = 620.0
_MARGIN: Final = 16.0
_TOLERANCE: Final = 0.35
"""Pixels by which an outline may be thinned."""


@dataclass(frozen=True)
class Frame:
    """Where degrees fall on the drawing: equirectangular about the middle latitude."""

    west: float
    north: float
    scale_x: float
    scale_y: float
    height: float

    def point(self, lon: float, lat: float) -> tuple[float, float]:
        """Return the pixel of a place."""
        x = _MARGIN + (lon - self.west) * self.scale_x
        return round(x, 1), round(_MARGIN + (self.north - lat) * self.scale_y, 1)


def frame_of(shapes: Sequence[Any]) -> Frame | None:
    """Return the frame that holds all shapes (EPSG:4490 degrees), ``None`` where there are none."""
    bounds = bbox.of(list(shapes)) if shapes else None
    if bounds is None:
        return None
    west, south, east, north = bounds
    shrink = math.cos(math.radians((south + north) / 2))
    wide, high = max((east - west) * shrink, 1e-6), max(north - south, 1e-6)
    scale = min((WIDTH - 2 * _MARGIN) / wide, (_TALLEST - 2 * _MARGIN) / high)
    # What is narrower than the drawing is centred.
    slack = (WIDTH - 2 * _MARGIN - wide * scale) / 2
    return Frame(west - slack / (scale * shrink), north, scale * shrink, scale, high * scale + 2 * _MARGIN)


def path_of(shapes: Iterable[Any], frame: Frame) -> str:
    """Return one SVG path that draws all shapes; what is smaller than a pixel becomes a dot."""
    array = as_geometries(list(shapes))
    if not len(array):
        return ""
    parts, _ = explode(array)
    drawn = shapely.transform(parts, lambda c: _pixels(c, frame))
    thin = shapely.simplify(drawn, _TOLERANCE, preserve_topology=False)
    return "".join(
        _commands(t if not shapely.is_empty(t) else None, d) for t, d in zip(thin, drawn, strict=True)
    )


def _pixels(coords: Any, frame: Frame) -> Any:
    x = _MARGIN + (coords[:, 0] - frame.west) * frame.scale_x
    return np.column_stack([x, _MARGIN + (frame.north - coords[:, 1]) * frame.scale_y])


def _commands(geom: Any, whole: Any) -> str:
    if geom is None or shapely.get_dimensions(geom) == 0:
        x, y = shapely.get_coordinates(whole)[0]
        # What was a point is a disc; what has shrunk to one is a dot.
        is_point = shapely.get_dimensions(whole) == 0
        return f"M{x - 2:.1f} {y:.1f}a2 2 0 1 0 4 0a2 2 0 1 0-4 0Z" if is_point else f"M{x:.1f} {y:.1f}h.1"
    # Thinning without regard to topology may split a polygon.
    simple = shapely.get_parts(geom)
    lines = [
        *shapely.get_rings(simple[shapely.get_type_id(simple) == 3]),
        *simple[shapely.get_type_id(simple) == 1],
    ]
    return "".join(_line(line) for line in lines)


def _line(line: Any) -> str:
    coords = shapely.get_coordinates(line)
    closed = shapely.is_closed(line)
    points = coords[:-1] if closed else coords
    steps = "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
    return f"M{steps}{'Z' if closed else ''}"
