"""The room on a real city's lots, as they are: invalid, empty, overlapping."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import shapely
from pyproj import Geod

from geoservice.geo.arrays import Geometries
from geoservice.geo.crs import from_stored, to_stored
from geoservice.geo.geojson import from_text, geometry_text
from geoservice.geo.grid import snap
from geoservice.geo.measure import area_m2, planar_area_m2
from geoservice.geo.overlay import largest_overlap, overlaps_within, overlay
from geoservice.geo.validity import INVALID_CODES, defects, repair

CITY = Path(__file__).parents[3] / "shared" / "data" / "cambridge"
pytestmark = pytest.mark.skipif(not CITY.exists(), reason=f"the real city is not there: {CITY}")


@pytest.fixture(scope="module")
def lots() -> Geometries:
    gpd = pytest.importorskip("geopandas")
    read = gpd.read_file(CITY / "parcels_fy2014.gpkg")
    return snap(to_stored(read.geometry, read.crs))


@pytest.fixture(scope="module")
def sound(lots: Geometries) -> Geometries:
    mended = lots.copy()
    repaired = repair(lots)
    mended[repaired.row] = repaired.geometry
    return mended


def test_every_bad_lot_is_found_and_most_mend_in_one_way(lots: Geometries) -> None:
    found, mended = defects(lots), repair(lots)
    invalid = found[found.code.isin(INVALID_CODES)]
    assert set(invalid.row) == set(np.flatnonzero(~shapely.is_valid(lots)))
    assert set(mended.row) == set(invalid.row)
    assert found.code.eq("empty").sum() == 1
    assert 20 < mended.unambiguous.sum() < len(mended)
    assert shapely.is_valid(mended.geometry.to_numpy()).all()


def test_areas_agree_with_geod(sound: Geometries) -> None:
    geod = Geod(ellps="GRS80")
    areas = area_m2(sound)
    some = np.flatnonzero(areas > 400)[::10]
    expected = [abs(geod.geometry_area_perimeter(shapely.orient_polygons(sound[row]))[0]) for row in some]
    np.testing.assert_allclose(areas[some], expected, rtol=1e-6)
    np.testing.assert_allclose(planar_area_m2(sound)[some], areas[some], rtol=5e-4)


def test_state_plane_feet_lead_back_to_the_same_lots(sound: Geometries) -> None:
    back = to_stored(from_stored(sound, 2249), 2249)
    moved = np.abs(shapely.get_coordinates(back) - shapely.get_coordinates(sound))
    assert moved.max() < 1e-9


def test_served_text_of_sound_lots_is_sound(sound: Geometries) -> None:
    texts = geometry_text(sound)
    served = from_text(texts)
    written = ~shapely.is_missing(served)
    assert written.sum() >= (area_m2(sound) > 0.01).sum()
    assert shapely.is_valid(served[written]).all()


def test_overlaps_and_zones(sound: Geometries) -> None:
    gpd = pytest.importorskip("geopandas")
    zones = snap(gpd.read_file(CITY / "zoning_districts.geojson").geometry)
    twins = overlaps_within(sound, 1.0)
    assert 5 < len(twins) < 200
    assert (
        twins.area_m2 <= np.minimum(*area_m2(sound)[twins[["left", "right"]].to_numpy()].T) * (1 + 1e-6)
    ).all()
    table = overlay(sound, zones)
    best = table.sort_values(["share", "right"], ascending=[False, True]).drop_duplicates("left")
    winner = largest_overlap(sound, zones)
    held = best[best.share > 0.51]
    assert (winner[held.left] == held.right).all()
