"""Reading vector tiles back: what a test compares, and what a tile from elsewhere says."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import shapely

from geoservice.errors import InvalidInput


class TileInvalid(InvalidInput):
    """Bytes that are no vector tile."""

    code = "tile_invalid"


@dataclass(frozen=True)
class Feature:
    """A feature of a tile.

    Attributes
    ----------
    id : int or None
        Its number.
    properties : dict
        Its attributes.
    geometry : Geometry
        Its shape in tile units, y to the south; polygons by the winding of their rings.
    """

    id: int | None
    properties: dict[str, Any]
    geometry: Any


def decode(tile: bytes) -> dict[str, list[Feature]]:
    """Return layer name → features.

    Raises
    ------
    TileInvalid
        If the bytes are no tile of version 2.
    """
    try:
        layers = [_layer(body) for number, body in _read(tile) if number == 3]
    except (IndexError, KeyError, StopIteration, struct.error, UnicodeDecodeError, ValueError) as error:
        raise TileInvalid("This is no vector tile", str(error), "Ask for the tile again.") from error
    return dict(layers)


def _layer(body: bytes) -> tuple[str, list[Feature]]:
    found: dict[int, list[Any]] = {1: [], 2: [], 3: [], 4: [], 5: [], 15: []}
    for number, content in _read(body):
        found.setdefault(number, []).append(content)
    if found[15] != [2]:
        raise ValueError(f"version {found[15]}")
    keys = [key.decode() for key in found[3]]
    values = [_value(content) for content in found[4]]
    return found[1][0].decode(), [_feature(content, keys, values) for content in found[2]]


def _feature(body: bytes, keys: list[str], values: list[Any]) -> Feature:
    parts = dict(_read(body))
    tags = list(_packed(parts.get(2, b"")))
    properties = {keys[k]: values[v] for k, v in zip(tags[::2], tags[1::2], strict=True)}
    return Feature(parts.get(1), properties, _shape(parts[3], list(_packed(parts[4]))))


def _shape(kind: int, words: list[int]) -> Any:
    paths = _walk(words)
    if kind == 1:
        points = shapely.points([point for path in paths for point in path])
        return points[0] if len(points) == 1 else shapely.multipoints(points)
    if kind == 2:
        lines = [shapely.LineString(path) for path in paths]
        return lines[0] if len(lines) == 1 else shapely.MultiLineString(lines)
    rings: list[list[Any]] = []
    for path in paths:
        ring = shapely.LinearRing(path)
        if ring.is_ccw:  # positive area in tile units: an exterior ring
            rings.append([ring])
        else:
            rings[-1].append(ring)
    polygons = [shapely.Polygon(shell, holes) for shell, *holes in rings]
    return polygons[0] if len(polygons) == 1 else shapely.MultiPolygon(polygons)


def _walk(words: list[int]) -> list[list[tuple[int, int]]]:
    paths: list[list[tuple[int, int]]] = []
    x = y = 0
    stream = iter(words)
    for word in stream:
        command, count = word & 7, word >> 3
        if command == 7:
            continue
        for _ in range(count):
            x, y = x + _signed(next(stream)), y + _signed(next(stream))
            if command == 1:
                paths.append([])
            paths[-1].append((x, y))
    return paths


def _value(body: bytes) -> Any:
    number, content = next(_read(body))
    if number == 1:
        return content.decode()
    if number in (2, 3):
        return struct.unpack("<f" if number == 2 else "<d", content)[0]
    if number == 6:
        return _signed(content)
    return bool(content) if number == 7 else content


def _signed(word: int) -> int:
    return (word >> 1) ^ -(word & 1)


def _read(body: bytes) -> Iterator[tuple[int, Any]]:
    at = 0
    while at < len(body):
        key, at = _varint(body, at)
        number, wire = key >> 3, key & 7
        if wire == 0:
            content: Any
            content, at = _varint(body, at)
            yield number, content
            continue
        if wire == 2:
            length, at = _varint(body, at)
        else:
            length = {1: 8, 5: 4}[wire]
        if at + length > len(body):
            raise ValueError("cut off")
        yield number, body[at : at + length]
        at += length


def _varint(body: bytes, at: int) -> tuple[int, int]:
    result = shift = 0
    while True:
        byte = body[at]
        at += 1
        result |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            return result, at


def _packed(body: bytes) -> Iterator[int]:
    at = 0
    while at < len(body):
        word, at = _varint(body, at)
        yield word
