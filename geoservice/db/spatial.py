"""Where the engines differ about space: the bbox predicate and reading shapes."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from sqlalchemy import ColumnElement, Double, FromClause, LargeBinary, bindparam, literal_column
from sqlalchemy import Table as SqlTable
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from geoservice.db.types import STORED_SRID

BBox = tuple[float, float, float, float]


class wkb_of(FunctionElement[bytes]):  # noqa: N801 - reads as the SQL function it is
    """The WKB of a geometry column, without SRID."""

    type = LargeBinary()
    inherit_cache = True


@compiles(wkb_of, "postgresql")
def _wkb_postgis(element: wkb_of, compiler: SQLCompiler, **options: Any) -> str:
    return f"ST_AsBinary({_raw(element, compiler, **options)})"


@compiles(wkb_of, "geopackage")
def _wkb_geopackage(element: wkb_of, compiler: SQLCompiler, **options: Any) -> str:
    return f"ST_AsBinary({_raw(element, compiler, **options)})"


class box_of(FunctionElement[bytes]):  # noqa: N801 - reads as the SQL function it is
    """What tells the box of a shape without the shape: the blob's header, or a line from corner to corner."""

    type = LargeBinary()
    inherit_cache = True


@compiles(box_of, "postgresql")
def _box_postgis(element: box_of, compiler: SQLCompiler, **options: Any) -> str:
    return f"ST_AsBinary(ST_BoundingDiagonal(ST_Force2D({_raw(element, compiler, **options)})), 'NDR')"


@compiles(box_of, "geopackage")
def _box_geopackage(element: box_of, compiler: SQLCompiler, **options: Any) -> str:
    return f"substr({_raw(element, compiler, **options)}, 1, 40)"


def boxes(values: Sequence[bytes | None]) -> NDArray[np.float64]:
    """Turn a column read through :class:`box_of` into rows of ``(minx, miny, maxx, maxy)``; NaN for no shape."""
    found = np.full((len(values), 4), np.nan)
    for row, value in enumerate(values):
        if value is None:
            continue
        if value[:2] == b"GP":
            west, east, south, north = _EDGES.unpack_from(value, 8)
            found[row] = west, south, east, north
        elif len(value) >= _DIAGONAL:
            found[row] = _EDGES.unpack_from(value, 9)
    return found


_EDGES = struct.Struct("<4d")
_DIAGONAL = 9 + _EDGES.size
"""Bytes of a line of two points: order, kind and number of points, then the two corners."""


class in_bbox(FunctionElement[bool]):  # noqa: N801 - reads as the SQL predicate it is
    """``in_bbox(row number, geometry, minx, miny, maxx, maxy)``: the shape touches the box, exactly.

    The index answers first (GiST ``&&``; R-tree through ``id IN (SELECT …)``), the exact test refines: R-tree
    boxes are float32, and a box is not a shape. Transforms the literal, never the column.
    """

    inherit_cache = True

    def __init__(self, base: SqlTable, alias: FromClause, box: BBox | tuple[str, str, str, str]) -> None:
        # The edges are written into the statement only when it runs: it compiles once for all boxes, and yet
        # PostgreSQL plans for this one. A plan for any box takes the spatial index for a whole city too.
        number: Double[float] = Double()
        # An edge may be the name of a parameter: for boxes that are always small, of which one plan serves all.
        edges = [
            bindparam(edge, type_=number)
            if isinstance(edge, str)
            else bindparam(None, float(edge), number, unique=True, literal_execute=True)
            for edge in box
        ]
        super().__init__(literal_column(f'"rtree_{base.name}_geom"'), alias.c.id, alias.c.geom, *edges)


@compiles(in_bbox, "postgresql")
def _bbox_postgis(element: in_bbox, compiler: SQLCompiler, **options: Any) -> str:
    _, _, geom, *box = list(element.clauses)
    west, south, east, north = (compiler.process(edge, **options) for edge in box)
    # Not ST_MakeEnvelope: a box without width or height must be a line or a point, not a polygon without area.
    corners = f"ST_Point({west}, {south}, {STORED_SRID}), ST_Point({east}, {north}, {STORED_SRID})"
    envelope = f"ST_Envelope(ST_MakeLine({corners}))"
    shape = _plain(geom, compiler, **options)
    return f"({shape} && {envelope} AND ST_Intersects({shape}, {envelope}))"


@compiles(in_bbox, "geopackage")
def _bbox_geopackage(element: in_bbox, compiler: SQLCompiler, **options: Any) -> str:
    _, _, geom, *box = list(element.clauses)
    west, south, east, north = (compiler.process(edge, **options) for edge in box)
    rtree, row = (compiler.process(clause, **options) for clause in list(element.clauses)[:2])
    shape = _plain(geom, compiler, **options)
    return (
        f"({row} IN (SELECT id FROM {rtree} WHERE maxx >= {west} "
        f"AND minx <= {east} AND maxy >= {south} AND miny <= {north}) "
        f"AND bbox_intersects({shape}, {west}, {south}, {east}, {north}) = 1)"
    )


class raw_shape(FunctionElement[Any]):  # noqa: N801 - reads as the SQL it is
    """A geometry column as the database holds it, without the reading function around it."""

    inherit_cache = True


@compiles(raw_shape)
def _raw_shape(element: raw_shape, compiler: SQLCompiler, **options: Any) -> str:
    return _raw(element, compiler, **options)


def shapes(values: list[bytes | None]) -> NDArray[Any]:
    """Turn a column read through :class:`wkb_of` into Shapely geometries."""
    return np.asarray(shapely.from_wkb(values), dtype=object)


def _raw(element: FunctionElement[Any], compiler: SQLCompiler, **options: Any) -> str:
    return _plain(next(iter(element.clauses)), compiler, **options)


def _plain(geom: ColumnElement[Any], compiler: SQLCompiler, **options: Any) -> str:
    """Name a geometry column without GeoAlchemy2's reading function around it."""
    options["within_columns_clause"] = False
    return compiler.process(geom, **options)
