"""Rebuilding a GeoPackage table keeps everything Alembic's batch mode would lose."""

from __future__ import annotations

import sqlite3

import pytest
import shapely
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Column, select, text

from geoservice.db.bulk import insert
from geoservice.db.migrations import helpers
from geoservice.db.types import Code, Count, Flag, Json, Number
from geoservice.model import zone
from tests.fixtures.city import ago, square
from tests.fixtures.services import Filled

pytestmark = pytest.mark.parametrize("engine_kind", ["gpkg"], indirect=True)


def test_rows_index_triggers_and_guards_survive(city: Filled) -> None:
    database = city.service.database
    with database.write() as connection:
        before = connection.execute(text("SELECT id, key, name, geom FROM zone ORDER BY id")).all()
        objects = _objects(connection)
        boxes = connection.execute(text("SELECT * FROM rtree_zone_geom ORDER BY id")).all()
        view = connection.execute(text("SELECT sql FROM sqlite_master WHERE name = 'zones'")).scalar_one()
        with Operations.context(MigrationContext.configure(connection)):
            helpers.drop_view("zones")
            kept = [column for column in zone.c if column.name != "geom"]
            columns = [Column(c.name, c.type, primary_key=c.primary_key, nullable=c.nullable) for c in kept]
            names = [column.name for column in zone.c]
            helpers.rebuild(
                "zone", *columns, Column("population", Count), helpers.shape("MULTIPOLYGON"), copied=names
            )
            connection.exec_driver_sql(view.replace("DROP", ""))
    with database.read() as connection:
        assert connection.execute(text("SELECT id, key, name, geom FROM zone ORDER BY id")).all() == before
        assert connection.execute(text("SELECT * FROM rtree_zone_geom ORDER BY id")).all() == boxes
        assert _objects(connection) == objects
        assert connection.execute(text("SELECT count(population) FROM zone")).scalar() == 0
        assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
        assert connection.execute(text("SELECT name FROM sqlite_master WHERE name LIKE 'old_%'")).all() == []


def test_the_rebuilt_index_follows_and_the_guards_guard(city: Filled) -> None:
    database = city.service.database
    with database.write() as connection, Operations.context(MigrationContext.configure(connection)):
        helpers.create_table(
            "sight", Column("id", Count, primary_key=True), Column("name", Code), helpers.shape("POINT")
        )
        connection.execute(text("CREATE INDEX ix_sight_name ON sight (name)"))
        connection.execute(text("INSERT INTO sight VALUES (7, '塔', ST_GeomFromText('POINT(1 2)', 4490))"))
        helpers.rebuild(
            "sight",
            Column("id", Count, primary_key=True),
            Column("name", Code),
            Column("open", Flag),
            helpers.shape("POINT"),
            copied=["id", "name", "geom"],
        )
        connection.execute(text("INSERT INTO sight VALUES (8, '桥', 1, ST_GeomFromText('POINT(3 4)', 4490))"))
        connection.execute(text("UPDATE sight SET geom = ST_GeomFromText('POINT(5 6)', 4490) WHERE id = 7"))
    with database.read() as connection:
        assert connection.execute(text("SELECT id, minx, maxy FROM rtree_sight_geom ORDER BY id")).all() == [
            (7, 5.0, 6.0),
            (8, 3.0, 4.0),
        ]
        assert "ix_sight_name" in _objects(connection, "sight")
    with database.write() as connection:
        connection.execute(text("UPDATE sight SET geom = NULL WHERE id = 7"))
        connection.execute(text("DELETE FROM sight WHERE id = 8"))
        assert connection.execute(text("SELECT count(*) FROM rtree_sight_geom")).scalar() == 0
    path = database.path
    database.close()
    assert path is not None
    with sqlite3.connect(path) as foreign, pytest.raises(sqlite3.OperationalError, match="only_geoservice"):
        foreign.execute("DELETE FROM sight")


def test_a_table_created_by_a_migration_takes_bulk_rows(city: Filled) -> None:
    with city.service.database.write() as connection:
        rows = zone.c
        insert(
            connection,
            zone,
            {
                "key": ["QY99999999"],
                "version": [1],
                "valid_from": [ago(1)],
                "valid_to": [ago(0)],
                "recorded_at": [connection.scalar(select(rows.recorded_at).limit(1))],
                "name": ["临时"],
                "kind": ["planning"],
                "extra": [{"人口": 3}],
                "geom": [square(9, 9)],
            },
        )
        found = connection.execute(select(rows.extra, rows.geom).where(rows.key == "QY99999999")).one()
    assert found.extra == {"人口": 3}
    assert shapely.from_wkb(bytes(found.geom.data)).equals(square(9, 9))
    assert isinstance(rows.extra.type, Json)
    assert rows.area_m2.type is Number


def _objects(connection: object, table: str = "zone") -> set[str]:
    statement = text("SELECT name FROM sqlite_master WHERE tbl_name = :name AND type <> 'table'")
    return set(connection.execute(statement, {"name": table}).scalars())  # type: ignore[attr-defined]
