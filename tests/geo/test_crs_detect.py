"""Detection of reference systems: evidence or a question, never a guess."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import CRS

from geoservice.geo.bbox import Bbox
from geoservice.geo.crs import from_stored, gauss_kruger_epsg, to_stored
from geoservice.geo.crs_detect import CrsFinding, detect_crs
from geoservice.geo.zones import ZONE_NUMBERS

CITY: Bbox = (116.3, 33.7, 118.7, 34.9)
DEGREES = np.array([[117.1, 34.2], [117.3, 34.4]])


def metres(code: int, degrees: np.ndarray = DEGREES) -> np.ndarray:
    return shapely.get_coordinates(from_stored(shapely.points(degrees), code))


def codes(found: CrsFinding) -> list[str]:
    return [code for code, _, _ in found.warnings]


def test_a_declaration_that_fits_is_believed() -> None:
    for code in (4490, 4326, 4527, 4548, 4498, 4509, 3857, 32650):
        coords = DEGREES if code in {4490, 4326} else metres(code)
        found = detect_crs(coords, CRS.from_epsg(code), extent=CITY)
        assert (found.crs.to_epsg(), found.warnings, found.question, found.swap_axes) == (
            code,
            [],
            None,
            False,
        )
        assert any("declared" in line for line in found.evidence)


def test_a_bounding_box_serves_as_a_sample() -> None:
    assert detect_crs(np.array([117.1, 34.2, 117.3, 34.4]), None).crs.to_epsg() == 4490


def test_undeclared_degrees_in_china_are_geographic_and_may_be_gcj02() -> None:
    found = detect_crs(DEGREES, None)
    assert found.crs.to_epsg() == 4490
    assert codes(found) == ["maybe_gcj02"]


def test_undeclared_degrees_in_the_wrong_order_are_turned() -> None:
    found = detect_crs(DEGREES[:, ::-1], None)
    assert found.crs.to_epsg() == 4490
    assert found.swap_axes
    assert "axes_swapped" in codes(found)


def test_degrees_elsewhere_need_the_extent_because_both_orders_are_possible() -> None:
    boston = np.array([[-71.1, 42.36], [-71.0, 42.4]])
    assert "which is it?" in detect_crs(boston, None).question
    box = (-71.3, 42.2, -70.9, 42.5)
    assert not detect_crs(boston, None, extent=box).swap_axes
    assert detect_crs(boston[:, ::-1], None, extent=box).swap_axes
    assert detect_crs(boston, CRS.from_epsg(4326)).crs.to_epsg() == 4326


@given(width=st.sampled_from([3, 6]), data=st.data())
@settings(max_examples=60)
def test_eight_digits_name_their_zone(width: int, data: st.DataObject) -> None:
    zone = data.draw(st.sampled_from([z for z in ZONE_NUMBERS[width] if z > 15]))
    east = zone * 1e6 + data.draw(st.floats(360_000, 640_000))
    north = data.draw(st.floats(1_950_000, 5_900_000))
    swapped = data.draw(st.booleans())
    found = detect_crs([[north, east] if swapped else [east, north]], None)
    assert found.crs.to_epsg() == gauss_kruger_epsg("cgcs2000", width, zone, True)
    assert found.swap_axes == swapped
    assert "datum_assumed" in codes(found)


def test_zones_13_to_15_look_like_web_mercator() -> None:
    kashgar = np.array([[13_500_000.0, 4_370_000.0]])
    found = detect_crs(kashgar, None)
    assert found.crs is None
    assert "Pseudo-Mercator" in found.question
    assert "zone 13" in found.question
    assert detect_crs(kashgar, None, header_zone=13).crs.to_epsg() == 4491
    assert detect_crs(kashgar, None, extent=(74, 38, 77, 41)).crs.to_epsg() == 4491
    mercator = detect_crs(kashgar, None, extent=(120, 36, 122, 37))
    assert mercator.crs.to_epsg() == 3857
    assert codes(mercator) == ["web_mercator"]


def test_six_digits_need_a_zone() -> None:
    coords = metres(4548)
    found = detect_crs(coords, None)
    assert found.crs is None
    assert "带号" in found.question
    assert detect_crs(coords, None, header_zone=39).crs.to_epsg() == 4548
    assert detect_crs(coords, None, header_zone=20).crs.to_epsg() == 4509


def test_the_extent_finds_the_meridian_of_six_digits() -> None:
    found = detect_crs(metres(4548), None, extent=CITY)
    assert found.crs.to_epsg() == 4548
    assert any("extent" in line for line in found.evidence)
    turned = detect_crs(metres(4548)[:, ::-1], None, extent=CITY)
    assert (turned.crs.to_epsg(), turned.swap_axes) == (4548, True)


def test_an_extent_over_two_meridians_does_not_decide() -> None:
    found = detect_crs(metres(4548), None, extent=(110, 30, 125, 38))
    assert found.crs is None
    assert found.question


def test_a_header_zone_no_such_zone_asks() -> None:
    assert detect_crs(metres(4548), None, header_zone=99).crs is None


def test_a_declared_zone_against_the_eastings_is_a_question() -> None:
    coords = metres(4528, np.array([[119.1, 34.2], [119.3, 34.4]]))
    found = detect_crs(coords, CRS.from_epsg(4527))
    assert found.crs is None
    assert "contradict" in found.question
    assert "zone 40" in found.question or "Gauss-Kruger" in found.question
    settled = detect_crs(coords, CRS.from_epsg(4527), extent=(118.6, 33.9, 119.9, 34.9))
    assert settled.crs.to_epsg() == 4528
    assert "zone_contradiction" in codes(settled)


def test_a_header_against_the_eastings_is_a_question() -> None:
    coords = metres(4527)
    assert detect_crs(coords, None, header_zone=40).crs is None
    settled = detect_crs(coords, None, header_zone=40, extent=CITY)
    assert settled.crs.to_epsg() == 4527
    assert "zone_contradiction" in codes(settled)


def test_the_number_before_the_easting_is_put_right() -> None:
    missing = detect_crs(metres(4548), CRS.from_epsg(4527))
    assert (missing.crs.to_epsg(), codes(missing)) == (4548, ["easting_lacks_zone"])
    present = detect_crs(metres(4527), CRS.from_epsg(4548))
    assert (present.crs.to_epsg(), codes(present)) == (4527, ["easting_has_zone"])


def test_swapped_axes_of_a_declared_zone_are_turned() -> None:
    found = detect_crs(metres(4527)[:, ::-1], CRS.from_epsg(4527))
    assert (found.crs.to_epsg(), found.swap_axes, codes(found)) == (4527, True, ["axes_swapped"])


def test_swapped_degrees_of_a_declared_system_are_turned() -> None:
    found = detect_crs(DEGREES[:, ::-1], CRS.from_epsg(4326))
    assert (found.swap_axes, codes(found)) == (True, ["axes_swapped"])


def test_degrees_called_metres_and_metres_called_degrees() -> None:
    degrees = detect_crs(DEGREES, CRS.from_epsg(4527))
    assert (degrees.crs.to_epsg(), codes(degrees)) == (4490, ["degrees_not_metres"])
    called = detect_crs(metres(4527), CRS.from_epsg(4490))
    assert (called.crs.to_epsg(), codes(called)) == (4527, ["metres_not_degrees"])
    wgs = detect_crs(metres(4527), CRS.from_epsg(4326))
    assert (wgs.crs.to_epsg(), set(codes(wgs))) == (4527, {"metres_not_degrees", "datum_assumed"})


def test_degrees_under_a_home_made_projection_are_not_its_metres() -> None:
    own = CRS.from_proj4("+proj=tmerc +lon_0=118.33333 +x_0=50000 +y_0=-3000000 +ellps=GRS80 +type=crs")
    found = detect_crs(DEGREES, own)
    assert found.crs.is_geographic
    assert codes(found) == ["degrees_not_metres"]


def test_a_declared_old_datum_keeps_its_datum() -> None:
    found = detect_crs(metres(4548), CRS.from_epsg(2363))
    assert found.crs.to_epsg() == 2384


def test_beyond_the_edge_of_the_zone_is_a_warning() -> None:
    coords = metres(4527, np.array([[118.4, 34.2], [119.0, 34.4]]))
    found = detect_crs(coords, CRS.from_epsg(4527))
    assert found.crs.to_epsg() == 4527
    assert [(c, v) for c, _, v in found.warnings] == [("out_of_zone", pytest.approx(0.5, abs=0.01))]


def test_outside_the_extent_is_a_warning_about_a_fitting_declaration() -> None:
    found = detect_crs(DEGREES + 5, CRS.from_epsg(4490), extent=CITY)
    assert found.crs.to_epsg() == 4490
    assert codes(found) == ["outside_extent"]


def test_a_stray_point_does_not_overturn_a_declaration() -> None:
    coords = np.vstack([np.repeat(metres(4527), 20, axis=0), [[0.0, 0.0]]])
    found = detect_crs(coords, CRS.from_epsg(4527))
    assert found.crs.to_epsg() == 4527
    assert [(c, v) for c, _, v in found.warnings] == [("stray_coordinates", 1)]


def test_mixed_coordinates_are_a_question_that_names_the_mixture() -> None:
    found = detect_crs(np.vstack([metres(4527), DEGREES]), None)
    assert found.crs is None
    assert "degrees" in found.question
    assert "zone 39" in found.question
    two = detect_crs([[39_500_000, 3_800_000], [40_500_000, 3_800_000]], None)
    assert "zone 39" in two.question
    assert "zone 40" in two.question


@pytest.mark.parametrize("coords", [np.empty((0, 2)), [[np.nan, 1.0]], [[np.inf, np.inf]]])
def test_nothing_to_look_at_is_a_question(coords: np.ndarray) -> None:
    assert detect_crs(coords, CRS.from_epsg(4490)).question


@pytest.mark.parametrize(
    "coords", [[[12.5, 8.25]], [[1234.0, 987.0]], [[1e9, 1e9]], [[700_000.0, 900_000.0]]]
)
def test_local_drawings_are_never_guessed(coords: list[list[float]]) -> None:
    found = detect_crs(coords, None, extent=CITY)
    assert found.crs is None
    assert found.question


@given(
    lon=st.floats(116.4, 118.6),
    lat=st.floats(33.8, 34.8),
    code=st.sampled_from([4490, 4527, 4548, 4498, 4509]),
)
@settings(max_examples=60)
def test_what_is_decided_within_the_extent_lands_there(lon: float, lat: float, code: int) -> None:
    truth = np.array([[lon, lat]])
    coords = truth if code == 4490 else metres(code, truth)
    found = detect_crs(coords, None, extent=CITY)
    placed = shapely.get_coordinates(to_stored(shapely.points(coords), found.crs))
    assert placed == pytest.approx(truth, abs=1e-7)
