"""The history of one thing: every version with both its times, what it changed, and who wrote it why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from types import MappingProxyType
from typing import Any, Final

from geoalchemy2 import Geometry
from sqlalchemy import Connection, LargeBinary, RowMapping, Table, select

from geoservice.access.policy import View
from geoservice.db.types import instant_text
from geoservice.errors import NotFound
from geoservice.model import OPEN, audit, demolition_task, import_run, parcel, park, project, stage_event
from geoservice.registry.lineage import lineage_of

HISTORIES: Final = MappingProxyType(
    {"parks": park, "parcels": parcel, "projects": project, "demolition": demolition_task}
)
"""Collection → the table whose versions are its history."""
HISTORY_SOURCES: Final = ("stage_event", "parcel_lineage")
"""What a history draws on beyond its collection."""

_ROW: Final = frozenset(
    {
        "id",
        "key",
        "version",
        "valid_from",
        "valid_to",
        "recorded_at",
        "superseded_at",
        "import_run",
        "geojson",
        "search",
        "planar_area_m2",
    }
)
Record = dict[str, Any]


def history(
    connection: Connection, collection: str, key: str, view: View, known_at: datetime | None = None
) -> Record:
    """Return every version ever written about a thing, in the order in which they were written.

    Parameters
    ----------
    connection : Connection
        Open transaction.
    collection : str
        One of :data:`HISTORIES`.
    key : str
        Minted key.
    view : View
        Fields the reader does not see are neither shown nor compared.
    known_at : datetime, optional
        Leave out what was written later; what was superseded later still counts as believed then.

    Returns
    -------
    dict
        ``versions`` with valid and recorded times, ``superseded_at``, ``changes`` (field → from and to against
        the version written before), ``geometry_changed`` and ``by`` (actor, action, reason, import); for a
        project also ``stages``, every event ever recorded, for a parcel ``lineage``.

    Raises
    ------
    NotFound
        If nothing of that key was ever recorded.

    Notes
    -----
    O(versions of the key), three statements whatever their number.
    """
    table = HISTORIES[collection]
    rows = _versions(connection, table, key, known_at)
    if not rows:
        raise NotFound(f"No such thing in {collection}", key, "Check the key.")
    events = _events(connection, key, known_at) if collection == "projects" else []
    authors = _authors(connection, [*rows, *events])
    document: Record = {"collection": collection, "key": key, "versions": described(rows, view, authors)}
    if collection == "projects":
        document["stages"] = [
            _event(event, authors) for event in events if view.shows("stage") and view.plans
        ]
    if collection == "parcels":
        document["lineage"] = lineage_of(connection, key, view)
    return document


def described(rows: Sequence[Mapping[str, Any]], view: View, authors: Mapping[Any, Record]) -> list[Record]:
    """Return the versions in words: times, what each changed against the one written before it, by whom.

    Parameters
    ----------
    rows : sequence of mapping
        Rows in the order in which they were written.
    view : View
        What the reader sees.
    authors : mapping
        Import run or instant → who wrote it.
    """
    told: list[Record] = []
    before: Mapping[str, Any] | None = None
    for row in rows:
        shown = [name for name in row if name not in _ROW and view.shows(name)]
        told.append(
            {
                "version": row["version"],
                "valid_from": row["valid_from"].isoformat(),
                "valid_to": None if row["valid_to"] == OPEN else row["valid_to"].isoformat(),
                "recorded_at": instant_text(row["recorded_at"]),
                "superseded_at": _text(row["superseded_at"]),
                "fields": {name: _plain(row[name]) for name in shown},
                "changes": {}
                if before is None
                else {
                    name: {"from": _plain(before[name]), "to": _plain(row[name])}
                    for name in shown
                    if before[name] != row[name]
                },
                "geometry_changed": before is not None
                and view.geometry == "full"
                and before["geojson"] != row["geojson"],
                "by": _author(row, authors),
            }
        )
        before = row
    return told


def _versions(
    connection: Connection, table: Table, key: str, known_at: datetime | None
) -> list[Mapping[str, Any]]:
    columns = [c for c in table.c if not isinstance(c.type, (Geometry, LargeBinary))]
    statement = select(*columns).where(table.c.key == key)
    if known_at is not None:
        statement = statement.where(table.c.recorded_at <= known_at)
    statement = statement.order_by(table.c.recorded_at, table.c.valid_from, table.c.id)
    return [_as_known(row._mapping, known_at) for row in connection.execute(statement)]


def _events(connection: Connection, key: str, known_at: datetime | None) -> list[Mapping[str, Any]]:
    statement = select(stage_event).where(stage_event.c.project == key)
    if known_at is not None:
        statement = statement.where(stage_event.c.recorded_at <= known_at)
    statement = statement.order_by(stage_event.c.recorded_at, stage_event.c.id)
    return [_as_known(row._mapping, known_at) for row in connection.execute(statement)]


def _as_known(row: RowMapping, known_at: datetime | None) -> Mapping[str, Any]:
    """Show a row as it read then: what superseded it later was not known."""
    values = {str(name): value for name, value in row.items()}
    later = values["superseded_at"]
    if known_at is not None and later is not None and later > known_at:
        values["superseded_at"] = None
    return values


def _authors(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> dict[Any, Record]:
    """Return who wrote what: the audit entry of the same instant, and the import it came from."""
    found: dict[Any, Record] = {}
    instants = sorted({row["recorded_at"] for row in rows})
    for row in connection.execute(select(audit).where(audit.c.at.in_(instants)).order_by(audit.c.id)):
        found[row.at] = {"actor": row.actor, "action": row.action, "reason": row.reason}
    runs = sorted({row["import_run"] for row in rows if row["import_run"] is not None})
    names = (import_run.c.id, import_run.c.file_name, import_run.c.actor, import_run.c.at)
    for row in connection.execute(select(*names).where(import_run.c.id.in_(runs))):
        found[row.id] = {
            "run": row.id,
            "file_name": row.file_name,
            "actor": row.actor,
            "at": instant_text(row.at),
        }
    return found


def _author(row: Mapping[str, Any], authors: Mapping[Any, Record]) -> Record:
    by = dict(authors.get(row["recorded_at"], {}))
    if row["import_run"] is not None:
        by["import"] = authors.get(row["import_run"])
    return by


def _event(event: Mapping[str, Any], authors: Mapping[Any, Record]) -> Record:
    by = {"actor": event["recorded_by"], **_author(event, authors)}
    names = ("stage", "planned_on", "actual_on", "evidence", "skipped", "reason")
    return {
        **{name: _plain(event[name]) for name in names},
        "recorded_at": instant_text(event["recorded_at"]),
        "superseded_at": _text(event["superseded_at"]),
        "by": by,
    }


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _text(instant: datetime | None) -> str | None:
    return None if instant is None else instant_text(instant)
