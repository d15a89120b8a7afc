"""GeoJSON and GeoPackage, formats that are refused with what to export instead, and files that are none."""

from __future__ import annotations

import json
from typing import Any

import pytest
import shapely

from geoservice.intake.check import check_file
from geoservice.intake.mapping_file import parse_mapping
from geoservice.intake.settings import IntakeSettings
from tests.intake.conftest import Corpus, codes, square

DEGREES = shapely.box(119.6, 33.2, 119.601, 33.201)
PARK = {"园区名称": "北园", "园区代码": "Y1"}


def collection(*features: Any, **more: Any) -> str:
    """Return a feature collection of (properties, geometry) pairs."""
    listed = [
        {
            "type": "Feature",
            "properties": p,
            "geometry": g and (g if isinstance(g, dict) else shapely.geometry.mapping(g)),
        }
        for p, g in features
    ]
    return json.dumps({"type": "FeatureCollection", "features": listed, **more}, ensure_ascii=False)


def test_plain_geojson_is_crs84_by_its_standard(corpus: Corpus, settings: IntakeSettings) -> None:
    checked = check_file(corpus.text("a.geojson", collection((PARK, DEGREES))), settings=settings)
    assert (checked.report.noun, checked.report.file.crs) == ("park", "OGC:CRS84")
    assert checked.main["geometry"].iloc[0].geom_type == "MultiPolygon"


def test_the_legacy_crs_member_counts(corpus: Corpus, settings: IntakeSettings) -> None:
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4528"}}
    checked = check_file(corpus.text("a.json", collection((PARK, square(0)), crs=crs)), settings=settings)
    assert checked.report.file.crs == "EPSG:4528"
    assert checked.report.features[0].area_m2 == pytest.approx(10_000, rel=1e-3)


def test_metres_without_a_crs_are_detected_and_not_taken_for_degrees(
    corpus: Corpus, settings: IntakeSettings
) -> None:
    checked = check_file(corpus.text("a.json", collection((PARK, square(0)))), settings=settings)
    assert checked.report.file.crs == "EPSG:4528"
    assert "crs_detected" in codes(checked.report, "warning")


def test_gbk_geojson_is_read(corpus: Corpus) -> None:
    checked = check_file(corpus.text("a.json", collection((PARK, DEGREES)), "gbk"))
    assert checked.main["name"].tolist() == ["北园"]


def test_geojson_cut_short_names_line_and_column(corpus: Corpus) -> None:
    text = collection((PARK, DEGREES))
    report = check_file(corpus.text("a.json", text[: len(text) // 2]), noun="park").report
    assert codes(report) == ["text_invalid"]
    assert "第 1 行第" in report.findings[0].message


def test_null_empty_and_broken_shapes_are_errors_of_their_rows(corpus: Corpus) -> None:
    broken = {"type": "Polygon", "coordinates": [[[119.6, 33.2], [119.7, 33.2]]]}
    empty = {"type": "Polygon", "coordinates": []}
    rows = [(PARK | {"园区代码": f"Y{i}"}, g) for i, g in enumerate([DEGREES, None, empty, broken])]
    checked = check_file(corpus.text("a.json", collection(*rows)))
    assert checked.main["code"].tolist() == ["Y0"]
    assert dict(zip(checked.rejects["row"], checked.rejects["codes"], strict=True)) == {
        2: ["geometry_missing"],
        3: ["geometry_empty"],
        4: ["geometry_unreadable"],
    }


def test_heights_are_dropped_and_said(corpus: Corpus) -> None:
    high = shapely.force_3d(DEGREES, 12.0)
    checked = check_file(corpus.text("a.json", collection((PARK, high))))
    assert not checked.main["geometry"].iloc[0].has_z
    assert "heights_dropped" in codes(checked.report, "info")


@pytest.mark.parametrize(
    ("text", "kind"),
    [('{"type": "Topology", "objects": {}}', "TopoJSON"), ('{"a": 1}', "GeoJSON"), ("[1]", None)],
)
def test_other_json_is_told_apart(corpus: Corpus, text: str, kind: str | None) -> None:
    report = check_file(corpus.text("a.json", text), noun="park").report
    assert report.findings[0].severity == "error"
    assert kind is None or kind in report.findings[0].message


def test_geopackage_cut_short_is_refused(corpus: Corpus) -> None:
    path = corpus.geopackage("a.gpkg", {"DKBH": ["1"]}, [square(0)])
    path.write_bytes(path.read_bytes()[:50_000])
    assert codes(check_file(path, noun="parcel").report) == ["file_truncated"]


def test_several_layers_are_asked_about_unless_one_fits(corpus: Corpus) -> None:
    import geopandas as gpd

    path = corpus.geopackage("a.gpkg", {"DKBH": ["1"], "ZDMJ": [10000.0]}, [square(0)])
    frame = gpd.GeoDataFrame({"DKBH": ["2"], "ZDMJ": [1.0]}, geometry=[square(1)], crs=4528)
    frame.to_file(path, driver="GPKG", layer="备份")
    assert codes(check_file(path, noun="parcel").report) == ["layer_ambiguous"]
    mapping = parse_mapping({"noun": "parcel", "source": {"layer": "备份"}})
    assert check_file(path, mapping=mapping).main["parcel_number"].tolist() == ["2"]


@pytest.mark.parametrize(
    ("head", "word"),
    [
        (b"AC1032\x00\x00", "DWG"),
        (b"\x00\x01\x00\x00Standard Jet DB\x00", "MDB"),
        (b"%PDF-1.7\n", "PDF"),
        (b"Rar!\x1a\x07", "压缩包"),
        (b"PK\x03\x04\x14\x00\x00\x00\x00\x00" + b"\x00" * 20 + b"parcels.shp", "压缩包"),
        (b"<html><table><tr><td>1</td></tr></table></html>", "网页"),
        (b'<?xml version="1.0"?><gpx version="1.1"/>', "XML"),
        (b"AutoCAD Binary DXF\r\n\x1a\x00", "DXF"),
        (b"\x00\x01\x00\x00Standard ACE DB\x00", "MDB"),
        (b"!table\r\n!version 300", "MapInfo"),
        (b"PK\x03\x04\x14\x00\x00\x00\x00\x00" + b"\x00" * 20 + b"word/document.xml", "Word"),
    ],
)
def test_foreign_formats_say_what_to_export(corpus: Corpus, head: bytes, word: str) -> None:
    path = corpus.path("parcels.shp")
    path.write_bytes(head)
    report = check_file(path, noun="parcel").report
    assert codes(report) == ["format_foreign"]
    assert word in report.findings[0].message
    assert report.findings[0].remedy


def test_what_is_no_format_at_all(corpus: Corpus) -> None:
    path = corpus.path("a.bin")
    path.write_bytes(bytes(range(256)) * 4)
    assert codes(check_file(path, noun="parcel").report) == ["format_unknown"]


def test_absent_and_empty_files(corpus: Corpus) -> None:
    assert codes(check_file(corpus.path("none.shp"), noun="parcel").report) == ["file_absent"]
    assert codes(check_file(corpus.text("empty.csv", ""), noun="parcel").report) == ["file_empty"]
