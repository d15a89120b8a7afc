"""Geometry blobs say what was put in, in a header any GeoPackage reader understands."""

from __future__ import annotations

import struct
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geoservice.db.geopackage import blob, functions
from tests.fixtures.geometries import CASES

coordinate = st.floats(-180, 180, allow_nan=False)
point = st.tuples(coordinate, coordinate)
shapes: st.SearchStrategy[Any] = st.one_of(
    st.builds(shapely.Point, point),
    st.builds(shapely.MultiPoint, st.lists(point, max_size=5)),
    st.builds(shapely.LineString, st.lists(point, min_size=2, max_size=6)),
    st.builds(shapely.Polygon, st.lists(point, min_size=3, max_size=8)),
    st.builds(
        lambda rings: shapely.MultiPolygon([shapely.Polygon(ring) for ring in rings]),
        st.lists(st.lists(point, min_size=3, max_size=5), max_size=3),
    ),
    st.sampled_from([shapely.Point(), shapely.Polygon(), shapely.GeometryCollection(), None]),
)


@given(st.lists(shapes, max_size=6), st.integers(-1, 999_999))
def test_what_goes_in_comes_out(geometries: list[Any], srid: int) -> None:
    given_ = np.array([*geometries, None], dtype=object)
    blobs = blob.encode(given_, srid)
    back = blob.decode(blobs)
    for before, body, after in zip(given_, blobs, back, strict=True):
        if before is None:
            assert body is None
            assert after is None
            continue
        assert body is not None
        assert body[:3] == b"GP\0"
        assert struct.unpack_from("<i", body, 4) == (srid,)
        assert blob.is_empty(body) == before.is_empty
        assert shapely.to_wkb(after) == shapely.to_wkb(before)
        if not before.is_empty:
            assert blob.envelope(body) == before.bounds


@pytest.mark.filterwarnings("ignore:invalid value encountered")  # the catalogue holds NaN on purpose
def test_the_catalogue_of_awkward_geometries_survives() -> None:
    given_ = np.array([case.geometry for case in CASES.values()], dtype=object)
    back = blob.decode(blob.encode(given_, 4490))
    assert [shapely.to_wkb(shape) for shape in back] == [shapely.to_wkb(shape) for shape in given_]


@pytest.mark.parametrize("envelope", [0, 1, 2, 3, 4])
@pytest.mark.parametrize("order", ["<", ">"])
def test_headers_of_other_writers_are_read(envelope: int, order: str) -> None:
    doubles = {0: 0, 1: 4, 2: 6, 3: 6, 4: 8}[envelope]
    flags = (envelope << 1) | (order == "<")
    header = struct.pack(
        f"{order}2sBBi{doubles}d", b"GP", 0, flags, 4490, *([1.0, 3.0, 2.0, 4.0, 0, 0, 0, 0][:doubles])
    )
    body = header + shapely.to_wkb(shapely.box(1, 2, 3, 4), byte_order=int(order == "<"))
    assert blob.envelope(body) == (1, 2, 3, 4)
    assert blob.decode([body])[0].equals(shapely.box(1, 2, 3, 4))


def test_what_is_no_geopackage_geometry_is_refused() -> None:
    with pytest.raises(ValueError, match="GP"):
        blob.body_offset(shapely.to_wkb(shapely.Point(1, 2)))


def test_a_registered_connection_answers_for_null_and_empty() -> None:
    import sqlite3

    connection = sqlite3.connect(":memory:")
    functions.register(connection)
    void = blob.encode(np.array([shapely.Polygon()], dtype=object), 4490)[0]
    answer = connection.execute(
        "SELECT ST_IsEmpty(NULL), ST_MinX(NULL), ST_IsEmpty(?1), ST_MaxY(?1), bbox_intersects(NULL, 0, 0, 1, 1)",
        (void,),
    ).fetchone()
    assert answer == (None, None, 1, None, 0)
