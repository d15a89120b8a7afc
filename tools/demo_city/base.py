"""The base map: water, roads, green, built-up tint, limits and place names, each with a class."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

import shapely
from shapely import LineString, Point, Polygon, STRtree
from shapely.geometry.base import BaseGeometry

from .blocks import RURAL, Block
from .curves import lines, polygons
from .parcels import Parcel
from .roads import Road
from .structure import BUILT_UP
from .terrain import Terrain
from .zones import Zone

_BEYOND_M = 500.0
"""How far main roads and brooks are drawn beyond the city limit."""
_ROAD_CLASS = {"rural": "local"}


@dataclass(frozen=True)
class Shape:
    """A feature of a base or constraint layer in local metres."""

    kind: str
    name: str
    geometry: BaseGeometry


def draw_water(terrain: Terrain) -> list[Shape]:
    """Return river, lakes and streams, the latter without the parts the former cover."""
    frame = terrain.city.buffer(_BEYOND_M)
    river = Shape("river", "澜江", terrain.river.intersection(frame).simplify(1))
    lakes = [
        Shape("lake", name, lake.intersection(frame).simplify(1)) for name, lake in terrain.lakes.items()
    ]
    broad = terrain.broad_water
    brooks = [
        Shape("stream", name, band.intersection(frame).difference(broad).simplify(1))
        for name, (_, band) in terrain.streams.items()
    ]
    return [river, *lakes, *brooks]


def draw_roads(roads: list[Road], city: Polygon) -> list[Shape]:
    """Return roads merged by class and name; minor ones end at the city limit."""
    beyond = city.buffer(_BEYOND_M)
    groups: defaultdict[tuple[str, str], list[LineString]] = defaultdict(list)
    for road in roads:
        frame = beyond if road.level in ("expressway", "arterial") else city
        for part in lines(road.line.intersection(frame)) if road.line.intersects(city) else []:
            groups[_ROAD_CLASS.get(road.level, road.level), road.name].append(part)
    return [
        Shape(level, name, shapely.line_merge(shapely.union_all(parts)).simplify(1))
        for (level, name), parts in sorted(groups.items())
    ]


def draw_green(terrain: Terrain, blocks: list[Block], parcels: list[Parcel]) -> list[Shape]:
    """Return forests, banks, planned parks and the wedges of open land inside the city."""
    forest = [
        Shape("forest", name, hill.difference(terrain.water).intersection(terrain.city))
        for name, hill in terrain.hills.items()
    ]
    islands = [Shape("wetland", "江心洲", island) for island in terrain.islands]
    parks = [
        Shape("park", parcel.name.removesuffix("地块"), parcel.shape)
        for parcel in parcels
        if parcel.use in ("1401", "1402") and parcel.state in ("built", "building")
    ]
    return [*forest, *islands, *_shores(terrain), *_wedges(blocks, parcels), *parks]


def draw_built(blocks: list[Block]) -> list[Shape]:
    """Return the built-up ground as smooth areas."""
    urban = shapely.union_all(
        [block.shape.buffer(32, quad_segs=2) for block in blocks if block.kind != RURAL]
    )
    smooth = urban.buffer(-18, quad_segs=2).simplify(8)
    return [Shape("built", "", Polygon(part.exterior)) for part in polygons(smooth) if part.area > 40_000]


def draw_labels(subdistricts: list[Zone], terrain: Terrain) -> list[Shape]:
    """Return where names of sub-districts and hills are written; other names come from their areas."""
    spots = [Shape("subdistrict", zone.name, _label_point(zone.shape)) for zone in subdistricts]
    return spots + [Shape("hill", name, _label_point(hill)) for name, hill in terrain.hills.items()]


def _shores(terrain: Terrain) -> list[Shape]:
    """Return the green strips along the river and the lakes within the city."""
    river = terrain.river.buffer(60).difference(terrain.water).intersection(terrain.city)
    strips = [
        Shape("riverside", "澜江风光带", part.simplify(2)) for part in polygons(river) if part.area > 20_000
    ]
    for name, lake in terrain.lakes.items():
        ring = lake.buffer(70).difference(terrain.water).intersection(terrain.city)
        strips += [
            Shape("riverside", f"{name}公园", part.simplify(2))
            for part in polygons(ring)
            if part.area > 8_000
        ]
    return strips


def _wedges(blocks: list[Block], parcels: list[Parcel]) -> list[Shape]:
    """Return open land between built-up parts that no parcel covers."""
    shapes = [parcel.shape for parcel in parcels]
    tree = STRtree(shapes)
    wedges = []
    for block in blocks:
        if block.kind == RURAL and block.density > BUILT_UP - 0.12 and block.shape.area < 900_000:
            covered = shapely.union_all([shapes[i] for i in tree.query(block.shape, predicate="intersects")])
            rest = block.shape.difference(covered.buffer(4)).buffer(-14).buffer(12)
            wedges += [Shape("park", "", part.simplify(2)) for part in polygons(rest) if part.area > 6_000]
    return wedges


def _label_point(shape: BaseGeometry) -> Point:
    """Return a point well inside ``shape``."""
    middle = shape.centroid
    return Point(round(middle.x), round(middle.y)) if shape.contains(middle) else shape.representative_point()
