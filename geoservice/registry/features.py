"""Reading features: pages and items as GeoJSON text, built in the database and handed on as it is."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Integer, Select, Text, bindparam, func, literal, select

from geoservice.db.feature_text import BETWEEN, joined_text, utf8
from geoservice.errors import NotFound
from geoservice.registry.collections import Relation
from geoservice.registry.feature_rows import page_of_rows
from geoservice.registry.feature_text import feature_text, shown_fields
from geoservice.registry.filters import conditions
from geoservice.registry.query import FeatureQuery, Page, Rendition
from geoservice.registry.sorting import ordered, sort_columns
from geoservice.registry.statements import Statements

__all__ = ["FeatureQuery", "Page", "Rendition", "count", "item", "page", "pages", "place_of", "shown_fields"]


def page(
    connection: Connection,
    query: FeatureQuery,
    *,
    limit: int,
    after: str | None = None,
    after_values: tuple[Any, ...] = (),
) -> Page:
    """Return one page, in the order asked for and then in key order.

    Notes
    -----
    Keyset paging: any page costs what the first costs, O(limit · log n); with a bbox or a spatial filter
    O(shapes in reach), with a sort O(matches · log limit).
    """
    relation = query.collection.relation(query.moment, query.view)
    if query.sort or query.rendition.crs is not None:
        found = _conditions(connection, relation, query)
        return page_of_rows(connection, relation, query, found, limit, after, after_values)
    if query.filters.spatial:
        found = _conditions(connection, relation, query)
        if after is not None:
            found += _beyond(relation, literal(after))
        return _page_by_box(connection, relation, query, found, limit)
    return _page_by_key(connection, relation, query, limit, after)


def _conditions(connection: Connection, relation: Relation, query: FeatureQuery) -> list[ColumnElement[bool]]:
    return conditions(
        connection, query.collection, relation, query.view, query.principal, query.filters, query.moment
    )


def _beyond(relation: Relation, key: ColumnElement[str]) -> list[ColumnElement[bool]]:
    # PostgreSQL does not infer that what equals the key is beyond it too, and would read a joined table from
    # its beginning.
    return [column > key for column in (relation.key, *relation.joined_keys)]


def _page_by_key(
    connection: Connection,
    relation: Relation,
    query: FeatureQuery,
    limit: int,
    after: str | None,
) -> Page:
    """Read rows as they come in key order, one more than asked for: whether there is one tells if more follow."""

    def compose() -> Select[bytes, int, Any]:
        found = _conditions(connection, relation, query)
        if after is not None:
            found += _beyond(relation, bindparam("after", type_=Text()))
        return _joined(relation, query, found, bindparam("most", type_=Integer()))

    statement = _PAGES.of(query, after is None, compose)
    values = {"most": limit + 1} | ({} if after is None else {"after": after})
    text, number, _ = connection.execute(statement, values).one()
    if number <= limit:
        return Page(text or b"", number, None)
    text = text[: text.rfind(BETWEEN)]
    last = text[text.rfind(BETWEEN) + len(BETWEEN) :] if limit > 1 else text
    return Page(text, limit, str(json.loads(last)["id"]))


_PAGES: Final = Statements()


def _page_by_box(
    connection: Connection,
    relation: Relation,
    query: FeatureQuery,
    found: list[ColumnElement[bool]],
    limit: int,
) -> Page:
    """Sort and cut the keys before any text is built: a spatial index yields rows in no order of keys."""
    keys = select(relation.key.label("key")).select_from(relation.source).where(*found)
    wanted = keys.order_by(relation.key).limit(limit + 1).cte("wanted")
    shown = select(wanted.c.key).order_by(wanted.c.key).limit(limit)
    statement = _joined(relation, query, [*relation.where, relation.key.in_(shown)])
    statement = statement.add_columns(select(func.count()).select_from(wanted).scalar_subquery())
    text, number, last, reached = connection.execute(statement).one()
    return Page(text or b"", number, last if reached > limit else None)


def pages(connection: Connection, query: FeatureQuery, *, limit: int = 10_000) -> Iterator[Page]:
    """Yield every page of a question, one state throughout since it is one transaction. O(matches)."""
    after = None
    values: tuple[Any, ...] = ()
    while True:
        found = page(connection, query, limit=limit, after=after, after_values=values)
        if found.count:
            yield found
        after, values = found.last_key, found.last_values
        if after is None:
            return


def count(connection: Connection, query: FeatureQuery) -> int:
    """Return exactly how many features the question finds. O(matches)."""
    relation = query.collection.relation(query.moment, query.view)
    found = _conditions(connection, relation, query)
    statement = select(func.count()).select_from(relation.source).where(*found)
    return int(connection.scalar(statement) or 0)


def count_up_to(connection: Connection, query: FeatureQuery, limit: int) -> int:
    """Return how many features the question finds, counting no further than `limit`. O(limit)."""
    relation = query.collection.relation(query.moment, query.view)
    found = conditions(
        connection, query.collection, relation, query.view, query.principal, query.filters, query.moment
    )
    some = select(relation.key).select_from(relation.source).where(*found).limit(limit).subquery()
    return int(connection.scalar(select(func.count()).select_from(some)) or 0)


def item(connection: Connection, query: FeatureQuery, key: str) -> str:
    """Return one feature as JSON text.

    Raises
    ------
    NotFound
        If there is no such feature on that day, or the principal does not see it: both read the same.
    """
    relation = query.collection.relation(query.moment, query.view)
    found = [*_conditions(connection, relation, query), relation.key == key]
    if query.rendition.crs is not None:
        text = page_of_rows(connection, relation, query, found, 1, None, ()).body or None
    else:
        text = connection.scalar(_joined(relation, query, found))
    if text is None:
        raise NotFound(
            f"No such feature in {query.collection.name} on {query.moment.day.isoformat()}",
            key,
            "Check the key and the date.",
        )
    return text.decode()


def _joined(
    relation: Relation,
    query: FeatureQuery,
    found: list[ColumnElement[bool]],
    limit: ColumnElement[int] | None = None,
) -> Select[bytes, int, Any]:
    """Select the text of the features with commas between, their number, and the last key."""
    rows = (
        select(relation.key.label("key"), feature_text(relation, query).label("body"))
        .select_from(relation.source)
        .where(*found)
        .order_by(relation.key)
        .limit(limit)
        .subquery("ordered")
    )
    return select(utf8(joined_text(rows.c.body, rows.c.key)), func.count(), func.max(rows.c.key))


def place_of(connection: Connection, query: FeatureQuery, offset: int) -> tuple[str, tuple[Any, ...]] | None:
    """Return key and sort values of the feature before the one at `offset` (at least 1), ``None`` beyond the end.

    O(offset): for clients that know no cursor.
    """
    relation = query.collection.relation(query.moment, query.view)
    columns = sort_columns(relation, query.view, query.sort)
    statement = (
        select(relation.key, *columns)
        .select_from(relation.source)
        .where(*_conditions(connection, relation, query))
        .order_by(*ordered(relation, columns, query.sort))
        .offset(offset - 1)
        .limit(1)
    )
    row = connection.execute(statement).one_or_none()
    return None if row is None else (row[0], tuple(row[1:]))
