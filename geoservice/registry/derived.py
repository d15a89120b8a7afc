"""Storing derived intervals: what says the same stays, what changed is superseded and written anew."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import Any

from geoalchemy2 import Geometry
from sqlalchemy import Table, select, update

from geoservice.db import UnitOfWork, bulk
from geoservice.registry.aliases import batches

_TIMES = frozenset({"id", "recorded_at", "superseded_at"})


def replace_intervals(
    unit: UnitOfWork, table: Table, subjects: Collection[str], rows: Sequence[dict[str, Any]]
) -> set[str]:
    """Make the given rows the believed intervals of the subjects; return the subjects that changed.

    Parameters
    ----------
    unit : UnitOfWork
        The change this belongs to.
    table : Table
        A derived table; its second column names the subject.
    subjects : collection of str
        Subjects assessed; those without a row lose theirs.
    rows : sequence of dict
        Column → value, geometry as Shapely.

    Notes
    -----
    O(intervals of the subjects). Geometry columns are compared by their served text, not by shape.
    """
    subject = list(table.c)[1].name
    fresh: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        fresh[row[subject]].append(row)
    held = _held(unit, table, subject, subjects)
    names = [c.name for c in table.c if c.name not in _TIMES and not isinstance(c.type, Geometry)]
    changed = {
        key for key in subjects if _content(held.get(key, []), names) != _content(fresh.get(key, []), names)
    }
    for batch in batches(sorted(row["id"] for key in changed for row in held.get(key, []))):
        unit.connection.execute(update(table).where(table.c.id.in_(batch)).values(superseded_at=unit.at))
    _insert(unit, table, [row for key in sorted(changed) for row in fresh.get(key, [])])
    unit.touch(table.name, changed)
    return changed


def _held(
    unit: UnitOfWork, table: Table, subject: str, subjects: Collection[str]
) -> dict[str, list[dict[str, Any]]]:
    columns = [c for c in table.c if not isinstance(c.type, Geometry)]
    held: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for batch in batches(sorted(subjects)):
        statement = (
            select(*columns)
            .where(table.c[subject].in_(batch), table.c.superseded_at.is_(None))
            .order_by(table.c[subject], table.c.valid_from)
        )
        for row in unit.connection.execute(statement):
            held[row._mapping[subject]].append(dict(row._mapping))
    return held


def _content(rows: list[dict[str, Any]], names: list[str]) -> list[tuple[Any, ...]]:
    return sorted(
        (tuple(_comparable(row.get(name)) for name in names) for row in rows), key=lambda values: values[1]
    )


def _comparable(value: Any) -> Any:
    """Make documents comparable: PostGIS gives their members back in an order of its own."""
    return json.dumps(value, sort_keys=True) if isinstance(value, (list, dict)) else value


def _insert(unit: UnitOfWork, table: Table, rows: list[dict[str, Any]]) -> None:
    names = [column.name for column in table.c if column.name not in _TIMES]
    columns: dict[str, list[Any]] = {name: [row.get(name) for row in rows] for name in names}
    columns["recorded_at"] = [unit.at] * len(rows)
    bulk.insert(unit.connection, table, columns)
