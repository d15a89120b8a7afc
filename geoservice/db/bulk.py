"""Writing many rows at once: ``executemany`` into the GeoPackage, binary-safe ``COPY`` into PostGIS."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import shapely
from geoalchemy2 import Geometry
from sqlalchemy import Column, Connection, Table

from geoservice.db.geopackage import blob
from geoservice.db.types import GEOPACKAGE, STORED_SRID, Json, json_text

_MANY = 10_000
"""Rows in one go that change what is known of how a table's values are spread; gathering that reads a sample, O(1)."""


def insert(connection: Connection, table: Table, columns: Mapping[str, Sequence[Any]]) -> None:
    """Insert rows given as columns; row numbers are assigned by the engine.

    Parameters
    ----------
    connection : Connection
        Writing transaction.
    table : Table
        Where to.
    columns : mapping of str to sequence
        Column name → values, all of one length. Geometry columns take Shapely geometries in EPSG:4490,
        JSON columns take documents, every other column Python values.

    Notes
    -----
    O(rows). Values pass through the column types' own bind processors, so that a bulk row and a single row
    are stored alike.
    """
    names = list(columns)
    prepared = [_prepare(connection, table.c[name], columns[name]) for name in names]
    if not prepared or len(prepared[0]) == 0:
        return
    rows = zip(*prepared, strict=True)
    if connection.dialect.name == GEOPACKAGE:
        _insert_geopackage(connection, table, names, list(rows))
    else:
        _copy_postgis(connection, table, names, rows, len(prepared[0]))


def _prepare(connection: Connection, column: Column[Any], values: Sequence[Any]) -> Sequence[Any]:
    embedded = connection.dialect.name == GEOPACKAGE
    if isinstance(column.type, Geometry):
        return _geometries(np.asarray(values, dtype=object), embedded)
    if isinstance(column.type, Json):
        return [None if value is None else json_text(value) for value in values]
    process = _processor(connection, column)
    return [process(value) for value in values] if process else list(values)


def _geometries(values: np.ndarray[Any, Any], embedded: bool) -> list[Any]:
    if embedded:
        return blob.encode(values, STORED_SRID)
    return list(shapely.to_wkb(shapely.set_srid(values, STORED_SRID), hex=True, include_srid=True))


def _processor(connection: Connection, column: Column[Any]) -> Callable[[Any], Any] | None:
    kind = column.type.dialect_impl(connection.dialect)
    return kind.bind_processor(connection.dialect)


def _insert_geopackage(connection: Connection, table: Table, names: list[str], rows: list[Any]) -> None:
    quoted = ", ".join(f'"{name}"' for name in names)
    marks = ", ".join("?" for _ in names)
    connection.exec_driver_sql(f'INSERT INTO "{table.name}" ({quoted}) VALUES ({marks})', rows)


def _copy_postgis(connection: Connection, table: Table, names: list[str], rows: Any, count: int) -> None:
    quoted = ", ".join(f'"{name}"' for name in names)
    driver = connection.connection.driver_connection
    assert driver is not None
    with driver.cursor() as cursor, cursor.copy(f'COPY "{table.name}" ({quoted}) FROM STDIN') as copy:
        for row in rows:
            copy.write_row(row)
    if count >= _MANY:
        # Until autovacuum comes by, the planner takes the table for as small as it was: a lookup of 60,000 codes
        # then takes minutes instead of a second, in this transaction and for everybody after it.
        connection.exec_driver_sql(f'ANALYZE "{table.name}"')
