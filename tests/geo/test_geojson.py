"""GeoJSON text against RFC 7946."""

from __future__ import annotations

import json
import re

import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geoservice.geo.errors import GeometryUnreadable
from geoservice.geo.geojson import from_text, geometry_text
from tests.fixtures.geometries import CASES, Case, geometries

SOUND = [case for case in CASES.values() if case.geometry is not None and case.geometry.is_valid]


@pytest.mark.parametrize("case", SOUND, ids=[case.name for case in SOUND])
def test_text_has_seven_decimals_the_right_winding_and_reads_back_valid(case: Case) -> None:
    (text,) = geometry_text([case.geometry])
    if text is None:
        assert case.name in {"empty", "empty_multi", "hair", "sliver"}
        return
    assert not re.search(r"\d\.\d{8,}|e-|-0\.0\b|\s", text)
    assert set(json.loads(text)) == {"type", "coordinates"}
    back = shapely.from_geojson(text)
    assert back.is_valid
    assert shapely.hausdorff_distance(back, shapely.force_2d(case.geometry)) < 3e-7
    for part in shapely.get_parts(back):
        if part.geom_type == "Polygon":
            assert part.exterior.is_ccw
            assert not any(hole.is_ccw for hole in part.interiors)


def test_rows_stay_rows() -> None:
    texts = geometry_text(geometries("plain", "null", "empty", "point"))
    assert [text is None for text in texts] == [False, True, True, False]
    assert texts[3] == '{"type":"Point","coordinates":[117.2,34.25]}'
    assert geometry_text([]).size == 0


def test_holes_and_parts_that_collapse_are_dropped() -> None:
    shell = shapely.box(117, 34, 117.001, 34.001)
    speck = shapely.box(117.0005, 34.0005, 117.00050001, 34.00050001)
    holed = shapely.Polygon(shell.exterior, [speck.exterior])
    texts = geometry_text(
        [holed, shapely.MultiPolygon([shell, shapely.box(118, 34, 118.00000001, 34.00000001)]), speck]
    )
    assert len(json.loads(texts[0])["coordinates"]) == 1
    assert shapely.from_geojson(texts[1]).area == pytest.approx(shell.area)
    assert texts[2] is None


@given(st.lists(st.tuples(st.floats(117, 117.00001), st.floats(34, 34.00001)), min_size=3, max_size=10))
@settings(max_examples=150)
def test_rounding_never_makes_an_invalid_polygon(points: list[tuple[float, float]]) -> None:
    shape = shapely.MultiPoint(points).convex_hull
    (text,) = geometry_text([shape])
    if text is not None:
        back = shapely.from_geojson(text)
        assert back.is_valid
        assert not back.is_empty


@given(st.floats(-180, 180), st.floats(-90, 90))
def test_numbers_are_the_shortest_decimals(x: float, y: float) -> None:
    (text,) = geometry_text([shapely.Point(x, y)])
    lon, lat = json.loads(text)["coordinates"]
    assert (lon, lat) == (round(lon, 7), round(lat, 7))
    assert (lon, lat) == pytest.approx((x, y), abs=5.1e-8)
    assert all(len(number.partition(".")[2]) <= 7 for number in re.findall(r"[-\d.]+(?=[,\]])", text))


def test_texts_are_read_and_the_unreadable_named() -> None:
    assert from_text(geometry_text(geometries("hole")))[0].equals_exact(
        shapely.orient_polygons(CASES["hole"].geometry), tolerance=1e-7
    )
    assert from_text([None]).tolist() == [None]
    for bad in ("{}", "nonsense", '{"type":"Polygon"}', 7):
        with pytest.raises(GeometryUnreadable, match="Row 1"):
            from_text([None, bad])
