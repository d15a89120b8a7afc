"""Undoing an import as one step: what it wrote is believed no longer, what it replaced is believed again.

Nothing is destroyed: rows the import wrote are superseded, rows it superseded are written anew. It can be undone
while nothing later depends on it, which is the case as long as

- every thing it wrote reads today as the import left it (a later change that was itself undone does not count), and
- nothing that came later, and is believed, names a thing the import brought into being.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import shapely
from geoalchemy2 import Geometry
from sqlalchemy import Column, ColumnElement, Connection, RowMapping, Table, and_, or_, select, update

from geoservice.db import UnitOfWork
from geoservice.db.spatial import wkb_of
from geoservice.errors import Conflict
from geoservice.model import mapping_profile, metadata, sealed_record
from geoservice.model.nouns import NOUNS
from geoservice.model.vocabulary import ImportState
from geoservice.registry.aliases import batches
from geoservice.registry.import_runs import change_run, find_run, require_state
from geoservice.registry.versions import append, supersede

SHOWN: Final = 50
"""Dependents that are named; one is enough to refuse."""
_OWN: Final = frozenset({"id", "version", "recorded_at", "superseded_at"})
_SUBJECTS: Final = ("key", "project", "subject", "successor", "parcel", "task")
_ANYTHING: Final = frozenset({"subject", "predecessor", "successor"})
Row = dict[str, Any]


@dataclass(frozen=True)
class Dependent:
    """Something later that rests on an import.

    Attributes
    ----------
    noun, key : str
        What of the import it rests on.
    table : str
        Where it is recorded.
    what : str
        ``changed`` (the thing was changed later) or ``named`` (something later names it).
    at : str
        When it was recorded.
    """

    noun: str
    key: str
    table: str
    what: str
    at: str


def dependents(connection: Connection, number: int) -> list[Dependent]:
    """Return what keeps an import from being undone, the first :data:`SHOWN`; empty where nothing does."""
    run = find_run(connection, number)
    found: list[Dependent] = []
    for table in _tables():
        for rows in _written(connection, table, run["at"]):
            found += _changed_later(connection, table, rows, run["at"])
            if len(found) >= SHOWN:
                return found[:SHOWN]
    return (found + _named_later(connection, run))[:SHOWN]


def undo_import(unit: UnitOfWork, number: int, reason: str) -> dict[str, int]:
    """Undo a published import; return how many rows of each table are believed no longer or again.

    Raises
    ------
    NotFound, Conflict
        If there is no such import, it is not published, or something later depends on it.
    """
    run = find_run(unit.connection, number, lock=True)
    require_state(run, ImportState.PUBLISHED)
    found = dependents(unit.connection, number)
    if found:
        first = found[0]
        verb = "was changed later" if first.what == "changed" else f"is named by a later {first.table}"
        raise Conflict(
            f"Import {number} cannot be undone: {first.noun} {first.key} {verb}",
            f"{len(found)}{'+' if len(found) == SHOWN else ''} in all",
            "Undo what came later first; geoservice imports show lists it.",
        )
    unit.restoring = True
    moved = {table.name: _restore(unit, table, run["at"]) for table in _tables()}
    change_run(
        unit.connection,
        number,
        state=ImportState.UNDONE.value,
        undone_at=unit.at,
        undone_by=unit.actor,
        undo_reason=reason,
    )
    unit.touch("import_run", [str(number)])
    return {name: rows for name, rows in moved.items() if rows}


def _tables() -> list[Table]:
    """Return the tables an import writes facts to; what is derived from them follows by itself."""
    own = {mapping_profile.name}
    named = [t for t in metadata.sorted_tables if {"superseded_at", "recorded_at"} <= set(t.c.keys())]
    return [t for t in named if ("recorded_by" in t.c or "key" in t.c) and t.name not in own]


def _restore(unit: UnitOfWork, table: Table, at: datetime) -> int:
    moved = 0
    for rows in _written(unit.connection, table, at):
        moved += _restore_some(unit, table, rows, at)
    return moved if _versioned(table) else moved + _restore_facts(unit, table, at)


def _restore_some(unit: UnitOfWork, table: Table, rows: list[Row], at: datetime) -> int:
    """Take back what the import wrote about some things, and believe again what it replaced."""
    if _versioned(table):
        keys = sorted({row["key"] for row in rows})
        now, then = _believed(unit.connection, table, keys), _before(unit.connection, table, keys, at)
    else:
        now, then = _believed_like(unit.connection, table, rows), []
    kept = {_content(row) for row in then}
    standing = {_content(row) for row in now}
    gone = [row["id"] for row in now if _content(row) not in kept]
    again = [row for row in then if _content(row) not in standing]
    supersede(unit, table, gone)
    _append(unit, table, again, now)
    _touch(unit, table, rows)
    return len(gone) + len(again)


def _restore_facts(unit: UnitOfWork, table: Table, at: datetime) -> int:
    """Believe again the older facts that the import corrected."""
    rows = list(_select(unit.connection, table, table.c.superseded_at == at, table.c.recorded_at < at))
    if table is sealed_record:
        return _unseal(unit, rows)
    if not rows:
        return 0
    standing = {_content(row) for row in _believed_like(unit.connection, table, rows)}
    again = [row for row in rows if _content(row) not in standing]
    _append(unit, table, again, [])
    _touch(unit, table, again)
    return len(again)


def _unseal(unit: UnitOfWork, rows: list[Row]) -> int:
    """Believe older sealed records again in place: a record has one number, and may have been swept away."""
    for batch in batches([row["id"] for row in rows]):
        unit.connection.execute(
            update(sealed_record).where(sealed_record.c.id.in_(batch)).values(superseded_at=None)
        )
    return len(rows)


def _append(unit: UnitOfWork, table: Table, rows: list[Row], now: list[Row]) -> None:
    """Write rows anew; a version that is believed again takes the next number, so that numbers never mean two things."""
    if "version" in table.c:
        newest: dict[str, int] = {}
        for row in (*now, *rows):
            newest[row["key"]] = max(newest.get(row["key"], 0), row["version"])
        rows = [row | {"version": newest[row["key"]] + 1} for row in rows]
    fresh = [{name: value for name, value in row.items() if name != "id"} for row in rows]
    if "geom" in table.c:
        shapes = shapely.from_wkb([row["geom"] for row in fresh])
        fresh = [row | {"geom": shape} for row, shape in zip(fresh, shapes, strict=True)]
    append(unit, table, fresh)


def _touch(unit: UnitOfWork, table: Table, rows: Iterable[Row]) -> None:
    subject = next(name for name in _SUBJECTS if name in table.c)
    unit.touch(table.name, {str(row[subject]) for row in rows})


def _written(connection: Connection, table: Table, at: datetime) -> Iterator[list[Row]]:
    """Yield what was written at an instant, in pieces that hold all rows of a thing."""
    subject = table.c[next(name for name in _SUBJECTS if name in table.c)]
    of_it = table.c.recorded_at == at
    if _versioned(table):
        # What was superseded and not written again has ended altogether.
        of_it = or_(of_it, table.c.superseded_at == at)
    keys = list(connection.scalars(select(subject).where(of_it).distinct().order_by(subject)))
    for batch in batches(keys):
        yield list(_select(connection, table, of_it, subject.in_(batch)))


def _changed_later(connection: Connection, table: Table, rows: list[Row], at: datetime) -> list[Dependent]:
    if _versioned(table):
        keys = sorted({row["key"] for row in rows})
        now, left = _believed(connection, table, keys), _after(connection, table, keys, at)
    else:
        now, left = _believed_like(connection, table, rows), rows
    standing = {_content(row) for row in now}
    subject = next(name for name in _SUBJECTS if name in table.c)
    later: dict[str, datetime] = {}
    for row in now:
        if row["recorded_at"] > at:
            later[str(row[subject])] = max(row["recorded_at"], later.get(str(row[subject]), at))
    lost = [row for row in left if _content(row) not in standing]
    added = _added(table, now, left)
    return [
        Dependent(
            table.name,
            key,
            table.name,
            "changed",
            (later.get(key) or _gone_at(lost, subject, key, at)).isoformat(),
        )
        for key in sorted({str(row[subject]) for row in (*lost, *added)})
    ]


def _added(table: Table, now: list[Row], left: list[Row]) -> list[Row]:
    """Return versions of the same things that came later; a further fact about a subject is no change."""
    if "version" not in table.c:
        return []
    known = {_content(row) for row in left}
    return [row for row in now if _content(row) not in known]


def _gone_at(lost: list[Row], subject: str, key: str, at: datetime) -> datetime:
    ends = [row["superseded_at"] for row in lost if str(row[subject]) == key and row["superseded_at"]]
    return max(ends, default=at)


def _named_later(connection: Connection, run: RowMapping) -> list[Dependent]:
    """Return what names a thing the import brought into being, and came from elsewhere."""
    found: list[Dependent] = []
    for noun_name, table in ((n.name, n.table) for n in NOUNS.values() if n.prefix):
        earlier = select(table.c.key).where(table.c.recorded_at < run["at"])
        born = select(table.c.key).where(table.c.recorded_at == run["at"], table.c.key.not_in(earlier))
        if connection.scalar(born.limit(1)) is None:
            continue
        for other, column in _naming(noun_name):
            statement = (
                select(column, *_stamps(other)).where(column.in_(born), *_foreign(other, run)).limit(SHOWN)
            )
            for row in connection.execute(statement):
                at = row[1].isoformat() if len(row) > 1 and row[1] else ""
                found.append(Dependent(noun_name, str(row[0]), other.name, "named", at))
    return found


def _naming(noun_name: str) -> Iterator[tuple[Table, Column[Any]]]:
    """Yield the columns that may hold a key of the noun: declared references, and columns named after it."""
    names = {
        field for kind in NOUNS.values() for field, target in kind.references.items() if target == noun_name
    }
    names |= {noun_name} | _ANYTHING
    for table in metadata.sorted_tables:
        derived = "valid_from" in table.c and "key" not in table.c
        if derived or table.name == "alias":
            continue
        for name in sorted(names & set(table.c.keys())):
            if "superseded_at" in table.c or "recorded_at" in table.c:
                yield table, table.c[name]


def _stamps(table: Table) -> list[Column[Any]]:
    return [table.c.recorded_at] if "recorded_at" in table.c else []


def _foreign(table: Table, run: RowMapping) -> list[ColumnElement[bool]]:
    """Return the conditions of rows that are believed and do not come from the import itself."""
    conditions: list[ColumnElement[bool]] = []
    if "superseded_at" in table.c:
        conditions.append(table.c.superseded_at.is_(None))
    if "recorded_at" in table.c:
        conditions.append(table.c.recorded_at != run["at"])
    if "import_run" in table.c:
        conditions.append(or_(table.c.import_run.is_(None), table.c.import_run != run["id"]))
    return conditions


def _believed(connection: Connection, table: Table, keys: list[str]) -> list[Row]:
    return list(_select(connection, table, table.c.key.in_(keys), table.c.superseded_at.is_(None)))


def _before(connection: Connection, table: Table, keys: list[str], at: datetime) -> list[Row]:
    """Return what was believed about things until an instant."""
    until = or_(table.c.superseded_at.is_(None), table.c.superseded_at >= at)
    return list(_select(connection, table, table.c.key.in_(keys), table.c.recorded_at < at, until))


def _after(connection: Connection, table: Table, keys: list[str], at: datetime) -> list[Row]:
    """Return what was believed about things from an instant on."""
    until = or_(table.c.superseded_at.is_(None), table.c.superseded_at > at)
    return list(_select(connection, table, table.c.key.in_(keys), table.c.recorded_at <= at, until))


def _believed_like(connection: Connection, table: Table, rows: list[Row]) -> list[Row]:
    """Return believed facts about the subjects of some facts that say the same."""
    subject = next(name for name in _SUBJECTS if name in table.c)
    wanted = {_content(row) for row in rows}
    found: list[Row] = []
    for batch in batches(sorted({row[subject] for row in rows})):
        held = _select(connection, table, and_(table.c[subject].in_(batch), table.c.superseded_at.is_(None)))
        found += [row for row in held if _content(row) in wanted]
    return found


def _select(connection: Connection, table: Table, *found: ColumnElement[bool]) -> Iterator[Row]:
    columns = [wkb_of(c).label(c.name) if isinstance(c.type, Geometry) else c for c in table.c]
    for row in connection.execute(select(*columns).where(*found).order_by(table.c.id)):
        yield dict(row._mapping)


def _content(row: Row) -> str:
    """Return what a row says, without its number and when it was recorded, to compare it with another."""
    said = {name: value for name, value in row.items() if name not in _OWN}
    return repr(sorted((name, _plain(value)) for name, value in said.items()))


def _versioned(table: Table) -> bool:
    return "version" in table.c


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return sorted((str(k), _plain(v)) for k, v in value.items())
    return bytes(value) if isinstance(value, (memoryview, bytearray)) else value
