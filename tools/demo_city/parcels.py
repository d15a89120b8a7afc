"""The parcels: lots of streets, parks and villages with use, state and what is recorded of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np
from shapely import Point, Polygon, STRtree

from .blocks import RURAL, Block
from .cadastre import Finder, Places, Register
from .landuse import USE_NAMES, Conditions, choose_use, conditions, lot_size_m2
from .lots import Cut, divide
from .parks import Park
from .place import TODAY, chance
from .roads import Road
from .seams import sew
from .states import Lot, assign_states
from .structure import INDUSTRY, OLD, Structure
from .villages import FIELD, HOMESTEAD, RuralLot
from .zones import Zone

_REGISTERED = {
    "built": 0.97,
    "building": 0.95,
    "supplied": 0.92,
    "supplying": 0.75,
    "clear": 0.62,
    "reserved": 0.5,
    "acquired": 0.3,
    "acquiring": 0.35,
    "approved": 0.2,
    "in_approval": 0.2,
    "to_acquire": 0.25,
    "planned": 0.1,
}
_PLANNING_SET = {
    "built": 1.0,
    "building": 1.0,
    "supplied": 1.0,
    "supplying": 1.0,
    "clear": 0.86,
    "reserved": 0.6,
    "acquired": 0.35,
    "acquiring": 0.2,
    "approved": 0.15,
}
_PROMOTABLE = {
    "clear": 0.9,
    "supplying": 0.94,
    "reserved": 0.72,
    "acquired": 0.4,
    "approved": 0.15,
    "acquiring": 0.06,
}
_CLEARED_IN_DAYS = {
    "acquired": (40, 300),
    "acquiring": (90, 520),
    "approved": (200, 640),
    "in_approval": (280, 760),
}


@dataclass(frozen=True)
class Parcel:
    """A parcel as the land bureau's layer holds it; shape in local metres, areas in m²."""

    number: str
    shape: Polygon
    kind: str
    use: str
    state: str
    county: str
    subdistrict: str
    subdistrict_code: str
    park: str
    name: str
    address: str
    conditions: Conditions
    code: str = ""
    certified_m2: float | None = None
    planning_set: bool = False
    promotable: bool = False
    mortgaged: bool = False
    seized: bool = False
    cleared_plan_on: date | None = None
    note: str = ""

    @property
    def middle(self) -> Point:
        """A point inside the parcel."""
        return self.shape.representative_point()


def draw_parcels(
    blocks: list[Block],
    country: list[RuralLot],
    parks: list[Park],
    zones: list[Zone],
    roads: list[Road],
    structure: Structure,
) -> list[Parcel]:
    """Return all parcels of the city, numbered from north-west to south-east within their sub-district."""
    lots = _sewn([*_urban_lots(blocks, parks), *_rural_lots(country)])
    lots = assign_states(lots, structure)
    lots = sorted(
        lots, key=lambda lot: (lot.block, -round(lot.shape.centroid.y), round(lot.shape.centroid.x))
    )
    rng, register = chance("parcels"), Register()
    finder, places = Finder(zones), Places(roads)
    return [_recorded(lot, finder.zone(lot.shape), places, register, rng) for lot in lots]


def _sewn(lots: list[Lot]) -> list[Lot]:
    shapes = sew([lot.shape for lot in lots])
    return [replace(lot, shape=shape) for lot, shape in zip(lots, shapes, strict=True)]


def _urban_lots(blocks: list[Block], parks: list[Park]) -> list[Lot]:
    rng, lots = chance("lots"), []
    order = sorted(
        range(len(blocks)),
        key=lambda i: (-round(blocks[i].shape.centroid.y / 400), blocks[i].shape.centroid.x),
    )
    for rank, i in enumerate(order):
        block = blocks[i]
        middle = block.shape.representative_point()
        park = next((park for park in parks if park.shape.contains(middle)), None)
        if block.kind == RURAL:
            continue
        kind = INDUSTRY if park is not None else block.kind
        use = choose_use(kind, park.uses if park else (), rng)
        unevenness = 0.13 if kind == OLD else 0.06 if kind == INDUSTRY else 0.1
        cut = Cut(lot_size_m2(use, kind), unevenness, 34 if kind == INDUSTRY else 24)
        for shape in divide(block.shape, cut, rng):
            own = use if rng.random() < 0.8 else choose_use(kind, park.uses if park else (), rng)
            own = own if lot_size_m2(own, kind) < 2.5 * shape.area else use
            lots.append(Lot(shape, kind, own, rank, max(block.density, 0.36), park))
    return lots


