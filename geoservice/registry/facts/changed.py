"""Which things may differ between two days: those with a version or a derived interval that begins or ends there."""

from __future__ import annotations

from datetime import date
from types import MappingProxyType
from typing import Any, Final

from sqlalchemy import Connection, Select, Table, or_, select, union

from geoservice.model import (
    demolition_progress,
    demolition_task,
    parcel,
    park,
    project,
    project_site,
    project_stage,
    verdict,
)
from geoservice.registry.aliases import batches
from geoservice.registry.collections.relation import believed
from geoservice.registry.moment import Moment
from geoservice.registry.versions import in_force

_SOURCES: Final[MappingProxyType[str, tuple[tuple[Table, str], ...]]] = MappingProxyType(
    {
        "parks": ((park, "key"),),
        "parcels": ((parcel, "key"),),
        "projects": ((project, "key"), (project_stage, "project"), (project_site, "project")),
        "availability": ((parcel, "key"), (verdict, "parcel")),
        "demolition": ((demolition_task, "key"), (demolition_progress, "task")),
    }
)
COMPARED: Final = tuple(_SOURCES)
"""The collections in which changes are looked for."""


def changed_keys(collection: str, start: date, end: date, moment: Moment) -> Select[Any]:
    """Return the subquery of keys that may differ between `start` and `end`, as known at the moment.

    Parameters
    ----------
    collection : str
        One of :data:`COMPARED`.
    start, end : date
        The two days.
    moment : Moment
        Whose knowledge counts.
    """
    parts = [
        select(table.c[subject].label("key")).where(
            believed(table, moment),
            or_(table.c.valid_from.between(start, end), table.c.valid_to.between(start, end)),
        )
        for table, subject in _SOURCES[collection]
    ]
    found = union(*parts).subquery("moved")
    return select(found.c.key)


def still_there(connection: Connection, collection: str, keys: list[str], moment: Moment) -> set[str]:
    """Return which of the keys are in force on the moment's day, whoever may see them."""
    table = _SOURCES[collection][0][0]
    found: set[str] = set()
    for batch in batches(keys):
        statement = select(table.c.key).where(in_force(table, moment), table.c.key.in_(batch))
        found.update(connection.scalars(statement))
    return found
