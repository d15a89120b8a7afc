"""Blocks: what the roads enclose, less the width of the roads and the banks of the water."""

from __future__ import annotations

from dataclasses import dataclass, replace

import shapely
from shapely import Polygon, STRtree
from shapely.geometry.base import BaseGeometry

from .curves import polygons
from .parks import Park
from .roads import WIDTH_M, Road
from .structure import BUILT_UP, INDUSTRY, Structure
from .terrain import Terrain

RURAL = "rural"
_BANK_M = {"river": 30.0, "lake": 22.0, "stream": 11.0}
_NARROWEST_M = 30.0


@dataclass(frozen=True)
class Block:
    """Land between roads: shape in local metres, character, density and the face it was cut from."""

    shape: Polygon
    kind: str
    density: float
    face: int


def enclose(roads: list[Road], city: Polygon) -> list[Polygon]:
    """Return the faces of the road network inside the city limit, measured to road centre lines."""
    edges = shapely.unary_union([*(road.line for road in roads), city.exterior], grid_size=0.01)
    shapely.prepare(city)
    faces = polygons(shapely.polygonize(shapely.get_parts(edges)))
    return [face for face in faces if city.contains(face.representative_point())]


def cut_blocks(
    faces: list[Polygon], roads: list[Road], terrain: Terrain, structure: Structure
) -> list[Block]:
    """Return the blocks left of ``faces`` by roads, water and hills."""
    taken = [road.line.buffer(WIDTH_M[road.level] / 2, quad_segs=3) for road in roads] + _banks(terrain)
    tree = STRtree(taken)
    blocks = []
    for index, face in enumerate(faces):
        obstacles = shapely.union_all([taken[i] for i in tree.query(face, predicate="intersects")])
        for part in polygons(face.difference(obstacles)):
            shape = _rounded(part)
            if shape is not None:
                blocks.append(_block(shape, structure, index))
    return blocks


def claim(blocks: list[Block], parks: list[Park]) -> list[Block]:
    """Return ``blocks`` with those inside a park made industrial, however rural they still look."""
    tree = STRtree([park.shape for park in parks])
    middles = [block.shape.representative_point() for block in blocks]
    inside = set(tree.query(middles, predicate="within")[0].tolist())
    return [
        replace(block, kind=INDUSTRY) if i in inside and block.shape.area < 900_000 else block
        for i, block in enumerate(blocks)
    ]


def _banks(terrain: Terrain) -> list[BaseGeometry]:
    """Return water with its banks in pieces small enough to be searched."""
    islands = [island.buffer(_BANK_M["river"]) for island in terrain.islands]
    lakes = [lake.buffer(_BANK_M["lake"]) for lake in terrain.lakes.values()]
    streams = [band.buffer(_BANK_M["stream"]) for _, band in terrain.streams.values()]
    return [terrain.river.buffer(_BANK_M["river"]), *islands, *lakes, *streams, *terrain.hills.values()]


def _rounded(part: Polygon) -> Polygon | None:
    """Return ``part`` without necks and needles, its corners cut as at street corners; None if too narrow."""
    opened = part.buffer(-_NARROWEST_M / 2, join_style="mitre")
    if opened.is_empty:
        return None
    grown = max(polygons(opened), key=lambda piece: piece.area).buffer(_NARROWEST_M / 2 - 1, quad_segs=1)
    shape = grown.intersection(part).simplify(1.2)
    shape = max(polygons(shape), key=lambda piece: piece.area)
    return shape if shape.area > 900 else None


def _block(shape: Polygon, structure: Structure, face: int) -> Block:
    middle = shape.representative_point()
    density = float(structure.density(middle.x, middle.y))
    urban = density > BUILT_UP - 0.03 and shape.area < 420_000
    return Block(shape, str(structure.kind(middle.x, middle.y)) if urban else RURAL, density, face)
