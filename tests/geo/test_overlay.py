"""Overlays against brute force, and the rules that touching is not overlapping and shares add up."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geoservice.geo import overlay as module
from geoservice.geo.measure import area_m2
from geoservice.geo.overlay import largest_overlap, overlaps_within, overlay, subtract
from tests.fixtures.geometries import CASES, box, geometries, polygon

corner = st.tuples(st.integers(0, 12), st.integers(0, 12), st.integers(1, 6), st.integers(1, 6))
layers = st.lists(
    corner.map(lambda c: box(c[0] * 10, c[1] * 10, (c[0] + c[2]) * 10, (c[1] + c[3]) * 10)), max_size=12
)


def brute_force(left: list, right: list) -> dict[tuple[int, int], float]:
    pairs = {}
    for i, one in enumerate(left):
        for j, other in enumerate(right):
            area = float(area_m2([one.intersection(other)])[0])
            if area > 0.01:
                pairs[i, j] = area
    return pairs


@given(layers, layers, st.booleans())
@settings(max_examples=80)
def test_overlay_agrees_with_brute_force(left: list, right: list, geometry: bool) -> None:
    table = overlay(left, right, geometry=geometry)
    found = {(row.left, row.right): row.area_m2 for row in table.itertuples()}
    expected = brute_force(left, right)
    assert list(found) == sorted(expected)
    assert list(found.values()) == pytest.approx([expected[pair] for pair in found], rel=1e-5)
    assert ((table.share > 0) & (table.share <= 1)).all()
    if geometry and len(table):
        assert area_m2(table.geometry) == pytest.approx(table.area_m2, rel=1e-5)
        assert set(shapely.get_type_id(table.geometry.to_numpy())) <= {3, 6}


@given(layers)
@settings(max_examples=60)
def test_overlaps_within_agree_with_brute_force(layer: list) -> None:
    found = overlaps_within(layer, min_area_m2=0.01)
    pairs = list(zip(found.left, found.right, strict=True))
    assert pairs == sorted(pair for pair in brute_force(layer, layer) if pair[0] < pair[1])


@given(layers, st.integers(20, 100), st.integers(20, 100))
@settings(max_examples=60)
def test_shares_of_a_partition_add_up_to_one(left: list, x: int, y: int) -> None:
    quarters = [box(-10, -10, x, y), box(x, -10, 300, y), box(-10, y, x, 300), box(x, y, 300, 300)]
    shares = overlay(left, quarters).groupby("left").share.sum()
    assert shares.reindex(range(len(left))).to_numpy() == pytest.approx(np.ones(len(left)), abs=1e-9)


def test_shares_add_up_for_a_whole_district() -> None:
    district = [shapely.box(117, 34, 117.5, 34.4)]
    halves = [shapely.box(117, 34, 117.5, 34.13), shapely.box(117, 34.13, 117.5, 34.4)]
    table = overlay(district, halves)
    assert table.share.sum() == pytest.approx(1, abs=1e-12)
    # Further north a degree of longitude is shorter: planar degrees would say 0.325.
    assert table.share[0] == pytest.approx(0.3255, abs=1e-4)


def test_touching_is_not_overlapping() -> None:
    tiles = geometries("plain", "neighbour", "corner", "t_junction")
    assert overlaps_within(tiles).empty
    assert overlay(tiles[:1], tiles[1:]).empty
    assert overlay(tiles[:1], tiles[1:]).columns.tolist() == ["left", "right", "area_m2", "share"]


def test_slivers_are_dropped_by_area_alone() -> None:
    pair = geometries("plain", "sliver_overlap")
    assert overlaps_within(pair, 0.5).area_m2.tolist() == pytest.approx([0.8], rel=1e-3)
    assert overlaps_within(pair, 1.0).empty


def test_a_duplicate_overlaps_itself_wholly() -> None:
    twice = overlaps_within(geometries("plain", "plain"))
    assert twice.area_m2[0] == area_m2(geometries("plain"))[0]


def test_a_covered_polygon_has_exactly_its_own_area_and_geometry() -> None:
    table = overlay(geometries("inside", "plain"), geometries("plain"), [123.0, 456.0], geometry=True)
    assert table.area_m2.tolist() == [123.0, 456.0]
    assert table.share.tolist() == [1.0, 1.0]
    assert table.geometry[0] is CASES["inside"].geometry


def test_holes_are_not_land() -> None:
    assert overlay(geometries("inside"), geometries("hole")).empty
    hole_in = overlay(geometries("plain"), geometries("hole"))
    assert hole_in.share[0] == pytest.approx(0.95, rel=1e-4)


@pytest.mark.parametrize("name", ["null", "empty", "bow_tie", "nonfinite", "line", "point"])
def test_what_has_no_sound_area_is_passed_over(name: str) -> None:
    plain, strange = geometries("plain"), geometries(name)
    assert overlay(plain, strange).empty
    assert overlay(strange, plain).empty
    assert overlaps_within([*plain, *strange, *plain]).right.tolist() == [2]


def test_threads_change_nothing_but_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_CHUNK", 7)
    left = [box(x * 10, y * 10, x * 10 + 9, y * 10 + 9) for x in range(12) for y in range(12)]
    right = [box(x * 25 + 3, y * 25 + 3, x * 25 + 20, y * 25 + 20) for x in range(5) for y in range(5)]
    assert overlay(left, right, threads=2).equals(overlay(left, right))
    assert not overlay(left, right).empty


def test_each_lies_mostly_somewhere() -> None:
    zones = [box(0, 0, 100, 100), box(100, 0, 200, 100)]
    left = [
        box(10, 10, 20, 20),
        box(80, 0, 180, 50),
        box(50, 0, 150, 50),
        box(150, 50, 350, 100),
        box(500, 0, 510, 10),
        None,
        shapely.Point(box(140, 40, 160, 60).centroid),
        shapely.LineString([box(10, 0, 60, 10).exterior.coords[0], box(150, 0, 190, 10).exterior.coords[0]]),
        box(100, 0, 100.001, 50),
    ]
    assert largest_overlap(left, zones).tolist() == [0, 1, 0, -1, -1, -1, 1, 0, 1]
    assert largest_overlap(left, zones, min_share=0).tolist() == [0, 1, 0, 1, -1, -1, 1, 0, 1]
    assert largest_overlap(left, []).tolist() == [-1] * 9
    assert largest_overlap([], zones).size == 0


@given(layers, layers)
@settings(max_examples=60)
def test_largest_is_the_largest_of_the_overlay(left: list, right: list) -> None:
    winners = largest_overlap(left, right, min_share=0)
    table = overlay(left, right)
    for i, winner in enumerate(winners):
        mine = table[table.left == i]
        assert (winner == -1) == mine.empty
        if winner >= 0:
            assert mine[mine.right == winner].share.iloc[0] == pytest.approx(mine.share.max(), abs=1e-4)


@given(layers, layers)
@settings(max_examples=60)
def test_what_is_left_and_what_is_taken_are_the_whole(left: list, blockers: list) -> None:
    rest = subtract(left, [blockers] * len(left))
    assert (shapely.get_type_id(rest) >= 3).all()
    assert shapely.is_valid(rest).all()
    union = shapely.union_all(blockers)
    taken = shapely.area(shapely.intersection(np.array(left, dtype=object), union))
    assert shapely.area(rest) + taken == pytest.approx(shapely.area(left), abs=1e-15)
    assert not shapely.overlaps(shapely.buffer(rest, -1e-9), union).any()


def test_nothing_blocked_is_untouched_and_all_blocked_is_empty() -> None:
    plain = CASES["plain"].geometry
    rest = subtract([plain, plain, None, plain], [[], [box(-1, -1, 101, 81)], [plain], [None]])
    assert rest[0] is plain
    assert rest[1].is_empty
    assert rest[1].geom_type == "Polygon"
    assert rest[2] is None
    assert rest[3].equals(plain)


def test_leftover_lines_are_dropped() -> None:
    tee = shapely.union(box(0, 0, 100, 80), polygon((100, 40), (120, 40), (120, 60), (100, 60)))
    (rest,) = subtract([tee], [[CASES["plain"].geometry]])
    assert rest.geom_type == "Polygon"
    assert rest.area == pytest.approx(box(100, 40, 120, 60).area, rel=1e-6)


def test_groups_must_match() -> None:
    with pytest.raises(ValueError, match="1 polygons but 2 groups"):
        subtract(geometries("plain"), [[], []])
