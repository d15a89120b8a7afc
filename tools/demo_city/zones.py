"""Districts and sub-districts, whose limits keep to the river, the brooks and the main roads."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np
import shapely
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import dijkstra
from scipy.spatial import Delaunay
from shapely import LineString, MultiPoint, Point, Polygon, STRtree
from shapely.geometry.base import BaseGeometry

from .curves import largest, lines, polygons
from .noise import Array
from .place import HALF_HEIGHT_M, HALF_WIDTH_M, chance
from .roads import Road
from .terrain import Terrain

DISTRICTS = {"329901": "澜阳区", "329902": "清湖区", "329903": "东屏区", "329904": "云岭区"}
_SEATS = [  # district, number, name, seat
    ("329901", "001", "鼓楼街道", (-1500, 1500)),
    ("329901", "002", "望江街道", (900, 250)),
    ("329901", "003", "文庙街道", (2300, 2900)),
    ("329901", "004", "桃园街道", (-4500, 2700)),
    ("329901", "005", "云台街道", (-900, 4700)),
    ("329902", "001", "镜湖街道", (1500, -3200)),
    ("329902", "002", "南浦街道", (-2400, -2500)),
    ("329902", "003", "白鹭街道", (-6500, -3100)),
    ("329902", "101", "荷塘镇", (-2700, -7600)),
    ("329902", "102", "白荡镇", (-9900, -6000)),
    ("329903", "001", "东屏街道", (6200, 3600)),
    ("329903", "002", "港口街道", (6600, -3300)),
    ("329903", "101", "沙洲镇", (10600, -4700)),
    ("329903", "102", "芦汀镇", (11300, 900)),
    ("329903", "103", "屏山镇", (9900, 6700)),
    ("329904", "001", "龙泉街道", (2600, 7000)),
    ("329904", "002", "松溪街道", (-4900, 7000)),
    ("329904", "101", "云岭镇", (-9700, 7800)),
    ("329904", "102", "石梁镇", (-10400, 100)),
]
_STEP_M = 130.0
_COST = {"river": 0.22, "stream": 0.5, "expressway": 0.45, "arterial": 0.42, "open": 1.0}


@dataclass(frozen=True)
class Zone:
    """A district or sub-district in local metres."""

    code: str
    name: str
    shape: Polygon

    @property
    def county(self) -> str:
        """The code of the district it belongs to."""
        return self.code[:6]


def draw_zones(terrain: Terrain, roads: list[Road]) -> tuple[list[Zone], list[Zone]]:
    """Return (districts, sub-districts), each list covering the city without gap or overlap."""
    net = _Net.of(terrain, roads)
    seats = np.array([seat for *_, seat in _SEATS], float)
    cells = _cells(seats)
    limits = [net.path(ridge) for ridge in _ridges(cells, terrain.city) if ridge.length > 50]
    faces = polygons(
        shapely.polygonize(
            shapely.get_parts(shapely.unary_union([*limits, terrain.city.exterior], grid_size=0.01))
        )
    )
    shapes = _tidy(_assigned(faces, cells, terrain.city))
    parts = [
        Zone(county + number, name, shape)
        for (county, number, name, _), shape in zip(_SEATS, shapes, strict=True)
    ]
    whole = [
        Zone(
            code,
            name,
            largest(shapely.union_all([part.shape for part in parts if part.county == code], grid_size=0.01)),
        )
        for code, name in DISTRICTS.items()
    ]
    return whole, parts


@dataclass(frozen=True)
class _Net:
    """A web of possible limits: cheap along rivers and roads, dear across open country."""

    points: Array
    edges: coo_matrix
    city: Polygon
    on_river: int
    on_tracks: int

    @staticmethod
    def of(terrain: Terrain, roads: list[Road]) -> _Net:
        tracks = [
            (_COST["river"], terrain.river_line),
            *((_COST["stream"], line) for line, _ in terrain.streams.values()),
        ]
        tracks += [
            (_COST[road.level], road.line) for road in roads if road.level in ("expressway", "arterial")
        ]
        number: dict[tuple[float, float], int] = {}
        links: dict[tuple[int, int], float] = {}
        for cost, line in tracks:
            stops = [number.setdefault(stop, len(number)) for stop in _stops(line)]
            links.update({pair: cost for pair in itertools.pairwise(stops) if pair[0] != pair[1]})
        fixed = np.array(list(number))
        points = np.vstack([fixed, _open_country(fixed)])
        for a, b, c in Delaunay(points).simplices.tolist():
            for pair in ((a, b), (b, c), (c, a)):
                if pair not in links and pair[::-1] not in links:
                    links[pair] = _COST["open"]
        start, end = np.array(list(links)).T
        weight = np.hypot(*(points[start] - points[end]).T) * np.array(list(links.values()))
        edges = coo_matrix((weight, (start, end)), shape=(len(points), len(points)))
        return _Net(points, edges, terrain.city, len(_stops(terrain.river_line)), len(fixed))

    def path(self, ridge: LineString) -> LineString:
        """Return the cheapest way between the ends of ``ridge``."""
        first, last = self._junction(ridge.coords[0]), self._junction(ridge.coords[-1])
        _, before = dijkstra(self.edges.tocsr(), directed=False, indices=first, return_predecessors=True)
        way = [last]
        while way[-1] != first:
            way.append(int(before[way[-1]]))
        return LineString(self.points[way]) if len(way) > 1 else LineString()

    def _junction(self, place: tuple[float, ...]) -> int:
        """Return the node where limits meet: on the river if it is near, else on a brook or road.

        Beyond the city limit it is simply the nearest node.
        """
        away = np.hypot(*(self.points - place).T)
        for count, reach in ((self.on_river, 1500.0), (self.on_tracks, 700.0)):
            if away[:count].min() < reach and self.city.contains(Point(place)):
                return int(away[:count].argmin())
        return int(away.argmin())


def _stops(line: LineString) -> list[tuple[float, float]]:
    count = max(1, round(line.length / _STEP_M))
    stops = [line.interpolate(i / count, normalized=True) for i in range(count + 1)]
    return [(round(stop.x), round(stop.y)) for stop in stops]


def _open_country(fixed: Array) -> Array:
    """Return scattered points that keep away from the tracks."""
    rng = chance("zones")
    step = 260.0
    x, y = np.meshgrid(
        np.arange(-HALF_WIDTH_M - 600, HALF_WIDTH_M + 600, step),
        np.arange(-HALF_HEIGHT_M - 600, HALF_HEIGHT_M + 600, step),
    )
    points = np.column_stack([x.ravel(), y.ravel()]) + rng.uniform(-0.42, 0.42, (x.size, 2)) * step
    tree = STRtree(shapely.points(fixed))
    near = tree.query(shapely.points(points), predicate="dwithin", distance=110)[0]
    return np.delete(points, np.unique(near), axis=0)


def _cells(seats: Array) -> list[Polygon]:
    """Return the cell of every seat: the ground nearer to it than to any other."""
    frame = shapely.box(-2 * HALF_WIDTH_M, -2 * HALF_HEIGHT_M, 2 * HALF_WIDTH_M, 2 * HALF_HEIGHT_M)
    cells = polygons(shapely.voronoi_polygons(MultiPoint(seats), extend_to=frame))
    tree = STRtree(cells)
    return [cells[int(tree.query(seat, predicate="within")[0])] for seat in shapely.points(seats)]


def _ridges(cells: list[Polygon], city: Polygon) -> list[LineString]:
    """Return the common sides of neighbouring cells, reaching a little beyond the city."""
    ground = city.buffer(450)
    ridges = []
    for i, cell in enumerate(cells):
        for other in cells[i + 1 :]:
            side = cell.intersection(other)
            if isinstance(side, LineString) and side.length > 0:
                ridges += lines(side.intersection(ground))
    return ridges


def _assigned(faces: list[Polygon], cells: list[Polygon], city: Polygon) -> list[BaseGeometry]:
    groups: list[list[Polygon]] = [[] for _ in cells]
    for face in faces:
        if city.contains(face.representative_point()):
            groups[int(np.argmax([face.intersection(cell).area for cell in cells]))].append(face)
    return [shapely.union_all(group, grid_size=0.01) for group in groups]


def _tidy(shapes: list[BaseGeometry]) -> list[Polygon]:
    """Give detached pieces to the neighbour with the longest common limit."""
    kept = [largest(shape) for shape in shapes]
    for i, shape in enumerate(shapes):
        for piece in polygons(shape):
            if piece.equals(kept[i]):
                continue
            common = [piece.boundary.intersection(other.boundary).length for other in kept]
            best = int(np.argmax(common))
            kept[best] = largest(shapely.union(kept[best], piece, grid_size=0.01))
    return [Polygon(shape.exterior) for shape in kept]
