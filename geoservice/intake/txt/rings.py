"""From a list of points to rings and shapes: ring numbers help, closure and containment decide."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Any, Final

import numpy as np
import shapely

from geoservice.geo.structure import ring_defects, rings_to_polygons
from geoservice.intake.findings import Finding, finding
from geoservice.intake.txt.plots import Plot, Point

_DIGITS: Final = re.compile(r"(\d+)$")


def split_rings(points: list[Point], found: list[Finding]) -> list[list[Point]]:
    """Return the rings of a plot.

    A ring ends where it returns to its first point or where the ring number changes. A point that closes the
    ring before it belongs to it, whatever its number says.
    """
    rings: list[list[Point]] = []
    for point in points:
        ring = rings[-1] if rings else None
        if ring is None:
            rings.append([point])
        elif closed(ring):
            if point.ring and point.ring == ring[0].ring:
                found.append(finding("txt_ring_number", row=point.line, value=point.ring))
            rings.append([point])
        elif point.ring == ring[0].ring:
            ring.append(point)
        elif len(ring) >= 3 and _at(point) == _at(ring[0]):
            found.append(finding("txt_ring_number", row=point.line, value=point.ring))
            ring.append(point)
        else:
            rings.append([point])
    return rings


def closed(ring: list[Point]) -> bool:
    """Tell whether a ring has come back to its first point."""
    return len(ring) >= 4 and _at(ring[0]) == _at(ring[-1])


def shape_of(plot: Plot, east_first: bool, found: list[Finding]) -> Any:
    """Return the shape of a plot, east first.

    Raises
    ------
    GeometryUnreadable, ValueError
        A ring or line has too few points; the message names the line.
    """
    rings = split_rings(plot.points, found)
    paths = [np.array([(p.second, p.first) for p in ring]) for ring in rings]
    if east_first:
        paths = [path[:, ::-1] for path in paths]
    if plot.shape == "点":
        points = np.concatenate(paths)
        return shapely.Point(points[0]) if len(points) == 1 else shapely.MultiPoint(points)
    _refuse_short(rings, 2 if plot.shape == "线" else 3)
    if plot.shape == "线":
        lines = [shapely.LineString(path) for path in paths]
        return lines[0] if len(lines) == 1 else shapely.MultiLineString(lines)
    _note(rings, paths, found)
    shape = rings_to_polygons(paths)
    _note_parts(rings, shape, found)
    return shape


def odd_name(points: list[Point], found: list[Finding]) -> None:
    """Warn about the first point whose name does not follow the one before it: one is missing or moved."""
    for before, after in pairwise(points):
        one, other = _DIGITS.search(before.name), _DIGITS.search(after.name)
        if before.ring != after.ring or one is None or other is None:
            continue
        step = int(other.group()) - int(one.group())
        if step > 1 or step == 0:
            found.append(finding("txt_point_name", row=after.line, value=after.name, before=before.name))
            return


def _at(point: Point) -> tuple[float, float]:
    return point.first, point.second


def _refuse_short(rings: list[list[Point]], least: int) -> None:
    for ring in rings:
        if len({_at(p) for p in ring}) < least:
            raise ValueError(f"第 {ring[0].line} 行起的圈 {ring[0].ring or '1'} 不足 {least} 个不同的点")


def _note(rings: list[list[Point]], paths: list[Any], found: list[Finding]) -> None:
    ends = (ring[-1] for ring in rings if not closed(ring))
    found.extend(finding("txt_ring_unclosed", row=end.line, value=end.name) for end in ends)
    said = ring_defects(paths)
    for index in said.loc[said["code"] == "duplicate_ring", "row"]:
        ring = rings[int(index)]
        found.append(finding("txt_ring_repeated", row=ring[0].line, value=ring[0].ring))


def _note_parts(rings: list[list[Point]], shape: Any, found: list[Finding]) -> None:
    """Say where ring numbers would have misled: several shells, or a first ring that is a hole."""
    parts = list(getattr(shape, "geoms", [shape]))
    shells = [i for i, ring in enumerate(rings) if any(_bounds(part, ring) for part in parts)]
    if shells == [0]:
        return
    later = rings[next((i for i in shells if i), 0)][0]
    found.append(finding("txt_ring_parts", row=later.line, value=later.ring or "（空）", parts=len(parts)))


def _bounds(part: shapely.Polygon, ring: list[Point]) -> bool:
    first = ring[0]
    edge = {tuple(c) for c in shapely.get_coordinates(part.exterior).tolist()}
    return _at(first) in edge or (first.second, first.first) in edge
