"""Shapes in columns of a table: WKT, WKB, longitude and latitude, found without a mapping."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
import shapely

from geoservice.intake.check import Checked, check_file
from geoservice.intake.settings import IntakeSettings
from tests.intake.conftest import Corpus, codes, square


def check(corpus: Corpus, rows: dict[str, list[Any]], noun: str, settings: IntakeSettings) -> Checked:
    """Check a table."""
    path = corpus.path("表.csv")
    pd.DataFrame(rows).to_csv(path, index=False, encoding="gbk")
    return check_file(path, noun=noun, settings=settings)


BOX = shapely.box(119.5, 33.1, 119.501, 33.101)


@pytest.mark.parametrize(
    ("texts", "crs"),
    [
        ([BOX.wkt, None], "EPSG:4490"),
        ([f"SRID=4528;{square(0).wkt}"] * 2, "EPSG:4528"),
        ([BOX.wkb_hex, shapely.MultiPolygon([BOX]).wkb_hex], "EPSG:4490"),
        ([shapely.to_wkb(shapely.set_srid(square(0), 4528), hex=True, include_srid=True)] * 2, "EPSG:4528"),
    ],
)
def test_texts_of_shapes(corpus: Corpus, settings: IntakeSettings, texts: list[str | None], crs: str) -> None:
    rows = {"地块编号": ["A-1", "A-2"], "边界": texts}
    checked = check(corpus, rows, "parcel", settings)
    assert checked.report.file.crs == crs
    assert len(checked.report.features) == sum(t is not None for t in texts)
    (said,) = [f for f in checked.report.findings if f.code == "geometry_recognised"]
    assert "边界" in said.message


@pytest.mark.parametrize(
    ("x", "y", "east", "north"),
    [
        ("经度", "纬度", 119.5, 33.2),
        ("lon", "lat", "119°30'0\"", "33°12'0\""),
        ("横坐标", "纵坐标", 40_462_000.5, 3_676_000.0),
        ("Y", "X", 40_462_000.5, 3_676_000.0),
        ("X", "Y", 40_462_000.5, 3_676_000.0),
        ("X坐标（米）", "Y坐标（米）", 40_462_000.5, 3_676_000.0),
    ],
)
def test_places_of_houses(
    corpus: Corpus, settings: IntakeSettings, x: str, y: str, east: Any, north: Any
) -> None:
    rows = {"户编号": ["H1", "H2"], "任务编号": ["T", "T"], x: [east, east], y: [north, north]}
    checked = check(corpus, rows, "demolition_unit", settings)
    assert len(checked.report.features) == 2
    assert "crs_axes_swapped" not in codes(checked.report)
    assert checked.main["geometry"].iloc[0].x == pytest.approx(119.5, abs=0.1)


def test_an_address_point_is_no_parcel(corpus: Corpus, settings: IntakeSettings) -> None:
    rows = {"地块编号": ["A-1"], "经度": [119.5], "纬度": [33.2]}
    report = check(corpus, rows, "parcel", settings).report
    assert report.features == []
    assert "geometry_recognised" not in codes(report)
    assert "经度" in " ".join(f.message for f in report.findings if f.code == "column_unused")
