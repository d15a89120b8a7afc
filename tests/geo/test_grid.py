"""The stored grid: idempotent, shared boundaries shared, valid stays valid."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geoservice.geo.grid import round_to, snap
from tests.fixtures.geometries import CASES, Case, geometries

coordinate = st.tuples(st.floats(117, 117.01), st.floats(34, 34.01))


def on_grid(geoms: np.ndarray) -> bool:
    coords = shapely.get_coordinates(geoms)
    return bool(
        (coords == np.array([[float(f"{x:.9f}"), float(f"{y:.9f}")] for x, y in coords]).reshape(-1, 2)).all()
    )


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_validity_is_kept_and_nothing_moves_more_than_the_grid(case: Case) -> None:
    (snapped,) = snap([case.geometry])
    assert (snapped is None) == (case.geometry is None)
    if snapped is None or case.defect == "nonfinite":
        return
    assert snapped.is_valid or not case.geometry.is_valid
    assert not snapped.has_z
    assert on_grid(snapped)
    if not snapped.is_empty:
        assert shapely.hausdorff_distance(snapped, case.geometry) <= 1e-9


@given(st.lists(coordinate, min_size=3, max_size=12))
@settings(max_examples=150)
def test_snapping_is_idempotent_on_the_decimal_grid_and_valid(points: list[tuple[float, float]]) -> None:
    shape = shapely.MultiPoint(points).convex_hull
    (once,) = snap([shape])
    assert on_grid(once)
    assert once.is_valid
    (again,) = snap([once])
    assert again.wkb == once.wkb


@given(st.lists(coordinate, min_size=4, max_size=30, unique=True), st.randoms())
@settings(max_examples=60)
def test_what_two_parcels_share_stays_the_same_numbers(
    points: list[tuple[float, float]], random: object
) -> None:
    """Delaunay triangles share all their edges; snapped one by one they still do, exactly."""
    triangles = np.array(list(shapely.delaunay_triangles(shapely.MultiPoint(points)).geoms), dtype=object)
    triangles = triangles[shapely.minimum_clearance(triangles) > 1e-7] if len(triangles) else triangles
    together = snap(triangles)
    alone = [snap([triangle])[0] for triangle in triangles]
    assert [g.wkb for g in together] == [g.wkb for g in alone]
    before, after = (_shared_edges(array) for array in (triangles, together))
    assert before == after


def _shared_edges(triangles: np.ndarray) -> int:
    edges = [
        frozenset([a, b])
        for t in triangles
        for a, b in zip(t.exterior.coords, t.exterior.coords[1:], strict=False)
    ]
    return len(edges) - len(set(edges))


def test_two_spellings_of_one_point_become_one() -> None:
    first, second = snap([shapely.Point(117.1 + 0.2, 34.3), shapely.Point(117.3, 34.2 + 0.1)])
    assert first.wkb == second.wkb


def test_minus_zero_is_zero() -> None:
    assert snap([shapely.Point(-1e-12, 0.0)])[0].wkb == shapely.Point(0.0, 0.0).wkb


def test_no_precision_is_stamped_on_the_result() -> None:
    assert shapely.get_precision(snap(geometries("plain", "hair"))).tolist() == [0, 0]


def test_what_the_grid_swallows_is_empty_and_points_made_equal_are_one() -> None:
    hair = shapely.box(117, 34, 117.001, 34 + 2e-10)
    assert snap([hair])[0].is_empty
    ring = [(117, 34), (117.001, 34), (117.001, 34 + 1e-10), (117.001, 34.001), (117, 34.001)]
    (merged,) = snap([shapely.Polygon(ring)])
    assert shapely.get_num_coordinates(merged) == 5


def test_a_narrow_waist_is_cut_rather_than_left_invalid() -> None:
    waist = shapely.Polygon([(0, 0), (2, 0), (1.00000000010, 1), (2, 2), (0, 2), (1, 1.0000000001)])
    assert waist.is_valid
    (rounded,) = round_to([waist], 3)
    assert rounded.is_valid
    assert rounded.area == pytest.approx(waist.area, abs=1e-3)
