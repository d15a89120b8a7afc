"""The migrated schema is the model's, on both engines; going back and forth keeps what can be kept."""

from __future__ import annotations

from typing import Any

import pytest
from alembic import command
from sqlalchemy import func, inspect, select, text

from geoservice.db import Database, open_database
from geoservice.db.migrate import current_revision, downgrade, head_revision, upgrade
from geoservice.errors import Unavailable
from geoservice.model import metadata, parcel, verdict
from tests.fixtures.services import Filled

FOREIGN = {"alembic_version", "spatial_ref_sys"}


@pytest.fixture
def opened(blank_database_url: str) -> Any:
    database = open_database(blank_database_url)
    yield database
    database.close()


def test_the_upgraded_schema_is_the_models(opened: Database) -> None:
    upgrade(opened)
    with opened.read() as connection:
        inspector = inspect(connection)
        found = {
            name
            for name in inspector.get_table_names()
            if not name.startswith(("gpkg_", "rtree_", "sqlite_")) and name not in FOREIGN
        }
        assert found == set(metadata.tables)
        for name, table in metadata.tables.items():
            columns = {column["name"]: column["nullable"] for column in inspector.get_columns(name)}
            assert columns == {column.name: bool(column.nullable) for column in table.c}, name


def test_the_indexes_are_the_models(opened: Database) -> None:
    upgrade(opened)
    with opened.read() as connection:
        inspector = inspect(connection)
        for name, table in metadata.tables.items():
            found = {tuple(index["column_names"]): index["unique"] for index in inspector.get_indexes(name)}
            found |= {tuple(c["column_names"]): True for c in inspector.get_unique_constraints(name)}
            for index in (index for index in table.indexes if "geom" not in index.columns):
                columns = tuple(column.name for column in index.columns)
                assert bool(found[columns]) == bool(index.unique), (name, columns)


def test_only_one_version_can_be_believed_from_a_day(city: Filled) -> None:
    twin = f"""INSERT INTO parcel (key, version, valid_from, valid_to, recorded_at, extra, planning_set, promotable,
        mortgaged, seized) SELECT key, 99, valid_from, valid_to, recorded_at, extra, planning_set, promotable,
        mortgaged, seized FROM parcel WHERE key = '{city.built.parcels["DKB-0000"]}'"""
    with pytest.raises(Exception, match=r"(?i)unique"), city.service.database.write() as connection:
        connection.execute(text(twin))


def test_upgrading_twice_changes_nothing(opened: Database) -> None:
    upgrade(opened)
    before = _schema(opened)
    upgrade(opened)
    assert _schema(opened) == before
    with opened.read() as connection:
        assert current_revision(connection) == head_revision()


def test_a_geopackage_uses_only_types_the_standard_names(tmp_path: Any) -> None:
    database = open_database(str(tmp_path / "x.gpkg"))
    upgrade(database)
    allowed = {"TEXT", "INTEGER", "DOUBLE", "REAL", "BOOLEAN", "DATE", "DATETIME", "BLOB"}
    shapes = {"GEOMETRY", "MULTIPOLYGON", "POINT"}
    with database.read() as connection:
        for name in metadata.tables:
            rows = connection.exec_driver_sql(f'PRAGMA table_info("{name}")').all()
            kinds = [row[2].upper() for row in rows]
            assert set(kinds) <= allowed | shapes, name
            assert sum(kind in shapes for kind in kinds) <= 1
            assert (rows[0][1], rows[0][2], rows[0][5]) == ("id", "INTEGER", 1)
    database.close()


def test_down_and_up_again_on_a_filled_database(city: Filled) -> None:
    database = city.service.database
    with database.read() as connection:
        assert connection.scalar(select(func.count()).select_from(parcel)) == 30
    before = _schema(database)
    downgrade(database, "base")
    with database.read() as connection:
        left = set(inspect(connection).get_table_names()) & set(metadata.tables)
        assert left == set()
        assert current_revision(connection) is None
        if database.embedded:
            assert connection.exec_driver_sql("SELECT count(*) FROM gpkg_contents").scalar() == 0
            assert connection.exec_driver_sql("SELECT count(*) FROM gpkg_extensions").scalar() == 0
            remains = connection.exec_driver_sql(
                "SELECT name FROM sqlite_master WHERE name LIKE 'rtree%' OR name LIKE 'guard%'"
            ).all()
            assert remains == []
    upgrade(database)
    assert _schema(database) == before
    with database.read() as connection:
        assert connection.scalar(select(func.count()).select_from(verdict)) == 0


def test_a_database_of_a_newer_geoservice_is_refused(city: Filled) -> None:
    database = city.service.database
    with database.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(Unavailable, match="newer") as refusal:
        upgrade(database)
    assert "9999" in str(refusal.value)
    with database.read() as connection:
        assert connection.scalar(select(func.count()).select_from(parcel)) == 30


def test_a_migration_that_fails_leaves_the_schema_as_it_was(
    opened: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = command.upgrade

    def cut_short(*arguments: Any) -> None:
        real(*arguments)
        raise RuntimeError("power cut")

    monkeypatch.setattr(command, "upgrade", cut_short)
    with pytest.raises(RuntimeError, match="power cut"):
        upgrade(opened)
    monkeypatch.undo()
    with opened.read() as connection:
        assert set(inspect(connection).get_table_names()) & set(metadata.tables) == set()
    upgrade(opened)


def _schema(database: Database) -> list[Any]:
    if database.embedded:
        query = "SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%' ORDER BY name"
    else:
        query = (
            "SELECT table_name, column_name, data_type, is_nullable, collation_name "
            "FROM information_schema.columns WHERE table_schema = 'public' ORDER BY 1, 2"
        )
    with database.read() as connection:
        return [tuple(row) for row in connection.exec_driver_sql(query)]
