"""KML and KMZ: read with a doubt about the datum; entities refused, 奥维 marked."""

from __future__ import annotations

import zipfile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geoservice.geo.marks import is_approximate
from geoservice.intake.check import check_file
from tests.intake.conftest import Corpus, Register, codes

KML = """<?xml version="1.0" encoding="UTF-8"?>
<kml xmlns="http://www.opengis.net/kml/2.2"><Document><Folder><name>地块</name>
<Placemark><name>北地块</name><ExtendedData><Data name="DKBH"><value>A-1</value></Data></ExtendedData>
<Polygon><outerBoundaryIs><LinearRing><coordinates>
119.6,33.2,0 119.601,33.2,0 119.601,33.201,0 119.6,33.201,0 119.6,33.2,0
</coordinates></LinearRing></outerBoundaryIs></Polygon></Placemark>
</Folder></Document></kml>
"""


def test_kml_is_read_with_a_doubt_about_its_datum(corpus: Corpus) -> None:
    checked = check_file(corpus.text("a.kml", KML), noun="parcel")
    assert codes(checked.report, "error") == []
    assert "crs_doubt" in codes(checked.report, "warning")
    assert checked.main["parcel_number"].tolist() == ["A-1"]
    assert checked.report.features[0].area_m2 == pytest.approx(10_330, rel=0.01)


def test_kmz_is_read_like_the_kml_inside(corpus: Corpus) -> None:
    path = corpus.path("a.kmz")
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("doc.kml", KML)
    checked = check_file(path, noun="parcel")
    assert checked.main["parcel_number"].tolist() == ["A-1"]
    assert checked.report.file.format == "ZIP / KML"


def test_entities_are_refused(corpus: Corpus) -> None:
    bomb = '<!DOCTYPE kml [<!ENTITY a SYSTEM "file:///etc/passwd">]>\n<kml '
    report = check_file(corpus.text("a.kml", KML.replace("<kml ", bomb)), noun="parcel").report
    assert codes(report, "error") == ["file_unreadable"]


@pytest.mark.parametrize(("name", "extra"), [("a.ovkml", ""), ("a.kml", "<OvStyle>1</OvStyle>")])
def test_files_of_a_web_map_are_marked_as_approximate_for_good(corpus: Corpus, name: str, extra: str) -> None:
    checked = check_file(corpus.text(name, KML.replace("<Folder>", f"{extra}<Folder>")), noun="parcel")
    assert codes(checked.report, "error") == []
    assert "approximate" in codes(checked.report, "warning")
    assert checked.report.file.crs == "GCJ-02"
    assert checked.main["original_crs"].tolist() == ["GCJ-02 ±5 m"]
    assert is_approximate(checked.main["original_crs"].iloc[0])
    # Brought back some hundred metres from where the web map shows it.
    assert 0.003 < 119.6005 - checked.main["geometry"].iloc[0].centroid.x < 0.008


def test_an_approximate_shape_never_replaces_a_survey(corpus: Corpus) -> None:
    register = Register(held={"parcel": {"A-1": "K1"}})
    checked = check_file(corpus.text("a.ovkml", KML), noun="parcel", known=register)
    assert "approximate_over_survey" in codes(checked.report, "error")
    assert len(checked.main) == 0


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_damage_ends_in_a_report(corpus: Corpus, data: st.DataObject) -> None:
    content = bytearray(KML.encode())
    for at, byte in data.draw(
        st.lists(st.tuples(st.integers(0, len(content) - 1), st.integers(0, 255)), min_size=1, max_size=8)
    ):
        content[at] = byte
    path = corpus.path("a.kml")
    path.write_bytes(bytes(content[: data.draw(st.integers(1, len(content)))]))
    report = check_file(path, noun="parcel").report
    assert all(f.message and f.remedy for f in report.findings if f.severity == "error")
