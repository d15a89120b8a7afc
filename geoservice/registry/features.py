"""Reading features: pages and items as GeoJSON text, built in the database and handed on as it is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, Text, cast, func, literal, select

from geoservice.access.policy import View
from geoservice.access.principals import Principal
from geoservice.db.feature_text import joined_text, json_object, json_quote
from geoservice.errors import NotFound
from geoservice.registry.collections import Collection, Relation
from geoservice.registry.filters import Filters, conditions
from geoservice.registry.moment import Moment


@dataclass(frozen=True)
class FeatureQuery:
    """One question: which collection, when, for whom, narrowed how.

    Attributes
    ----------
    collection : Collection
        What is asked for.
    moment : Moment
        The day, and what was known by when.
    principal : Principal
        Who asks.
    view : View
        What the policy shows that principal of the collection.
    filters : Filters
        What narrows the question.
    """

    collection: Collection
    moment: Moment
    principal: Principal
    view: View
    filters: Filters = field(default_factory=Filters)


@dataclass(frozen=True)
class Page:
    """A page of features as JSON text.

    Attributes
    ----------
    features : str
        The features with commas between them, without brackets.
    count : int
        How many there are.
    last_key : str or None
        Key of the last one where more follow, else ``None``.
    """

    features: str
    count: int
    last_key: str | None


def page(connection: Connection, query: FeatureQuery, *, limit: int, after: str | None = None) -> Page:
    """Return one page in key order.

    Notes
    -----
    Keyset paging: any page costs what the first costs, O(limit · log n); with a bbox, O(shapes in the box).
    """
    relation = query.collection.relation(query.moment, query.view)
    found = conditions(
        connection, query.collection, relation, query.view, query.principal, query.filters, query.moment
    )
    if after is not None:
        found += _beyond(relation, after)
    if query.filters.bbox is None:
        return _page_by_key(connection, relation, query.view, found, limit)
    return _page_by_box(connection, relation, query.view, found, limit)


def _beyond(relation: Relation, key: str) -> list[ColumnElement[bool]]:
    # PostgreSQL does not infer that what equals the key is beyond it too, and would read a joined table from
    # its beginning.
    return [column > key for column in (relation.key, *relation.joined_keys)]


def _page_by_key(
    connection: Connection, relation: Relation, view: View, found: list[ColumnElement[bool]], limit: int
) -> Page:
    """Read rows as they come in key order, and look whether there is one more."""
    text, number, last = connection.execute(_joined(relation, view, found, limit)).one()
    if number < limit:
        return Page(text or "", number, None)
    beyond = select(relation.key).select_from(relation.source).where(*found, *_beyond(relation, last))
    more = connection.scalar(beyond.order_by(relation.key).limit(1))
    return Page(text, number, None if more is None else last)


def _page_by_box(
    connection: Connection, relation: Relation, view: View, found: list[ColumnElement[bool]], limit: int
) -> Page:
    """Sort and cut the keys before any text is built: a spatial index yields rows in no order of keys."""
    keys = select(relation.key.label("key")).select_from(relation.source).where(*found)
    wanted = keys.order_by(relation.key).limit(limit + 1).cte("wanted")
    shown = select(wanted.c.key).order_by(wanted.c.key).limit(limit)
    statement = _joined(relation, view, [*relation.where, relation.key.in_(shown)])
    statement = statement.add_columns(select(func.count()).select_from(wanted).scalar_subquery())
    text, number, last, reached = connection.execute(statement).one()
    return Page(text or "", number, last if reached > limit else None)


def pages(connection: Connection, query: FeatureQuery, *, limit: int = 10_000) -> Iterator[Page]:
    """Yield every page of a question, one state throughout since it is one transaction. O(matches)."""
    after = None
    while True:
        found = page(connection, query, limit=limit, after=after)
        if found.count:
            yield found
        after = found.last_key
        if after is None:
            return


def count(connection: Connection, query: FeatureQuery) -> int:
    """Return exactly how many features the question finds. O(matches)."""
    relation = query.collection.relation(query.moment, query.view)
    found = conditions(
        connection, query.collection, relation, query.view, query.principal, query.filters, query.moment
    )
    statement = select(func.count()).select_from(relation.source).where(*found)
    return int(connection.scalar(statement) or 0)


def item(connection: Connection, query: FeatureQuery, key: str) -> str:
    """Return one feature as JSON text.

    Raises
    ------
    NotFound
        If there is no such feature on that day, or the principal does not see it: both read the same.
    """
    relation = query.collection.relation(query.moment, query.view)
    found = conditions(
        connection, query.collection, relation, query.view, query.principal, query.filters, query.moment
    )
    text = connection.scalar(_joined(relation, query.view, [*found, relation.key == key]))
    if text is None:
        raise NotFound(
            f"No such feature in {query.collection.name} on {query.moment.day.isoformat()}",
            key,
            "Check the key and the date.",
        )
    return str(text)


def shown_fields(relation: Relation, view: View) -> dict[str, ColumnElement[Any]]:
    """Return the fields the view shows, in their order."""
    return {name: column for name, column in relation.fields.items() if view.shows(name)}


def _joined(
    relation: Relation, view: View, found: list[ColumnElement[bool]], limit: int | None = None
) -> Select[str, int, Any]:
    """Select the text of the features with commas between, their number, and the last key."""
    rows = (
        select(relation.key.label("key"), _feature(relation, view).label("body"))
        .select_from(relation.source)
        .where(*found)
        .order_by(relation.key)
        .limit(limit)
        .subquery("ordered")
    )
    return select(joined_text(rows.c.body, rows.c.key), func.count(), func.max(rows.c.key))


def _feature(relation: Relation, view: View) -> ColumnElement[str]:
    geometry = func.coalesce(relation.geojson, "null") if view.geometry == "full" else literal("null")
    parts: list[ColumnElement[str]] = [
        literal('{"type":"Feature","id":'),
        json_quote(relation.key),
        literal(',"geometry":'),
        cast(geometry, Text),
        literal(',"properties":'),
        json_object(shown_fields(relation, view)),
        literal("}"),
    ]
    text = parts[0]
    for part in parts[1:]:
        text = text.concat(part)
    return text
