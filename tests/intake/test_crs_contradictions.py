"""A stray beside a good row is a row in the wrong place, not a file in the wrong system."""

from __future__ import annotations

import json
from pathlib import Path

from geoservice.intake.check import check_file
from geoservice.intake.settings import IntakeSettings


def test_a_stray_beside_an_invalid_shape_in_the_city_is_one_row(tmp_path: Path) -> None:
    bow = [[119.6, 33.2], [119.601, 33.201], [119.601, 33.2], [119.6, 33.201], [119.6, 33.2]]
    stray = [[125, 20], [125.001, 20], [125.001, 20.001], [125, 20]]
    features = [
        {
            "type": "Feature",
            "properties": {"地块编号": f"T-{n}"},
            "geometry": {"type": "Polygon", "coordinates": [ring]},
        }
        for n, ring in enumerate([bow, stray], 1)
    ]
    path = tmp_path / "parcels.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False))
    settings = IntakeSettings(extent=(119.43, 33.09, 119.77, 33.31))
    found = check_file(path, noun="parcel", settings=settings).report.findings
    assert {(f.code, f.row) for f in found if f.severity == "error"} == {
        ("geometry_invalid", 1),
        ("outside_extent", 2),
    }
