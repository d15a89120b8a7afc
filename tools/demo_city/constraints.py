"""What stands in the way of building: the control lines and zones of the spatial plan."""

from __future__ import annotations

import shapely
from shapely import LineString, Polygon, STRtree
from shapely.geometry.base import BaseGeometry

from .base import Shape
from .blocks import RURAL, Block
from .curves import Point, blob, curve, polygons
from .noise import Noise
from .parcels import Parcel
from .parks import Park
from .place import chance
from .terrain import Terrain
from .villages import HOMESTEAD

_FARMLAND_BELOW = 0.17
"""Rural land of a density below this may be permanent basic farmland."""
_SUBSIDENCE = (8700, -4750)
_POWER: list[tuple[str, float, list[Point]]] = [  # name, width of the corridor in m, course
    (
        "500千伏清屏线",
        75.0,
        [(-13500, -8500), (-6500, -8800), (1200, -8900), (6200, -7400), (9900, -7900), (13500, -6300)],
    ),
    (
        "220千伏云澜线",
        45.0,
        [(-12800, 3000), (-9000, 1400), (-7700, -1200), (-7200, -3900), (-5600, -6300), (-3000, -8900)],
    ),
    (
        "220千伏东屏线",
        45.0,
        [(5200, 9900), (4600, 7300), (7900, 5400), (8600, 2500), (9700, -900), (8600, -4200), (6200, -7400)],
    ),
    ("110千伏龙泉线", 30.0, [(-4700, 9000), (-2500, 6900), (700, 6800), (4600, 7300)]),
    ("110千伏港口线", 30.0, [(8600, -4200), (6900, -3500), (5300, -2300), (3500, -6900)]),
]
_RELICS = [
    ("清澜古城墙遗址", -2300, 1150),
    ("文庙", -1250, 1750),
    ("望江楼", -200, 120),
    ("运河盐仓旧址", 3300, 250),
    ("鼓楼", -900, 1250),
    ("石梁古桥", -9900, 500),
    ("荷塘汉墓群", -4700, -6600),
    ("东屏窑址", 6900, 4700),
]
_SLIDES = [
    ("云岭滑坡隐患点", -7600, 7300),
    ("云岭崩塌隐患点", -9900, 9000),
    ("茶坪岗滑坡隐患点", -10800, 1500),
    ("东屏山崩塌隐患点", 10500, 6500),
]


def draw_constraints(
    terrain: Terrain, blocks: list[Block], parks: list[Park], parcels: list[Parcel]
) -> dict[str, list[Shape]]:
    """Return the constraint layers by their Chinese name, in local metres."""
    return {
        "永久基本农田": _farmland(blocks, parcels, terrain),
        "生态保护红线": _ecology(terrain),
        "城镇开发边界": _boundary(terrain, blocks, parks),
        "采煤沉陷区": _subsidence(terrain),
        "文物保护": _relics(),
        "高压走廊": _corridors(terrain),
        "地质灾害": _slides(),
    }


def _farmland(blocks: list[Block], parcels: list[Parcel], terrain: Terrain) -> list[Shape]:
    """Return fields kept for good: rural blocks away from town, without villages."""
    rng = chance("farmland")
    homes = [parcel.shape.buffer(25) for parcel in parcels if parcel.kind == HOMESTEAD]
    tree = STRtree(homes)
    away = shapely.union_all(
        [
            *(hill.buffer(120) for hill in terrain.hills.values()),
            *(lake.buffer(260) for lake in terrain.lakes.values()),
        ]
    )
    fields = []
    for block in blocks:
        if (
            block.kind != RURAL
            or block.density > _FARMLAND_BELOW + 0.05 * rng.normal()
            or rng.random() < 0.12
        ):
            continue
        villages = shapely.union_all([homes[i] for i in tree.query(block.shape)])
        rest = block.shape.difference(villages).difference(away).buffer(-14).buffer(10, quad_segs=1)
        fields += [
            Shape("永久基本农田", "", part.simplify(2)) for part in polygons(rest) if part.area > 25_000
        ]
    return fields


