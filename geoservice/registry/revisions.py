"""Revisions: one counter per source, bumped with every change; the root of every ETag."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, insert, select, update

from geoservice.db import UnitOfWork
from geoservice.model import revision


def bump(unit: UnitOfWork) -> None:
    """Bump the revision of every touched source, in name order; a unit-of-work subscriber."""
    for source in sorted(unit.touched):
        values = {"number": revision.c.number + 1, "changed_at": unit.at}
        changed = unit.connection.execute(update(revision).where(revision.c.source == source).values(values))
        if changed.rowcount == 0:
            unit.connection.execute(insert(revision).values(source=source, number=1, changed_at=unit.at))


def revisions(connection: Connection, sources: Sequence[str]) -> dict[str, int]:
    """Return source → revision, 0 for a source nothing was written to yet."""
    found = connection.execute(
        select(revision.c.source, revision.c.number).where(revision.c.source.in_(sources))
    )
    numbers = {row.source: row.number for row in found}
    return {source: numbers.get(source, 0) for source in sources}
