"""The road network, from the ring expressway down to lanes, joined so that it forms the blocks."""

from __future__ import annotations

import itertools
from collections import Counter
from dataclasses import dataclass

import numpy as np
import shapely
from shapely import LineString, Point, STRtree
from shapely.geometry.base import BaseGeometry

from .curves import curve, lines, wander
from .field import Grain, lay_grain
from .names import road_names
from .noise import Array, Noise
from .place import HALF_HEIGHT_M, HALF_WIDTH_M, chance
from .rasters import cell_centres, inside, reader
from .streamlines import Level, trace_level
from .structure import BUILT_UP, CORE, INDUSTRY, NEW, OLD, RESIDENTIAL, TOWN, Structure
from .terrain import Terrain

WIDTH_M = {"expressway": 52.0, "arterial": 40.0, "secondary": 26.0, "local": 14.0, "rural": 9.0}
"""Width between the boundary lines of a road (红线宽度) by class."""
RANK = list(WIDTH_M)

_EXPRESSWAYS = {
    "清澜绕城快速路": (
        [
            (-8000, -500),
            (-7000, 4700),
            (-3600, 7900),
            (800, 8100),
            (4900, 7900),
            (8300, 5900),
            (9000, 1600),
            (8900, -1000),
            (8300, -4000),
            (5000, -6900),
            (2200, -7700),
            (-1600, -5700),
            (-5000, -5000),
        ],
        True,
    ),
    "澜东高速": ([(9000, 1600), (11000, 2600), (15500, 3600)], False),
    "澜西高速": ([(-15500, -2300), (-11500, -2600), (-8000, -500)], False),
    "云岭大道快速路": ([(-1500, 12500), (-1100, 10300), (-1300, 8300)], False),
    "清湖南高速": ([(2200, -7700), (1900, -9500), (2400, -12500)], False),
}
_STREET_SPACING_M = {OLD: 150.0, CORE: 190.0, RESIDENTIAL: 235.0, NEW: 225.0, INDUSTRY: 390.0, TOWN: 165.0}
Traced = list[tuple[int, list[tuple[float, float]]]]


@dataclass(frozen=True)
class Road:
    """A stretch of road: its line in local metres, class and name."""

    line: LineString
    level: str
    name: str = ""


def lay_roads(terrain: Terrain, structure: Structure) -> list[Road]:
    """Return the stretches between crossings, without dead ends of minor streets."""
    builder = _Builder(terrain, structure, lay_grain(terrain))
    roads = [*_expressways(), *_embankments(terrain, structure)]
    for level in ("arterial", "secondary", "local", "rural"):
        roads += builder.lay(level, roads)
    return _without_dead_ends(_noded([road for road in roads if not road.line.is_empty]))


