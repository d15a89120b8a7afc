"""The files have the forms in which bureaus hand things over, and the manifest knows all of them."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pyogrio
import pytest
from openpyxl import load_workbook

from geoservice.intake.mapping_file import read_mapping

LADDER = [
    "规划",
    "待征",
    "报批",
    "已批",
    "征收中",
    "已征待拆",
    "入库储备",
    "净地",
    "供应中",
    "已供未动工",
    "在建",
    "建成",
]
HERE = Path(__file__).resolve().parents[2] / "data" / "parcels"
MANIFEST: dict[str, Any] = tomllib.loads((HERE / "city.toml").read_text("utf-8"))


def _headings(entry: dict[str, Any]) -> set[str]:
    path = HERE / entry["file"]
    if path.suffix == ".csv":
        return set(pd.read_csv(path, encoding="gbk", nrows=1).columns)
    if path.suffix == ".xlsx":
        return set(pd.read_excel(path, sheet_name=entry["sheet"], header=1, nrows=1).columns)
    return set(pyogrio.read_info(path, layer=entry.get("layer"))["fields"])


def test_shapefile_says_nothing_of_its_encoding(data: Path) -> None:
    assert not (data / "parcels.cpg").exists()
    assert (data / "parcels.dbf").read_bytes()[29] == 0


def test_shapefile_is_mojibake_without_a_hint_and_chinese_with_one(
    data: Path, parcels: gpd.GeoDataFrame
) -> None:
    blind = pyogrio.read_dataframe(data / "parcels.shp", columns=["ZT"], read_geometry=False, max_features=50)
    assert not set(blind["ZT"]) & set(LADDER)
    assert set(parcels["ZT"]) == set(LADDER)


def test_shapefile_lies_in_zone_40_with_its_number(parcels: gpd.GeoDataFrame) -> None:
    assert parcels.crs.to_epsg() == 4528
    west, _, east, _ = parcels.total_bounds
    assert int(west) // 1_000_000 == int(east) // 1_000_000 == 40


def test_field_names_fit_into_ten_bytes(data: Path) -> None:
    assert all(len(name.encode("gbk")) <= 10 for name in pyogrio.read_info(data / "parcels.shp")["fields"])


@pytest.mark.parametrize("sheet", ["项目台账", "三难问题"])
def test_ledger_has_a_merged_title_above_the_heading(data: Path, sheet: str) -> None:
    page = load_workbook(data / "projects.xlsx")[sheet]
    merged = next(iter(page.merged_cells.ranges))
    assert merged.min_row == merged.max_row == 1
    assert merged.max_col == page.max_column
    assert page["A2"].value == "项目编号"


def test_ledger_mixes_days_in_words_and_days_of_excel(ledger: pd.DataFrame) -> None:
    assert ledger["备案时间"].dropna().str.fullmatch(r"\d{4}年\d{1,2}月\d{1,2}日").all()
    assert pd.api.types.is_datetime64_any_dtype(ledger["签约时间"])


@pytest.mark.parametrize("name", ["investment.csv", "project_parcels.csv", "demolition_units.csv"])
def test_tables_are_gbk_with_crlf(data: Path, name: str) -> None:
    content = (data / name).read_bytes()
    with pytest.raises(UnicodeDecodeError):
        content.decode("utf-8")
    assert content.count(b"\r\n") == content.count(b"\n") > 100
    assert "编号" in content.decode("gbk").splitlines()[0]


def test_manifest_names_every_file_and_layer(data: Path) -> None:
    named = {(entry["file"], entry.get("layer") or entry.get("sheet")) for entry in MANIFEST["import"]}
    for path in data.iterdir():
        if path.suffix == ".gpkg":
            assert {(path.name, layer) for layer, _ in pyogrio.list_layers(path)} <= named
        elif path.suffix in (".shp", ".geojson", ".csv", ".xlsx"):
            assert path.name in {file for file, _ in named}


@pytest.mark.parametrize(
    "entry", MANIFEST["import"], ids=lambda e: f"{e['file']}-{e.get('layer') or e.get('sheet')}"
)
def test_mappings_hold_and_name_columns_that_exist(entry: dict[str, Any]) -> None:
    mapping = read_mapping(HERE / entry["mapping"])
    assert mapping.noun == entry["noun"]
    assert {column for column, _ in mapping.columns} <= _headings(entry)


def test_manifest_extent_holds_the_city(data: Path) -> None:
    west, south, east, north = MANIFEST["city"]["extent"]
    districts = gpd.read_file(data / "zones.gpkg", layer="xzq")
    assert districts.crs.to_epsg() == 4490
    minx, miny, maxx, maxy = districts.total_bounds
    assert west < minx < maxx < east
    assert south < miny < maxy < north


def test_all_of_it_is_at_most_ten_megabytes(data: Path) -> None:
    assert sum(path.stat().st_size for path in data.rglob("*") if path.is_file()) <= 10_000_000


def test_readme_counts_are_true(data: Path, parcels: gpd.GeoDataFrame, ledger: pd.DataFrame) -> None:
    readme = (data / "README.md").read_text("utf-8")
    assert f"{len(parcels):,} parcels" in readme
    assert f"{len(ledger)} projects;" in readme
    assert "synthetic" in readme
