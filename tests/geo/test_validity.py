"""Defects and repairs over the catalogue, and properties of repair on random shapes."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geoservice.geo.measure import area_m2
from geoservice.geo.validity import DEFECT_CODES, INVALID_CODES, defects, polygons_only, repair
from tests.fixtures.geometries import CASES, Case, at, box, geometries


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_each_case_has_its_defect_and_no_other(case: Case) -> None:
    found = defects([case.geometry])
    assert found.code.tolist() == ([case.defect] if case.defect else [])
    assert set(found.code) <= set(DEFECT_CODES)
    invalid = case.geometry is not None and not case.geometry.is_valid
    assert invalid == bool(set(found.code) & INVALID_CODES)


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_each_case_is_mended_only_where_one_way_exists(case: Case) -> None:
    mended = repair([case.geometry])
    if case.repair == "sound":
        assert mended.empty
        return
    (row,) = mended.itertuples()
    assert row.unambiguous == (case.repair == "unambiguous"), row.what
    if row.geometry is not None:
        assert row.geometry.is_valid
        assert defects([row.geometry]).empty
        assert row.area_after_m2 == pytest.approx(area_m2([row.geometry])[0])
    if row.unambiguous:
        assert abs(row.area_after_m2 - row.area_before_m2) <= min(1e-4 * row.area_after_m2, 1.0)


def test_rows_are_positions_and_stay_sorted() -> None:
    array = geometries("plain", "bow_tie", "null", "tiny_hole", "empty", "self_touching_ring")
    found = defects(array)
    assert found.row.tolist() == [1, 2, 3, 4, 5]
    assert repair(array).row.tolist() == [1, 5]
    assert defects(geometries("plain")).columns.tolist() == ["row", "code", "reason", "x", "y"]
    assert defects([]).empty
    assert repair([]).empty


def test_defects_say_where() -> None:
    array = geometries("bow_tie", "repeated_point", "spike", "tiny_hole", "hole_outside")
    places = defects(array)[["x", "y"]].to_numpy()
    expected = at((50, 40), (100, 0), (130, 40.005), (20.25, 20.25), (150, 0))
    assert places == pytest.approx(np.array(expected), abs=2e-8)


def test_one_geometry_may_have_several_remarks() -> None:
    ring = at((0, 0), (100, 0), (100, 0), (100, 40), (130, 40.005), (100, 40.01), (100, 80), (0, 80))
    both = shapely.Polygon(ring, [box(20, 20, 20.5, 20.5).exterior.coords])
    assert sorted(defects([both]).code) == ["duplicate_points", "spike", "tiny_hole"]


def test_a_spike_at_the_first_point_is_seen() -> None:
    ring = at((130, 40.005), (100, 40.01), (100, 80), (0, 80), (0, 0), (100, 0), (100, 40))
    assert defects([shapely.Polygon(ring)]).code.tolist() == ["spike"]


def test_a_repair_keeps_the_bay_of_a_ring_that_touches_itself() -> None:
    mended = repair(geometries("self_touching_ring")).geometry[0]
    assert mended.area == pytest.approx(box(0, 0, 100, 80).area * (1 - 800 / 8000), rel=1e-6)


def test_a_repair_drops_what_has_no_width() -> None:
    assert repair(geometries("flat_spike")).geometry[0].equals(box(0, 0, 100, 80))


def test_a_lost_dimension_is_never_unambiguous() -> None:
    for broken in (*geometries("collapsed", "two_points"), shapely.LineString([(117, 34), (117, 34)])):
        (row,) = repair([broken]).itertuples()
        assert not row.unambiguous
        assert row.geometry is None


def test_slips_are_mended_and_lobes_are_not() -> None:
    """The same crossing at growing size: below the tolerance it is a slip, above it a question."""
    for size, slip in ((0.05, True), (0.3, True), (3, False), (20, False)):
        ring = at((0, 0), (100, 0), (100, 80), (size, 80), (0, 80 + size), (size, 80 + size))
        (row,) = repair([shapely.Polygon(ring)]).itertuples()
        assert row.unambiguous == slip, size


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=3, max_size=9))
@settings(max_examples=200)
def test_whatever_is_called_unambiguous_keeps_its_area(points: list[tuple[int, int]]) -> None:
    shape = shapely.Polygon(at(*[(x * 10.0, y * 10.0) for x, y in points]))
    for row in repair([shape]).itertuples():
        assert row.geometry is None or row.geometry.is_valid
        if row.unambiguous:
            net = float(area_m2([shape])[0])
            assert row.geometry.geom_type in {"Polygon", "MultiPolygon"}
            assert row.area_after_m2 == pytest.approx(net, rel=1e-4)
            assert not defects([row.geometry]).code.isin(INVALID_CODES).any()


@given(st.permutations(range(5)), st.integers(0, 4))
def test_repairing_repeated_points_changes_nothing_else(order: list[int], twice: int) -> None:
    points = at((0, 0), (50, -10), (100, 0), (100, 80), (0, 80))
    ring = [points[i] for i in sorted(order)]
    ring.insert(twice, ring[twice])
    (row,) = repair([shapely.Polygon(ring)]).itertuples()
    assert row.unambiguous
    assert row.geometry.equals(shapely.Polygon(points))
    assert shapely.get_num_coordinates(row.geometry) == 6


def test_polygons_only_keeps_polygons() -> None:
    mixed = shapely.GeometryCollection(
        [
            shapely.Point(117, 34),
            CASES["two_parts"].geometry,
            shapely.GeometryCollection([CASES["corner"].geometry]),
        ]
    )
    kept = polygons_only([mixed, *geometries("plain", "line", "null", "two_parts", "empty")])
    assert [None if g is None else g.geom_type for g in kept] == [
        "MultiPolygon",
        "Polygon",
        "Polygon",
        None,
        "MultiPolygon",
        "Polygon",
    ]
    assert len(kept[0].geoms) == 3
    assert kept[2].is_empty
