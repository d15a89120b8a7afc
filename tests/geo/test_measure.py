"""Areas and lengths against pyproj.Geod, and against equal-area planes where Geod loses digits."""

from __future__ import annotations

import math

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod, Transformer

from geoservice.geo import measure
from geoservice.geo.crs import from_stored
from tests.fixtures.geometries import CASES, geometries

GEOD = Geod(ellps="GRS80")
places = st.tuples(st.floats(73, 135), st.floats(3, 54))
seeds = st.integers(0, 2**32 - 1)


def blob(place: tuple[float, float], radius_deg: float, seed: int, points: int = 9) -> shapely.Polygon:
    """Return a star-shaped polygon of random radii round a place: concave, but never thin."""
    random = np.random.default_rng(seed)
    angle = np.linspace(0, 2 * np.pi, points, endpoint=False)
    radius = radius_deg * random.uniform(0.4, 1.0, points)
    return shapely.Polygon(
        np.column_stack([place[0] + radius * np.cos(angle), place[1] + radius * np.sin(angle)])
    )


def geodesic(polygon: shapely.Polygon) -> float:
    return abs(GEOD.geometry_area_perimeter(polygon)[0])


@given(place=places, radius=st.floats(2e-4, 0.025), seed=seeds)
def test_parcels_agree_with_geod_to_a_millionth(place: tuple[float, float], radius: float, seed: int) -> None:
    polygon = blob(place, radius, seed)
    assert measure.area_m2([polygon])[0] == pytest.approx(geodesic(polygon), rel=1e-6)


@given(place=places, radius=st.floats(1, 5), seed=seeds)
def test_provinces_agree_with_geod_to_two_in_ten_thousand(
    place: tuple[float, float], radius: float, seed: int
) -> None:
    polygon = blob(place, radius, seed)
    assert measure.area_m2([polygon])[0] == pytest.approx(geodesic(polygon), rel=2e-4)


@given(place=places, radius=st.floats(1e-6, 2e-4), seed=seeds)
@settings(max_examples=40)
def test_the_smallest_plots_agree_with_a_local_equal_area_plane(
    place: tuple[float, float], radius: float, seed: int
) -> None:
    polygon = blob(place, radius, seed)
    plane = f"+proj=laea +lon_0={place[0]} +lat_0={place[1]} +ellps=GRS80 +type=crs"
    local = Transformer.from_crs("+proj=longlat +ellps=GRS80 +type=crs", plane, always_xy=True)
    expected = shapely.transform(polygon, lambda c: np.column_stack(local.transform(*c.T))).area
    assert measure.area_m2([polygon])[0] == pytest.approx(expected, rel=2e-7)


@given(place=places, seed=seeds)
def test_neighbours_add_up(place: tuple[float, float], seed: int) -> None:
    """Cut along a straight line of the middle meridian; both pieces together are the whole."""
    west = shapely.box(place[0] - 0.01, place[1], place[0], place[1] + 0.01)
    east = shapely.box(place[0], place[1], place[0] + 0.01, place[1] + 0.01)
    with_vertex = shapely.Polygon([*west.exterior.coords[:-1], *east.exterior.coords[:-1]]).convex_hull
    whole = shapely.union(west, east)
    assert with_vertex.area == pytest.approx(whole.area)
    assert measure.area_m2([west, east]).sum() == pytest.approx(measure.area_m2([whole])[0], rel=1e-10)


@given(place=places, radius=st.floats(0.001, 2), seed=seeds, cut=st.floats(-0.3, 0.3))
@settings(max_examples=60)
def test_straight_areas_add_up_under_any_cut(
    place: tuple[float, float], radius: float, seed: int, cut: float
) -> None:
    polygon = blob(place, radius, seed)
    west, south, east, north = polygon.bounds
    middle = (west + east) / 2 + cut * (east - west)
    pieces = [
        shapely.clip_by_rect(polygon, west, south, middle, north),
        shapely.clip_by_rect(polygon, middle, south, east, north),
    ]
    assert measure.straight_area_m2(pieces).sum() == pytest.approx(
        measure.straight_area_m2([polygon])[0], rel=1e-9
    )


def test_straight_and_geodesic_areas_agree_for_parcels() -> None:
    lots = geometries("plain", "hole", "two_parts", "zone_border")
    assert measure.straight_area_m2(lots) == pytest.approx(measure.area_m2(lots), rel=3e-6)


