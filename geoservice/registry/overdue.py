"""Which derived intervals rest on a plan whose day has come."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Connection, Table, select


def overdue_subjects(connection: Connection, table: Table, today: date) -> set[str]:
    """Return the subjects of a derived table that have a planned interval beginning by today.

    Raises
    ------
    KeyError
        If the table has no ``plan`` column.
    """
    subject = list(table.c)[1]
    statement = (
        select(subject)
        .where(table.c.superseded_at.is_(None), table.c.plan.is_(True), table.c.valid_from <= today)
        .distinct()
    )
    return set(connection.scalars(statement))
