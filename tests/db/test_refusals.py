"""A database that cannot be used says which, why, and what to do."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import geopandas as gpd
import pytest
import shapely

from geoservice.db import open_database
from geoservice.db.migrate import upgrade
from geoservice.errors import InvalidInput, Unavailable


def test_an_unknown_engine(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput) as refusal:
        open_database(f"sqlite:///{tmp_path / 'x.db'}")
    assert refusal.value.value == "sqlite"
    assert "postgresql+psycopg" in refusal.value.remedy


def test_a_folder(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="folder"):
        open_database(str(tmp_path))


def test_what_is_no_geopackage(tmp_path: Path) -> None:
    file = tmp_path / "ledger.gpkg"
    file.write_text("项目编号,名称\n", encoding="gb18030")
    before = file.read_bytes()
    with pytest.raises(InvalidInput, match="not a GeoPackage") as refusal:
        open_database(str(file))
    assert refusal.value.value == file
    assert file.read_bytes() == before


def test_a_database_file_without_write_permission(tmp_path: Path) -> None:
    file = tmp_path / "city.gpkg"
    database = open_database(str(file))
    upgrade(database)
    database.close()
    file.chmod(0o444)
    before = file.read_bytes()
    with pytest.raises(Unavailable, match="cannot be written") as refusal:
        open_database(str(file))
    assert "permission" in refusal.value.remedy
    assert file.read_bytes() == before


def test_a_database_of_another_program_is_not_taken_over(tmp_path: Path) -> None:
    file = tmp_path / "other.gpkg"
    connection = sqlite3.connect(file)
    connection.execute("CREATE TABLE contacts (name TEXT)")
    connection.close()
    before = file.read_bytes()
    with pytest.raises(InvalidInput, match="another program") as refusal:
        open_database(str(file))
    assert "import" in refusal.value.remedy
    assert file.read_bytes() == before


def test_a_geopackage_of_another_program_is_not_taken_over(tmp_path: Path) -> None:
    file = tmp_path / "survey.gpkg"
    gpd.GeoDataFrame({"DKBH": ["1"]}, geometry=[shapely.Point(119.5, 33.2)], crs=4490).to_file(
        file, layer="宗地"
    )
    before = file.read_bytes()
    with pytest.raises(InvalidInput, match="another program"):
        open_database(str(file))
    assert file.read_bytes() == before


def test_a_new_file_is_for_its_owner_alone_and_folders_are_made(tmp_path: Path) -> None:
    file = tmp_path / "var" / "deep" / "city.gpkg"
    open_database(str(file)).close()
    assert file.stat().st_mode & 0o777 == 0o600


def test_a_plain_path_may_be_relative_and_chinese(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    database = open_database("数据 库#1.gpkg")
    upgrade(database)
    assert database.path == tmp_path / "数据 库#1.gpkg"
    database.close()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["数据 库#1.gpkg"]


def test_an_unreachable_server_hides_the_password() -> None:
    database = open_database("postgresql+psycopg://geo:geheim@127.0.0.1:1/city")
    with pytest.raises(Unavailable) as refusal, database.read():
        pass
    assert "geheim" not in str(refusal.value)
    assert "127.0.0.1" in str(refusal.value)


def test_a_held_lock_is_explained(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("geoservice.db.engine.BUSY_TIMEOUT_MS", 50)
    file = tmp_path / "city.gpkg"
    database = open_database(str(file))
    upgrade(database)
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    database.engine.dispose()
    with pytest.raises(Unavailable, match="locked") as refusal, database.write():
        pass
    assert "write lock" in refusal.value.remedy
    other.close()
    database.close()


def test_a_damaged_file_is_explained(tmp_path: Path) -> None:
    file = tmp_path / "city.gpkg"
    file.write_bytes(b"SQLite format 3\0" + b"\xff" * 4096)
    with pytest.raises(InvalidInput, match="not a GeoPackage"):
        open_database(str(file))
