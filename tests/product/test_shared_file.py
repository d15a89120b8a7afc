"""One GeoPackage, several programs: two servers, an import beside them, and GDAL reading the live file."""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
import warnings
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import httpx
import pyogrio
import pytest

from tests.fixtures.demo import Demo
from tests.fixtures.hostile import square
from tests.fixtures.running import Served, command, serving

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def copy(demo: Demo, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of the demo city, to change."""
    file = tmp_path_factory.mktemp("shared") / "city.gpkg"
    with (
        closing(sqlite3.connect(f"file:{demo.database}?mode=ro", uri=True)) as source,
        closing(sqlite3.connect(file)) as target,
    ):
        source.backup(target)
    return file


@pytest.fixture(scope="module")
def pair(copy: Path) -> Iterator[tuple[Served, Served]]:
    """Serve the copy twice."""
    with serving(copy, copy.parent, "serve") as one, serving(copy, copy.parent, "serve") as other:
        yield one, other


def test_a_change_made_beside_two_servers_shows_in_both(
    copy: Path, pair: tuple[Served, Served], tmp_path: Path
) -> None:
    before = [httpx.get(f"{served.base}/v1/parks", params={"limit": 50}) for served in pair]
    assert [answer.json()["numberReturned"] for answer in before] == [7, 7]
    park = {
        "type": "Feature",
        "geometry": square(1),
        "properties": {"园区代码": "G999", "园区名称": "云西临空产业园", "园区级别": "市级"},
    }
    file = tmp_path / "park.geojson"
    file.write_text(json.dumps({"type": "FeatureCollection", "features": [park]}, ensure_ascii=False))
    done = command("import", file, "--noun", "park", "--database", copy)
    assert done.returncode == 0, done.stderr
    for served, answer in zip(pair, before, strict=True):
        tag = {"If-None-Match": answer.headers["ETag"]}
        again = httpx.get(f"{served.base}/v1/parks", params={"limit": 50}, headers=tag)
        assert again.status_code == 200  # what was cached is known to be old
        names = [one["properties"]["name"] for one in again.json()["features"]]
        assert len(names) == 8
        assert "云西临空产业园" in names
        found = httpx.get(f"{served.base}/v1/parks", params={"q": "yxlk"}).json()
        assert found["numberReturned"] == 1


def test_gdal_reads_the_live_file_without_a_warning(copy: Path, pair: tuple[Served, Served]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        layers = dict(pyogrio.list_layers(copy))
        assert {"parcels", "parks", "projects", "zones", "demolition_tasks"} <= set(layers)
        about = pyogrio.read_info(copy, layer="parcels", force_total_bounds=True)
        frame = pyogrio.read_dataframe(copy, layer="parks")
    assert about["features"] == 6227
    assert about["crs"] == "EPSG:4490"
    west, south, east, north = about["total_bounds"]
    assert 119 < west < east < 120
    assert 33 < south < north < 34
    assert len(frame) >= 7
    assert httpx.get(f"{pair[0].base}/readyz").status_code == 200


@pytest.mark.clients
def test_ogrinfo_reads_the_live_file_without_a_warning(copy: Path, pair: tuple[Served, Served]) -> None:
    program = shutil.which("ogrinfo")
    if program is None:
        pytest.skip("ogrinfo is not installed (Debian: gdal-bin)")
    done = subprocess.run(
        [program, "-ro", "-so", "-al", str(copy)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0
    assert done.stderr == ""
    assert "Warning" not in done.stdout
    assert "Feature Count: 6227" in done.stdout
    assert httpx.get(f"{pair[1].base}/v1/parks", params={"limit": 1}).status_code == 200


def test_foreign_writes_are_refused_while_serving(copy: Path, pair: tuple[Served, Served]) -> None:
    with closing(sqlite3.connect(copy)) as foreign, pytest.raises(sqlite3.DatabaseError):
        foreign.execute("UPDATE park SET name = 'x'")
        foreign.commit()
    names = httpx.get(f"{pair[0].base}/v1/parks").text
    assert '"name":"x"' not in names
