"""Rings to polygons by containment."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geoservice.geo.errors import GeometryUnreadable
from geoservice.geo.structure import count_parts_holes, parts_and_holes, ring_defects, rings_to_polygons
from tests.fixtures.geometries import CASES, geometries, rectangle

NAMES = ["plain", "hole", "island_in_hole", "two_parts", "parts_touching_in_a_point", "hole_touching_shell"]


def rings_of(geometry: shapely.Geometry) -> list[np.ndarray]:
    polygons = shapely.get_parts(geometry)
    return [shapely.get_coordinates(ring) for ring in shapely.get_rings(polygons)]


@pytest.mark.parametrize("name", NAMES)
@given(data=st.data())
@settings(max_examples=20)
def test_order_direction_closing_and_numbering_of_rings_do_not_matter(name: str, data: st.DataObject) -> None:
    geometry = CASES[name].geometry
    rings = data.draw(st.permutations(rings_of(geometry)))
    rings = [ring[::-1] if data.draw(st.booleans()) else ring for ring in rings]
    rings = [ring[:-1] if data.draw(st.booleans()) else ring for ring in rings]
    built = rings_to_polygons(rings)
    assert built.is_valid
    assert built.equals(geometry)
    assert count_parts_holes(built) == count_parts_holes(geometry)


@given(st.integers(1, 9))
def test_nested_rings_alternate(depth: int) -> None:
    rings = [rectangle(i * 5, i * 5, 200 - i * 5, 200 - i * 5) for i in range(depth)]
    built = rings_to_polygons(rings)
    assert built.is_valid
    assert count_parts_holes(built) == ((depth + 1) // 2, depth // 2)


def test_many_rings_are_sorted_out() -> None:
    cells = [(x * 10, y * 10) for x in range(40) for y in range(40)]
    rings = [rectangle(x, y, x + 8, y + 8) for x, y in cells] + [
        rectangle(x + 2, y + 2, x + 5, y + 5) for x, y in cells
    ]
    assert count_parts_holes(rings_to_polygons(rings)) == (1600, 1600)


def test_a_repeated_ring_is_ignored_and_reported() -> None:
    ring = rectangle(0, 0, 100, 80)
    assert count_parts_holes(rings_to_polygons([ring, ring[::-1]])) == (1, 0)
    assert ring_defects([[*ring, ring[0]], [*ring[::-1], ring[-1]]]).code.tolist() == ["duplicate_ring"]


def test_crossing_rings_are_built_as_they_are() -> None:
    assert not rings_to_polygons([rectangle(0, 0, 100, 80), rectangle(50, 0, 150, 80)]).is_valid


@pytest.mark.parametrize(
    ("rings", "what"),
    [
        ([], "at least one ring"),
        ([[(0, 0), (1, 1)]], "Ring 0 has fewer than three"),
        ([rectangle(0, 0, 1, 1), [(0, 0), (1, 1), (0, 0), (1, 1)]], "Ring 1 has fewer than three"),
        ([[(0, 0), (1, float("nan")), (1, 1)]], "no number"),
    ],
)
def test_what_is_no_ring_is_refused_by_number(rings: list, what: str) -> None:
    with pytest.raises(GeometryUnreadable, match=what):
        rings_to_polygons(rings)


def test_odd_rings_are_reported() -> None:
    found = ring_defects(
        [
            [*rectangle(0, 0, 9, 9), rectangle(0, 0, 9, 9)[0]],
            rectangle(20, 0, 29, 9),
            [(0, 0), (1, 1)],
            [(0, 0), (1, 0), (1, 0), (1, np.inf), (0, 0)],
            np.empty((0, 2)),
        ]
    )
    assert list(zip(found.row, found.code, strict=True)) == [
        (1, "unclosed"),
        (2, "too_few_points"),
        (3, "nonfinite"),
        (3, "duplicate_points"),
        (4, "too_few_points"),
    ]


def test_parts_and_holes_are_counted_by_row() -> None:
    parts, holes = parts_and_holes(
        geometries("plain", "null", "island_in_hole", "two_parts", "empty", "line")
    )
    assert parts.tolist() == [1, 0, 2, 2, 0, 0]
    assert holes.tolist() == [0, 0, 1, 0, 0, 0]
