"""The ground before the city: its limit, the river 澜江 with its tributaries, lakes and hills."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from shapely import LineString, Polygon
from shapely.geometry.base import BaseGeometry

from .curves import Point, blob, curve, largest, ribbon, wander
from .noise import Array, Noise

_RIVER: list[Point] = [
    (-16500, 6300),
    (-14200, 5700),
    (-12000, 4300),
    (-9800, 5000),
    (-8000, 3700),
    (-6500, 1200),
    (-4000, -250),
    (-1300, -1000),
    (1500, -700),
    (3700, 500),
    (5700, 800),
    (7600, -500),
    (9100, -2500),
    (11500, -3200),
    (15500, -5600),
]
_LIMIT: list[Point] = [
    (-13000, 2600),
    (-13100, 6300),
    (-11900, 9900),
    (-7600, 10300),
    (-4500, 9100),
    (-1500, 9900),
    (1800, 9000),
    (4500, 10000),
    (8000, 8900),
    (11900, 9500),
    (12700, 6500),
    (11900, 3900),
    (13300, 1500),
    (12500, -1400),
    (13400, -4200),
    (11900, -7000),
    (8900, -7500),
    (7000, -9800),
    (3500, -9100),
    (500, -10200),
    (-3000, -9300),
    (-6200, -9900),
    (-9500, -8200),
    (-12300, -8700),
    (-12700, -5500),
    (-11500, -3200),
    (-13300, -700),
]
_STREAMS: dict[str, tuple[list[Point], float]] = {
    "清溪": ([(1200, 12500), (600, 9200), (1400, 6300), (700, 4100), (1300, 1800), (1400, -700)], 34.0),
    "屏河": ([(11800, 12000), (9800, 8200), (8300, 5600), (8500, 2600), (7500, -300)], 46.0),
    "南汊河": ([(-11500, -11500), (-8700, -7200), (-6500, -5200), (-4600, -2700), (-4000, -250)], 42.0),
    "运粮河": (
        [(5600, -12500), (5000, -8800), (3600, -6300), (2700, -4300), (3900, -1900), (3700, 500)],
        38.0,
    ),
    "石梁河": ([(-15500, -3500), (-11000, -1200), (-8600, 900), (-6500, 1200)], 30.0),
    "松溪": ([(-5200, 12500), (-6200, 9300), (-7600, 6600), (-8000, 3700)], 26.0),
    "芦汀港": ([(15500, 2500), (12300, 1800), (10200, -300), (9100, -2500)], 32.0),
}
_LAKES: dict[str, tuple[Point, Point, float, float]] = {
    "镜湖": ((2050, -4250), (1150, 680), -0.35, 0.45),
    "东屏湖": ((9900, 4500), (640, 980), 0.3, 0.45),
    "云岭水库": ((-9300, 8300), (900, 420), 0.8, 0.75),
    "白鹭荡": ((-8600, -4700), (820, 520), 0.5, 0.6),
    "小白鹭荡": ((-7550, -5450), (330, 210), 0.2, 0.5),
    "荷塘": ((-700, -8200), (420, 230), 0.4, 0.5),
    "玉带湖": ((-2450, 2500), (310, 190), 0.9, 0.5),
    "沙洲塘": ((11300, -1500), (380, 240), -0.3, 0.5),
    "龙泉湖": ((4700, 8700), (380, 300), 0.2, 0.5),
}
_HILLS: dict[str, tuple[Point, Point, float, float]] = {
    "云岭": ((-8700, 8200), (2900, 1900), -0.4, 0.4),
    "鼓山": ((-3150, 3850), (560, 420), 0.5, 0.4),
    "茶坪岗": ((-11300, 1600), (950, 700), 0.2, 0.4),
    "东屏山": ((10800, 6900), (1000, 1300), 0.3, 0.4),
}


@dataclass(frozen=True)
class Terrain:
    """The ground, in local metres."""

    city: Polygon
    river_line: LineString
    river: Polygon
    islands: list[Polygon]
    streams: dict[str, tuple[LineString, Polygon]]
    lakes: dict[str, Polygon]
    hills: dict[str, Polygon]

    @property
    def broad_water(self) -> BaseGeometry:
        """River and lakes: what only a bridge of a main road crosses."""
        return shapely.union_all([self.river, *self.lakes.values()])

    @property
    def water(self) -> BaseGeometry:
        """All water surfaces together."""
        return shapely.union_all([self.broad_water, *(band for _, band in self.streams.values())])


def draw_terrain() -> Terrain:
    """Draw the ground the city stands on."""
    line = wander(curve(_RIVER, 80), Noise("river", 1500), 170)
    islands = [_island(line, 4300, 620, 70), _island(line, 11100, 800, 95)]
    river = ribbon(line, _river_width(line)).difference(shapely.union_all(islands))
    return Terrain(
        city=_city_limit(),
        river_line=LineString(line),
        river=largest(river),
        islands=islands,
        streams={name: _stream(name, *spec) for name, spec in _STREAMS.items()},
        lakes=_shapes("lake", _LAKES),
        hills=_shapes("hill", _HILLS),
    )


def _city_limit() -> Polygon:
    edge = wander(curve(_LIMIT, 90, closed=True), Noise("limit", 2300), 420)
    edge = wander(edge, Noise("limit-fine", 700, 3), 170)
    return largest(Polygon(edge).buffer(0).simplify(10))


def _river_width(line: Array) -> Array:
    travelled = np.concatenate([[0], np.cumsum(np.hypot(*np.diff(line, axis=0).T))])
    base = 150 + 110 * travelled / travelled[-1] + 45 * Noise("width", 1100)(line[:, 0], line[:, 1])
    swell = sum(190 * np.exp(-(((line[:, 0] - x) / 520) ** 2)) for x in (4300, 11100))
    width: Array = base + swell
    return width


def _island(line: Array, x: float, length_m: float, half_width_m: float) -> Polygon:
    """Return a sandbank in mid-river where the river reaches easting ``x``."""
    middle = int(np.argmin(np.abs(line[:, 0] - x)))
    reach = max(2, int(length_m / 80))
    part = line[middle - reach : middle + reach + 1]
    width = 2 * half_width_m * np.sqrt(np.clip(1 - np.linspace(-1, 1, len(part)) ** 2, 0.002, 1))
    return ribbon(part, width)


def _stream(name: str, points: list[Point], width_m: float) -> tuple[LineString, Polygon]:
    line = wander(curve(points, 60), Noise(name, 1000), 160)
    line[-1] = points[-1]
    width = width_m * (0.7 + 0.5 * np.linspace(0, 1, len(line)))
    return LineString(line), ribbon(line, width)


def _shapes(theme: str, table: dict[str, tuple[Point, Point, float, float]]) -> dict[str, Polygon]:
    return {
        name: largest(blob(centre, radii, Noise(f"{theme}:{name}", max(radii) * 0.8), rough, turn).buffer(0))
        for name, (centre, radii, turn, rough) in table.items()
    }
