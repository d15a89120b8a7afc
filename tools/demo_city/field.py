"""The grain of the city: at every point the two directions in which streets run."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import shapely
from shapely import LineString

from .noise import Array, Noise
from .place import HALF_HEIGHT_M, HALF_WIDTH_M
from .terrain import Terrain

_STEP_M = 100.0
_GRIDS = [  # x, y, reach, direction of the streets, weight
    (-900, 1300, 2000, 0.06, 1.6),
    (2300, 2600, 2000, 0.22, 1.0),
    (-800, 4800, 2400, -0.08, 1.0),
    (-4500, 2600, 1900, -0.42, 1.0),
    (5900, 3800, 2600, -0.14, 1.8),
    (-6000, -2200, 2200, -0.36, 1.8),
    (6700, -3000, 1900, -0.75, 1.8),
    (9200, -5600, 1800, -0.35, 1.8),
    (2700, 6600, 1600, 0.1, 1.5),
    (-3700, -7000, 1700, 0.32, 1.5),
    (-4700, 6500, 1700, 0.25, 1.5),
    (-2300, -2600, 1500, -0.15, 0.8),
]
_LAKE_RINGS = [((2050, -4250), 1900, 1.5), ((9900, 4500), 1300, 0.8), ((-8600, -4700), 1300, 0.6)]


@dataclass(frozen=True)
class Grain:
    """A direction field on a raster; family 0 runs along the grain, family 1 across it."""

    cos2: list[list[float]]
    sin2: list[list[float]]

    def direction(self, x: float, y: float, family: int) -> float:
        """Return the street direction in radians at a point in local metres."""
        column, row = (x + HALF_WIDTH_M) / _STEP_M, (y + HALF_HEIGHT_M) / _STEP_M
        i = min(max(int(column), 0), len(self.cos2[0]) - 2)
        j = min(max(int(row), 0), len(self.cos2) - 2)
        s, t = column - i, row - j
        weights = (1 - s) * (1 - t), s * (1 - t), (1 - s) * t, s * t
        cos2, sin2 = _mix(self.cos2, i, j, weights), _mix(self.sin2, i, j, weights)
        return 0.5 * math.atan2(sin2, cos2) + family * math.pi / 2


def lay_grain(terrain: Terrain) -> Grain:
    """Blend planned grids, rings around lakes and the run of the river into one grain."""
    x, y = np.meshgrid(
        np.arange(-HALF_WIDTH_M, HALF_WIDTH_M + _STEP_M, _STEP_M),
        np.arange(-HALF_HEIGHT_M, HALF_HEIGHT_M + _STEP_M, _STEP_M),
    )
    cos2, sin2 = np.full(x.shape, 0.06), np.zeros(x.shape)
    for angle, weight in [*_planned(x, y), *_rings(x, y), _along(terrain.river_line, x, y)]:
        cos2 += weight * np.cos(2 * angle)
        sin2 += weight * np.sin(2 * angle)
    sway = 0.55 * Noise("grain", 2600, 2)(x, y)
    turned = 0.5 * np.arctan2(sin2, cos2) + sway
    return Grain(np.cos(2 * turned).round(9).tolist(), np.sin(2 * turned).round(9).tolist())


def _planned(x: Array, y: Array) -> list[tuple[Array, Array]]:
    return [
        (np.full(x.shape, angle), weight * np.exp(-((np.hypot(x - gx, y - gy) / reach) ** 2)))
        for gx, gy, reach, angle, weight in _GRIDS
    ]


def _rings(x: Array, y: Array) -> list[tuple[Array, Array]]:
    return [
        (np.arctan2(y - cy, x - cx) + np.pi / 2, weight * np.exp(-((np.hypot(x - cx, y - cy) / reach) ** 2)))
        for (cx, cy), reach, weight in _LAKE_RINGS
    ]


def _along(line: LineString, x: Array, y: Array) -> tuple[Array, Array]:
    """Return the run of ``line`` and its pull, which fades within a kilometre or so."""
    points = shapely.points(x, y)
    at = shapely.line_locate_point(line, points)
    ahead = shapely.line_interpolate_point(line, at + 60)
    behind = shapely.line_interpolate_point(line, np.maximum(at - 60, 0))
    run = np.arctan2(
        shapely.get_y(ahead) - shapely.get_y(behind), shapely.get_x(ahead) - shapely.get_x(behind)
    )
    return run, 1.6 * np.exp(-((shapely.distance(points, line) / 900) ** 2))


def _mix(raster: list[list[float]], i: int, j: int, weights: tuple[float, float, float, float]) -> float:
    low, high = raster[j], raster[j + 1]
    return weights[0] * low[i] + weights[1] * low[i + 1] + weights[2] * high[i] + weights[3] * high[i + 1]
