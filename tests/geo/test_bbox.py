"""Bounding boxes as query parameters give them."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geoservice.geo import bbox
from geoservice.geo.errors import BboxInvalid
from tests.fixtures.geometries import CASES, geometries

longitudes, latitudes = st.floats(-180, 180), st.floats(-90, 90)
boxes = st.tuples(longitudes, latitudes, longitudes, latitudes).map(
    lambda b: (min(b[0], b[2]), min(b[1], b[3]), max(b[0], b[2]), max(b[1], b[3]))
)


@given(boxes)
def test_four_and_six_numbers_are_read(box: bbox.Bbox) -> None:
    assert bbox.parse_bbox(",".join(map(repr, box))) == box
    assert bbox.parse_bbox(f"{box[0]!r}, {box[1]!r}, -10, {box[2]!r}, {box[3]!r}, 99") == box


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("", "separated by commas"),
        ("1,2,3", "four numbers"),
        ("1,2,3,4,5", "four numbers"),
        ("1,2,3,x", "separated by commas"),
        ("1,2,3,nan", "finite"),
        ("1,2,inf,4", "finite"),
        ("-181,0,1,1", "within longitude"),
        ("0,0,1,91", "within longitude"),
        ("500000,3800000,500100,3800100", "within longitude"),
        ("0,2,1,1", "north of the northern"),
        ("170,-5,-170,5", "antimeridian"),
        (None, "separated by commas"),
    ],
)
def test_what_is_no_box_is_refused_with_the_reason(text: str, what: str) -> None:
    with pytest.raises(BboxInvalid, match=what) as caught:
        bbox.parse_bbox(text)
    assert caught.value.remedy


def test_the_box_of_geometries() -> None:
    plain = CASES["plain"].geometry
    assert bbox.of([plain]) == plain.bounds
    assert bbox.of(geometries("null", "plain", "empty")) == plain.bounds
    assert bbox.of(geometries("null", "empty")) is None
    assert bbox.of([]) is None


@given(boxes, boxes)
def test_boxes_agree_with_shapely(one: bbox.Bbox, other: bbox.Bbox) -> None:
    assert bbox.contains(one, one)
    if not _degenerate(one) and not _degenerate(other):
        assert bbox.contains(one, other) == shapely.box(*one).covers(shapely.box(*other))
        assert bbox.intersects(one, other) == shapely.box(*one).intersects(shapely.box(*other))
    assert bbox.intersects(one, other) == bbox.intersects(other, one)
    assert bbox.contains(bbox.pad(one, 0.5), one)
    corners = np.array([one[:2], one[2:]])
    assert bbox.contains_points(one, corners).all()
    assert bbox.contains(one, other) == bool(
        bbox.contains_points(one, np.array([other[:2], other[2:]])).all()
    )


def _degenerate(box: bbox.Bbox) -> bool:
    return box[0] == box[2] or box[1] == box[3]


def test_a_padded_box_stays_on_the_globe() -> None:
    assert bbox.pad((-179.9, -89.9, 179.9, 89.9), 1) == (-180, -90, 180, 90)