@dataclass
class _Builder:
    terrain: Terrain
    structure: Structure
    grain: Grain

    def __post_init__(self) -> None:
        x, y = cell_centres()
        self.density = np.where(inside(self.terrain.city.buffer(900)), self.structure.density(x, y), 0)
        self.kind = self.structure.kind(x, y)
        self.dry = ~inside(self.terrain.broad_water.buffer(25))
        self.lakes = inside(shapely.union_all(list(self.terrain.lakes.values())).buffer(60))
        self.hills = inside(shapely.union_all(list(self.terrain.hills.values())))
        self.barrier = shapely.union_all([*self.terrain.lakes.values(), *self.terrain.hills.values()])
        shapely.prepare(self.barrier)
        self.names = {level: road_names(level) for level in RANK}
        self.parallels: tuple[list[tuple[float, float]], list[tuple[float, float]]] = ([], [])

    def lay(self, level: str, roads: list[Road]) -> list[Road]:
        """Return the streets of one class, their ends joined to ``roads`` and to each other."""
        rules = self._rules(level)
        if level == "arterial":
            self._count(_sides(self.grain, [road.line for road in roads]))
        traced = trace_level(self.grain, rules, _seeds(level), self.parallels)
        if level == "arterial":
            traced = [(family, points) for family, points in traced if not self._swims(points)]
        self._count(traced)
        reach = {"arterial": 1900.0, "secondary": 520.0, "local": 330.0, "rural": 1100.0}[level]
        fresh = [LineString(points).simplify(1.6) for _, points in traced]
        named = [next(self.names[level]) for _ in fresh]
        joined = list(
            zip(_joined(fresh, [road.line for road in roads], reach, self.barrier), named, strict=True)
        )
        if level in ("secondary", "local"):
            broad = self.terrain.broad_water.buffer(8)
            joined = [
                (part, name)
                for line, name in joined
                for part in lines(line.difference(broad))
                if part.length > 40
            ]
        return [Road(line, level, name) for line, name in joined]

    def _rules(self, level: str) -> Level:
        dense, land = self.density, self.dry & ~self.hills
        street = np.vectorize(_STREET_SPACING_M.get)(self.kind).astype(float)
        street *= 1 + 0.55 * np.clip((0.62 - dense) / 0.2, 0, 1)
        factory = self.kind == INDUSTRY
        urban = dense > BUILT_UP
        if level == "arterial":
            spacing = np.where(urban, np.where(factory, 1500.0, 1150.0), 1900.0)
            return _level(spacing, (dense > 0) & ~self.lakes & ~self.hills, 1500, 30000, 500)
        if level == "secondary":
            return _level(np.where(factory, 760.0, 480.0), (dense > BUILT_UP - 0.04) & land, 500, 5200, 200)
        if level == "local":
            return _level(street, urban & land, 170, 1900, 100)
        return _level(
            np.full(dense.shape, 820.0), (dense > 0) & (dense < BUILT_UP + 0.02) & land, 450, 4200, 300
        )

    def _swims(self, points: list[tuple[float, float]]) -> bool:
        """Return whether a road runs along the river instead of crossing it."""
        return bool(LineString(points).intersection(self.terrain.river).length > 650)

    def _count(self, traced: Traced) -> None:
        for family, points in traced:
            self.parallels[family].extend(points)


def _level(
    spacing: Array, allowed: np.typing.NDArray[np.bool_], shortest: float, longest: float, cell: float
) -> Level:
    read = reader(allowed.astype(float))
    return Level(reader(np.maximum(spacing, 60)), lambda x, y: read(x, y) > 0, shortest, longest, cell)


def _seeds(level: str) -> list[tuple[float, float]]:
    rng = chance(f"seeds:{level}")
    count = {"arterial": 300, "secondary": 2500, "local": 9000, "rural": 2500}[level]
    x = rng.uniform(-HALF_WIDTH_M, HALF_WIDTH_M, count)
    y = rng.uniform(-HALF_HEIGHT_M, HALF_HEIGHT_M, count)
    return [(-600.0, 1500.0), *zip(x.tolist(), y.tolist(), strict=True)]


def _expressways() -> list[Road]:
    sway = Noise("expressway", 2500)
    return [
        Road(LineString(wander(curve(points, 60, closed), sway, 120)).simplify(1.5), "expressway", name)
        for name, (points, closed) in _EXPRESSWAYS.items()
    ]


def _embankments(terrain: Terrain, structure: Structure) -> list[Road]:
    """Return the riverside roads of the urban reach and the roads around the large lakes."""
    bank = terrain.river.union(shapely.union_all(terrain.islands)).buffer(75).simplify(6)
    roads = []
    for part in lines(shapely.line_merge(bank.exterior)):
        at = np.array([part.interpolate(d).coords[0] for d in np.arange(0, part.length, 50)])
        urban = structure.density(at[:, 0], at[:, 1]) > BUILT_UP - 0.02
        runs = np.split(np.arange(len(at)), np.flatnonzero(np.diff(urban.astype(int))) + 1)
        roads += [LineString(at[run]).simplify(2) for run in runs if urban[run[0]] and len(run) > 12]
    around = [terrain.lakes[name].buffer(90).simplify(6).exterior for name in ("镜湖", "东屏湖")]
    rings = [LineString(curve([*ring.coords][:-1:2], 40, closed=True)).simplify(2) for ring in around]
    return [Road(line, "arterial", "滨江大道") for line in roads] + [
        Road(line, "secondary", "环湖路") for line in rings
    ]


