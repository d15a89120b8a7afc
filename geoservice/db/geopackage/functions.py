"""SQL functions of the GeoPackage engine, answered by Shapely and by the blob's own header.

They serve four callers: the R-tree triggers of the GeoPackage extension, GeoAlchemy2's ``gpkg`` dialect
when it binds and reads geometries, the guard triggers that keep other programs from writing, and filters.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from typing import Any, Final

import numpy as np
import shapely

from geoservice.db.geopackage import blob, predicates
from geoservice.db.types import STORED_SRID

GUARD: Final = "only_geoservice_may_write"
"""A foreign program that tries to write is told 'no such function: only_geoservice_may_write'."""


def register(connection: sqlite3.Connection) -> None:
    """Register every function on a new connection."""
    connection.create_function(GUARD, 0, lambda: 1, deterministic=True)
    connection.create_function(
        "ST_IsEmpty", 1, _nullable(lambda b: int(blob.is_empty(b))), deterministic=True
    )
    for index, name in enumerate(("ST_MinX", "ST_MinY", "ST_MaxX", "ST_MaxY")):
        connection.create_function(name, 1, _edge(index), deterministic=True)
    for name in ("ST_GeomFromText", "GeomFromText", "GeomFromEWKT", "ST_GeomFromEWKT"):
        connection.create_function(name, -1, _from_text, deterministic=True)
    for name in ("GeomFromWKB", "GeomFromEWKB", "ST_GeomFromWKB"):
        connection.create_function(name, -1, _from_wkb, deterministic=True)
    for name in ("AsEWKB", "ST_AsEWKB", "ST_AsBinary", "AsBinary"):
        connection.create_function(name, 1, _nullable(_as_wkb), deterministic=True)
    connection.create_function("bbox_intersects", 5, _bbox_intersects, deterministic=True)
    predicates.register(connection)


def _nullable(function: Callable[[bytes], Any]) -> Callable[[bytes | None], Any]:
    return lambda value: None if value is None else function(value)


def _edge(index: int) -> Callable[[bytes | None], float | None]:
    def edge(value: bytes | None) -> float | None:
        return None if value is None or blob.is_empty(value) else blob.envelope(value)[index]

    return edge


def _from_text(text: str | None, srid: int = STORED_SRID) -> bytes | None:
    if text is None:
        return None
    prefix, separator, body = text.partition(";")
    if separator and prefix.upper().startswith("SRID="):
        srid, text = int(prefix[5:]), body
    return _encode(shapely.from_wkt(text), srid)


def _from_wkb(value: bytes | str | None, srid: int = STORED_SRID) -> bytes | None:
    return None if value is None else _encode(shapely.from_wkb(value), srid)


def _as_wkb(value: bytes) -> bytes:
    return value[blob.body_offset(value) :]


def _encode(geometry: Any, srid: int) -> bytes | None:
    return blob.encode(np.array([geometry], dtype=object), srid)[0]


def _bbox_intersects(value: bytes | None, minx: float, miny: float, maxx: float, maxy: float) -> int:
    """Refine an R-tree hit exactly: R-tree boxes are float32 and a box is not a shape."""
    if value is None:
        return 0
    west, south, east, north = blob.envelope(value)
    if east < minx or west > maxx or north < miny or south > maxy:
        return 0
    if west >= minx and east <= maxx and south >= miny and north <= maxy:
        return 1
    shape = shapely.from_wkb(value[blob.body_offset(value) :])
    return int(shapely.intersects(shape, _covered(minx, miny, maxx, maxy)))


def _covered(minx: float, miny: float, maxx: float, maxy: float) -> Any:
    """Return what a box covers; one without width or height is a line or a point, as on PostGIS."""
    if minx < maxx and miny < maxy:
        return shapely.box(minx, miny, maxx, maxy)
    if minx < maxx or miny < maxy:
        return shapely.LineString([(minx, miny), (maxx, maxy)])
    return shapely.Point(minx, miny)
