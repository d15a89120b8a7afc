"""GeoJSON sequences: with and without record separators; a bad record is named by its line."""

from __future__ import annotations

import json

import pytest
import shapely

from geoservice.intake.check import check_file
from tests.intake.conftest import Corpus, codes

BOX = shapely.geometry.mapping(shapely.box(119.6, 33.2, 119.601, 33.201))
FAR = shapely.geometry.mapping(shapely.box(119.61, 33.2, 119.611, 33.201))
LINES = [
    json.dumps({"type": "Feature", "properties": {"DKBH": f"A-{i}", "ZL": "路"}, "geometry": g})
    for i, g in enumerate((BOX, FAR))
]


@pytest.mark.parametrize(
    "text",
    [
        "\n".join(LINES) + "\n",
        "\r\n".join(LINES),
        "".join(f"\x1e{line}\n" for line in LINES),
        "\ufeff" + "\n".join(LINES),
    ],
)
def test_every_spelling_of_a_sequence_reads_the_same(corpus: Corpus, text: str) -> None:
    checked = check_file(corpus.text("a.geojsonl", text))
    assert codes(checked.report, "error") == []
    assert checked.report.file.format == "GeoJSONSeq"
    assert checked.main["parcel_number"].tolist() == ["A-0", "A-1"]


def test_a_record_cut_short_is_named_by_its_line(corpus: Corpus) -> None:
    report = check_file(corpus.text("a.geojsonl", "\n".join([*LINES, LINES[0][:50]])), noun="parcel").report
    assert codes(report) == ["text_invalid"]
    assert "第 3 行" in report.findings[0].message


def test_a_collection_written_over_lines_stays_a_collection(corpus: Corpus) -> None:
    text = json.dumps(
        {"type": "FeatureCollection", "features": [json.loads(line) for line in LINES]}, indent=1
    )
    assert check_file(corpus.text("a.geojson", text)).report.file.format == "GeoJSON"
    listed = '{"type":"FeatureCollection","features":[\n' + ",\n".join(LINES) + "\n]}"
    assert check_file(corpus.text("b.geojson", listed)).report.file.format == "GeoJSON"
