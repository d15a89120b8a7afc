"""Gaps between neighbours: narrow ones are found, streets, corners, shared and divided edges are none."""

from __future__ import annotations

import math

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geoservice.geo.gaps import gaps_between, gaps_within

SIDE = 1e-3


def cell(column: float, row: float = 0, width: float = 1, height: float = 1) -> shapely.Polygon:
    """Return a cell of a grid of about 93 by 111 m at 33° N."""
    x, y = 119 + column * SIDE, 33 + row * SIDE
    return shapely.box(x, y, x + width * SIDE, y + height * SIDE)


def pairs(shapes: list[shapely.Geometry | None], width: float = 0.5) -> list[list[int]]:
    """Return the pairs with a gap."""
    return gaps_within(np.array(shapes, dtype=object), width, 5.0)[["left", "right"]].to_numpy().tolist()


def test_a_narrow_gap_is_found_with_its_area_and_width() -> None:
    table = gaps_within([cell(0, width=0.997), cell(1)], 0.5, 5.0)
    across = 0.003 * SIDE * 111_320 * math.cos(math.radians(33))
    assert table["width_m"].tolist() == [pytest.approx(across, rel=0.02)]
    assert table["area_m2"].tolist() == [pytest.approx(across * 110.9, rel=0.02)]
    assert shapely.covered_by(table["geometry"].iloc[0], shapely.box(119, 32.9999, 119.003, 33.0011))


@pytest.mark.parametrize(
    "shapes",
    [
        [cell(0), cell(1)],
        [cell(0), cell(1, 1)],
        [cell(0, width=0.9), cell(1)],
        [cell(0), cell(1, height=0.5), cell(1, 0.5, height=0.5)],
        [cell(0, width=0.997), cell(0.997, width=0.003), cell(1)],
        [cell(0), None, shapely.Polygon()],
        [cell(0), cell(0.5)],
    ],
    ids=["shared edge", "corner", "street", "divided edge", "filled", "absent", "overlap"],
)
def test_what_is_no_gap(shapes: list[shapely.Geometry | None]) -> None:
    assert pairs(shapes) == []


def test_gaps_to_another_layer() -> None:
    found = gaps_between([cell(0, width=0.997)], [cell(5), cell(1)], 0.5, 5.0)
    assert found[["left", "right"]].to_numpy().tolist() == [[0, 1]]
    assert len(gaps_between([cell(0)], [cell(1)], 0.5, 5.0)) == 0
    assert len(gaps_between([None], [cell(1)], 0.5, 5.0)) == 0


@settings(max_examples=25, deadline=None)
@given(angle=st.floats(0, 89), cut=st.floats(0.0006, 0.004))
def test_a_gap_is_found_in_any_direction(angle: float, cut: float) -> None:
    flat = [shapely.box(0, 0, 100 - cut * 1000 / 10, 80), shapely.box(100, 0, 200, 80)]
    turned = shapely.affinity.rotate(shapely.MultiPolygon(flat), angle, origin=(0, 0))
    squeeze = math.cos(math.radians(33))
    placed = shapely.transform(turned, lambda c: c / 111_195 / (squeeze, 1) + (119, 33))
    found = gaps_within(list(placed.geoms), 0.5, 5.0)
    assert len(found) == 1
    assert found["area_m2"].iloc[0] == pytest.approx(cut * 100 * 80, rel=0.02)
