"""FileGDB and GeoParquet: as folders, in archives, under any name, with every encoding of shapes."""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from geoservice.intake.check import check_file
from tests.intake.conftest import Corpus, codes, square


def frame() -> gpd.GeoDataFrame:
    """Return two parcels."""
    numbers = {"DKBH": ["A-1", "A-2"], "ZL": ["净地路", "二号"]}
    return gpd.GeoDataFrame(numbers, geometry=[square(0), square(1)], crs=4528)


def database(folder: Path, name: str = "地籍.gdb") -> Path:
    """Write a file geodatabase with a feature class."""
    frame().to_file(folder / "made.gdb", driver="OpenFileGDB", layer="宗地")
    shutil.move(folder / "made.gdb", folder / name)
    return folder / name


@pytest.mark.parametrize("name", ["地籍.gdb", "地籍"])
@pytest.mark.parametrize("zipped", [False, True])
def test_a_geodatabase_is_one_thing_whatever_it_is_called(corpus: Corpus, name: str, zipped: bool) -> None:
    path = database(corpus.folder, name)
    if zipped:
        with zipfile.ZipFile(corpus.path("x.zip"), "w") as archive:
            for part in path.iterdir():
                archive.write(part, f"{name}/{part.name}")
        path = corpus.path("x.zip")
    checked = check_file(path, noun="parcel")
    assert checked.main["parcel_number"].tolist() == ["A-1", "A-2"]
    assert checked.report.file.crs == "EPSG:4528"
    assert checked.report.file.format.endswith("FileGDB")
    assert checked.report.file.size > 0 and len(checked.report.file.sha256) == 64


def test_a_folder_that_is_no_geodatabase_says_so(corpus: Corpus) -> None:
    report = check_file(corpus.folder, noun="parcel").report
    assert codes(report) == ["folder_unread"]
    assert "ZIP" in report.findings[0].remedy


@pytest.mark.parametrize("encoding", ["WKB", "geoarrow"])
def test_geoparquet_in_either_encoding(corpus: Corpus, encoding: str) -> None:
    path = corpus.path("a.parquet")
    frame().to_parquet(path, geometry_encoding=encoding, write_covering_bbox=True)
    checked = check_file(path, noun="parcel")
    assert checked.main["parcel_number"].tolist() == ["A-1", "A-2"]
    assert checked.report.file.crs == "EPSG:4528"
    assert "bbox" not in "".join(f.message for f in checked.report.findings)


def test_parquet_without_shapes_or_system(corpus: Corpus) -> None:
    path = corpus.path("t.parquet")
    rows = {
        "项目编号": ["P1"],
        "项目名称": ["甲"],
        "区": [{"a": 1}],
        "开工时间": [pd.Timestamp("2026-03-01")],
    }
    pd.DataFrame(rows).to_parquet(path)
    assert check_file(path, noun="project").main["project_number"].tolist() == ["P1"]
    degrees = gpd.GeoDataFrame({"DKBH": ["1"]}, geometry=[shapely.box(119.5, 33.1, 119.6, 33.2)])
    degrees.to_parquet(path)
    assert "crs_detected" in codes(check_file(path, noun="parcel").report)


def test_a_damaged_geodatabase_is_a_report(corpus: Corpus) -> None:
    path = database(corpus.folder)
    for part in path.glob("a0000000[3-9].gdbtable"):
        part.write_bytes(part.read_bytes()[:60])
    report = check_file(path, noun="parcel").report
    assert codes(report, "error")
