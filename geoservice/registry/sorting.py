"""The order of pages: by fields a reader sees, then by key; what has no value stands last."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, literal, or_

from geoservice.access.policy import View
from geoservice.errors import Forbidden, InvalidInput
from geoservice.registry.collections import Relation
from geoservice.registry.cql.scope import kind_of

MAX_SORTS: Final = 5


@dataclass(frozen=True)
class Sort:
    """A field to sort by.

    Attributes
    ----------
    field : str
        Its name.
    descending : bool
        Whether the greatest stands first.
    """

    field: str
    descending: bool = False


def sort_columns(relation: Relation, view: View, sorts: Sequence[Sort]) -> list[ColumnElement[Any]]:
    """Return the columns to sort by.

    Raises
    ------
    Forbidden
        If the reader does not see one: its order would tell what it holds.
    InvalidInput
        If there is none of that name, or it has no order.
    """
    return [_column(relation, view, sort.field) for sort in sorts]


def _column(relation: Relation, view: View, name: str) -> ColumnElement[Any]:
    if name in relation.fields and not view.shows(name):
        raise Forbidden("This role may not sort by a field it does not see", name, "Drop it from sortby.")
    column = relation.fields.get(name)
    if column is None or kind_of(column) == "document":
        raise InvalidInput("There is no such field to sort by", name, "Sort by a field of the schema.")
    return column


def ordered(
    relation: Relation, columns: Sequence[ColumnElement[Any]], sorts: Sequence[Sort]
) -> list[ColumnElement[Any]]:
    """Return the ORDER BY of a page."""
    order: list[ColumnElement[Any]] = []
    for column, sort in zip(columns, sorts, strict=True):
        # Both engines sort what is unknown elsewhere by themselves, and not at the same end.
        order += [column.is_(None), column.desc() if sort.descending else column.asc()]
    return [*order, relation.key]


def beyond(
    relation: Relation,
    columns: Sequence[ColumnElement[Any]],
    sorts: Sequence[Sort],
    values: Sequence[Any],
    key: str,
) -> ColumnElement[bool]:
    """Return the predicate of rows after the one with these values and this key."""
    found: ColumnElement[bool] = relation.key > key
    for column, sort, value in reversed(list(zip(columns, sorts, values, strict=True))):
        if value is None:
            found = and_(column.is_(None), found)
            continue
        given = literal(value, column.type)
        after = column < given if sort.descending else column > given
        found = or_(after, column.is_(None), and_(column == given, found))
    return found if values else and_(found, *(column > key for column in relation.joined_keys))


def written(value: Any) -> Any:
    """Return a sort value as a cursor holds it."""
    return value.isoformat() if isinstance(value, (date, datetime)) else value


def read(column: ColumnElement[Any], value: Any) -> Any:
    """Return a sort value as the database compares it."""
    kind = kind_of(column)
    if value is None:
        return None
    if kind == "day":
        return date.fromisoformat(value)
    if kind == "instant":
        return datetime.fromisoformat(value)
    return value
