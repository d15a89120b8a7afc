"""Reference systems: names, zones, refused datums, exact and repeatable transformation."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from pyproj import CRS, Transformer

from geoservice.geo import crs as geo_crs
from geoservice.geo.datum import datum_name
from geoservice.geo.errors import CoordinatesRefused, CrsUnknown, DatumRefused
from geoservice.geo.zones import ZONE_NUMBERS, central_meridian
from tests.fixtures.geometries import CASES, geometries

TABLE = [
    (datum, width, zone, numbered)
    for datum in ("cgcs2000", "xian80", "beijing54")
    for width, zones in ZONE_NUMBERS.items()
    for zone in zones
    for numbered in (True, False)
]
DATUM_CODES = {"cgcs2000": 4490, "xian80": 4610, "beijing54": 4214}
XIAN_ESRI = (
    'PROJCS["{name}",GEOGCS["GCS_Unnamed",DATUM["D_Unnamed",SPHEROID["{ellipsoid}",{axis},{flattening}]],'
    'PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]],PROJECTION["Gauss_Kruger"],'
    'PARAMETER["False_Easting",40500000.0],PARAMETER["False_Northing",0.0],PARAMETER["Central_Meridian",120.0],'
    'PARAMETER["Scale_Factor",1.0],PARAMETER["Latitude_Of_Origin",0.0],UNIT["Meter",1.0]]'
)


@pytest.mark.parametrize("datum", DATUM_CODES)
@pytest.mark.parametrize("width", [3, 6])
@pytest.mark.parametrize("numbered", [True, False])
def test_every_code_of_the_table_is_that_zone_in_proj(datum: str, width: int, numbered: bool) -> None:
    for zone in ZONE_NUMBERS[width]:
        found = CRS.from_epsg(geo_crs.gauss_kruger_epsg(datum, width, zone, numbered))
        values = {p.name: p.value for p in found.coordinate_operation.params}
        assert found.geodetic_crs.to_epsg() == DATUM_CODES[datum]
        assert values["Longitude of natural origin"] == central_meridian(width, zone)
        assert values["False easting"] == (zone * 1_000_000 if numbered else 0) + 500_000
        assert ("3-degree" in found.name) == (width == 3)
        assert not found.is_deprecated


@pytest.mark.parametrize(("datum", "width", "zone", "numbered"), TABLE)
def test_zone_of_crs_reads_back_what_the_code_means(
    datum: str, width: int, zone: int, numbered: bool
) -> None:
    found = geo_crs.zone_of_crs(CRS.from_epsg(geo_crs.gauss_kruger_epsg(datum, width, zone, numbered)))
    assert found == geo_crs.Zone(width, zone, central_meridian(width, zone), numbered)


@pytest.mark.parametrize("zone", [12, 24, 46])
def test_no_code_for_a_zone_outside_china(zone: int) -> None:
    for width in (3, 6):
        with pytest.raises(CrsUnknown, match="3° zones are 25 to 45"):
            geo_crs.gauss_kruger_epsg("cgcs2000", width, zone, True)


@pytest.mark.parametrize("name", ["EPSG:32650", "EPSG:4490", "EPSG:3857", "EPSG:2249"])
def test_other_systems_have_no_gauss_kruger_zone(name: str) -> None:
    assert geo_crs.zone_of_crs(CRS.from_user_input(name)) is None


def test_a_zone_is_read_from_parameters_whatever_the_name() -> None:
    wkt = CRS.from_epsg(4549).to_wkt().replace(CRS.from_epsg(4549).name, "某市独立坐标")
    assert geo_crs.zone_of_crs(CRS.from_wkt(wkt)) == geo_crs.Zone(3, 40, 120, False)


def test_the_width_of_esri_six_degree_zones_is_told_by_the_name() -> None:
    esri = CRS.from_wkt(CRS.from_epsg(4509).to_wkt("WKT1_ESRI"))
    assert geo_crs.zone_of_crs(esri) == geo_crs.Zone(6, 20, 117, False)
    three = CRS.from_wkt(CRS.from_epsg(4548).to_wkt("WKT1_ESRI"))
    assert geo_crs.zone_of_crs(three) == geo_crs.Zone(3, 39, 117, False)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (4490, 4490),
        ("4528", 4528),
        (" EPSG:4528\n", 4528),
        ("urn:ogc:def:crs:EPSG::4490", 4490),
        ("http://www.opengis.net/def/crs/EPSG/0/4490", 4490),
        (np.int64(4549), 4549),
    ],
)
def test_a_system_is_parsed_from_what_people_write(text: object, code: int) -> None:
    assert geo_crs.parse_crs(text).to_epsg() == code


def test_heights_are_cut_off_a_system() -> None:
    assert geo_crs.parse_crs("EPSG:4490+5737").to_epsg() == 4490
    assert geo_crs.parse_crs(4480).to_epsg() == 4490


@pytest.mark.parametrize(
    "text", ["", "  ", "nonsense", "EPSG:999999", None, True, 3.5, "EPSG:5737", "EPSG:4479"]
)
def test_an_unknown_or_vertical_system_is_refused_with_a_remedy(text: object) -> None:
    with pytest.raises(CrsUnknown) as caught:
        geo_crs.parse_crs(text)
    assert caught.value.remedy


@pytest.mark.parametrize("datum", ["xian80", "beijing54"])
def test_old_chinese_datums_are_refused_by_code(datum: str) -> None:
    codes = [geo_crs.gauss_kruger_epsg(datum, w, z, n) for d, w, z, n in TABLE if d == datum]
    for code in [DATUM_CODES[datum], *codes]:
        with pytest.raises(DatumRefused, match="null path"):
            geo_crs.refuse_datum(CRS.from_epsg(code))


@pytest.mark.parametrize(
    ("name", "ellipsoid", "axis", "flattening", "datum"),
    [
        ("Xian_1980_3_Degree_GK_Zone_40", "Nobody", 6378137.0, 298.257222101, "xian80"),
        ("Unnamed", "IAG_75", 6378140.0, 298.257, "xian80"),
        ("Unnamed", "Ball", 6378140.0, 298.257, "xian80"),
        ("Unnamed", "Krasovsky_1940", 6378245.0, 298.3, "beijing54"),
        ("Unnamed", "Ball", 6378245.0, 298.3, "beijing54"),
        ("北京54", "Nobody", 6378137.0, 298.257222101, "beijing54"),
    ],
)
def test_a_renamed_prj_does_not_slip_through(
    name: str, ellipsoid: str, axis: float, flattening: float, datum: str
) -> None:
    prj = XIAN_ESRI.format(name=name, ellipsoid=ellipsoid, axis=axis, flattening=flattening)
    assert datum_name(CRS.from_wkt(prj)) == datum
    with pytest.raises(DatumRefused):
        geo_crs.to_stored([shapely.Point(40_500_000, 3_800_000)], prj)


def test_towgs84_does_not_open_a_back_door() -> None:
    bound = "+proj=tmerc +lon_0=117 +x_0=500000 +ellps=krass +towgs84=15.8,-154.4,-82.3,0,0,0,0 +type=crs"
    with pytest.raises(DatumRefused):
        geo_crs.to_stored([shapely.Point(500_000, 3_800_000)], bound)


@pytest.mark.parametrize("name", ["EPSG:4490", "EPSG:4326", "OGC:CRS84", "EPSG:4269"])
def test_modern_degrees_pass_unchanged(name: str) -> None:
    point = shapely.Point(117.123456789012, 34.987654321098)
    assert geo_crs.to_stored([point], name)[0].equals(point)


@pytest.mark.parametrize("code", [4528, 4549, 4498, 4509, 2249, 26986, 3857, 32650, 6491])
def test_transformation_agrees_with_proj_itself(code: int) -> None:
    crs = CRS.from_epsg(code)
    area = crs.area_of_use
    lon, lat = (area.west + area.east) / 2, (area.south + area.north) / 2
    x, y = Transformer.from_crs(crs.geodetic_crs, crs, always_xy=True).transform(lon, lat)
    stored = geo_crs.to_stored([shapely.Point(x, y)], crs)[0]
    assert (stored.x, stored.y) == pytest.approx((lon, lat), abs=1e-10)


def test_feet_are_feet() -> None:
    lot = geo_crs.from_stored([CASES["west_of_greenwich"].geometry], 2249)[0]
    metres = geo_crs.from_stored([CASES["west_of_greenwich"].geometry], 26986)[0]
    assert lot.area * geo_crs.ground_unit_m(2249) ** 2 == pytest.approx(metres.area, rel=1e-9)
    assert geo_crs.ground_unit_m(26986) == 1.0
    assert geo_crs.ground_unit_m(4490) == pytest.approx(111_195, abs=1)


def test_an_old_datum_with_a_known_operation_is_shifted() -> None:
    # Hong Kong 1980 to WGS 84: about 270 m, EPSG operation 1825, accuracy 1 m.
    moved = geo_crs.to_stored([shapely.Point(114.178555, 22.312133)], 4611)[0]
    expected = Transformer.from_crs(4611, 4326, always_xy=True).transform(114.178555, 22.312133)
    assert (moved.x, moved.y) == pytest.approx(expected, abs=1e-9)
    assert abs(moved.x - 114.178555) > 1e-3
    back = geo_crs.from_stored([moved], 4611)[0]
    assert (back.x, back.y) == pytest.approx((114.178555, 22.312133), abs=1e-8)


def test_one_operation_serves_a_whole_call() -> None:
    """PROJ would pick an operation per point for NAD27; a boundary through two of its areas would tear."""
    west, east = shapely.box(-100, 40, -90, 50), shapely.box(-90, 40, -80, 50)
    first, second = geo_crs.to_stored([west, east], 4267)
    assert first.touches(second)


def test_a_datum_nobody_knows_is_refused() -> None:
    with pytest.raises(DatumRefused, match="No known way"):
        geo_crs.to_stored([shapely.Point(114.1, 22.3)], 4738)


@pytest.mark.parametrize(
    ("point", "crs", "what"),
    [
        (shapely.Point(40_500_000, float("inf")), 4528, "is not a finite number"),
        (shapely.Point(1e30, 1e30), 4528, "does not transform"),
        (shapely.Point(500_000, 3_800_000), 4490, "lies outside"),
        (shapely.Point(34.25, 117.2), 4490, "lies outside"),
    ],
)
def test_what_does_not_transform_is_named_by_row(point: shapely.Point, crs: int, what: str) -> None:
    good = shapely.Point(40_500_000, 3_800_000) if crs == 4528 else shapely.Point(117, 34)
    with pytest.raises(CoordinatesRefused, match=f"geometry 2 {what}"):
        geo_crs.to_stored([good, None, point, point], crs)


def test_missing_and_empty_geometries_stay_and_heights_go() -> None:
    stored = geo_crs.to_stored(geometries("null", "empty", "with_heights"), 4490)
    assert stored[0] is None
    assert stored[1].is_empty
    assert not stored[2].has_z
    assert geo_crs.to_stored([None], 4528).tolist() == [None]


@given(
    zone=st.sampled_from(range(25, 46)),
    east=st.floats(300_000, 700_000),
    north=st.floats(1_900_000, 5_900_000),
)
def test_there_and_back_within_a_tenth_of_a_millimetre(zone: int, east: float, north: float) -> None:
    point = shapely.Point(zone * 1e6 + east, north)
    back = geo_crs.from_stored(geo_crs.to_stored([point], 4488 + zone), 4488 + zone)[0]
    assert back.distance(point) < 1e-4
