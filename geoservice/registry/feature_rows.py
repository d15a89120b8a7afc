"""Pages read row by row: sorted by fields, or with shapes written in another reference system."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Connection, null, select

from geoservice.db.feature_text import BETWEEN, utf8
from geoservice.db.spatial import shapes as stored_shapes
from geoservice.registry.collections import Relation
from geoservice.registry.feature_text import feature_ends, feature_text, shape_column
from geoservice.registry.query import FeatureQuery, Page
from geoservice.registry.sorting import beyond, ordered, sort_columns


def page_of_rows(
    connection: Connection,
    relation: Relation,
    query: FeatureQuery,
    found: list[ColumnElement[bool]],
    limit: int,
    after: str | None,
    after_values: tuple[Any, ...],
) -> Page:
    """Return a page of the rows found; it costs a pass over the matches where they are sorted by fields."""
    columns = sort_columns(relation, query.view, query.sort)
    order = ordered(relation, columns, query.sort)
    if after is not None:
        found = [*found, beyond(relation, columns, query.sort, after_values, after)]
    keys = select(relation.key.label("key")).select_from(relation.source).where(*found)
    wanted = keys.order_by(*order).limit(limit + 1).cte("wanted")
    moved = query.rendition.crs if query.rendition.geometry and query.view.geometry == "full" else None
    texts = (
        (utf8(feature_text(relation, query)), null(), null())
        if moved is None
        else (*feature_ends(relation, query), shape_column(relation))
    )
    rows = connection.execute(
        select(relation.key, *columns, *texts)
        .select_from(relation.source)
        .where(*relation.where, relation.key.in_(select(wanted.c.key)))
        .order_by(*order)
    ).all()
    shown = rows[:limit]
    if moved is None:
        features = [row[-3] for row in shown]
    else:
        shapes = moved.texts(stored_shapes([row[-1] for row in shown]))
        features = [
            f"{row[-3]}{text or 'null'}{row[-2]}".encode() for row, text in zip(shown, shapes, strict=True)
        ]
    more = len(rows) > limit
    last = shown[-1] if more else None
    return Page(
        BETWEEN.join(features),
        len(shown),
        None if last is None else str(last[0]),
        () if last is None else tuple(last[1 : 1 + len(columns)]),
    )
