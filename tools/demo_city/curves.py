"""Lines and shapes as a draughtsman draws them: through points, with width, with a grown edge."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely
from shapely import LineString, Polygon
from shapely.geometry.base import BaseGeometry

from .noise import Array, Noise

Point = tuple[float, float]


def curve(points: Sequence[Point], spacing_m: float = 60, closed: bool = False) -> Array:
    """Return a smooth curve (Catmull-Rom) through ``points`` as an (n, 2) array in metres."""
    knots = np.asarray(points, float)
    if closed:
        knots = np.vstack([knots[-1:], knots, knots[:2]])
    else:
        knots = np.vstack([2 * knots[0] - knots[1], knots, 2 * knots[-1] - knots[-2]])
    pieces = [_segment(knots[i : i + 4], spacing_m) for i in range(len(knots) - 3)]
    return np.vstack([*pieces, knots[-2:-1]])


def wander(line: Array, noise: Noise, amplitude_m: float) -> Array:
    """Return ``line`` pushed sideways by ``noise``."""
    shift = amplitude_m * noise(line[:, 0], line[:, 1])
    return line + normals(line) * shift[:, None]


def normals(line: Array) -> Array:
    """Return the unit normals (to the left) at the vertices of ``line``."""
    tangent = np.gradient(line, axis=0)
    tangent /= np.maximum(np.hypot(tangent[:, 0], tangent[:, 1]), 1e-9)[:, None]
    return np.column_stack([-tangent[:, 1], tangent[:, 0]])


def ribbon(line: Array, width_m: Array) -> Polygon:
    """Return the band of varying width along ``line``."""
    half = normals(line) * (width_m / 2)[:, None]
    return largest(Polygon(np.vstack([line + half, (line - half)[::-1]])).buffer(0))


def blob(centre: Point, radii_m: Point, noise: Noise, roughness: float = 0.25, turn: float = 0) -> Polygon:
    """Return a closed organic shape: an ellipse whose radius wavers by ``roughness``."""
    angle = np.linspace(0, 2 * np.pi, 72, endpoint=False)
    reach = 1 + roughness * noise(
        centre[0] + 1.3 * radii_m[0] * np.cos(angle), centre[1] + 1.3 * radii_m[1] * np.sin(angle)
    )
    x, y = radii_m[0] * reach * np.cos(angle), radii_m[1] * reach * np.sin(angle)
    cos, sin = np.cos(turn), np.sin(turn)
    return Polygon(np.column_stack([centre[0] + x * cos - y * sin, centre[1] + x * sin + y * cos]))


def polygons(shape: BaseGeometry) -> list[Polygon]:
    """Return the polygons that ``shape`` consists of, without empty ones."""
    return [
        part
        for part in shapely.get_parts(shape, return_index=False).tolist()
        if isinstance(part, Polygon) and not part.is_empty
    ]


def lines(shape: BaseGeometry) -> list[LineString]:
    """Return the lines that ``shape`` consists of, without empty ones."""
    return [
        part
        for part in shapely.get_parts(shape).tolist()
        if isinstance(part, LineString) and not part.is_empty
    ]


def largest(shape: BaseGeometry) -> Polygon:
    """Return the largest polygon of ``shape``."""
    return max(polygons(shape), key=lambda part: part.area)


def _segment(knots: Array, spacing_m: float) -> Array:
    count = max(2, int(np.hypot(*(knots[2] - knots[1])) / spacing_m))
    t = np.linspace(0, 1, count, endpoint=False)[:, None]
    p0, p1, p2, p3 = knots
    bent: Array = 0.5 * (
        2 * p1 + (p2 - p0) * t + (2 * p0 - 5 * p1 + 4 * p2 - p3) * t**2 + (3 * p1 - p0 - 3 * p2 + p3) * t**3
    )
    return bent
