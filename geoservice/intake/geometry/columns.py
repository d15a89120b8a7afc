"""Columns that hold shapes: WKT, WKB, or longitude and latitude, told by headings and by what stands in them."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

import shapely

from geoservice.intake.clean.degrees import parse_degrees
from geoservice.intake.clean.numbers import parse_number
from geoservice.intake.findings import Finding, finding
from geoservice.intake.mapping import GeometryRule, Mapping
from geoservice.intake.nouns import wants_polygon
from geoservice.intake.readers.point_columns import role_of
from geoservice.intake.table import RawTable, is_missing
from geoservice.intake.txt.axes import order_of
from geoservice.model.nouns import noun

_WKT: Final = re.compile(
    r"\s*(SRID=\d+;)?\s*(MULTI)?(POINT|LINESTRING|POLYGON|CURVE|SURFACE|GEOMETRYCOLLECTION|CURVEPOLYGON)\s*"
    r"[ZM]{0,2}\s*(\(|EMPTY)",
    re.IGNORECASE,
)
_WKB: Final = re.compile(r"\s*(\\x)?0[01][0-9a-f]{8}[0-9a-f]{8,}\s*", re.IGNORECASE)
_LOOK_INTO: Final = 50
_ENOUGH: Final = 0.8


def shape_rule(table: RawTable, *, points: bool = True) -> GeometryRule:
    """Return where the shapes of a table without any stand; says nothing where no column holds them.

    Parameters
    ----------
    table : RawTable
    points : bool
        Whether coordinate columns count: where areas are wanted, an address point is no shape.
    """
    for column in table.columns:
        if _mostly(table, column, _is_wkt):
            return GeometryRule(wkt=column)
        if _mostly(table, column, _is_wkb):
            return GeometryRule(wkb=column)
    return _coordinates(table) if points else GeometryRule()


def with_shapes(mapping: Mapping, table: RawTable, found: list[Finding]) -> tuple[Mapping, RawTable]:
    """Return the mapping with the columns of shapes where neither it nor the file says; what EWKT states counts.

    A mapping that names its fields is taken at its word.
    """
    kind = noun(mapping.noun)
    rule = mapping.geometry
    if (
        table.geometry is None
        and kind.spatial
        and not rule.columns
        and not rule.ignore
        and not mapping.fields
    ):
        rule = shape_rule(table, points=not wants_polygon(kind.name))
        if rule.columns:
            found.append(finding("geometry_recognised", value="、".join(rule.columns)))
            mapping = replace(mapping, geometry=rule)
    if rule.columns and table.crs is None and (srid := _srid(table, rule)):
        table = replace(table, crs=f"EPSG:{srid}", crs_evidence="图形文本的 SRID")
    return mapping, table


def _mostly(table: RawTable, column: str, holds: Callable[[Any], bool]) -> bool:
    said = _some(table, column)
    return bool(said) and sum(map(holds, said)) >= _ENOUGH * len(said)


def _some(table: RawTable, column: str) -> list[Any]:
    cells = (v for v in table.values[column] if not is_missing(v))
    return [v for v, _ in zip(cells, range(_LOOK_INTO), strict=False)]


def _is_wkt(cell: Any) -> bool:
    return isinstance(cell, str) and _WKT.match(cell) is not None


def _is_wkb(cell: Any) -> bool:
    if isinstance(cell, (bytes, bytearray)):
        return len(cell) > 8 and cell[0] in {0, 1}
    return isinstance(cell, str) and _WKB.fullmatch(cell) is not None


def _coordinates(table: RawTable) -> GeometryRule:
    """Return longitude and latitude, or 横坐标 and 纵坐标; X and Y alone are told by their size."""
    east = [c for c in table.columns if role_of(c) == "east"]
    north = [c for c in table.columns if role_of(c) == "north"]
    if len(east) != 1 or len(north) != 1:
        return GeometryRule()
    x, y = east[0], north[0]
    pairs = [order_of(*p) for p in _pairs(table, y, x)]
    usable = [p for p in pairs if p is not None]
    if not pairs or len(usable) < _ENOUGH * len(pairs):
        return GeometryRule()
    swapped = sum(p[1] for p in usable) * 2 > len(usable)
    return GeometryRule(x=y, y=x) if swapped else GeometryRule(x=x, y=y)


def _pairs(table: RawTable, north: str, east: str) -> list[tuple[float, float]]:
    found = []
    for one, other in zip(table.values[north], table.values[east], strict=True):
        first, second = number_of(one), number_of(other)
        if first is not None and second is not None:
            found.append((first, second))
        if len(found) == _LOOK_INTO:
            break
    return found


def number_of(cell: Any) -> float | None:
    """Return a coordinate: a number, or degrees, minutes and seconds; ``None`` where it is neither."""
    if (degrees := parse_degrees(cell)) is not None:
        return degrees
    try:
        number, unit = parse_number(cell)
    except ValueError:
        return None
    return float(number) if number is not None and unit in {None, "m"} else None


def _srid(table: RawTable, rule: GeometryRule) -> int | None:
    """Return the one SRID that EWKT or EWKB texts carry."""
    said: set[int] = set()
    for cell in _some(table, rule.wkt) if rule.wkt else _some(table, rule.wkb) if rule.wkb else []:
        try:
            said.add(_srid_of(cell))
        except (shapely.errors.ShapelyError, ValueError, TypeError):
            continue
    only = said.pop() if len(said) == 1 else 0
    return only or None


def _srid_of(cell: Any) -> int:
    if isinstance(cell, str) and (match := re.match(r"\s*SRID=(\d+);", cell, re.IGNORECASE)):
        return int(match.group(1))
    if isinstance(cell, str) and _is_wkt(cell):
        return 0
    data = cell if isinstance(cell, bytes) else str(cell).strip().removeprefix("\\x")
    return int(shapely.get_srid(shapely.from_wkb(data)))
