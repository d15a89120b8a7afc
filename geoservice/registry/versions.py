"""Versions for writing: the rows still believed, whole, with their shapes; superseding and appending."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np
import shapely
from geoalchemy2 import Geometry
from sqlalchemy import ColumnElement, Connection, FromClause, Table, and_, or_, select, update

from geoservice.db import UnitOfWork, bulk
from geoservice.db.spatial import wkb_of
from geoservice.registry.aliases import batches
from geoservice.registry.moment import Moment


def in_force(table: FromClause, moment: Moment) -> ColumnElement[bool]:
    """Return the predicate of rows in force on the moment's day, as known at its instant."""
    valid = and_(table.c.valid_from <= moment.day, table.c.valid_to > moment.day)
    if moment.known_at is None:
        return and_(table.c.superseded_at.is_(None), valid)
    known = and_(
        table.c.recorded_at <= moment.known_at,
        or_(table.c.superseded_at.is_(None), table.c.superseded_at > moment.known_at),
    )
    return and_(known, valid)


def believed_rows(
    connection: Connection, table: Table, keys: Sequence[str]
) -> dict[str, list[dict[str, Any]]]:
    """Return key → rows still believed, oldest first. O(rows of those keys)."""
    held: dict[str, list[dict[str, Any]]] = defaultdict(list)
    columns = [wkb_of(c).label(c.name) if isinstance(c.type, Geometry) else c for c in table.c]
    for batch in batches(sorted(set(keys))):
        statement = (
            select(*columns)
            .where(table.c.key.in_(batch), table.c.superseded_at.is_(None))
            .order_by(table.c.key, table.c.valid_from)
        )
        rows = [dict(row._mapping) for row in connection.execute(statement)]
        if "geom" in table.c:
            _decode(rows)
        for row in rows:
            held[row["key"]].append(row)
    return held


def clone(row: dict[str, Any], valid_to: date | None = None) -> dict[str, Any]:
    """Copy a row without its number, cut at a day where asked."""
    copy = {name: value for name, value in row.items() if name != "id"}
    return copy if valid_to is None else copy | {"valid_to": valid_to}


def supersede(unit: UnitOfWork, table: Table, ids: Sequence[int]) -> None:
    """Mark rows as no longer believed from the unit's instant on."""
    for batch in batches(ids):
        unit.connection.execute(update(table).where(table.c.id.in_(batch)).values(superseded_at=unit.at))


def append(unit: UnitOfWork, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    """Add rows recorded at the unit's instant."""
    names = [column.name for column in table.c if not column.primary_key]
    for row in rows:
        row["recorded_at"], row["superseded_at"] = unit.at, None
    bulk.insert(unit.connection, table, {name: [row.get(name) for row in rows] for name in names})


def _decode(rows: list[dict[str, Any]]) -> None:
    shapes = np.asarray(shapely.from_wkb([row["geom"] for row in rows]), dtype=object)
    for row, shape in zip(rows, shapes, strict=True):
        row["geom"] = shape
