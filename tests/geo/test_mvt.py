"""Vector tiles: what is written is read back; shapes keep their coverage, winding and place."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geoservice.geo.mvt import encode_layer
from geoservice.geo.mvt_commands import commands
from geoservice.geo.mvt_decode import TileInvalid, decode
from geoservice.geo.mvt_grid import BUFFER, EXTENT, Tile, tile_at, to_degrees, to_units
from geoservice.geo.mvt_shapes import prepare
from geoservice.geo.mvt_wire import varint, varints, zigzag

TILE = tile_at(119.5, 33.2, 14)
FRAME = shapely.box(-BUFFER, -BUFFER, EXTENT + BUFFER, EXTENT + BUFFER)


def in_degrees(shape: shapely.Geometry, tile: Tile = TILE) -> shapely.Geometry:
    """Place a shape drawn in tile units on the earth."""
    return shapely.transform(shape, lambda units: to_degrees(tile, units))


def drawn(*shapes: shapely.Geometry, tile: Tile = TILE) -> list[shapely.Geometry]:
    """Encode shapes given in tile units and read them back."""
    placed = np.array([in_degrees(shape, tile) for shape in shapes], dtype=object)
    body = encode_layer(tile, "shapes", placed, {})
    return [feature.geometry for feature in decode(body).get("shapes", [])]


@given(st.lists(st.integers(0, 2**32 - 1), max_size=50))
def test_many_varints_are_the_single_ones(numbers: list[int]) -> None:
    body, starts = varints(np.array(numbers, dtype=np.uint32))
    assert body == b"".join(varint(number) for number in numbers)
    assert [body[a:b] for a, b in itertools.pairwise(starts)] == [varint(n) for n in numbers]


def test_zigzag_folds_as_the_specification_says() -> None:
    assert zigzag(np.array([0, -1, 1, -2, 2147483647, -2147483648])).tolist() == [
        0,
        1,
        2,
        3,
        4294967294,
        4294967295,
    ]


@given(st.integers(0, 22), st.floats(-179.9, 179.9), st.floats(-85, 85))
def test_a_point_lies_in_its_tile_and_comes_back(z: int, lon: float, lat: float) -> None:
    tile = tile_at(lon, lat, z)
    assert tile.exists
    west, south, east, north = tile.bounds(buffer=1e-3)
    assert west <= lon <= east and south <= lat <= north
    units = to_units(tile, np.array([[lon, lat]]))
    assert np.allclose(to_degrees(tile, units), [[lon, lat]], atol=1e-9)


def test_tiles_outside_the_grid_do_not_exist() -> None:
    assert [Tile(*place).exists for place in ((-1, 0, 0), (0, 1, 0), (3, 0, 8), (3, 7, 7), (23, 0, 0))] == [
        False,
        False,
        False,
        True,
        False,
    ]


def test_the_example_of_the_specification() -> None:
    ring = shapely.Polygon([(3, 6), (8, 12), (20, 34), (3, 6)])
    assert commands(np.array([ring], dtype=object), np.array([2]))[0] == bytes(
        [9, 6, 12, 18, 10, 12, 24, 44, 15]
    )
    lines = shapely.MultiLineString([[(2, 2), (2, 10), (10, 10)], [(1, 1), (3, 5)]])
    expected = [9, 4, 4, 18, 0, 16, 16, 0, 9, 17, 17, 10, 4, 8]
    assert commands(np.array([lines], dtype=object), np.array([1]))[0] == bytes(expected)
    points = shapely.MultiPoint([(5, 7), (3, 2)])
    assert commands(np.array([points], dtype=object), np.array([0]))[0] == bytes([17, 10, 14, 3, 9])


values = st.one_of(
    st.none(), st.text(), st.booleans(), st.integers(-(2**62), 2**62), st.floats(allow_nan=False)
)


@given(st.lists(st.fixed_dictionaries({"一": values, "two": values}), min_size=1, max_size=20))
def test_attributes_come_back_with_their_types(rows: list[dict[str, object]]) -> None:
    points = np.array([in_degrees(shapely.Point(i, i)) for i in range(len(rows))], dtype=object)
    columns = {name: [row[name] for row in rows] for name in ("一", "two")}
    body = encode_layer(TILE, "层", points, columns, ids=list(range(len(rows))))  # type: ignore[arg-type]
    read = decode(body)["层"]
    assert [feature.id for feature in read] == list(range(len(rows)))
    for feature, row in zip(read, rows, strict=True):
        held = {name: value for name, value in row.items() if value is not None}
        assert feature.properties == held
        assert {n: type(v) for n, v in feature.properties.items()} == {n: type(v) for n, v in held.items()}


corners = st.tuples(st.integers(-3000, 7000), st.integers(-3000, 7000))


@settings(max_examples=60)
@given(st.lists(corners, min_size=3, max_size=12), st.lists(corners, min_size=3, max_size=12))
def test_clipped_polygons_keep_their_coverage_and_winding(
    one: list[tuple[int, int]], other: list[tuple[int, int]]
) -> None:
    hull = shapely.convex_hull(shapely.MultiPoint(one))
    shape = hull.difference(shapely.convex_hull(shapely.MultiPoint(other)).buffer(-50))
    if shape.geom_type not in ("Polygon", "MultiPolygon") or shape.area < 1000:
        return
    expected = shape.intersection(FRAME)
    read = drawn(shape)
    if expected.area == 0:
        assert read == []
        return
    assert len(read) == 1
    # Rounding moves an edge by less than a unit: what differs lies within a unit of the outline.
    assert read[0].is_valid
    difference = read[0].symmetric_difference(expected)
    outline = expected.boundary.buffer(2).union(read[0].boundary.buffer(2))
    assert difference.difference(outline).area == 0
    assert difference.area <= 2 * (expected.length + 8)


def test_rings_wind_as_the_specification_asks() -> None:
    shell, hole = shapely.box(100, 100, 900, 900), shapely.box(300, 300, 500, 500)
    for winding in (False, True):
        shape = shapely.orient_polygons(shell.difference(hole), exterior_cw=winding)
        prepared, _ = prepare(TILE, np.array([in_degrees(shape)], dtype=object))
        assert prepared[0].exterior.is_ccw and not prepared[0].interiors[0].is_ccw
        assert drawn(shape)[0].equals(shape)


@pytest.mark.parametrize("size", [0.001, 0.2, 1.0])
def test_nothing_small_is_lost(size: float) -> None:
    at = shapely.Point(1000.3, 2000.4)
    spot = shapely.box(at.x, at.y, at.x + size, at.y + size)
    dash = shapely.LineString([(at.x, at.y), (at.x + size, at.y)])
    polygon, line, point = drawn(spot, dash, at)
    assert polygon.area >= 1 and polygon.distance(at) < 2
    assert line.length >= 1 and line.distance(at) < 2
    assert point.equals(shapely.Point(1000, 2000))


def test_a_polygon_larger_than_the_tile_fills_it() -> None:
    assert drawn(shapely.box(-1e5, -1e5, 1e5, 1e5))[0].equals(FRAME)


def test_lines_and_points_are_cut_at_the_buffer() -> None:
    line = drawn(shapely.LineString([(-500, 100), (9000, 100)]))[0]
    assert line.equals(shapely.LineString([(-BUFFER, 100), (EXTENT + BUFFER, 100)]))
    points = drawn(shapely.MultiPoint([(10, 10), (20, 20), (9000, 10)]))[0]
    assert points.equals(shapely.MultiPoint([(10, 10), (20, 20)]))


def test_outside_missing_and_empty_shapes_make_no_tile() -> None:
    shapes = [in_degrees(shapely.box(9000, 9000, 9100, 9100)), None, shapely.Polygon()]
    assert encode_layer(TILE, "x", np.array(shapes, dtype=object), {"a": ["1", "2", "3"]}) == b""
    assert encode_layer(TILE, "x", np.array([], dtype=object), {}) == b""
    assert decode(b"") == {}


def test_a_collection_is_drawn_kind_by_kind() -> None:
    mixed = shapely.GeometryCollection(
        [shapely.Point(5, 5), shapely.LineString([(0, 0), (9, 9)]), shapely.box(20, 20, 40, 40)]
    )
    after = shapely.Point(7, 7)
    shapes = np.array([in_degrees(mixed), in_degrees(after)], dtype=object)
    read = decode(encode_layer(TILE, "x", shapes, {"name": ["甲", "乙"]}))["x"]
    assert [(f.properties["name"], f.geometry.geom_type) for f in read] == [
        ("甲", "Point"),
        ("甲", "LineString"),
        ("甲", "Polygon"),
        ("乙", "Point"),
    ]


def test_a_broken_polygon_is_drawn_all_the_same() -> None:
    bow = shapely.Polygon([(-500, 0), (500, 500), (500, 0), (-500, 500), (-500, 0)])
    read = drawn(bow)[0]
    assert read.is_valid and read.area > 0


def test_many_vertices_are_thinned_without_moving_the_outline() -> None:
    circle = shapely.Point(2000, 2000).buffer(1000, quad_segs=2000)
    read = drawn(circle)[0]
    assert shapely.get_num_coordinates(read) < 500
    assert read.hausdorff_distance(circle) < 2


@pytest.mark.parametrize("body", [b"\x1a", b"\x1a\x05ab", b"\x1a\x02\x78\x01", b"\xff\xff"])
def test_what_is_no_tile_is_refused(body: bytes) -> None:
    with pytest.raises(TileInvalid):
        decode(body)
