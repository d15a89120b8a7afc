"""Shapefiles as they arrive: without hints about their text, incomplete, cut short, with the wrong .prj."""

from __future__ import annotations

import shutil
from pathlib import Path

import geopandas as gpd
import pytest
import shapely

from geoservice.intake.check import check_file
from geoservice.intake.settings import IntakeSettings
from tests.intake.conftest import Corpus, codes, square


@pytest.mark.parametrize(
    ("encoding", "cpg", "evidence", "named"),
    [
        ("GB18030", None, "不是 UTF-8；按 GB18030 解码通过", "GB18030"),
        ("UTF-8", None, "按 UTF-8 严格解码通过", "UTF-8"),
        ("GB18030", "GBK", ".cpg 文件", "GB18030"),
        ("UTF-8", "UTF-8", ".cpg 文件", "UTF-8"),
    ],
)
def test_text_is_read_with_evidence(
    corpus: Corpus, encoding: str, cpg: str | None, evidence: str, named: str
) -> None:
    path = corpus.shapefile(encoding=encoding, cpg=cpg)
    checked = check_file(path)
    assert checked.main["address"].tolist() == ["净地路一号"] * 3
    assert (checked.report.file.encoding, checked.report.file.encoding_evidence) == (named, evidence)


def test_the_language_driver_counts_before_guessing(corpus: Corpus) -> None:
    path = corpus.shapefile()
    table = bytearray(path.with_suffix(".dbf").read_bytes())
    table[29] = 0x4D
    path.with_suffix(".dbf").write_bytes(bytes(table))
    facts = check_file(path).report.file
    assert facts.encoding == "gb18030"
    assert "0x4D" in facts.encoding_evidence


def test_a_cpg_that_lies_is_reported_and_not_believed(corpus: Corpus) -> None:
    checked = check_file(corpus.shapefile(encoding="GB18030", cpg="UTF-8"))
    assert checked.main["address"].tolist() == ["净地路一号"] * 3
    assert "encoding_contradicts" in codes(checked.report)


def test_chinese_field_names_survive(corpus: Corpus) -> None:
    path = corpus.shapefile(columns={"地块编号": ["甲", "乙", "丙"], "坐落": ["一", "二", "三"]})
    checked = check_file(path)
    assert checked.main["parcel_number"].tolist() == ["甲", "乙", "丙"]
    assert checked.main["address"].tolist() == ["一", "二", "三"]


@pytest.mark.parametrize("suffix", [".dbf", ".shx"])
def test_a_missing_companion_is_named(corpus: Corpus, suffix: str) -> None:
    path = corpus.shapefile()
    path.with_suffix(suffix).unlink()
    report = check_file(path, noun="parcel").report
    assert codes(report) == ["companion_missing"]
    assert f"parcels{suffix}" in report.findings[0].message
    assert report.counts.to_load == 0


@pytest.mark.parametrize("suffix", [".shp", ".dbf", ".shx"])
@pytest.mark.parametrize("kept", [0.6, 0.05])
def test_a_file_cut_short_is_refused_with_both_sizes(corpus: Corpus, suffix: str, kept: float) -> None:
    path = corpus.shapefile()
    part = path.with_suffix(suffix)
    data = part.read_bytes()
    part.write_bytes(data[: int(len(data) * kept)])
    report = check_file(path, noun="parcel").report
    assert codes(report) == ["file_truncated"]
    assert f"实有 {int(len(data) * kept)} 字节" in report.findings[0].message


def test_parts_of_two_exports_are_refused(corpus: Corpus) -> None:
    path = corpus.shapefile()
    other = corpus.shapefile("other.shp", shapes=[square(i) for i in range(5)])
    shutil.copy(other.with_suffix(".dbf"), path.with_suffix(".dbf"))
    assert codes(check_file(path, noun="parcel").report) == ["companions_disagree"]


def test_any_part_leads_to_the_whole(corpus: Corpus) -> None:
    path = corpus.shapefile()
    assert check_file(path.with_suffix(".dbf")).report.file.name == "parcels.shp"


def test_content_decides_and_not_the_name(corpus: Corpus) -> None:
    path = corpus.geopackage("parcels.shp", {"DKBH": ["1"]}, [square(0)])
    assert check_file(path).report.file.format == "GeoPackage"


def test_without_prj_an_eight_digit_easting_names_its_zone(corpus: Corpus, settings: IntakeSettings) -> None:
    path = corpus.shapefile(crs=None)
    checked = check_file(path, settings=settings)
    assert checked.report.file.crs == "EPSG:4528"
    assert "crs_detected" in codes(checked.report, "warning")
    assert len(checked.main) == 3


def test_without_prj_and_zone_the_question_is_asked(corpus: Corpus) -> None:
    path = corpus.shapefile(crs=None, shapes=[square(0, zone=False)])
    report = check_file(path).report
    assert codes(report, "error") == ["crs_undecided"]
    assert "带号" in report.findings[0].message


def test_a_wrong_prj_yields_to_eastings_that_name_their_zone(
    corpus: Corpus, settings: IntakeSettings
) -> None:
    path = corpus.shapefile()
    shifted = corpus.shapefile("zone39.shp", crs=4527)
    shutil.copy(shifted.with_suffix(".prj"), path.with_suffix(".prj"))
    checked = check_file(path, settings=settings)
    assert checked.report.file.crs == "EPSG:4528"
    assert ".prj" not in checked.report.file.crs_evidence
    assert "crs_corrected" in codes(checked.report, "warning")
    assert shapely.bounds(checked.main["geometry"].iloc[0])[0] == pytest.approx(119.59, abs=0.01)


def test_a_prj_of_another_meridian_contradicts_the_city(corpus: Corpus, settings: IntakeSettings) -> None:
    # 7-digit northing and 6-digit easting fit any meridian: only the city's extent shows the mistake.
    path = corpus.shapefile(shapes=[square(i, zone=False) for i in range(3)], crs=4548)
    report = check_file(path, settings=settings).report
    assert codes(report, "error") == ["crs_contradicts"]
    assert "EPSG:4549" in report.findings[0].remedy


@pytest.mark.parametrize("crs", [2364, 4214])
def test_old_datums_are_refused(corpus: Corpus, crs: int) -> None:
    shapes = [square(0)] if crs == 2364 else [gpd.GeoSeries([square(0)], crs=4528).to_crs(4490).iloc[0]]
    report = check_file(corpus.shapefile(crs=crs, shapes=shapes)).report
    assert codes(report, "error") == ["datum_refused"]


def test_a_report_never_tells_the_folder(corpus: Corpus) -> None:
    path: Path = corpus.shapefile()
    path.with_suffix(".dbf").unlink()
    assert str(path.parent) not in str(check_file(path).report.to_json())
