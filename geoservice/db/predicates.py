"""Where the engines differ about predicates of filters: relations of shapes, folded text, patterns, arithmetic."""

from __future__ import annotations

import math
import unicodedata
from typing import Any, Final

from sqlalchemy import Boolean, ColumnElement, Double, FromClause, Text, bindparam, literal_column
from sqlalchemy import Table as SqlTable
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from geoservice.db.types import STORED_SRID

RELATIONS: Final = ("intersects", "equals", "touches", "crosses", "within", "contains", "overlaps")
"""Relations of two shapes (OGC 06-103r4, 6.1.15); disjoint is the negation of intersects."""
_MARKS: Final = ("\u0300", "\u036f")
_POWER_LIMIT: Final = 700.0
"""``exp(700)`` is still a double; a power beyond it is answered NULL on both engines."""


class relates(FunctionElement[bool]):  # noqa: N801 - reads as the SQL predicate it is
    """``relates(relation, row, shape, literal)``: the stored shape stands in this relation to a literal, exactly.

    ``narrowed`` lets the spatial index choose the rows, which is right only where a row without a shape may
    count as not found; elsewhere such a row is NULL, so that a negation does not find it.
    """

    inherit_cache = True

    def __init__(
        self, relation: str, base: SqlTable, alias: FromClause, wkb: bytes, box: Any, narrowed: bool
    ):
        if relation not in RELATIONS:
            raise ValueError(relation)
        number: Double[float] = Double()
        # As in `in_bbox`: written into the statement when it runs, so that PostgreSQL plans for this shape.
        hexadecimal = bindparam(None, wkb.hex().upper(), Text(), unique=True, literal_execute=True)
        edges = [bindparam(None, float(edge), number, unique=True, literal_execute=True) for edge in box]
        super().__init__(
            literal_column(relation),
            literal_column(f'"rtree_{base.name}_geom"'),
            literal_column("1" if narrowed else "0"),
            alias.c.id,
            alias.c.geom,
            hexadecimal,
            *edges,
        )


@compiles(relates, "postgresql")
def _relates_postgis(element: relates, compiler: SQLCompiler, **options: Any) -> str:
    relation, _, _, _, geom, literal, *_ = list(element.clauses)
    shape = _plain(geom, compiler, **options)
    other = compiler.process(literal, **options)
    name = compiler.process(relation, **options).title()
    return f"(ST_{name}({shape}, ST_SetSRID(CAST({other} AS geometry), {STORED_SRID})))"


@compiles(relates, "geopackage")
def _relates_geopackage(element: relates, compiler: SQLCompiler, **options: Any) -> str:
    relation, rtree, narrowed, row, geom, literal, *box = list(element.clauses)
    west, south, east, north = (compiler.process(edge, **options) for edge in box)
    shape, row_id = _plain(geom, compiler, **options), compiler.process(row, **options)
    near = (
        f"{row_id} IN (SELECT id FROM {compiler.process(rtree, **options)} WHERE maxx >= {west} "
        f"AND minx <= {east} AND maxy >= {south} AND miny <= {north})"
    )
    exact = (
        f"shape_relates('{compiler.process(relation, **options)}', {shape}, "
        f"{compiler.process(literal, **options)})"
    )
    if compiler.process(narrowed, **options) == "1":
        return f"({near} AND {exact})"
    return f"(CASE WHEN {shape} IS NULL THEN NULL WHEN {near} THEN {exact} ELSE 0 END)"


class case_folded(FunctionElement[str]):  # noqa: N801 - reads as the SQL function it is
    """A text without regard to case, the same on both engines; see :func:`fold_case`."""

    type = Text()
    inherit_cache = True


@compiles(case_folded, "postgresql")
def _folded_postgis(element: case_folded, compiler: SQLCompiler, **options: Any) -> str:
    inner = compiler.process(element.clauses, **options)
    lower = f'lower(({inner}) COLLATE "und-x-icu")'
    return f"(replace(replace({lower}, 'ß', 'ss'), 'ς', 'σ') COLLATE \"C\")"


@compiles(case_folded, "geopackage")
def _folded_geopackage(element: case_folded, compiler: SQLCompiler, **options: Any) -> str:
    return f"fold_case({compiler.process(element.clauses, **options)})"


class unaccented(FunctionElement[str]):  # noqa: N801 - reads as the SQL function it is
    """A text without its accents, the same on both engines; see :func:`strip_accents`."""

    type = Text()
    inherit_cache = True


@compiles(unaccented, "postgresql")
def _unaccented_postgis(element: unaccented, compiler: SQLCompiler, **options: Any) -> str:
    inner = compiler.process(element.clauses, **options)
    stripped = f"regexp_replace(normalize(({inner}), NFD), '[{_MARKS[0]}-{_MARKS[1]}]', '', 'g')"
    return f'(normalize({stripped}, NFC) COLLATE "C")'


