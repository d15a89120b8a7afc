"""Drawing commands of vector tiles (specification 2.1, clause 4.3), written for all shapes at once."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from geoservice.geo.mvt_wire import varints, zigzag

MOVE_TO, LINE_TO, CLOSE_PATH = 1, 2, 7


def commands(shapes: NDArray[Any], kinds: NDArray[np.int64]) -> list[bytes]:
    """Return the command bytes of each shape in whole tile units.

    Parameters
    ----------
    shapes : array of Geometry
        What :func:`geoservice.geo.mvt_shapes.prepare` returned.
    kinds : array of int
        0, 1 or 2 for points, lines and polygons.

    Notes
    -----
    O(vertices), without a loop over them. Every shape is a row of paths: a ring, a line, or all its points.
    """
    coordinates, path_of_vertex, shape_of_path = _paths(shapes, kinds)
    if not len(shapes):
        return []
    counts = np.bincount(path_of_vertex, minlength=len(shape_of_path))
    kind = kinds[shape_of_path]
    # Points: one MoveTo for all; lines: MoveTo, LineTo; rings: MoveTo, LineTo, ClosePath.
    words = np.where(kind == 0, 1, np.where(kind == 1, 2, 3))
    lengths = words + 2 * counts
    begins = np.zeros(len(lengths) + 1, dtype=np.int64)
    np.cumsum(lengths, out=begins[1:])
    stream = np.zeros(begins[-1], dtype=np.uint32)
    stream[begins[:-1]] = np.where(kind == 0, counts << 3 | MOVE_TO, 1 << 3 | MOVE_TO)
    drawn = kind > 0
    stream[begins[:-1][drawn] + 3] = (counts[drawn] - 1) << 3 | LINE_TO
    stream[begins[1:][kind == 2] - 1] = 1 << 3 | CLOSE_PATH
    firsts = np.zeros(len(counts), dtype=np.int64)
    np.cumsum(counts[:-1], out=firsts[1:])
    rank = np.arange(len(coordinates)) - firsts[path_of_vertex]
    places = begins[path_of_vertex] + 1 + 2 * rank + ((rank > 0) & (kind[path_of_vertex] > 0))
    steps = zigzag(_steps(coordinates, shape_of_path[path_of_vertex]))
    stream[places], stream[places + 1] = steps[:, 0], steps[:, 1]
    return _cut(stream, begins, shape_of_path, len(shapes))


def _steps(coordinates: NDArray[np.int64], shape_of_vertex: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the way from vertex to vertex; every shape starts at the origin."""
    steps = coordinates.copy()
    same = shape_of_vertex[1:] == shape_of_vertex[:-1]
    steps[1:][same] -= coordinates[:-1][same]
    return steps


def _cut(
    stream: NDArray[np.uint32], begins: NDArray[np.int64], shape_of_path: NDArray[np.int64], count: int
) -> list[bytes]:
    body, starts = varints(stream)
    paths = np.searchsorted(shape_of_path, np.arange(count + 1))
    edges = starts[begins[paths]].tolist()
    return [body[edges[i] : edges[i + 1]] for i in range(count)]


def _paths(
    shapes: NDArray[Any], kinds: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Return vertices, the path of each, and the shape of each path; in order of shapes."""
    parts, owner = shapely.get_parts(shapes, return_index=True)
    polygon = kinds[owner] == 2
    rings, ring_part = shapely.get_rings(parts[polygon], return_index=True)
    pieces = np.concatenate([rings, parts[~polygon]])
    piece_owner = np.concatenate([owner[polygon][ring_part], owner[~polygon]])
    order = np.argsort(piece_owner, kind="stable")
    pieces, piece_owner = pieces[order], piece_owner[order]
    raw, piece = shapely.get_coordinates(pieces, return_index=True)
    coordinates = raw.astype(np.int64)
    kind = kinds[piece_owner]
    keep = _lasting(coordinates, piece, kind)
    coordinates, piece = coordinates[keep], piece[keep]
    # The points of a shape are one path.
    heads = np.ones(len(pieces), dtype=bool)
    heads[1:] = (kind[1:] > 0) | (piece_owner[1:] != piece_owner[:-1])
    path_of_piece = np.cumsum(heads) - 1
    return coordinates, path_of_piece[piece], piece_owner[heads]


def _lasting(
    coordinates: NDArray[np.int64], piece: NDArray[np.int64], kind: NDArray[np.int64]
) -> NDArray[np.bool_]:
    """Say which vertices to draw: not the one that closes a ring, not one where its predecessor is."""
    keep = np.ones(len(piece), dtype=bool)
    same = piece[1:] == piece[:-1]
    lines = kind[piece[1:]] > 0
    keep[1:] &= ~(same & lines & (coordinates[1:] == coordinates[:-1]).all(axis=1))
    last = np.ones(len(piece), dtype=bool)
    last[:-1] = ~same
    # A ring's last vertex repeats its first; where its twin before it was dropped too, the first still stands.
    closing = np.flatnonzero(last & (kind[piece] == 2))
    keep[closing] = False
    first = np.searchsorted(piece, piece[closing])
    for end, start in zip(closing.tolist(), first.tolist(), strict=True):
        back = end - 1
        while back > start and (coordinates[back] == coordinates[start]).all():
            keep[back] = False
            back -= 1
    return keep
