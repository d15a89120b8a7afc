"""Reading one thing as it may be edited: its fields in force, and the mark of the state that was read."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from geoalchemy2 import Geometry
from sqlalchemy import Connection, LargeBinary, Table, func, select

from geoservice import clock
from geoservice.errors import InvalidInput, NotFound
from geoservice.model.nouns import NOUNS, Noun
from geoservice.registry.moment import Moment
from geoservice.registry.versions import in_force

SEPARATOR: Final = "~"
"""Joins the identity of an append-only fact into one key: ``XM00000001~started``."""
_UNSHOWN: Final = frozenset(
    {"id", "geojson", "search", "original_wkb", "superseded_at", "recorded_at", "recorded_by", "import_run"}
)


@dataclass(frozen=True)
class Record:
    """One thing in the state it was read in.

    Attributes
    ----------
    noun : Noun
        What kind of thing.
    key : str
        Minted key, or the joined identity of an append-only fact.
    fields : dict
        Values of the bureau's own fields, without the shape.
    valid_from : date or None
        Since when it is so; ``None`` for a fact, which carries its own dates.
    etag : str
        Strong mark of everything still believed about the thing, now and on other days.
    """

    noun: Noun
    key: str
    fields: dict[str, Any]
    valid_from: date | None
    etag: str


def find_record(connection: Connection, kind: Noun, key: str, *, lock: bool = False) -> Record:
    """Return the thing as it is in force today.

    Parameters
    ----------
    connection : Connection
        Open transaction.
    kind : Noun
        Which noun.
    key : str
        Its key.
    lock : bool
        Keep others from changing its rows until the transaction ends (PostGIS; the GeoPackage has one writer).

    Raises
    ------
    NotFound
        If there is no such thing today.
    """
    rows = _rows(connection, kind, key, lock=lock)
    today = clock.today()
    now = [row for row in rows if not kind.prefix or row["valid_from"] <= today < row["valid_to"]]
    if not now:
        raise NotFound(f"There is no such {kind.name} today", key, "Check the key.")
    return _record(kind, key, now[0], rows)


def subject_records(connection: Connection, kind: Noun, field: str, value: str) -> list[Record]:
    """Return what hangs on a thing, as it is in force today, in the order in which it was written.

    Examples: the blockers of a project, the units of a clearance task. O(rows of the subject).
    """
    table, today = kind.table, clock.today()
    statement = select(*_columns(table)).where(table.c[field] == value, table.c.superseded_at.is_(None))
    rows = [dict(row._mapping) for row in connection.execute(statement.order_by(table.c.id))]
    if not kind.prefix:
        return [_record(kind, fact_key(kind, row), row, [row]) for row in rows]
    groups: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        groups.setdefault(row["key"], []).append(row)
    return [
        find_record(connection, kind, key)
        for key, versions in groups.items()
        if any(row["valid_from"] <= today < row["valid_to"] for row in versions)
    ]


def names_of(connection: Connection, record: Record) -> dict[str, str]:
    """Return field → what the thing that a reference names is called today."""
    found = {}
    for field, target in record.noun.references.items():
        key, table = record.fields.get(field), NOUNS[target].table
        if key is None:
            continue
        called = [table.c[name] for name in ("name", *NOUNS[target].identity) if name in table.c]
        statement = select(func.coalesce(*called, table.c.key)).where(
            table.c.key == key, in_force(table, Moment.today())
        )
        name = connection.scalar(statement)
        if name is not None:
            found[field] = str(name)
    return found


def fact_key(kind: Noun, fact: dict[str, Any]) -> str:
    """Return the joined identity of an append-only fact."""
    return SEPARATOR.join(_text(fact[name]) for name in kind.identity)


def identity_of(kind: Noun, key: str) -> dict[str, str]:
    """Take the joined identity of an append-only fact apart.

    Raises
    ------
    InvalidInput
        If it has not as many parts as the noun's identity.
    """
    parts = key.split(SEPARATOR)
    if len(parts) != len(kind.identity):
        form = SEPARATOR.join(f"{{{name}}}" for name in kind.identity)
        raise InvalidInput(f"This is no key of a {kind.name}", key, f"Write it as {form}.")
    return dict(zip(kind.identity, parts, strict=True))


def mark(noun_name: str, key: str, rows: Sequence[int]) -> str:
    """Return the strong ETag of a thing whose believed rows have these numbers."""
    text = f"{noun_name}\n{key}\n{','.join(str(row) for row in sorted(rows))}"
    return f'"{hashlib.sha256(text.encode()).hexdigest()[:24]}"'


def _rows(connection: Connection, kind: Noun, key: str, *, lock: bool) -> list[dict[str, Any]]:
    table = kind.table
    statement = select(*_columns(table)).where(table.c.superseded_at.is_(None))
    if kind.prefix:
        statement = statement.where(table.c.key == key).order_by(table.c.valid_from)
    else:
        for name, text in identity_of(kind, key).items():
            statement = statement.where(table.c[name] == _typed(table, name, text, key))
    if lock and connection.dialect.name == "postgresql":
        statement = statement.with_for_update()
    return [dict(row._mapping) for row in connection.execute(statement)]


def _typed(table: Table, name: str, text: str, key: str) -> Any:
    if table.c[name].type.python_type is not date:
        return text
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InvalidInput(f"{name} in this key is not a date", key, "Write it as 2026-09-30.") from None


def _record(kind: Noun, key: str, row: dict[str, Any], rows: list[dict[str, Any]]) -> Record:
    fields = {name: row[name] for name in kind.fields if name in row and name not in _UNSHOWN}
    return Record(kind, key, fields, row.get("valid_from"), mark(kind.name, key, [r["id"] for r in rows]))


def _columns(table: Table) -> list[Any]:
    return [column for column in table.c if not isinstance(column.type, (Geometry, LargeBinary))]


def _text(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)
