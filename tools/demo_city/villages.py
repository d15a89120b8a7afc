"""The country: villages strung along roads, their long fields behind them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from shapely import Point, Polygon, STRtree

from .blocks import RURAL, Block
from .curves import blob, polygons
from .lots import Cut, divide, stripe
from .names import village_names
from .noise import Noise
from .place import chance
from .roads import Road

HOMESTEAD, FIELD = "homestead", "field"
_DEPTH_M = 92.0
_APART_M = 1_150.0


@dataclass(frozen=True)
class RuralLot:
    """A piece of village land or a field, in local metres."""

    shape: Polygon
    kind: str
    village: str
    density: float


def settle(blocks: list[Block], roads: list[Road]) -> list[RuralLot]:
    """Return the lots of all villages; they keep to rural blocks and do not overlap."""
    rng = chance("villages")
    rural = [block for block in blocks if block.kind == RURAL]
    tree = STRtree([block.shape for block in rural])
    lanes = [road for road in roads if road.level in ("rural", "arterial", "secondary")]
    lane_tree = STRtree([road.line for road in lanes])
    names, taken, lots = village_names(), Polygon(), []
    for seat in _seats(lanes, tree, rng):
        name = next(names)
        core = blob((seat.x, seat.y), (430, 360), Noise(f"village:{name}", 400), 0.35).difference(taken)
        land = blob((seat.x, seat.y), (880, 760), Noise(f"land:{name}", 600), 0.3).difference(taken)
        near = shapely.union_all([lanes[i].line for i in lane_tree.query(land)]).buffer(_DEPTH_M, quad_segs=2)
        for i in tree.query(land, predicate="intersects"):
            lots += _farm(rural[i], core, land, near, name, rng)
        taken = shapely.union(taken, land.buffer(4)).simplify(1)
    return lots


def _seats(lanes: list[Road], tree: STRtree, rng: np.random.Generator) -> list[Point]:
    """Return places on country roads, well apart."""
    spots = [road.line.interpolate(d) for road in lanes for d in np.arange(120, road.line.length, 240)]
    spots = [spots[i] for i in rng.permutation(len(spots))]
    open_country = set(tree.query([spot.buffer(30) for spot in spots], predicate="intersects")[0].tolist())
    chosen: list[Point] = []
    for i, spot in enumerate(spots):
        if i in open_country and all(spot.distance(other) > _APART_M for other in chosen):
            chosen.append(spot)
    return chosen[:54]


def _farm(
    block: Block,
    core: shapely.Geometry,
    land: shapely.Geometry,
    near: shapely.Geometry,
    name: str,
    rng: np.random.Generator,
) -> list[RuralLot]:
    street = block.shape.intersection(core).intersection(near)
    fields = block.shape.intersection(land).difference(core.intersection(near).buffer(6, quad_segs=1))
    lots = [
        RuralLot(lot, HOMESTEAD, name, block.density)
        for part in polygons(street)
        if part.area > 2_500
        for lot in divide(part, Cut(17_000, 0.14, 26), rng)
    ]
    for part in polygons(fields.buffer(-9, join_style="mitre").buffer(8, join_style="mitre")):
        if part.area > 9_000 and rng.random() < 0.62:
            width = float(rng.uniform(120, 210))
            lots += [
                RuralLot(lot, FIELD, name, block.density)
                for strip in stripe(part.simplify(2), width, rng)
                for lot in divide(strip, Cut(85_000, 0.08, 30), rng)
            ]
    return lots
