"""Trace streets along the grain at an even distance (Jobard and Lefer's evenly spaced streamlines)."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from .field import Grain

Point = tuple[float, float]
_STEP_M = 16.0
_TEST_SHARE = 0.55
"""A street ends where it comes nearer to a parallel one than this share of the wanted distance."""


@dataclass
class Neighbours:
    """The points of all streets of one family, to keep the next one at its distance."""

    cell_m: float
    cells: dict[tuple[int, int], list[Point]] = field(default_factory=dict)

    def add(self, points: Iterable[Point]) -> None:
        """Remember ``points``."""
        for x, y in points:
            self.cells.setdefault((int(x // self.cell_m), int(y // self.cell_m)), []).append((x, y))

    def free(self, x: float, y: float, distance_m: float) -> bool:
        """Return whether nothing lies within ``distance_m``."""
        reach = int(distance_m // self.cell_m) + 1
        column, row, square = int(x // self.cell_m), int(y // self.cell_m), distance_m * distance_m
        for i in range(column - reach, column + reach + 1):
            for j in range(row - reach, row + reach + 1):
                for px, py in self.cells.get((i, j), ()):
                    if (px - x) ** 2 + (py - y) ** 2 < square:
                        return False
        return True


@dataclass(frozen=True)
class Level:
    """How streets of one class are laid: the distance wanted at a point and where they may run."""

    spacing_m: Callable[[float, float], float]
    allowed: Callable[[float, float], bool]
    shortest_m: float
    longest_m: float
    cell_m: float


def trace_level(
    grain: Grain, level: Level, seeds: Iterable[Point], existing: tuple[list[Point], list[Point]]
) -> list[tuple[int, list[Point]]]:
    """Return new streets as (family, points).

    Parameters
    ----------
    grain : Grain
        The direction field.
    level : Level
        Distances and limits, in metres.
    seeds : iterable of (x, y)
        Where to try, after all places beside streets already traced have been tried.
    existing : pair of lists of (x, y)
        Points of wider roads of family 0 and 1 that count as parallels.
    """
    near = (Neighbours(level.cell_m), Neighbours(level.cell_m))
    for family in (0, 1):
        near[family].add(existing[family])
    streets: list[tuple[int, list[Point]]] = []
    queue: deque[tuple[int, Point]] = deque()
    for seed in seeds:
        queue.extend(((0, seed), (1, seed)))
        while queue:
            family, start = queue.popleft()
            points = _street(grain, level, near[family], start, family)
            if points:
                near[family].add(points)
                streets.append((family, points))
                queue.extend((family, beside) for beside in _beside(points, level))
    return streets


def _street(grain: Grain, level: Level, near: Neighbours, start: Point, family: int) -> list[Point]:
    if not level.allowed(*start) or not near.free(*start, level.spacing_m(*start) * 0.94):
        return []
    ahead = _walk(grain, level, near, start, family, 0.0)
    back = _walk(grain, level, near, start, family, math.pi)
    points = [*back[::-1], start, *ahead]
    return points if len(points) * _STEP_M >= level.shortest_m else []


def _walk(
    grain: Grain, level: Level, near: Neighbours, start: Point, family: int, turn: float
) -> list[Point]:
    (x, y), points = start, []
    heading = grain.direction(x, y, family) + turn
    for step in range(int(level.longest_m / _STEP_M)):
        middle = _aligned(grain, x + 8 * math.cos(heading), y + 8 * math.sin(heading), family, heading)
        if abs(middle - heading) > 0.5:
            break
        heading = middle
        # To the millimetre, so that machines that differ in the last bit still draw the same city.
        x, y = round(x + _STEP_M * math.cos(heading), 3), round(y + _STEP_M * math.sin(heading), 3)
        if not level.allowed(x, y) or not near.free(x, y, level.spacing_m(x, y) * _TEST_SHARE):
            break
        if step > 30 and math.hypot(x - start[0], y - start[1]) < 2 * _STEP_M:
            break
        points.append((x, y))
    return points


def _aligned(grain: Grain, x: float, y: float, family: int, heading: float) -> float:
    """Return the direction at a point, turned to the side that continues ``heading``."""
    angle = grain.direction(x, y, family)
    return heading + (angle - heading + math.pi / 2) % math.pi - math.pi / 2


def _beside(points: list[Point], level: Level) -> list[Point]:
    """Return places at the wanted distance to the left and right along a street."""
    places = []
    for (x0, y0), (x1, y1) in zip(points[::6], points[1::6], strict=False):
        length = math.hypot(x1 - x0, y1 - y0) or 1.0
        nx, ny = (y0 - y1) / length, (x1 - x0) / length
        distance = level.spacing_m(x0, y0)
        dx, dy = round(nx * distance, 3), round(ny * distance, 3)
        places += [(x0 + dx, y0 + dy), (x0 - dx, y0 - dy)]
    return places
