"""Archives: read within bounds, several layers inside, and nothing ever written outside; FlatGeobuf."""

from __future__ import annotations

import stat
import zipfile
from pathlib import Path

import geopandas as gpd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geoservice.intake.check import check_file
from geoservice.intake.mapping import SourceRule
from tests.intake.conftest import Corpus, codes, square


def packed(corpus: Corpus, *files: Path, inside: str = "") -> Path:
    """Return an archive of files with all parts of Shapefiles."""
    path = corpus.path("a.zip")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in files:
            for part in sorted(file.parent.glob(f"{file.stem}.*")):
                if part != path:
                    archive.write(part, inside + part.name)
    return path


def test_a_zipped_shapefile_is_read_like_the_files_inside(corpus: Corpus) -> None:
    checked = check_file(packed(corpus, corpus.shapefile("parcels.shp"), inside="数据/"))
    assert codes(checked.report, "error") == []
    assert checked.main["parcel_number"].tolist() == ["A-0", "A-1", "A-2"]
    assert checked.report.file.crs == "EPSG:4528"
    assert checked.report.file.format == "ZIP / Shapefile"


def test_of_several_files_one_is_asked_for_by_name(corpus: Corpus) -> None:
    other = corpus.shapefile("b.shp", {"DKBH": ["B-0"], "ZL": ["路"]}, [square(5)])
    path = packed(corpus, corpus.shapefile("c.shp"), other)
    assert codes(check_file(path, noun="parcel").report) == ["layer_ambiguous"]
    checked = check_file(path, noun="parcel", source=SourceRule(layer="b.shp"))
    assert checked.main["parcel_number"].tolist() == ["B-0"]


@pytest.mark.parametrize(
    "name", ["../out.geojson", "/tmp/out.geojson", "a/../../out.geojson", "..\\out.geojson"]
)
def test_paths_that_lead_outside_are_refused(corpus: Corpus, name: str) -> None:
    path = corpus.path("a.zip")
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(name, "{}")
    assert codes(check_file(path, noun="parcel").report) == ["archive_refused"]
    assert not (corpus.folder.parent / "out.geojson").exists()


def test_links_are_refused(corpus: Corpus) -> None:
    path, link = corpus.path("a.zip"), zipfile.ZipInfo("a.geojson")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(link, "/etc/passwd")
    assert codes(check_file(path, noun="parcel").report) == ["archive_refused"]


def test_bombs_are_refused(corpus: Corpus) -> None:
    path = corpus.path("a.zip")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.geojson", b" " * 30_000_000)
    assert codes(check_file(path, noun="parcel").report) == ["archive_refused"]


def test_an_encrypted_archive_is_refused(corpus: Corpus) -> None:
    path = packed(corpus, corpus.shapefile("parcels.shp"))
    content = bytearray(path.read_bytes())
    at = content.find(b"PK\x01\x02")
    while at >= 0:
        content[at + 8] |= 1
        at = content.find(b"PK\x01\x02", at + 4)
    path.write_bytes(bytes(content))
    assert codes(check_file(path, noun="parcel").report) == ["archive_refused"]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
@pytest.mark.parametrize("name", ["a.zip", "a.fgb"])
def test_any_damage_ends_in_a_report(tmp_path: Path, data: st.DataObject, name: str) -> None:
    corpus = Corpus(tmp_path)
    whole = flatgeobuf(corpus) if name == "a.fgb" else packed(corpus, corpus.shapefile("parcels.shp"))
    content = bytearray(whole.read_bytes())
    for at, byte in data.draw(
        st.lists(st.tuples(st.integers(0, len(content) - 1), st.integers(0, 255)), min_size=1, max_size=8)
    ):
        content[at] = byte
    path = tmp_path / f"damaged-{name}"
    path.write_bytes(bytes(content[: data.draw(st.integers(1, len(content)))]))
    report = check_file(path, noun="parcel").report
    assert all(f.message and f.remedy for f in report.findings if f.severity == "error")


def flatgeobuf(corpus: Corpus) -> Path:
    """Return a FlatGeobuf file of two parcels."""
    path = corpus.path("a.fgb")
    frame = gpd.GeoDataFrame(
        {"DKBH": ["1", "2"], "ZL": ["北", "南"]}, geometry=[square(0), square(1)], crs=4528
    )
    frame.to_file(path, driver="FlatGeobuf", SPATIAL_INDEX="NO")
    return path


def test_flatgeobuf_is_read_with_its_system(corpus: Corpus) -> None:
    checked = check_file(flatgeobuf(corpus))
    assert codes(checked.report, "error") == []
    assert checked.report.file.crs == "EPSG:4528"
    assert checked.main["address"].tolist() == ["北", "南"]
