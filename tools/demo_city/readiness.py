"""How ready land is: 净地五项, what must be looked into before supply, and intentions that hold land for a while."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from shapely import Polygon, box

from .parcels import Parcel
from .place import TODAY, chance
from .projects import Project

ITEMS = {
    "权属清晰": ("权籍调查成果", "市不动产登记中心", 0.99),
    "安置补偿落实到位": ("补偿安置结清证明", "属地街道", 0.94),
    "没有法律经济纠纷": ("无纠纷承诺书", "属地街道", 0.97),
    "规划条件明确": ("规划条件通知书", "市自然资源和规划局", 0.95),
    "具备动工开发所需的基本条件": ("场地移交单", "土地储备中心", 0.9),
}
_STARTED = {"reserved": 0.55, "clear": 0.93}
_PARTIES = (
    ("清芯半导体意向方", "封装测试项目"),
    ("远山储能意向方", "储能电池项目"),
    ("江尾食品意向方", "预制菜项目"),
    ("北辰装备意向方", "数控机床项目"),
    ("云帆物流意向方", "区域分拨中心"),
    ("和光医药意向方", "制剂项目"),
    ("新泽材料意向方", "特种纤维项目"),
)


@dataclass(frozen=True)
class Item:
    """A row of 净地清单."""

    parcel: str
    item: str
    unit: str
    done_on: date | None
    planned_on: date | None
    evidence: str


@dataclass(frozen=True)
class Gate:
    """A row of 供应前置."""

    parcel: str
    kind: str
    needed: bool
    unit: str
    done_on: date | None
    planned_on: date | None
    evidence: str


@dataclass(frozen=True)
class Held:
    """A row of 意向保留; ``part`` is the held part in local metres, ``None`` for the whole parcel."""

    parcel: str
    party: str
    intention: str
    held_from: date
    expires_on: date
    released_on: date | None
    part: Polygon | None


def checklists(parcels: list[Parcel]) -> Iterator[Item]:
    """Yield the items of parcels in the reserve and of clear land; a few lists are not begun, a few not complete."""
    rng = chance("checklists")
    for parcel in parcels:
        if rng.random() > _STARTED.get(parcel.state, 0):
            continue
        for name, (proof, unit, share) in ITEMS.items():
            likely = share if parcel.state == "clear" else 0.6 * share
            if name == "规划条件明确":
                likely = 1.0 if parcel.planning_set else 0.0
            done = TODAY - timedelta(int(rng.integers(20, 500))) if rng.random() < likely else None
            planned = None if done or rng.random() < 0.2 else _month_end(int(rng.integers(30, 300)))
            number = f"{proof}〔{done.year}〕{int(rng.integers(1, 400))}号" if done else ""
            yield Item(parcel.number, name, unit, done, planned, number)


def gates(parcels: list[Parcel]) -> Iterator[Gate]:
    """Yield surveys of large sites (考古) and of land for homes and schools (土壤); most are done."""
    rng = chance("gates")
    for parcel in parcels:
        if parcel.state not in ("reserved", "clear", "supplying"):
            continue
        if parcel.shape.area > 25_000:
            yield _gate(parcel, "考古调查勘探", "市文物局", rng, needed=True)
        if parcel.use[:2] in ("07", "08"):
            yield _gate(parcel, "土壤污染状况调查", "市生态环境局", rng, needed=bool(rng.random() < 0.85))


def _gate(parcel: Parcel, kind: str, unit: str, rng: np.random.Generator, *, needed: bool) -> Gate:
    likely = 0.55 if parcel.state == "reserved" else 0.86 if parcel.state == "clear" else 1.0
    done = TODAY - timedelta(int(rng.integers(30, 400))) if needed and rng.random() < likely else None
    planned = _month_end(int(rng.integers(30, 240))) if needed and done is None else None
    proof = f"{unit}函〔{done.year}〕{int(rng.integers(1, 200))}号" if done else ""
    return Gate(parcel.number, kind, needed, unit, done, planned, proof)


def holds(parcels: list[Parcel], projects: list[Project]) -> Iterator[Held]:
    """Yield intentions on clear industrial land that no project has: live, over, released, and one on a part."""
    rng = chance("holds")
    taken = {link.parcel.number for project in projects for link in project.links}
    free = [
        p
        for p in parcels
        if p.state == "clear" and p.park and p.use[:2] in ("10", "11") and p.number not in taken
    ]
    chosen = [
        free[i] for i in sorted(rng.choice(len(free), size=min(2 * len(_PARTIES), len(free)), replace=False))
    ]
    for position, parcel in enumerate(chosen):
        party, intention = _PARTIES[position % len(_PARTIES)]
        begun = TODAY - timedelta(int(rng.integers(10, 150)))
        over = begun + timedelta(int(rng.integers(90, 240)))
        released = begun + timedelta(30) if position % 6 == 5 and begun + timedelta(30) <= TODAY else None
        west = _western_half(parcel.shape) if position == 0 else None
        yield Held(
            parcel.number,
            f"{party}{'（二）' if position >= len(_PARTIES) else ''}",
            intention,
            begun,
            over,
            released,
            west,
        )


def _western_half(shape: Polygon) -> Polygon | None:
    minx, miny, maxx, maxy = shape.bounds
    half = shape.intersection(box(minx, miny, (minx + maxx) / 2, maxy))
    return half if isinstance(half, Polygon) else None


def _month_end(days: int) -> date:
    month = (TODAY + timedelta(days)).replace(day=28) + timedelta(4)
    return month.replace(day=1) - timedelta(1)