def _rural_lots(country: list[RuralLot]) -> list[Lot]:
    rng = chance("fields")
    villages = {name: 100_000 + i for i, name in enumerate(dict.fromkeys(lot.village for lot in country))}
    uses = {
        HOMESTEAD: ["0703", "0703", "0703", "0704", "100101", "0602"],
        FIELD: ["0101", "0101", "0102", "0103", "0201"],
    }
    return [
        Lot(
            lot.shape,
            lot.kind,
            str(rng.choice(uses[lot.kind])),
            villages[lot.village],
            lot.density,
            None,
            lot.village,
        )
        for lot in country
    ]


def _recorded(lot: Lot, zone: Zone, places: Places, register: Register, rng: np.random.Generator) -> Parcel:
    number = register.number(zone, lot.block)
    place = f"{lot.village}" if lot.village else places.describe(lot.shape)
    parcel = Parcel(
        number=number,
        shape=lot.shape,
        kind=lot.kind,
        use=lot.use,
        state=lot.state,
        county=zone.county,
        subdistrict=zone.name,
        subdistrict_code=zone.code,
        park=lot.park.name if lot.park else "",
        name=f"{place}{USE_NAMES[lot.use].removesuffix('用地')}地块",
        address=f"{zone.name}{place}",
        conditions=Conditions(),
    )
    return _with_facts(_with_rights(parcel, zone, lot.block, register, rng), rng)


def _with_rights(
    parcel: Parcel, zone: Zone, block: int, register: Register, rng: np.random.Generator
) -> Parcel:
    """Add code and certified area of a registered parcel; a few certificates are off by a few percent."""
    collective = parcel.kind in (HOMESTEAD, FIELD)
    share = (0.45 if parcel.kind == FIELD else 0.8) if collective else _REGISTERED[parcel.state]
    if rng.random() > share:
        return parcel
    rights = (
        ("JA" if parcel.kind == FIELD else "JC" if parcel.use == "0703" else "JB") if collective else "GB"
    )
    off = rng.choice([-0.03, 0.018, 0.041]) if rng.random() < 0.012 else rng.normal(0, 0.0004)
    return replace(
        parcel,
        code=register.code(zone, block, rights),
        certified_m2=round(parcel.shape.area * (1 + float(off)), 2),
    )


def _with_facts(parcel: Parcel, rng: np.random.Generator) -> Parcel:
    state = parcel.state
    planned = rng.random() < _PLANNING_SET.get(state, 0.04) and parcel.kind not in (HOMESTEAD, FIELD)
    private = state in ("supplied", "building", "built") and parcel.use[:2] in ("07", "09", "10", "11")
    return replace(
        parcel,
        planning_set=bool(planned),
        conditions=conditions(parcel.use, parcel.kind, rng) if planned else Conditions(),
        promotable=bool(
            rng.random() < _PROMOTABLE.get(state, 0)
            and parcel.use[:2] in ("07", "08", "09", "10", "11", "16")
        ),
        mortgaged=bool(rng.random() < (0.09 if private else 0.02 if state == "clear" else 0)),
        seized=bool(rng.random() < (0.008 if private else 0.006 if state in ("clear", "reserved") else 0)),
        cleared_plan_on=_cleared_on(state, rng),
        note=_note(parcel, rng),
    )


def _cleared_on(state: str, rng: np.random.Generator) -> date | None:
    """Return the month's end at which the land is to be clear; a few dates have slipped into the past."""
    if state not in _CLEARED_IN_DAYS or rng.random() < 0.12:
        return None
    low, high = _CLEARED_IN_DAYS[state]
    days = -int(rng.integers(20, 120)) if rng.random() < 0.07 else int(rng.integers(low, high))
    month = (TODAY + timedelta(days)).replace(day=28) + timedelta(4)
    return month.replace(day=1) - timedelta(1)


def _note(parcel: Parcel, rng: np.random.Generator) -> str:
    if parcel.state == "clear" and rng.random() < 0.2:
        return str(rng.choice(["五通一平", "七通一平", "文物勘探已完成", "土壤调查已完成", "临时用作停车场"]))
    if parcel.state == "supplying":
        return str(rng.choice(["挂牌公告中", "拟协议出让", "拟划拨", "标准地出让方案已批"]))
    return ""


def near_any(shapes: list[Polygon], distance_m: float) -> list[list[int]]:
    """Return for each shape the others within ``distance_m``."""
    pairs = STRtree(shapes).query(shapes, predicate="dwithin", distance=distance_m)
    result: list[list[int]] = [[] for _ in shapes]
    for a, b in pairs.T.tolist():
        if a != b:
            result[a].append(b)
    return result
