"""Where shapes come from: the layer's own, or WKT, WKB or coordinate columns."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import shapely

from geoservice.geo.arrays import Geometries
from geoservice.intake.clean.text import clean_text
from geoservice.intake.geometry.columns import number_of
from geoservice.intake.mapping import GeometryRule
from geoservice.intake.table import RawTable, is_missing


def shapes_of(table: RawTable, rule: GeometryRule) -> tuple[Geometries | None, dict[int, str]]:
    """Return the raw shapes of a table and, by position, why some could not be read; ``None`` for no shapes."""
    if rule.ignore:
        return None, {}
    if rule.wkt:
        return _parsed(table, rule.wkt, _from_wkt)
    if rule.wkb:
        return _parsed(table, rule.wkb, _from_wkb)
    if rule.x and rule.y:
        return _points(table, rule.x, rule.y)
    return table.geometry, dict(table.unreadable)


def _parsed(
    table: RawTable, column: str, parse: Callable[[Any], shapely.Geometry]
) -> tuple[Geometries, dict[int, str]]:
    shapes = np.full(len(table), None, dtype=object)
    unreadable: dict[int, str] = {}
    for i, cell in enumerate(table.values[column]):
        if is_missing(cell) or not str(cell).strip():
            continue
        try:
            shapes[i] = parse(cell)
        except (shapely.errors.ShapelyError, ValueError, TypeError) as error:
            unreadable[i] = str(error).split(":", 1)[-1].strip()[:120]
    return shapes, unreadable


def _from_wkt(cell: Any) -> shapely.Geometry:
    text = str(cell).strip()
    # EWKT carries the system before the text; the declared one of the mapping counts.
    if text.upper().startswith("SRID=") and ";" in text:
        text = text.split(";", 1)[1]
    return shapely.from_wkt(text)


def _from_wkb(cell: Any) -> shapely.Geometry:
    return shapely.from_wkb(cell if isinstance(cell, bytes) else str(cell).strip().removeprefix("\\x"))


def _points(table: RawTable, x: str, y: str) -> tuple[Geometries, dict[int, str]]:
    shapes = np.full(len(table), None, dtype=object)
    unreadable: dict[int, str] = {}
    for i, (east, north) in enumerate(zip(table.values[x], table.values[y], strict=True)):
        given = [v for v in (east, north) if clean_text(v) is not None]
        easting, northing = number_of(east), number_of(north)
        if easting is not None and northing is not None:
            shapes[i] = shapely.Point(easting, northing)
        elif given:
            unreadable[i] = f"{clean_text(east)}, {clean_text(north)}"[:60]
    return shapes, unreadable
