"""One change, one transaction, one commit at the edge, with everything it sets off inside.

Rooms below record which keys they touched; before the commit the subscribers wired in the factory run in
order (stages, progress, verdicts), then the revisions are bumped and one audit entry is appended — always in
that order, so that two changes never wait for each other crosswise.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import Connection

from geoservice import clock
from geoservice.db.engine import Database
from geoservice.db.geopackage.schema import refresh_extents
from geoservice.db.types import json_text

PUBLISH_LOCK: Final = 0x67656F73
"""Advisory lock that puts publishing transactions of a PostGIS database in a row."""


@dataclass
class UnitOfWork:
    """A change under way.

    Attributes
    ----------
    connection : Connection
        The writing transaction.
    actor : str
        Who makes the change.
    action : str
        What the audit log calls it.
    reason : str or None
        Why, where a reason is asked for.
    at : datetime
        The instant that every row of this change is recorded under.
    touched : dict of str to set of str
        Noun → keys changed so far.
    entry : tuple of (int, str) or None
        Number and hash of its audit entry, once that is written.
    days : dict of str to set of date
        Noun → days from which the changes hold.
    import_run : int or None
        The import that everything in this unit comes from.
    restoring : bool
        What was believed before is believed again: nothing happened on the ground.
    """

    connection: Connection
    actor: str
    action: str
    reason: str | None = None
    at: datetime = field(default_factory=clock.now)
    touched: dict[str, set[str]] = field(default_factory=dict)
    entry: tuple[int, str] | None = None
    days: dict[str, set[date]] = field(default_factory=dict)
    import_run: int | None = None
    restoring: bool = False

    @property
    def embedded(self) -> bool:
        """Say whether the engine is a GeoPackage."""
        return self.connection.dialect.name == "geopackage"

    def touch(self, noun: str, keys: Iterable[str], on: date | None = None) -> None:
        """Record that these keys of a noun changed, from a day on."""
        fresh = set(keys)
        if fresh:
            self.touched.setdefault(noun, set()).update(fresh)
            if on is not None:
                self.days.setdefault(noun, set()).add(on)

    def manifest(self) -> bytes:
        """Return what was touched as text: nouns with their keys, both in order."""
        manifest = {noun: sorted(keys) for noun, keys in sorted(self.touched.items())}
        return json_text(manifest).encode()


Subscriber = Callable[[UnitOfWork], Any]


@dataclass(frozen=True)
class Work:
    """Begins units of work over one database with the subscribers wired in.

    Attributes
    ----------
    database : Database
        Where to write.
    subscribers : sequence of callables
        Run in order before each commit, given the unit.
    witnesses : sequence of callables
        Run after each commit, given the unit; they change nothing and must not fail.
    """

    database: Database
    subscribers: Sequence[Subscriber] = ()
    witnesses: Sequence[Subscriber] = ()

    @contextmanager
    def begin(self, actor: str, action: str, reason: str | None = None) -> Iterator[UnitOfWork]:
        """Open a unit of work; it commits when the block ends well and leaves nothing behind otherwise."""
        with self.database.write() as connection:
            unit = UnitOfWork(connection, actor, action, reason)
            if not unit.embedded:
                connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({PUBLISH_LOCK})")
                # Instants of changes must follow the order of commits, so the clock is read behind the lock.
                unit.at = clock.now()
            yield unit
            if unit.touched:
                for subscriber in self.subscribers:
                    subscriber(unit)
                if unit.embedded:
                    refresh_extents(connection)
        if unit.touched:
            for witness in self.witnesses:
                witness(unit)