def _sides(grain: Grain, roads: list[LineString]) -> Traced:
    """Sort the points of hand-drawn roads by the family they run with."""
    result: Traced = []
    for line in roads:
        points = [line.interpolate(d).coords[0] for d in np.arange(0, line.length, 40)]
        for (x0, y0), (x1, y1) in itertools.pairwise(points):
            off = np.arctan2(y1 - y0, x1 - x0) - grain.direction(x0, y0, 0)
            result.append((int(abs(np.cos(off)) < 0.7), [(x0, y0)]))
    return result


def _joined(
    fresh: list[LineString], others: list[LineString], reach_m: float, barrier: BaseGeometry
) -> list[LineString]:
    """Return ``fresh`` with ends prolonged to the next road within ``reach_m``, never through ``barrier``."""
    everything = [*others, *fresh]
    tree = STRtree(everything)
    longer = []
    for line in fresh:
        points = list(line.coords)
        tail = _meeting(points[-2], points[-1], line, everything, tree, reach_m)
        head = _meeting(points[1], points[0], line, everything, tree, reach_m)
        tail = [] if tail and barrier.intersects(LineString([points[-1], *tail])) else tail
        head = [] if head and barrier.intersects(LineString([points[0], *head])) else head
        longer.append(LineString([*head, *points, *tail]))
    return longer


def _meeting(
    before: tuple[float, ...],
    end: tuple[float, ...],
    own: LineString,
    roads: list[LineString],
    tree: STRtree,
    reach_m: float,
) -> list[tuple[float, float]]:
    """Return the end of the prolongation just beyond the first road ahead, or nothing."""
    run = np.subtract(end, before)
    run = run / max(float(np.hypot(*run)), 1e-9)
    ray = LineString([np.add(end, 0.5 * run), np.add(end, reach_m * run)])
    ahead = [roads[i] for i in tree.query(ray, predicate="intersects") if roads[i] is not own]
    if not ahead:
        return []
    distance = min(Point(end).distance(road.intersection(ray)) for road in ahead)
    return [tuple(np.add(end, (distance + 0.3) * run))]


def _noded(roads: list[Road]) -> list[Road]:
    """Cut all roads at their crossings; a shared stretch takes the higher class."""
    stretches = lines(shapely.unary_union([road.line for road in roads], grid_size=0.01))
    tree = STRtree([road.line for road in roads])
    middles = [stretch.interpolate(0.5, normalized=True) for stretch in stretches]
    pairs = tree.query(middles, predicate="dwithin", distance=0.05)
    owner: dict[int, Road] = {}
    for stretch, road in pairs.T.tolist():
        best = owner.get(stretch)
        if best is None or RANK.index(roads[road].level) < RANK.index(best.level):
            owner[stretch] = roads[road]
    return [Road(line, owner[i].level, owner[i].name) for i, line in enumerate(stretches) if i in owner]


def _without_dead_ends(roads: list[Road]) -> list[Road]:
    """Remove stubs again and again until every minor street leads somewhere."""
    while True:
        ends = Counter(end for road in roads for end in _ends(road.line))
        kept = [road for road in roads if not _is_stub(road, ends)]
        if len(kept) == len(roads):
            return kept
        roads = kept


def _is_stub(road: Road, ends: Counter[tuple[float, ...]]) -> bool:
    free = any(ends[end] == 1 for end in _ends(road.line))
    return free and (road.line.length < 60 or road.level in ("secondary", "local", "rural"))


def _ends(line: LineString) -> tuple[tuple[float, ...], tuple[float, ...]]:
    return line.coords[0], line.coords[-1]
