"""Who is working on what, known to every process without a clock: a lock that dies with its holder.

On PostGIS a hold is a session advisory lock; progress and the wish to cancel are columns of the job. A GeoPackage
has one writer, which a publish keeps for itself, so there a hold is a locked file beside the database, progress is
its content and the wish to cancel another file.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final, Protocol

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from geoservice.db.engine import Database
from geoservice.db.types import json_text
from geoservice.errors import Unavailable

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

_SPACE: Final = 0x6A6F6200
"""First half of the advisory lock numbers of jobs."""


class Hold(Protocol):
    """A job held by this process."""

    def tell(self, progress: dict[str, Any]) -> None:
        """Let others see how far the work is."""

    def cancelled(self) -> bool:
        """Say whether somebody wishes the work to stop."""


@contextmanager
def holding(database: Database, number: int) -> Iterator[Hold | None]:
    """Hold a job until the block or the process ends; ``None`` where another process holds it."""
    if database.embedded:
        with _file_hold(_place(database, number)) as hold:
            yield hold
        return
    # A pooled connection would carry the lock on; this one ends with the block.
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.detach()
        took = connection.scalar(text("SELECT pg_try_advisory_lock(:s, :n)"), {"s": _SPACE, "n": number})
        try:
            yield _SessionHold(connection, number) if took else None
        finally:
            # The server notices a closed connection a little later than the next worker asks.
            if took and not connection.invalidated:
                with suppress(DBAPIError):
                    connection.execute(text("SELECT pg_advisory_unlock(:s, :n)"), {"s": _SPACE, "n": number})


def progress_of(database: Database, number: int) -> dict[str, Any] | None:
    """Return the live progress of a job on a GeoPackage; on PostGIS it stands in the job's row."""
    if not database.embedded:
        return None
    with suppress(OSError, ValueError):
        said: dict[str, Any] | None = json.loads(_place(database, number).read_text("utf-8") or "null")
        return said
    return None


def ask_cancel(database: Database, number: int) -> None:
    """Leave word that a job is to stop; its worker looks at every step."""
    if database.embedded:
        _cancel_place(_place(database, number)).touch(mode=0o600)
        return
    with database.write() as connection:
        connection.execute(text("UPDATE job SET cancel_asked = true WHERE id = :n"), {"n": number})


def forget(database: Database, number: int) -> None:
    """Remove what a finished job left beside the database."""
    if database.embedded:
        place = _place(database, number)
        for file in (place, _cancel_place(place)):
            with suppress(OSError):
                file.unlink(missing_ok=True)


class _SessionHold:
    def __init__(self, connection: Connection, number: int) -> None:
        self._connection, self._number = connection, number

    def tell(self, progress: dict[str, Any]) -> None:
        self._connection.execute(
            text("UPDATE job SET progress = CAST(:p AS jsonb) WHERE id = :n"),
            {"p": json_text(progress), "n": self._number},
        )

    def cancelled(self) -> bool:
        found = self._connection.scalar(
            text("SELECT cancel_asked FROM job WHERE id = :n"), {"n": self._number}
        )
        return bool(found)


class _FileHold:
    def __init__(self, file: Any, place: Path) -> None:
        self._file, self._cancel = file, _cancel_place(place)

    def tell(self, progress: dict[str, Any]) -> None:
        body = json_text(progress).encode()
        self._file.seek(0)
        self._file.write(body)
        self._file.truncate(len(body))
        self._file.flush()

    def cancelled(self) -> bool:
        return self._cancel.exists()


@contextmanager
def _file_hold(place: Path) -> Iterator[_FileHold | None]:
    handle = os.open(place, os.O_CREAT | os.O_RDWR, 0o600)
    with os.fdopen(handle, "r+b") as file:
        yield _FileHold(file, place) if _lock(file) and _is(place, file) else None


def _is(place: Path, file: Any) -> bool:
    """Say whether the locked file is still the one by that name: its holder may just have removed it."""
    try:
        return os.path.samestat(os.fstat(file.fileno()), place.stat())
    except OSError:
        return False


def _lock(file: Any) -> bool:
    try:
        if sys.platform == "win32":
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _place(database: Database, number: int) -> Path:
    if database.path is None:
        raise Unavailable("A database in memory has no jobs", None, "Use a file.")
    return database.path.with_name(f"{database.path.name}-job-{number}")


def _cancel_place(place: Path) -> Path:
    return place.with_name(f"{place.name}-cancel")
