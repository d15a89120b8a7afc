"""The permanent record of imports: who, when, which file, which mapping, what was found, decided and done."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, insert, select, update

from geoservice.db import UnitOfWork
from geoservice.errors import Conflict, NotFound
from geoservice.model import import_run
from geoservice.model.vocabulary import ImportState

_NOTHING: dict[str, Any] = {
    "noun": "",
    "file_sha256": "",
    "mapping": {},
    "mapping_sha256": "",
    "counts": {},
    "findings": {},
    "rejects": [],
}


def record_import(unit: UnitOfWork, number: int | None = None, **entry: Any) -> int:
    """Record an import within its own publish, and return its number.

    Parameters
    ----------
    unit : UnitOfWork
        The publish; if it fails, the record goes with it.
    number : int, optional
        The conversation that led to it; a new record where there was none.
    **entry
        ``noun``, ``file_name``, ``file_sha256``, ``mapping``, ``mapping_sha256``, ``counts``, ``findings``,
        ``rejects``, and optionally ``state``.
    """
    entry.setdefault("state", ImportState.PUBLISHED.value)
    if number is not None:
        change_run(unit.connection, number, at=unit.at, actor=unit.actor, **entry)
        return number
    result = unit.connection.execute(insert(import_run).values(at=unit.at, actor=unit.actor, **entry))
    made = result.inserted_primary_key
    assert made is not None
    return int(made[0])


def receive(
    connection: Connection, *, file_name: str, by: str, at: datetime, asked: dict[str, Any], size: int
) -> int:
    """Open the record of a file that was handed in; nothing of it is known yet."""
    entry = {"file_name": file_name, "state": ImportState.RECEIVED.value, "size": size, "asked": asked}
    entry |= {"at": at, "actor": by, "uploaded_at": at, "uploaded_by": by}
    made = connection.execute(insert(import_run).values(**_NOTHING, **entry)).inserted_primary_key
    assert made is not None
    return int(made[0])


def change_run(connection: Connection, number: int, **values: Any) -> None:
    """Write what has become of an import that is not decided yet, or that is undone."""
    connection.execute(update(import_run).where(import_run.c.id == number).values(**values))


def find_run(connection: Connection, number: int, *, lock: bool = False) -> RowMapping:
    """Return the record of an import, locked until the transaction ends where asked.

    Raises
    ------
    NotFound
        If there is none of that number.
    """
    statement = select(import_run).where(import_run.c.id == number)
    row = connection.execute(statement.with_for_update() if lock else statement).one_or_none()
    if row is None:
        raise NotFound("There is no such import", number, "List them with: geoservice imports list.")
    return row._mapping


def known_runs(connection: Connection, numbers: Collection[int]) -> set[int]:
    """Return those numbers that an import has."""
    return set(connection.scalars(select(import_run.c.id).where(import_run.c.id.in_(sorted(numbers)))))


def list_runs(connection: Connection, *, limit: int = 50, before: int | None = None) -> list[RowMapping]:
    """Return the newest imports without their findings, newest first."""
    columns = [c for c in import_run.c if c.name not in {"findings", "rejects", "mapping"}]
    statement = select(*columns).order_by(import_run.c.id.desc()).limit(limit)
    if before is not None:
        statement = statement.where(import_run.c.id < before)
    return [row._mapping for row in connection.execute(statement)]


def undecided(connection: Connection, by: str) -> int:
    """Return how many files of an account wait for a check or a decision."""
    states = [s.value for s in (ImportState.RECEIVED, ImportState.RUNNING, ImportState.CHECKED)]
    found = connection.execute(
        select(import_run.c.id).where(import_run.c.uploaded_by == by, import_run.c.state.in_(states))
    )
    return len(found.all())


def require_state(run: RowMapping, *states: ImportState) -> None:
    """Refuse what does not fit where an import is.

    Raises
    ------
    Conflict
        Naming where it is.
    """
    if run["state"] not in {state.value for state in states}:
        raise Conflict(
            "This import is not where that can be done",
            ImportState(run["state"]).value,
            f"It must be {' or '.join(state.value for state in states)}.",
        )


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
