"""西安80 and 北京54: refused, unless the office has parameters of its own; then marked, and the values kept secret."""

from __future__ import annotations

import logging
from dataclasses import replace
from pathlib import Path

import pytest
import shapely

from geoservice.geo.local_datum import LocalDatums, read_local_datums
from geoservice.intake.check import check_file
from geoservice.intake.html import render_html
from geoservice.intake.mapping import SourceRule
from geoservice.intake.settings import IntakeSettings
from tests.geo.test_local_datum import HELMERT, SECRET, file
from tests.intake.conftest import Corpus, codes, square

TXT = "[属性描述]\n坐标系=80国家大地坐标系\n几度分带=3\n带号=40\n[地块坐标]\n4,1.0,A-1,甲,面,,,,@\n"


@pytest.fixture
def datums(tmp_path: Path) -> LocalDatums:
    """Return an office's own way from 西安80."""
    return read_local_datums(file(tmp_path, HELMERT.format(convention="coordinate_frame")))


def txt(corpus: Corpus) -> Path:
    """Write a boundary-point file on 西安80."""
    points = [(0, 0), (0, 100), (100, 100), (100, 0), (0, 0)]
    lines = [f"J{i % 4 + 1},1,{3_676_000 + y},{40_462_000 + x}" for i, (y, x) in enumerate(points)]
    return corpus.text("a.txt", TXT + "\n".join(lines), "gbk")


def test_without_parameters_they_are_refused(corpus: Corpus, settings: IntakeSettings) -> None:
    for path in (txt(corpus), corpus.shapefile(crs=2364)):
        report = check_file(path, noun="parcel", settings=settings).report
        assert codes(report, "error") == ["datum_refused"]
    again = check_file(
        corpus.shapefile(crs=4528), noun="parcel", settings=settings, source=SourceRule(crs="EPSG:2364")
    )
    assert codes(again.report, "error") == ["datum_refused"]


def test_with_parameters_the_result_is_marked_and_no_value_leaks(
    corpus: Corpus, settings: IntakeSettings, datums: LocalDatums, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    local = replace(settings, datums=datums)
    plain = (
        check_file(corpus.shapefile(shapes=[square(0)]), noun="parcel", settings=local)
        .main["geometry"]
        .iloc[0]
    )
    for path in (txt(corpus), corpus.shapefile("b.shp", shapes=[square(0)], crs=2364)):
        checked = check_file(path, noun="parcel", settings=local)
        report = checked.report
        assert codes(report, "error") == []
        assert "datum_local" in codes(report, "warning")
        assert checked.main["original_crs"].tolist() == ["EPSG:2364 ±0.5 m"]
        moved = checked.main["geometry"].iloc[0]
        assert 1e-4 < shapely.distance(moved.centroid, plain.centroid) < 3e-3
        said = f"{report.to_json()} {render_html(report)} {caplog.text} {local!r} {checked.main.to_dict()}"
        assert not [value for value in SECRET if value in said]


def test_beyond_their_area_the_parameters_do_not_hold(
    corpus: Corpus, settings: IntakeSettings, datums: LocalDatums
) -> None:
    far = replace(settings, datums=datums, extent=None)
    path = corpus.shapefile(
        shapes=[square(0), shapely.box(40_700_000, 4_400_000, 40_700_100, 4_400_100)], crs=2364
    )
    report = check_file(path, noun="parcel", settings=far).report
    assert [(f.code, f.row) for f in report.findings if f.severity == "error"] == [("coordinates_refused", 2)]