@given(place=places, radius=st.floats(1e-4, 1), seed=seeds)
@settings(max_examples=50)
def test_direction_and_start_of_a_ring_do_not_matter(
    place: tuple[float, float], radius: float, seed: int
) -> None:
    polygon = blob(place, radius, seed)
    ring = np.roll(np.asarray(polygon.exterior.coords)[:-1], 3, axis=0)
    areas = measure.area_m2([polygon, polygon.reverse(), shapely.Polygon(ring)])
    assert areas == pytest.approx(np.repeat(areas[0], 3), rel=1e-9)


def test_holes_count_against_and_parts_for() -> None:
    plain, hole, island = measure.area_m2(geometries("plain", "hole", "island_in_hole"))
    inner, core = measure.area_m2([CASES["inside"].geometry, CASES["island_in_hole"].geometry.geoms[1]])
    assert hole == pytest.approx(plain - inner, rel=1e-9)
    assert island == pytest.approx(plain - 1600 / 400 * inner + core, rel=1e-5)
    nested = shapely.GeometryCollection(
        [shapely.GeometryCollection([CASES["two_parts"].geometry]), shapely.Point(0, 0)]
    )
    assert measure.area_m2([nested]) == pytest.approx(measure.area_m2(geometries("two_parts")))


def test_what_has_no_area_has_none() -> None:
    assert measure.area_m2(geometries("point", "line", "empty", "empty_multi")).tolist() == [0, 0, 0, 0]
    assert np.isnan(measure.area_m2([None])[0])
    assert np.isnan(measure.planar_area_m2([None])[0])
    assert np.isnan(measure.length_m([None])[0])
    assert measure.planar_area_m2(geometries("point", "line", "empty")).tolist() == [0, 0, 0]
    assert measure.area_m2([]).size == measure.planar_area_m2([]).size == measure.length_m([]).size == 0


@pytest.mark.parametrize(
    ("longitude", "zone"),
    [(117, 39), (118.49, 39), (118.5, 40), (120, 40), (0, 0), (-1.4, 0), (-71.1, 96), (180, 60)],
)
def test_the_zone_is_that_of_the_middle(longitude: float, zone: int) -> None:
    assert measure.zone_number([shapely.Point(longitude, 34)]).tolist() == [zone]


def test_planar_area_is_that_of_the_zone_a_survey_would_use() -> None:
    plain, border = geometries("plain", "zone_border")
    assert measure.planar_area_m2([plain])[0] == pytest.approx(from_stored([plain], 4527)[0].area, rel=1e-9)
    assert measure.planar_area_m2([border])[0] == pytest.approx(from_stored([border], 4527)[0].area, rel=1e-9)
    assert measure.planar_area_m2([border])[0] != pytest.approx(from_stored([border], 4528)[0].area, rel=1e-8)
    away = CASES["west_of_greenwich"].geometry
    assert measure.planar_area_m2([away])[0] == pytest.approx(measure.area_m2([away])[0], rel=4e-4)


def test_planar_exceeds_ellipsoidal_most_at_the_edge_of_a_zone() -> None:
    edges = [shapely.box(lon, 34, lon + 0.001, 34.001) for lon in (117.0, 117.75, 118.498)]
    ratio = measure.planar_area_m2(edges) / measure.area_m2(edges) - 1
    assert ratio[0] == pytest.approx(0, abs=1e-8)
    assert ratio[0] < ratio[1] < ratio[2] < 5e-4
    # Twice the scale error of a point: (Δλ cos φ)² / 1 at the edge.
    assert ratio[2] == pytest.approx((math.radians(1.4985) * math.cos(math.radians(34))) ** 2, rel=0.02)


@given(place=places, radius=st.floats(1e-4, 1), seed=seeds)
@settings(max_examples=40)
def test_lengths_agree_with_geod(place: tuple[float, float], radius: float, seed: int) -> None:
    polygon = blob(place, radius, seed)
    perimeter = abs(GEOD.geometry_area_perimeter(polygon)[1])
    assert measure.length_m([polygon, polygon.exterior]) == pytest.approx([perimeter, perimeter], rel=1e-10)


def test_lengths_of_mixed_things_keep_their_rows() -> None:
    array = geometries("point", "line", "hole", "two_parts", "null")
    lengths = measure.length_m(array)
    assert lengths[:4] == pytest.approx([0, 100, 360 + 80, 360 + 260], rel=3e-4)
    assert np.isnan(lengths[4])
