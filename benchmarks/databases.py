"""A fresh database of either engine for the time of a run, and a plain driver's connection to it."""

from __future__ import annotations

import os
import sqlite3
import tempfile
import uuid
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import psycopg
from sqlalchemy import make_url

POSTGIS: Final = "GEOSERVICE_TEST_POSTGIS"
ENGINES: Final = ("gpkg", "postgis")


@dataclass(frozen=True)
class Target:
    """A database to measure.

    Attributes
    ----------
    engine : str
        ``gpkg`` or ``postgis``.
    url : str
        What the service is given.
    """

    engine: str
    url: str

    @contextmanager
    def raw(self) -> Iterator[Callable[[str], str]]:
        """Yield a function that runs a statement through the plain driver and returns its one value."""
        if self.engine == "gpkg":
            with closing(sqlite3.connect(f"file:{self.url}?mode=ro", uri=True)) as file:
                file.execute("PRAGMA cache_size = -65536")
                yield lambda statement: str(file.execute(statement).fetchone()[0])
            return
        with psycopg.connect(_driver_url(self.url), autocommit=True) as server:
            yield lambda statement: str(_only(server, statement))

    def settle(self) -> None:
        """Do at once what the server would do by itself within minutes of a load."""
        if self.engine == "postgis":
            with psycopg.connect(_driver_url(self.url), autocommit=True) as server:
                server.execute("VACUUM (ANALYZE)")

    def version(self) -> str:
        """Return the engine's own version."""
        if self.engine == "gpkg":
            return f"SQLite {sqlite3.sqlite_version}"
        with self.raw() as ask:
            server = ask("SELECT split_part(current_setting('server_version'), ' ', 1)")
            return f"PostgreSQL {server}, PostGIS {ask('SELECT postgis_lib_version()')}"


@contextmanager
def fresh(engine: str) -> Iterator[Target]:
    """Yield an empty database that is gone afterwards."""
    if engine == "gpkg":
        with tempfile.TemporaryDirectory(prefix="geoservice-bench-") as folder:
            yield Target(engine, str(Path(folder) / "city.gpkg"))
        return
    address = make_url(os.environ[POSTGIS])
    name = f"bench_{uuid.uuid4().hex}"
    with psycopg.connect(
        _driver_url(address.set(database="postgres").render_as_string(False)), autocommit=True
    ) as server:
        server.execute(f'CREATE DATABASE "{name}"')
        try:
            url = address.set(database=name).render_as_string(hide_password=False)
            with psycopg.connect(_driver_url(url), autocommit=True) as own:
                own.execute("CREATE EXTENSION postgis")
            yield Target(engine, url)
        finally:
            server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@contextmanager
def kept(engine: str, folder: Path, parcels: int) -> Iterator[tuple[Target, bool]]:
    """Yield the database of that many parcels kept in the folder or in the kept cluster, and whether it is empty."""
    if engine == "gpkg":
        folder.mkdir(parents=True, exist_ok=True)
        file = folder / f"city_{parcels}.gpkg"
        yield Target(engine, str(file)), not file.exists()
        return
    address = make_url(os.environ[POSTGIS])
    name = f"city_{parcels}"
    url = address.set(database=name).render_as_string(hide_password=False)
    admin = _driver_url(address.set(database="postgres").render_as_string(False))
    with psycopg.connect(admin, autocommit=True) as server:
        found = server.execute("SELECT count(*) FROM pg_database WHERE datname = %s", [name]).fetchone()
        empty = not (found and found[0])
        if empty:
            server.execute(f'CREATE DATABASE "{name}"'.encode())
    if empty:
        with psycopg.connect(_driver_url(url), autocommit=True) as own:
            own.execute("CREATE EXTENSION postgis")
    yield Target(engine, url), empty


def _only(server: psycopg.Connection[tuple[object, ...]], statement: str) -> object:
    # The statement is ours alone: it comes from benchmarks.raw and holds no value from outside.
    row = server.execute(statement.encode()).fetchone()
    return None if row is None else row[0]


def _driver_url(url: str) -> str:
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
