"""Seams: where a corner of one parcel meets the side of another, both get the vertex."""

from __future__ import annotations

import shapely
from shapely import MultiPoint, Polygon, STRtree

_TOUCH_M = 0.004


def sew(shapes: list[Polygon]) -> list[Polygon]:
    """Return ``shapes`` with the corners of their neighbours as vertices of their own.

    A side without the vertex is straight in metres but not in degrees: neighbours would come to overlap by a
    square metre when they are transformed.
    """
    tree = STRtree(shapes)
    first, second = tree.query(shapes, predicate="dwithin", distance=_TOUCH_M)
    corners: list[list[tuple[float, float]]] = [[] for _ in shapes]
    for i, j in zip(first.tolist(), second.tolist(), strict=True):
        if i != j:
            corners[i] += [corner for ring in _rings(shapes[j]) for corner in ring]
    return [
        _snapped(shape, MultiPoint(near)) if near else shape
        for shape, near in zip(shapes, corners, strict=True)
    ]


def _rings(shape: Polygon) -> list[list[tuple[float, float]]]:
    return [[(x, y) for x, y in ring.coords] for ring in (shape.exterior, *shape.interiors)]


def _snapped(shape: Polygon, corners: MultiPoint) -> Polygon:
    sewn = shapely.snap(shape, corners, _TOUCH_M)
    return sewn if isinstance(sewn, Polygon) and sewn.is_valid else shape
