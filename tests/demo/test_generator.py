"""The same code draws the same city: a fresh run gives what is committed."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio
import pytest
import shapely
from openpyxl import load_workbook

from tools.demo_city.city import draw_city
from tools.demo_city.write import write_city

LAYERS = [
    (path.name, layer)
    for path in sorted((Path(__file__).resolve().parents[2] / "data" / "parcels").glob("*.gpkg"))
    for layer, _ in pyogrio.list_layers(path)
]


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("city")
    write_city(draw_city(), folder)
    return folder


def _assert_same(one: gpd.GeoDataFrame, other: gpd.GeoDataFrame) -> None:
    pd.testing.assert_frame_equal(
        pd.DataFrame(one.drop(columns="geometry")), pd.DataFrame(other.drop(columns="geometry"))
    )
    step = 0.02 if one.crs.is_projected else 2e-7
    assert shapely.equals_exact(one.geometry.to_numpy(), other.geometry.to_numpy(), tolerance=step).all()


@pytest.mark.slow
def test_parcels_are_drawn_again(fresh: Path, parcels: gpd.GeoDataFrame) -> None:
    again = gpd.read_file(fresh / "parcels.shp", encoding="GBK").fillna({"ZDDM": "", "YQ": ""})
    _assert_same(again, parcels)


@pytest.mark.slow
@pytest.mark.parametrize(("file", "layer"), LAYERS)
def test_layers_are_drawn_again(fresh: Path, data: Path, file: str, layer: str) -> None:
    _assert_same(gpd.read_file(fresh / file, layer=layer), gpd.read_file(data / file, layer=layer))


@pytest.mark.slow
@pytest.mark.parametrize(
    "name", ["investment.csv", "project_parcels.csv", "demolition_units.csv", "holds.csv"]
)
def test_ledgers_are_written_again_byte_by_byte(fresh: Path, data: Path, name: str) -> None:
    assert (fresh / name).read_bytes() == (data / name).read_bytes()


@pytest.mark.slow
@pytest.mark.parametrize("name", ["projects.xlsx", "task_books.xlsx", "readiness.xlsx"])
def test_workbooks_are_written_again_cell_by_cell(fresh: Path, data: Path, name: str) -> None:
    """The same cells; how the XML is spaced depends on whether lxml is there."""
    one, other = (load_workbook(folder / name) for folder in (fresh, data))
    assert one.sheetnames == other.sheetnames
    for sheet in one.sheetnames:
        assert [list(row) for row in one[sheet].values] == [list(row) for row in other[sheet].values]
