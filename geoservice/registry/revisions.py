"""Revisions: one counter per source, bumped with every change; the root of every ETag."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, insert, select, update

from geoservice import clock
from geoservice.db import UnitOfWork
from geoservice.db.engine import sees_one_state
from geoservice.model import revision
from geoservice.registry.moment import Moment


def bump(unit: UnitOfWork) -> None:
    """Bump the revision of every touched source, in name order; a unit-of-work subscriber."""
    for source in sorted(unit.touched):
        values = {"number": revision.c.number + 1, "changed_at": unit.at}
        changed = unit.connection.execute(update(revision).where(revision.c.source == source).values(values))
        if changed.rowcount == 0:
            unit.connection.execute(insert(revision).values(source=source, number=1, changed_at=unit.at))


def revisions(connection: Connection, sources: Sequence[str]) -> dict[str, int]:
    """Return source → revision, 0 for a source nothing was written to yet."""
    held = _held(connection)
    return {source: held[source][0] if source in held else 0 for source in sources}


def last_change(connection: Connection, sources: Sequence[str]) -> datetime | None:
    """Return the instant of the last change of these sources, ``None`` where nothing was written to them yet."""
    held = _held(connection)
    return max((held[source][1] for source in sources if source in held), default=None)


def settled(connection: Connection, sources: Sequence[str], moment: Moment) -> Moment:
    """Return the same moment without its instant, where none of the sources changed since that instant.

    What was known then is what is known now, so that a later page is read by the index of what is believed, as quickly
    as the first one. From another day the instant stays: some figures are no newer than the day they were asked on.
    """
    known = moment.known_at
    if known is None or known.astimezone(clock.SHANGHAI).date() != clock.today():
        return moment
    last = last_change(connection, sources)
    return Moment(moment.day) if last is None or last <= known else moment


def _held(connection: Connection) -> dict[str, tuple[int, datetime]]:
    """Return source → revision and instant of all sources: few rows, read once where they cannot change meanwhile."""
    held = _SEEN.get(connection)
    if held is None:
        rows = connection.execute(_ALL)
        held = {source: (number, changed_at) for source, number, changed_at in rows}
        if sees_one_state(connection):
            _SEEN[connection] = held
    return held


_ALL: Final = select(revision.c.source, revision.c.number, revision.c.changed_at)
_SEEN: Final[WeakKeyDictionary[Connection, dict[str, tuple[int, datetime]]]] = WeakKeyDictionary()
