"""Bringing a database to the current schema, on both engines, inside one transaction each."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Final

from alembic import command
from alembic.config import Config
from alembic.ddl.sqlite import SQLiteImpl
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from geoservice.db.engine import Database
from geoservice.db.geopackage import schema
from geoservice.errors import Unavailable

_MIGRATIONS: Final = Path(__file__).parent / "migrations"


class GeoPackageImpl(SQLiteImpl):
    """Tell Alembic that the ``geopackage`` dialect is SQLite, with transactional DDL."""

    __dialect__ = "geopackage"
    transactional_ddl = True


def upgrade(database: Database, revision: str = "head") -> None:
    """Bring the schema to a revision; an empty GeoPackage file becomes a GeoPackage first.

    Raises
    ------
    Unavailable
        If the database was written by a newer geoservice.
    """
    with database.write() as connection:
        if not database.embedded:
            connection.exec_driver_sql("SELECT pg_advisory_xact_lock(4490)")
            connection.exec_driver_sql("CREATE EXTENSION IF NOT EXISTS postgis")
        elif not _has_table(connection, "gpkg_contents"):
            schema.create_system_tables(connection)
        _refuse_newer(connection)
        command.upgrade(_config(connection), revision)


def downgrade(database: Database, revision: str) -> None:
    """Take the schema back to a revision; data the older schema cannot hold is lost."""
    with database.write() as connection:
        command.downgrade(_config(connection), revision)


def current_revision(connection: Connection) -> str | None:
    """Return the revision the database is at, ``None`` for an empty one."""
    return MigrationContext.configure(connection).get_current_revision()


@lru_cache(maxsize=1)
def head_revision() -> str | None:
    """Return the newest revision this geoservice knows; read once, since the files do not change under a process."""
    return ScriptDirectory.from_config(_config()).get_current_head()


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    config.attributes["connection"] = connection
    return config


def _refuse_newer(connection: Connection) -> None:
    known = {script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()}
    found = current_revision(connection)
    if found is not None and found not in known:
        raise Unavailable(
            "The database was written by a newer geoservice",
            f"schema {found}",
            "Update geoservice, then try again.",
        )


def _has_table(connection: Connection, name: str) -> bool:
    return connection.dialect.has_table(connection, name)
