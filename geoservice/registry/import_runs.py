"""The permanent record of imports: who, when, which file, which mapping, what came of it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, insert, select

from geoservice.db import UnitOfWork
from geoservice.model import import_run
from geoservice.model.vocabulary import ImportState


def record_import(unit: UnitOfWork, **entry: Any) -> int:
    """Record an import within its own publish, and return its number.

    Parameters
    ----------
    unit : UnitOfWork
        The publish; if it fails, the record goes with it.
    **entry
        ``noun``, ``file_name``, ``file_sha256``, ``mapping``, ``mapping_sha256``, ``counts``, ``findings``,
        ``rejects``, and optionally ``state``.
    """
    entry.setdefault("state", ImportState.PUBLISHED.value)
    result = unit.connection.execute(insert(import_run).values(at=unit.at, actor=unit.actor, **entry))
    number = result.inserted_primary_key
    assert number is not None
    return int(number[0])


def find_same(connection: Connection, *, noun: str, file_sha256: str, mapping_sha256: str) -> int | None:
    """Return the newest published import of the same file under the same mapping, ``None`` where there is none."""
    statement = (
        select(import_run.c.id)
        .where(
            import_run.c.noun == noun,
            import_run.c.state == ImportState.PUBLISHED.value,
            import_run.c.file_sha256 == file_sha256,
            import_run.c.mapping_sha256 == mapping_sha256,
        )
        .order_by(import_run.c.id.desc())
        .limit(1)
    )
    return connection.scalar(statement)
