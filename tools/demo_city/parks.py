"""The seven parks: whole blocks within reach of a centre, so that their limits run along roads."""

from __future__ import annotations

from dataclasses import dataclass

import shapely
from shapely import Polygon
from shapely.geometry.base import BaseGeometry

from .curves import blob, largest
from .noise import Noise


@dataclass(frozen=True)
class Park:
    """A park with its limit in local metres; ``ripeness`` shifts how far its land has come."""

    code: str
    name: str
    level: str
    industries: tuple[str, ...]
    county: str
    uses: tuple[tuple[str, float], ...]
    ripeness: float
    shape: Polygon

    @property
    def approved_area_ha(self) -> float:
        """The approved area, which never quite equals the drawn one."""
        return round(float(self.shape.area) / 10_000 * 0.985, 2)


_MACHINES = (
    ("100101", 0.5),
    ("100102", 0.3),
    ("0802", 0.08),
    ("110101", 0.07),
    ("1302", 0.02),
    ("0901", 0.03),
)
_RESEARCH = (("100101", 0.6), ("0802", 0.24), ("0902", 0.08), ("0901", 0.05), ("1303", 0.03))
_PORT = (("110101", 0.36), ("100102", 0.4), ("110102", 0.14), ("1208", 0.06), ("1302", 0.04))
_CHEMICAL = (("100103", 0.56), ("100102", 0.22), ("110103", 0.12), ("1302", 0.06), ("1303", 0.04))
_HEALTH = (("100101", 0.66), ("0802", 0.24), ("0901", 0.06), ("1303", 0.04))
_FOOD = (("100101", 0.58), ("100102", 0.2), ("110101", 0.17), ("1302", 0.05))
_LOGISTICS = (("110101", 0.7), ("110102", 0.08), ("100101", 0.16), ("1208", 0.06))

_PLANS: list[
    tuple[
        str,
        str,
        str,
        tuple[str, ...],
        str,
        tuple[tuple[str, float], ...],
        float,
        tuple[float, float],
        tuple[float, float],
        float,
    ]
] = [
    (
        "G329001",
        "清澜经济技术开发区",
        "国家级",
        ("高端装备制造", "新能源汽车零部件", "智能家电"),
        "329903",
        _MACHINES,
        0.18,
        (6000, 3500),
        (2250, 2000),
        -0.1,
    ),
    (
        "S329002",
        "清澜高新技术产业开发区",
        "省级",
        ("电子信息", "智能制造", "软件和信息服务"),
        "329902",
        _RESEARCH,
        0.08,
        (-6000, -2100),
        (1750, 1550),
        0.4,
    ),
    (
        "S329003",
        "清澜港经济开发区",
        "省级",
        ("港口物流", "粮油加工", "船舶配套"),
        "329903",
        _PORT,
        -0.02,
        (6700, -2900),
        (1750, 1450),
        -0.6,
    ),
    (
        "S329004",
        "东屏新材料产业园",
        "省级",
        ("化工新材料", "高性能纤维"),
        "329903",
        _CHEMICAL,
        -0.14,
        (9300, -5500),
        (1450, 1150),
        -0.3,
    ),
    (
        "M329005",
        "龙泉生物医药产业园",
        "市级",
        ("生物医药", "医疗器械"),
        "329904",
        _HEALTH,
        -0.06,
        (2800, 6500),
        (1650, 1150),
        0.0,
    ),
    (
        "M329006",
        "荷塘绿色食品产业园",
        "市级",
        ("绿色食品", "预制菜", "冷链物流"),
        "329902",
        _FOOD,
        0.0,
        (-3700, -6900),
        (1500, 1150),
        0.3,
    ),
    (
        "M329007",
        "松溪现代物流园",
        "市级",
        ("公路物流", "电商仓储"),
        "329904",
        _LOGISTICS,
        -0.08,
        (-4600, 6500),
        (1350, 1050),
        0.2,
    ),
]


def draw_parks(faces: list[Polygon], water: BaseGeometry) -> list[Park]:
    """Return the parks as dissolved faces of the road network, without broad water."""
    parks, taken = [], Polygon()
    for code, name, level, industries, county, uses, ripeness, centre, reach, turn in _PLANS:
        wish = blob(centre, reach, Noise(code, 1500), 0.18, turn)
        chosen = [
            face
            for face in faces
            if face.area < 1_400_000 and wish.intersection(face).area > 0.55 * face.area
        ]
        shape = shapely.union_all(chosen).difference(water).difference(taken)
        shape = (
            shape.buffer(45, join_style="mitre")
            .buffer(-90, join_style="mitre")
            .buffer(45, join_style="mitre")
        )
        limit = Polygon(largest(shape).exterior).simplify(3)
        taken = shapely.union(taken, limit)
        parks.append(Park(code, name, level, industries, county, uses, ripeness, limit))
    return parks
