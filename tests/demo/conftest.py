"""The demo city as it is committed, read once."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest

DATA = Path(__file__).resolve().parents[2] / "data" / "parcels"


@pytest.fixture(scope="session")
def data() -> Path:
    return DATA


@pytest.fixture(scope="session")
def parcels() -> gpd.GeoDataFrame:
    return gpd.read_file(DATA / "parcels.shp", encoding="GBK").fillna({"ZDDM": "", "YQ": ""})


@pytest.fixture(scope="session")
def ledger() -> pd.DataFrame:
    return pd.read_excel(DATA / "projects.xlsx", sheet_name="项目台账", header=1, dtype={"项目代码": str})


@pytest.fixture(scope="session")
def links() -> pd.DataFrame:
    return pd.read_csv(DATA / "project_parcels.csv", encoding="gbk")


@pytest.fixture(scope="session")
def tasks() -> gpd.GeoDataFrame:
    return gpd.read_file(DATA / "demolition_tasks.gpkg")


@pytest.fixture(scope="session")
def units() -> pd.DataFrame:
    return pd.read_csv(DATA / "demolition_units.csv", encoding="gbk", dtype=str)