def _ecology(terrain: Terrain) -> list[Shape]:
    upstream = shapely.box(-20_000, -20_000, -8_600, 20_000)
    source = terrain.river.buffer(120).intersection(upstream).intersection(terrain.city)
    marsh = shapely.union_all([terrain.lakes[name].buffer(230) for name in ("白鹭荡", "小白鹭荡")])
    rows = [
        (
            "水源涵养",
            "云岭水源涵养生态保护红线",
            terrain.hills["云岭"].buffer(-90).intersection(terrain.city),
        ),
        ("生物多样性维护", "白鹭荡湿地生态保护红线", marsh),
        ("饮用水水源保护", "澜江饮用水水源保护区生态保护红线", source),
        (
            "水源涵养",
            "东屏山水源涵养生态保护红线",
            terrain.hills["东屏山"].buffer(-60).intersection(terrain.city),
        ),
    ]
    return [Shape(kind, name, shape.simplify(3)) for kind, name, shape in rows]


def _boundary(terrain: Terrain, blocks: list[Block], parks: list[Park]) -> list[Shape]:
    """Return the zones inside the urban development boundary; outside it nothing is drawn."""
    urban = shapely.union_all(
        [block.shape.buffer(34, quad_segs=2) for block in blocks if block.kind != RURAL]
        + [park.shape for park in parks]
    )
    core = _filled(urban.buffer(60, join_style="mitre").buffer(-66, join_style="mitre"))
    core = core.difference(terrain.broad_water.buffer(20)).simplify(3)
    wish = shapely.union_all(
        [
            blob((x, y), reach, Noise(f"elastic:{x}", 800), 0.3)
            for x, y, reach in [
                (8600, 2900, (700, 1300)),
                (-6600, -4300, (1100, 500)),
                (7300, -4900, (900, 600)),
                (800, 7100, (900, 700)),
                (-5800, 4900, (800, 600)),
                (4900, -6300, (700, 900)),
            ]
        ]
    )
    special = shapely.union_all(
        [
            terrain.hills["鼓山"].buffer(40),
            terrain.lakes["镜湖"].buffer(120),
            terrain.lakes["玉带湖"].buffer(60),
        ]
    )
    elastic = wish.difference(core.union(terrain.broad_water)).simplify(3)
    rows = [
        ("集中建设区", core.difference(special)),
        ("弹性发展区", elastic),
        ("特别用途区", special.difference(elastic)),
    ]
    return [
        Shape(kind, "", part)
        for kind, shape in rows
        for part in polygons(shape.buffer(-1).buffer(1, quad_segs=1))
        if part.area > 4_000
    ]


def _filled(shape: BaseGeometry) -> BaseGeometry:
    """Close the holes smaller than 40 ha."""
    parts = []
    for part in polygons(shape):
        holes = [ring for ring in part.interiors if Polygon(ring).area > 400_000]
        parts.append(Polygon(part.exterior, holes))
    return shapely.union_all(parts)


def _subsidence(terrain: Terrain) -> list[Shape]:
    outer = blob(_SUBSIDENCE, (1900, 1150), Noise("mine", 900), 0.3, -0.4)
    middle = outer.buffer(-330)
    inner = outer.buffer(-640)
    rows = [
        ("稳沉区", outer.difference(middle)),
        ("基本稳沉区", middle.difference(inner)),
        ("未稳沉区", inner),
    ]
    return [
        Shape(kind, "东屏矿采煤沉陷区", shape.difference(terrain.river).simplify(3)) for kind, shape in rows
    ]


def _relics() -> list[Shape]:
    shapes = []
    for name, x, y in _RELICS:
        size = 150 if "墓" in name or "窑" in name or "城墙" in name else 55
        inner = blob((x, y), (size, size * 0.8), Noise(name, 120), 0.2).simplify(3)
        shapes += [
            Shape("保护范围", name, inner),
            Shape("建设控制地带", name, inner.buffer(90, quad_segs=3).difference(inner)),
        ]
    return shapes


def _corridors(terrain: Terrain) -> list[Shape]:
    return [
        Shape(
            name.split("伏")[0] + "伏",
            name,
            _straightened(course).buffer(width / 2, cap_style="flat").intersection(terrain.city),
        )
        for name, width, course in _POWER
    ]


def _straightened(course: list[Point]) -> LineString:
    """Return the course of pylons: straight runs between a few turning points."""
    return LineString(curve(course, 900))


def _slides() -> list[Shape]:
    return [
        Shape(
            "中易发区" if i % 2 else "高易发区",
            name,
            blob((x, y), (260, 170), Noise(name, 300), 0.3, 0.6).simplify(3),
        )
        for i, (name, x, y) in enumerate(_SLIDES)
    ]
