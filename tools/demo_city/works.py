"""Infrastructure projects: roads, brooks and lake shores are sites of their own, not parcels."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

import numpy as np
import shapely
from shapely import LineString, Point
from shapely.affinity import rotate
from shapely.geometry.base import BaseGeometry

from .catalogue import DEPARTMENTS
from .curves import lines
from .noise import Noise
from .place import TODAY, chance
from .projects import MU_M2, Project
from .roads import WIDTH_M, Road
from .terrain import Terrain
from .timeline import story
from .zones import Zone

_COURSE = ("pipeline", "approved", "started", "completed")
_REACHED = ["pipeline", "approved", "approved", "started", "started", "started", "completed"]
_YARDS = [  # name, centre, reach
    ("城西220千伏变电站", (-5300, -400), (90, 70)),
    ("港口第二污水处理厂", (8600, -3500), (190, 140)),
    ("清澜北站综合交通枢纽", (-500, 7200), (420, 260)),
    ("东屏净水厂扩建", (8300, 4700), (170, 130)),
    ("荷塘公铁联运场站", (-5200, -7700), (380, 190)),
    ("镜湖水质净化中心", (3900, -5900), (140, 110)),
    ("沙洲内河码头", (10300, -3350), (300, 80)),
    ("石梁光伏升压站", (-11600, -1900), (130, 100)),
]


def draw_works(roads: list[Road], terrain: Terrain, districts: list[Zone], start: int) -> list[Project]:
    """Return infrastructure projects numbered from ``start``, with lines and polygons of their own."""
    rng = chance("works")
    sites = [*_streets(roads, terrain, rng), *_waters(terrain), *_yards()]
    return [_project(start + i, title, site, mu, districts, rng) for i, (title, site, mu) in enumerate(sites)]


def _streets(
    roads: list[Road], terrain: Terrain, rng: np.random.Generator
) -> Iterator[tuple[str, BaseGeometry, float]]:
    """Yield stretches of main roads being built or rebuilt."""
    by_name: defaultdict[tuple[str, str], list[LineString]] = defaultdict(list)
    for road in roads:
        if road.name and road.level in ("arterial", "secondary") and terrain.city.contains(road.line):
            by_name[road.name, road.level].append(road.line)
    names = sorted(by_name)
    picked = 0
    for i in rng.permutation(len(names)):
        name, level = names[int(i)]
        line = max(
            lines(shapely.line_merge(shapely.union_all(by_name[name, level]))), key=lambda part: part.length
        )
        if picked < 22 and 1_100 < line.length < 6_500 and name != "滨江大道":
            picked += 1
            kind = str(rng.choice(["快速化改造工程", "新建工程", "改扩建工程", "综合管廊工程"]))
            yield f"{name}{kind}", line, line.length * WIDTH_M[level] / MU_M2


def _waters(terrain: Terrain) -> Iterator[tuple[str, BaseGeometry, float]]:
    """Yield works along the water: brooks as lines, lake shores as polygons."""
    for name in ("清溪", "屏河", "南汊河", "运粮河"):
        line = terrain.streams[name][0].intersection(terrain.city)
        part = max(lines(line), key=lambda piece: piece.length)
        stretch = shapely.line_interpolate_point(part, np.linspace(0.35, 0.7, 40), normalized=True)
        yield f"{name}综合整治工程", LineString(stretch).simplify(2), part.length * 0.35 * 18 / MU_M2
    for name in ("镜湖", "白鹭荡", "玉带湖"):
        lake = terrain.lakes[name]
        shore = lake.buffer(78).difference(lake.buffer(18)).simplify(2)
        yield f"{name}生态修复工程", shore, shore.area / MU_M2


def _yards() -> Iterator[tuple[str, BaseGeometry, float]]:
    for name, centre, reach in _YARDS:
        yard = shapely.box(
            centre[0] - reach[0], centre[1] - reach[1], centre[0] + reach[0], centre[1] + reach[1]
        )
        shape = rotate(yard, float(Noise(name, 300)(*centre)) * 25).buffer(-12).buffer(12, quad_segs=1)
        yield f"{name}工程", shape, shape.area / MU_M2


def _project(
    number: int, title: str, site: BaseGeometry, mu: float, districts: list[Zone], rng: np.random.Generator
) -> Project:
    middle = Point(site.representative_point())
    county = min(districts, key=lambda zone: zone.shape.distance(middle)).code
    reached = str(rng.choice(_REACHED))
    late = bool(rng.random() < 0.25 and reached != "completed")
    events = story(_COURSE, reached, late, rng)
    approved = next((event.actual_on for event in events if event.stage == "approved"), None)
    total = round(float(mu * rng.uniform(60, 190)) / 100) * 100 + 1_000
    return Project(
        number=f"QL{events[0].actual_on or TODAY:%Y}-{number:03d}",
        code=f"{approved:%y%m}-{county}-48-01-{rng.integers(100000, 999999)}" if approved else "",
        name=title,
        level=str(rng.choice(["省重大", "市重大", "区级"], p=[0.2, 0.5, 0.3])),
        category="基础设施",
        industry="E4812" if "大道" in title or "路" in title else "N7721",
        county=county,
        park="",
        total_wan=total,
        annual_wan=round(total * 0.35 / 100) * 100 if reached in ("approved", "started") else 0,
        demand_mu=round(mu, 1),
        official=f"联系领导{rng.integers(1, 19):02d}",
        department=DEPARTMENTS["infrastructure"][int(rng.integers(4))],
        summary=f"{title}，由市级统筹实施",
        published=bool(rng.random() < 0.95),
        side="停缓建" if number % 29 == 3 and reached == "started" else "正常",
        reached=reached,
        late=late,
        events=events,
        site=site,
    )
