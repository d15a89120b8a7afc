"""Opening a database: a GeoPackage file or a PostGIS server, behind one :class:`Database`."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolExhausted

from geoservice.db.feature_text import leave_undecoded
from geoservice.db.geopackage import functions
from geoservice.db.types import GEOPACKAGE
from geoservice.db.watch import Watch, is_limited, was_cancelled
from geoservice.errors import Busy, GeoserviceError, InvalidInput, TimeLimit, Unavailable

BUSY_TIMEOUT_MS: Final = 15_000
_WRITES: Final = "geoservice_writes"
_READS: Final = "geoservice_reads"


@dataclass(frozen=True)
class Limits:
    """What a process may take of a database.

    Attributes
    ----------
    connections : int
        Connections held at most.
    wait_s : float
        How long to wait for one of them.
    query_s : float
        When a statement of a request is cancelled; 0 never.
    slow_query_s : float
        What is logged as slow; 0 nothing.
    """

    connections: int = 20
    wait_s: float = 30.0
    query_s: float = 0.0
    slow_query_s: float = 0.0


@dataclass(frozen=True)
class Database:
    """An open database.

    Attributes
    ----------
    engine : Engine
        SQLAlchemy engine; its dialect is ``geopackage`` or ``postgresql``.
    watch : Watch
        Figures, the slow-query log and the time limit.
    """

    engine: Engine
    watch: Watch = field(default_factory=Watch)

    @property
    def embedded(self) -> bool:
        """Say whether this is a GeoPackage file."""
        return self.engine.dialect.name == GEOPACKAGE

    @property
    def path(self) -> Path | None:
        """Return the file of an embedded database."""
        return Path(self.engine.url.database) if self.embedded and self.engine.url.database else None

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Open a read-only transaction that sees one state of the database from first to last statement."""
        with _explained(self):
            if self.embedded:
                options: dict[str, Any] = {_READS: True}
                with self.engine.connect().execution_options(**options) as connection, connection.begin():
                    yield connection
                return
            options = {_READS: True, "isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
            with (
                self.engine.connect().execution_options(**options) as connection,
                connection.begin(),
            ):
                self._lift_limit(connection)
                yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """Open a writing transaction: committed when the block ends well, else rolled back whole."""
        with (
            _explained(self),
            self.engine.connect().execution_options(**{_WRITES: True}) as connection,
            connection.begin(),
        ):
            self._lift_limit(connection)
            yield connection

    def _lift_limit(self, connection: Connection) -> None:
        """Take the server's time limit from what is no request; requests are the rule, and pay nothing."""
        if self.watch.limit_s and not self.embedded and not is_limited():
            connection.exec_driver_sql("SET LOCAL statement_timeout = 0")

    def close(self) -> None:
        """Close every connection; an embedded file is left without its ``-wal`` companion."""
        self.engine.dispose()


def sees_one_state(connection: Connection) -> bool:
    """Say whether what was read once holds until the end: the connection is one of :meth:`Database.read`."""
    return bool(connection.get_execution_options().get(_READS))


def open_database(url: str, limits: Limits = Limits()) -> Database:
    """Open a database by URL or by the path of a GeoPackage.

    Parameters
    ----------
    url : str
        ``postgresql+psycopg://…``, ``gpkg:///path/to/file.gpkg`` or a plain path.
    limits : Limits
        What this process may take of it.

    Raises
    ------
    InvalidInput
        If the URL names no engine of ours.
    Unavailable
        If the file cannot be written, or this Python's SQLite lacks R*Tree or JSON.
    """
    if "://" not in url:
        url = f"gpkg:///{Path(url).absolute()}"
    parsed = make_url(url)
    pool = {"pool_size": limits.connections, "max_overflow": 0, "pool_timeout": limits.wait_s}
    if parsed.get_backend_name() == "gpkg":
        engine = _open_geopackage(Path(parsed.database or ""), pool)
    elif parsed.get_backend_name() == "postgresql":
        timeout = f"-c statement_timeout={round(limits.query_s * 1000)}"
        arguments = {"options": f"{parsed.query.get('options', '')} {timeout}".strip()}
        engine = create_engine(parsed.set(drivername="postgresql+psycopg"), connect_args=arguments, **pool)
        event.listen(engine, "connect", leave_undecoded)
    else:
        raise _unknown_engine(parsed.get_backend_name())
    watch = Watch(limits.slow_query_s, limits.query_s)
    watch.attach(engine)
    return Database(engine, watch)


def _unknown_engine(name: str) -> InvalidInput:
    return InvalidInput(
        "The database URL names an engine geoservice does not know",
        name,
        "Use a .gpkg path, gpkg:///… or postgresql+psycopg://….",
    )


def _open_geopackage(path: Path, pool: dict[str, Any]) -> Engine:
    _require_sqlite_features()
    _require_writable(path)
    _require_ours(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    engine = create_engine(f"gpkg:///{path}", connect_args={"isolation_level": None}, **pool)
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def _prepare(connection: sqlite3.Connection, _: Any) -> None:
    functions.register(connection)
    connection.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("PRAGMA foreign_keys = OFF")
    connection.execute("PRAGMA cache_size = -65536")
    connection.execute("PRAGMA temp_store = MEMORY")


def _begin(connection: Connection) -> None:
    """Take the write lock at once where writing is meant: a lock upgraded midway can only fail."""
    writes = connection.get_execution_options().get(_WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _require_sqlite_features() -> None:
    probe = sqlite3.connect(":memory:")
    try:
        probe.execute("CREATE VIRTUAL TABLE r USING rtree(id, a, b, c, d)")
        probe.execute("SELECT json_object('a', json('1'))")
    except sqlite3.OperationalError as error:
        raise Unavailable(
            "This Python's SQLite lacks R*Tree or JSON",
            f"SQLite {sqlite3.sqlite_version}: {error}",
            "Use a Python from python.org or Debian, or set GEOSERVICE_DATABASE_URL to a PostGIS server.",
        ) from None
    finally:
        probe.close()


def _require_writable(path: Path) -> None:
    if path.is_dir():
        raise InvalidInput("The database path is a folder", path, "Name a file ending in .gpkg.")
    subject = path if path.exists() else _existing_parent(path)
    if not os.access(subject, os.W_OK) or _mode_forbids_writing(path):
        raise Unavailable(
            "The database file cannot be written",
            path,
            "Give this user write permission on the file and its folder, or choose another file with "
            "GEOSERVICE_DATABASE_URL.",
        )


def _require_ours(path: Path) -> None:
    """Leave files of other programs alone, GeoPackages too: nothing in them would survive being served."""
    if not path.exists() or not path.stat().st_size:
        return
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as probe:
            tables = {
                name for (name,) in probe.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
            }
    except sqlite3.OperationalError as error:
        raise Unavailable("The database file cannot be read", f"{path}: {error}", "Try again.") from None
    except sqlite3.DatabaseError:
        raise InvalidInput(
            "The database file is not a GeoPackage", path, "Choose another file, or move this one away."
        ) from None
    if tables and "alembic_version" not in tables:
        raise InvalidInput(
            "The database file belongs to another program",
            path,
            "Choose another file for the database; import this one with: geoservice import.",
        )


def _mode_forbids_writing(path: Path) -> bool:
    """Respect a write-protected file even for root, who may write anything."""
    return path.exists() and not path.stat().st_mode & 0o222


def _existing_parent(path: Path) -> Path:
    return next(parent for parent in path.absolute().parents if parent.exists())


@contextmanager
def _explained(database: Database) -> Iterator[None]:
    """Turn a driver's refusal into an error with a remedy; everything else passes."""
    try:
        yield
    except PoolExhausted as error:
        raise Busy(
            "All database connections are in use", None, "Try again in a moment, or run more processes."
        ) from error
    except OperationalError as error:
        if was_cancelled(error.orig):
            raise TimeLimit(
                "The answer takes longer than the time limit",
                f"{database.watch.limit_s:g} s",
                "Narrow the question: a smaller box, fewer features, a simpler filter.",
            ) from error
        raise _explain(database, error) from error
    except DBAPIError as error:
        if database.embedded and "only geoservice may write" in str(error.orig):
            raise Unavailable(
                "The database refused a foreign write", None, "Use the API or the CLI."
            ) from error
        raise


def _explain(database: Database, error: DBAPIError) -> GeoserviceError:
    message = (
        str(error.orig).strip().splitlines()[0] if str(error.orig).strip() else type(error.orig).__name__
    )
    place = database.path or database.engine.url.render_as_string(hide_password=True)
    if "readonly" in message or "read-only" in message:
        remedy = "Give this user write permission on the file and its folder."
    elif "locked" in message:
        remedy = "Another program holds the write lock; try again in a moment."
    elif "full" in message:
        remedy = "Free some disk space."
    else:
        remedy = "Check that the database runs and can be reached."
    return Unavailable(f"The database cannot be used ({message})", place, remedy)
