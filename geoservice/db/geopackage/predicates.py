"""Predicates of filters on the GeoPackage engine: relations of shapes by Shapely, text and numbers by Python."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from functools import lru_cache
from typing import Any, Final

import shapely

from geoservice.db.geopackage import blob
from geoservice.db.predicates import fold_case, number_power, strip_accents

_RELATIONS: Final[dict[str, Callable[[Any, Any], Any]]] = {
    "intersects": shapely.intersects,
    "equals": shapely.equals,
    "touches": shapely.touches,
    "crosses": shapely.crosses,
    "overlaps": shapely.overlaps,
    # The literal stands first, since that is the one which is prepared.
    "within": shapely.contains,
    "contains": shapely.within,
}


def register(connection: sqlite3.Connection) -> None:
    """Register every function on a new connection."""
    connection.create_function("shape_relates", 3, _relates(), deterministic=True)
    connection.create_function("fold_case", 1, _of_text(fold_case), deterministic=True)
    connection.create_function("strip_accents", 1, _of_text(strip_accents), deterministic=True)
    connection.create_function("number_power", 2, number_power, deterministic=True)


def _of_text(function: Callable[[str], str]) -> Callable[[Any], str | None]:
    return lambda value: None if value is None else function(str(value))


def _relates() -> Callable[[str, bytes | None, str], int | None]:
    # One memory per connection: a prepared shape is not to be used by two threads at once.
    @lru_cache(maxsize=64)
    def prepared(wkb: str) -> Any:
        shape = shapely.from_wkb(wkb)
        shapely.prepare(shape)
        return shape

    def relates(relation: str, value: bytes | None, wkb: str) -> int | None:
        if value is None:
            return None
        stored = shapely.from_wkb(value[blob.body_offset(value) :])
        return int(_RELATIONS[relation](prepared(wkb), stored))

    return relates
