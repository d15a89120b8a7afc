"""What a reader sees of a collection inside a drawn area: rows whose inner point lies in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import shapely
from sqlalchemy import Connection, select

from geoservice.db.spatial import shapes, wkb_of
from geoservice.registry.facts.narrowed import visible
from geoservice.registry.features import FeatureQuery


def rows_within(
    connection: Connection, query: FeatureQuery, area: shapely.Polygon, names: Sequence[str]
) -> list[dict[str, Any]]:
    """Return ``key`` and the fields the reader sees of everything whose inner point lies in the area, by key.

    Parameters
    ----------
    connection : Connection
        Open transaction.
    query : FeatureQuery
        A question to a collection whose shapes the reader sees.
    area : Polygon
        In degrees, CRS84.
    names : sequence of str
        Fields; those the reader does not see are not among the rows.

    Notes
    -----
    O(features in the area's box). A feature counts whole or not at all, so that sums agree with the list of it.
    """
    box = tuple(float(edge) for edge in area.bounds)
    filters = replace(query.filters, bbox=(box[0], box[1], box[2], box[3]))
    relation, found = visible(connection, replace(query, filters=filters))
    shown = [name for name in names if name in relation.fields and query.view.shows(name)]
    bodies = [wkb_of(rows.c.geom).label(f"shape_{n}") for n, (_, rows) in enumerate(relation.shapes)]
    columns = [relation.fields[name].label(name) for name in shown]
    statement = select(relation.key, *columns, *bodies).select_from(relation.source).where(*found)
    rows = connection.execute(statement.order_by(relation.key)).fetchall()
    if not rows:
        return []
    first = 1 + len(shown)
    own = shapes([next((body for body in row[first:] if body is not None), None) for row in rows])
    points = shapely.point_on_surface(own)
    inside = shapely.contains_xy(area, shapely.get_x(points), shapely.get_y(points))
    return [
        {"key": row[0], **dict(zip(shown, row[1:first], strict=True))}
        for row, there in zip(rows, np.asarray(inside), strict=True)
        if there
    ]