@compiles(unaccented, "geopackage")
def _unaccented_geopackage(element: unaccented, compiler: SQLCompiler, **options: Any) -> str:
    return f"strip_accents({compiler.process(element.clauses, **options)})"


class like(FunctionElement[bool]):  # noqa: N801 - reads as the SQL predicate it is
    """``like(text, pattern)``: ``%`` any text, ``_`` one character, a backslash before what means itself."""

    type = Boolean()
    inherit_cache = True

    def __init__(self, text: ColumnElement[str], pattern: str) -> None:
        given = bindparam(None, pattern, Text(), unique=True)
        # SQLite's own LIKE ignores the case of ASCII letters; GLOB does not.
        super().__init__(text, given, bindparam(None, glob_of(pattern), Text(), unique=True))


@compiles(like, "postgresql")
def _like_postgis(element: like, compiler: SQLCompiler, **options: Any) -> str:
    text, pattern, _ = (compiler.process(clause, **options) for clause in element.clauses)
    return f"({text} LIKE {pattern} ESCAPE '\\')"


@compiles(like, "geopackage")
def _like_geopackage(element: like, compiler: SQLCompiler, **options: Any) -> str:
    text, _, pattern = (compiler.process(clause, **options) for clause in element.clauses)
    return f"({text} GLOB {pattern})"


class truncated(FunctionElement[float]):  # noqa: N801 - reads as the SQL function it is
    """A number without its fraction."""

    type = Double()
    inherit_cache = True


@compiles(truncated, "postgresql")
def _truncated_postgis(element: truncated, compiler: SQLCompiler, **options: Any) -> str:
    return f"trunc({compiler.process(element.clauses, **options)})"


@compiles(truncated, "geopackage")
def _truncated_geopackage(element: truncated, compiler: SQLCompiler, **options: Any) -> str:
    return f"CAST(CAST({compiler.process(element.clauses, **options)} AS INTEGER) AS REAL)"


class power(FunctionElement[float]):  # noqa: N801 - reads as the SQL function it is
    """``power(base, exponent)``; NULL where it is no number or beyond what a double holds."""

    type = Double()
    inherit_cache = True


@compiles(power, "postgresql")
def _power_postgis(element: power, compiler: SQLCompiler, **options: Any) -> str:
    base, exponent = (f"({compiler.process(clause, **options)})" for clause in element.clauses)
    size = f"{exponent} * ln(abs({base}))"
    return (
        f"(CASE WHEN {base} = 0 THEN CASE WHEN {exponent} < 0 THEN NULL WHEN {exponent} = 0 THEN 1 ELSE 0 END "
        f"WHEN {base} < 0 AND {exponent} <> trunc({exponent}) THEN NULL "
        f"WHEN {size} NOT BETWEEN -{_POWER_LIMIT} AND {_POWER_LIMIT} THEN NULL "
        f"ELSE power({base}, {exponent}) END)"
    )


@compiles(power, "geopackage")
def _power_geopackage(element: power, compiler: SQLCompiler, **options: Any) -> str:
    return f"number_power({compiler.process(element.clauses, **options)})"


def fold_case(text: str) -> str:
    """Return the text lower-cased by Unicode's rules, with ``ß`` as ``ss`` and one form of sigma.

    >>> fold_case("KØBENHAVN Straße")
    'københavn strasse'
    """
    return text.lower().replace("ß", "ss").replace("ς", "σ")


def strip_accents(text: str) -> str:
    """Return the text without combining diacritical marks (U+0300 to U+036F).

    >>> strip_accents("Chișinău")
    'Chisinau'
    """
    first, last = _MARKS
    bare = "".join(sign for sign in unicodedata.normalize("NFD", text) if not first <= sign <= last)
    return unicodedata.normalize("NFC", bare)


def number_power(base: float | None, exponent: float | None) -> float | None:
    """Return a power, ``None`` where it is no number or beyond what a double holds.

    >>> number_power(2, 10), number_power(0, -1), number_power(10, 400)
    (1024.0, None, None)
    """
    if base is None or exponent is None:
        return None
    try:
        result: complex = float(base) ** float(exponent)
    except (OverflowError, ZeroDivisionError):
        return None
    if not isinstance(result, float) or abs(result) > math.exp(_POWER_LIMIT):
        return None
    return result


def glob_of(pattern: str) -> str:
    """Return the GLOB pattern of a LIKE pattern.

    >>> glob_of("K_b%[x]")
    'K?b*[[]x]'
    """
    written: list[str] = []
    signs = iter(pattern)
    for sign in signs:
        if sign == "\\":
            written.append(_literal(next(signs, "\\")))
        else:
            written.append({"%": "*", "_": "?"}.get(sign) or _literal(sign))
    return "".join(written)


def _literal(sign: str) -> str:
    return f"[{sign}]" if sign in "*?[" else sign


def _plain(geom: ColumnElement[Any], compiler: SQLCompiler, **options: Any) -> str:
    """Name a geometry column without GeoAlchemy2's reading function around it."""
    options["within_columns_clause"] = False
    return compiler.process(geom, **options)
