"""KML and KMZ: read with a doubt about the datum; entities and 奥维 refused."""

from __future__ import annotations

import zipfile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geoservice.intake.check import check_file
from tests.intake.conftest import Corpus, codes

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


def test_ovkml_says_what_to_export(corpus: Corpus) -> None:
    report = check_file(corpus.text("a.ovkml", KML), noun="parcel").report
    assert codes(report, "error") == ["format_foreign"]
    assert "GCJ-02" in report.findings[0].message


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
