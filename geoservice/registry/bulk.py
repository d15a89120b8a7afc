"""Reading every row of a question in batches: typed values and stored shapes, for files and analyses.

Pages of GeoJSON text serve a screen; a file wants what the columns hold, and the shape as it is stored rather than
as it is served. One statement runs through, so that memory is bounded by a batch at any size.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import Column, ColumnElement, Connection, Select, Table, func, literal, null, select
from sqlalchemy.types import TypeEngine

from geoservice.db.spatial import shapes, wkb_of
from geoservice.errors import Forbidden, InvalidInput
from geoservice.geo.arrays import Geometries
from geoservice.registry.collections import Relation
from geoservice.registry.features import FeatureQuery, shown_fields
from geoservice.registry.filters import conditions
from geoservice.registry.sorting import ordered, sort_columns

BATCH_ROWS: Final = 2_000


@dataclass(frozen=True)
class Rows:
    """Some rows of a question.

    Attributes
    ----------
    keys : list of str
        Key of each row.
    columns : dict of str to list
        Values by field, as the database types them.
    geometry : ndarray of geometries or None
        EPSG:4490 degrees, to the stored digit; ``None`` where the collection or the view has no shapes.
    """

    keys: list[str]
    columns: dict[str, list[Any]]
    geometry: Geometries | None


@dataclass(frozen=True)
class Extent:
    """How much a question finds: rows, and rows with a shape."""

    rows: int
    placed: int


def field_types(query: FeatureQuery, names: Sequence[str] = ()) -> dict[str, TypeEngine[Any]]:
    """Return the column types of the fields asked for, by default of all the reader sees.

    Raises
    ------
    Forbidden
        If a field is hidden from the role.
    InvalidInput
        If there is no such field, or one is named twice.
    """
    relation = query.collection.relation(query.moment, query.view)
    shown = shown_fields(relation, query.view)
    hidden = [name for name in names if name in relation.fields and name not in shown]
    if hidden:
        raise Forbidden(
            "This role does not see these fields", ", ".join(hidden), "Leave them out, or use another role."
        )
    unknown = [name for name in names if name not in shown]
    if unknown:
        raise InvalidInput(
            "There are no such fields", ", ".join(unknown), f"Use some of: {', '.join(shown)}."
        )
    if len(set(names)) < len(names):
        raise InvalidInput("A field is named twice", ", ".join(names), "Name each once.")
    return {name: shown[name].type for name in names or shown}


def geometry_kind(query: FeatureQuery) -> str | None:
    """Return ``MULTIPOLYGON`` where every shape is one, ``GEOMETRY`` where they differ, ``None`` without shapes."""
    relation = query.collection.relation(query.moment, query.view)
    if query.view.geometry != "full" or not relation.shapes or not query.rendition.geometry:
        return None
    kinds = {getattr(_geometry_column(table).type, "geometry_type", None) for table, _ in relation.shapes}
    return "MULTIPOLYGON" if kinds == {"MULTIPOLYGON"} else "GEOMETRY"


def extent_of(connection: Connection, query: FeatureQuery) -> Extent:
    """Count the rows a question finds. O(matches)."""
    relation = query.collection.relation(query.moment, query.view)
    placed = func.count(_shape(relation)) if geometry_kind(query) else literal(0)
    statement = select(func.count(), placed).select_from(relation.source)
    rows, with_shape = connection.execute(statement.where(*_found(connection, query, relation))).one()
    return Extent(int(rows), int(with_shape))


def bulk_rows(
    connection: Connection, query: FeatureQuery, names: Sequence[str], *, limit: int = BATCH_ROWS
) -> Iterator[Rows]:
    """Yield all rows of a question in its order, then by key, `limit` at a time; O(matches), memory O(limit)."""
    streamed = connection.execute(
        _statement(connection, query, names), execution_options={"stream_results": True, "yield_per": limit}
    )
    with_shapes = geometry_kind(query) is not None
    for partition in streamed.partitions():
        keys, wkb, *values = zip(*partition, strict=True)
        yield Rows(
            list(keys),
            {name: _numbers(list(column)) for name, column in zip(names, values, strict=True)},
            shapes(list(wkb)) if with_shapes else None,
        )


def _numbers(column: list[Any]) -> list[Any]:
    """Return whole numbers where PostgreSQL sums into decimals; a column is of one type throughout."""
    if not isinstance(next((value for value in column if value is not None), None), Decimal):
        return column
    whole = all(value is None or value == int(value) for value in column)
    kind = int if whole else float
    return [None if value is None else kind(value) for value in column]


def _statement(connection: Connection, query: FeatureQuery, names: Sequence[str]) -> Select[Any]:
    relation = query.collection.relation(query.moment, query.view)
    shape = _shape(relation) if geometry_kind(query) else null()
    columns = [relation.fields[name].label(f"field_{n}") for n, name in enumerate(names)]
    statement = select(relation.key.label("row_key"), shape.label("row_shape"), *columns)
    statement = statement.select_from(relation.source).where(*_found(connection, query, relation))
    return statement.order_by(*ordered(relation, sort_columns(relation, query.view, query.sort), query.sort))


def _found(connection: Connection, query: FeatureQuery, relation: Relation) -> list[ColumnElement[bool]]:
    return conditions(
        connection, query.collection, relation, query.view, query.principal, query.filters, query.moment
    )


def _shape(relation: Relation) -> ColumnElement[Any]:
    """Return the stored shape whose text is served: the first there is, as the served text is chosen."""
    stored = [wkb_of(rows.c.geom) for _, rows in relation.shapes]
    return stored[0] if len(stored) == 1 else func.coalesce(*stored)


def _geometry_column(table: Table) -> Column[Any]:
    return table.c.geom
