"""Mapping profiles: how files with certain headings were mapped before, recognised by the headings alone."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, insert, select, update

from geoservice.errors import InvalidInput, NotFound
from geoservice.model import mapping_profile as table


def save_profile(
    connection: Connection,
    *,
    name: str,
    noun: str,
    fingerprint: str,
    columns: list[str],
    mapping: dict[str, Any],
    by: str,
    at: datetime,
) -> int:
    """Save how these headings are mapped; a profile of the same name for the same headings is replaced.

    Raises
    ------
    InvalidInput
        Without a name.
    """
    if not name.strip():
        raise InvalidInput("A profile needs a name", None, "Name it after whoever sends such files.")
    held = connection.scalar(
        select(table.c.id).where(
            table.c.fingerprint == fingerprint, table.c.name == name.strip(), table.c.retired_at.is_(None)
        )
    )
    said = {"noun": noun, "columns": columns, "mapping": mapping, "changed_at": at, "changed_by": by}
    if held is not None:
        connection.execute(update(table).where(table.c.id == held).values(**said))
        return int(held)
    fresh = said | {"name": name.strip(), "fingerprint": fingerprint, "created_at": at, "created_by": by}
    made = connection.execute(insert(table).values(**fresh, used=0)).inserted_primary_key
    assert made is not None
    return int(made[0])


def recall(connection: Connection, fingerprint: str, noun: str | None = None) -> RowMapping | None:
    """Return the profile last changed for these headings, ``None`` where there is none."""
    statement = select(table).where(table.c.fingerprint == fingerprint, table.c.retired_at.is_(None))
    if noun is not None:
        statement = statement.where(table.c.noun == noun)
    row = connection.execute(
        statement.order_by(table.c.changed_at.desc(), table.c.id.desc()).limit(1)
    ).first()
    return None if row is None else row._mapping


def list_profiles(connection: Connection) -> list[RowMapping]:
    """Return every profile in use, by name."""
    rows = connection.execute(
        select(table).where(table.c.retired_at.is_(None)).order_by(table.c.name, table.c.id)
    )
    return [row._mapping for row in rows]


def find_profile(connection: Connection, number: int) -> RowMapping:
    """Return a profile in use.

    Raises
    ------
    NotFound
        If there is none of that number.
    """
    row = connection.execute(
        select(table).where(table.c.id == number, table.c.retired_at.is_(None))
    ).one_or_none()
    if row is None:
        raise NotFound("There is no such mapping profile", number, "List them at /v1/imports/profiles.")
    return row._mapping


def edit_profile(
    connection: Connection,
    number: int,
    *,
    by: str,
    at: datetime,
    name: str | None = None,
    mapping: dict[str, Any] | None = None,
) -> None:
    """Give a profile another name or mapping."""
    find_profile(connection, number)
    said: dict[str, Any] = {"changed_at": at, "changed_by": by}
    if name is not None:
        if not name.strip():
            raise InvalidInput("A profile needs a name", None, "Name it after whoever sends such files.")
        said["name"] = name.strip()
    if mapping is not None:
        said |= {"mapping": mapping, "noun": mapping["noun"]}
    connection.execute(update(table).where(table.c.id == number).values(**said))


def retire_profile(connection: Connection, number: int, at: datetime) -> None:
    """Take a profile out of use; imports that used it keep their mapping."""
    find_profile(connection, number)
    connection.execute(update(table).where(table.c.id == number).values(retired_at=at))


def count_use(connection: Connection, number: int, at: datetime) -> None:
    """Count that a profile was recognised."""
    connection.execute(update(table).where(table.c.id == number).values(used=table.c.used + 1, used_at=at))
