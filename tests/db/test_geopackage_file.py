"""Other programs open our file as the GeoPackage it says it is, and may read but not write."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import warnings
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio
import pytest

from geoservice.registry.put import put
from tests.fixtures.city import EXTENT, FOUNDED, square
from tests.fixtures.services import Filled

pytestmark = pytest.mark.parametrize("engine_kind", ["gpkg"], indirect=True)
SPATIAL = {"parcels", "parks", "projects", "zones", "demolition_tasks", "layer_features"}
PLAIN = {"project_parcels", "verdicts"}
OURS = ("parcel", "zone", "project", "verdict", "audit", "alias", "token", "user_account", "revision")


@pytest.fixture
def file(city: Filled) -> Path:
    path = city.service.database.path
    assert path is not None
    city.service.close()
    return path


def test_the_file_says_it_is_a_geopackage(file: Path) -> None:
    with sqlite3.connect(file) as connection:
        assert connection.execute("PRAGMA application_id").fetchone() == (0x47504B47,)
        assert connection.execute("PRAGMA user_version").fetchone() == (10300,)
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        wrong = connection.execute(
            "SELECT c.table_name FROM gpkg_geometry_columns g LEFT JOIN gpkg_contents c USING (table_name) "
            "WHERE c.srs_id IS NOT g.srs_id OR c.data_type <> 'features'"
        ).fetchall()
    assert wrong == []


def test_pyogrio_lists_layers_with_system_extent_and_index(file: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        layers = {str(name): kind for name, kind in pyogrio.list_layers(file)}
        assert set(layers) == SPATIAL | PLAIN
        for name in SPATIAL:
            found = pyogrio.read_info(file, layer=name, force_feature_count=True)
            assert found["crs"] == "EPSG:4490"
            assert found["fid_column"] == "OGC_FID"
            assert found["capabilities"]["fast_spatial_filter"]
            assert found["features"] > 0
            if name != "projects":  # only one of the eight has a site of its own
                west, south, east, north = found["total_bounds"]
                assert EXTENT[0] - 1e-5 <= west < east <= EXTENT[2] + 1e-5
                assert EXTENT[1] - 1e-5 <= south < north <= EXTENT[3] + 1e-5
        for name in PLAIN:
            assert layers[name] is None


def test_geopandas_reads_what_was_written(file: Path) -> None:
    parcels = gpd.read_file(file, layer="parcels")
    assert len(parcels) == 30
    assert parcels.crs.to_epsg() == 4490
    assert parcels["address"].unique().tolist() == ["清河路“一”号 100%_甲"]
    assert parcels["promotable"].dtype == bool
    assert parcels["recorded_at"].dt.tz is not None
    corner = gpd.read_file(
        file, layer="parcels", bbox=(EXTENT[0], EXTENT[1], EXTENT[0] + 0.001, EXTENT[1] + 0.001)
    )
    assert corner["parcel_number"].tolist() == ["DKB-0000"]


@pytest.mark.clients
def test_ogrinfo_finds_layers_and_has_nothing_to_complain(file: Path) -> None:
    if shutil.which("ogrinfo") is None:
        pytest.skip("ogrinfo is not installed")
    summary = _ogrinfo(file, "-al", "-so")
    for name in SPATIAL | PLAIN:
        assert f"Layer name: {name}" in summary
    assert summary.count('ID["EPSG",4490]') == len(SPATIAL)
    assert "Extent: (119.5" in summary
    indexed = _ogrinfo(file, "-q", "-sql", "SELECT HasSpatialIndex('parcels', 'geom')", "-dialect", "SQLITE")
    assert "(Integer) = 1" in indexed
    corner = _ogrinfo(file, "-so", "parcels", "-spat", "119.5", "33.2", "119.501", "33.201")
    assert "Feature Count: 1" in corner


def _ogrinfo(file: Path, *arguments: str) -> str:
    done = subprocess.run(
        ["ogrinfo", "-ro", str(file), *arguments], capture_output=True, text=True, check=True
    )
    assert done.stderr == ""
    return done.stdout


def test_extents_follow_every_change(city: Filled) -> None:
    with city.service.work().begin("tester", "grow") as unit:
        far = pd.DataFrame({"name": ["北区"], "kind": ["district"], "geometry": [square(0, 9)]})
        put(unit, "zone", far, valid_from=FOUNDED)
    # One process must not open one file through two SQLite libraries, so GDAL looks only afterwards.
    city.service.close()
    north = pyogrio.read_info(city.service.database.path, layer="zones")["total_bounds"][3]
    assert north == pytest.approx(square(0, 9).bounds[3], abs=1e-4)


def test_sqlite_alone_may_not_write(file: Path) -> None:
    with sqlite3.connect(file) as connection:
        for table in OURS:
            before = connection.execute(f"SELECT count(*) FROM {table}").fetchone()
            for statement in (
                "DELETE FROM {0}",
                "UPDATE {0} SET id = id",
                "INSERT INTO {0} (id) VALUES (999)",
            ):
                with pytest.raises(sqlite3.OperationalError, match="only_geoservice_may_write"):
                    connection.execute(statement.format(table))
            assert connection.execute(f"SELECT count(*) FROM {table}").fetchone() == before


def test_every_table_of_ours_is_guarded(file: Path) -> None:
    with sqlite3.connect(file) as connection:
        tables = {
            name
            for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
            if not name.startswith(("gpkg_", "rtree_", "sqlite_", "alembic_"))
        }
        guards = {
            name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE name LIKE 'guard_%'")
        }
    assert guards == {
        f"guard_{table}_{event}" for table in tables for event in ("insert", "update", "delete")
    }


def test_gdal_may_not_append(file: Path) -> None:
    parcels = gpd.read_file(file, layer="parcels")
    with pytest.raises(Exception, match=r"view|only_geoservice_may_write"):
        parcels.head(1).to_file(file, layer="parcels", driver="GPKG", mode="a")
    with sqlite3.connect(file) as connection:
        assert connection.execute("SELECT count(*) FROM parcel").fetchone() == (30,)
