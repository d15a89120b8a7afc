"""GeoJSON text built inside the database, so that the read path touches no object (facts: 3–10 ms per 1,000)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final, cast

import psycopg
from psycopg.abc import Buffer
from psycopg.adapt import Loader
from sqlalchemy import Boolean, ColumnClause, ColumnElement, Text, literal_column
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import UserDefinedType

from geoservice.db.types import Instant, Json

BETWEEN: Final = b",\n"
"""What stands between features: JSON holds no raw line end inside of a text, so that one can tell them apart."""


class json_object(FunctionElement[str]):  # noqa: N801 - reads as the SQL function it is
    """The JSON text of named columns, with booleans, documents and instants written alike on both engines."""

    type = Text()
    inherit_cache = True

    def __init__(self, members: Mapping[str, ColumnElement[Any]]) -> None:
        # Names stand among the clauses, so that they are part of the key a compiled statement is found by.
        super().__init__(*(part for name, value in members.items() for part in (literal_column(name), value)))


@compiles(json_object, "postgresql")
def _object_postgis(element: json_object, compiler: SQLCompiler, **options: Any) -> str:
    # A row rather than json_build_object: a fifth quicker, no spaces, no limit of 100 arguments.
    members = [
        f'{_postgis_value(value, compiler, **options)} AS "{name}"' for name, value in _members(element)
    ]
    return f"(SELECT row_to_json(members)::text FROM (SELECT {', '.join(members)}) AS members)"


@compiles(json_object, "geopackage")
def _object_geopackage(element: json_object, compiler: SQLCompiler, **options: Any) -> str:
    members = [
        f"'{name}', {_geopackage_value(value, compiler, **options)}" for name, value in _members(element)
    ]
    return f"json_object({', '.join(members)})"


def _members(element: json_object) -> Iterator[tuple[str, ColumnElement[Any]]]:
    parts = iter(element.clauses)
    return (
        (str(cast(ColumnClause[Any], name).name), value) for name, value in zip(parts, parts, strict=True)
    )


class json_quote(FunctionElement[str]):  # noqa: N801 - reads as the SQL function it is
    """A text value as a JSON string."""

    type = Text()
    inherit_cache = True


@compiles(json_quote, "postgresql")
def _quote_postgis(element: json_quote, compiler: SQLCompiler, **options: Any) -> str:
    return f"to_json({compiler.process(element.clauses, **options)}::text)::text"


@compiles(json_quote, "geopackage")
def _quote_geopackage(element: json_quote, compiler: SQLCompiler, **options: Any) -> str:
    return f"json_quote({compiler.process(element.clauses, **options)})"


class Utf8(UserDefinedType[bytes]):
    """Text as the bytes it travels in: a page of megabytes is sent on as it came, never decoded and encoded again."""

    cache_ok = True

    def get_col_spec(self, **_: Any) -> str:
        """Return the type both engines carry such bytes under; no column has it."""
        return "bpchar"


class utf8(FunctionElement[bytes]):  # noqa: N801 - reads as the SQL cast it is
    """A text value as UTF-8 bytes. On PostGIS the cast costs nothing; the driver is told not to decode that type."""

    type = Utf8()
    inherit_cache = True


@compiles(utf8, "postgresql")
def _utf8_postgis(element: utf8, compiler: SQLCompiler, **options: Any) -> str:
    return f"CAST({compiler.process(element.clauses, **options)} AS bpchar)"


@compiles(utf8, "geopackage")
def _utf8_geopackage(element: utf8, compiler: SQLCompiler, **options: Any) -> str:
    return f"CAST({compiler.process(element.clauses, **options)} AS BLOB)"


class _BytesLoader(Loader):
    def load(self, data: Buffer) -> bytes:
        return bytes(data)


def leave_undecoded(connection: psycopg.Connection[Any], _: Any) -> None:
    """Tell a new connection of psycopg to hand on as bytes what :class:`utf8` selects."""
    connection.adapters.register_loader("bpchar", _BytesLoader)


class joined_text(FunctionElement[str]):  # noqa: N801 - reads as the SQL aggregate it is
    """``joined_text(text, order)``: all texts with :data:`BETWEEN` between them, in the given order.

    On the GeoPackage the order is that of the subquery below, which SQLite keeps; PostGIS is told.
    """

    type = Text()
    inherit_cache = True


@compiles(joined_text, "postgresql")
def _joined_postgis(element: joined_text, compiler: SQLCompiler, **options: Any) -> str:
    body, order = (compiler.process(clause, **options) for clause in element.clauses)
    return f"string_agg({body}, E',\\n' ORDER BY {order})"


@compiles(joined_text, "geopackage")
def _joined_geopackage(element: joined_text, compiler: SQLCompiler, **options: Any) -> str:
    body, _ = (compiler.process(clause, **options) for clause in element.clauses)
    return f"group_concat({body}, char(44, 10))"


def _postgis_value(value: ColumnElement[Any], compiler: SQLCompiler, **options: Any) -> str:
    rendered = compiler.process(value, **options)
    if isinstance(value.type, Instant):
        return f"to_char({rendered} AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"')"
    return rendered


def _geopackage_value(value: ColumnElement[Any], compiler: SQLCompiler, **options: Any) -> str:
    rendered = compiler.process(value, **options)
    if isinstance(value.type, Boolean):
        return f"json(CASE {rendered} WHEN 1 THEN 'true' WHEN 0 THEN 'false' END)"
    if isinstance(value.type, Json):
        return f"json({rendered})"
    return rendered
