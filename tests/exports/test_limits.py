"""What may not leave: holds in any word of any file, topographic data beyond the limit, fields of persons."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geoservice.access.limits import ExportLimits, read_limits
from geoservice.access.principals import Principal
from geoservice.errors import Forbidden, InvalidInput
from geoservice.exports.coverage import CELL_M, Coverage
from geoservice.exports.formats import FORMATS
from geoservice.geo.crs import DEGREE_M
from geoservice.model.vocabulary import Role
from geoservice.registry.filters import Filters
from geoservice.registry.put import put
from tests.exports.conftest import Write, write_file
from tests.fixtures.city import ago, ahead, number_of, square
from tests.fixtures.services import Filled

TIGHT = ExportLimits(contiguous_km2=0.1)


def test_a_hold_is_in_no_file_of_any_form(city: Filled, tmp_path: Path) -> None:
    """The holder, the unit, the reason and the day of its end are gone; that something restricts the land is said."""
    parcel = city.built.parcels[number_of(0, 0)]
    hold = {
        "parcel": parcel,
        "party": "暗号投资人",
        "intention": "暗号厂房",
        "unit": "暗号招商处",
        "held_from": ago(3),
        "expires_on": ahead(77),
        "geometry": square(0, 0),
    }
    with city.service.work().begin("tester", "hold") as unit:
        put(unit, "hold", pd.DataFrame([hold]), valid_from=ago(3))
    secrets = ("暗号", "意向保留", "hold:", '"held"', ahead(77).isoformat(), f"{ahead(77):%Y/%m/%d}")
    for name in FORMATS:
        for collection in ("availability", "parcels"):
            path = tmp_path / f"{collection}-{name}{FORMATS[name].suffix}"
            write_file(city.service, path, collection, name)
            told = [secret for secret in secrets for text in plain_texts(path) if secret.encode() in text]
            assert told == [], (name, collection)
    table = pq.read_table(tmp_path / "availability-parquet.parquet").to_pydict()
    at = table["key"].index(parcel)
    assert {reason["code"] for reason in json.loads(table["reasons"][at])} >= {"restricted"}
    assert table["status"][at] == "unavailable"
    assert table["available_from"][at] is None


def plain_texts(path: Path) -> list[bytes]:
    """Return what is written in a file, out of whatever it is packed in."""
    import zipfile

    if path.suffix == ".parquet":
        return [json.dumps(pq.read_table(path).to_pydict(), default=str, ensure_ascii=False).encode()]
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            return [archive.read(name) for name in archive.namelist()]
    return [path.read_bytes()]


def test_topographic_data_beyond_the_limit_leaves_through_a_named_role_alone(write: Write) -> None:
    for role in Role:
        asked = {"principal": Principal("x", role)} if role is not Role.EXPROPRIATION else {}
        with pytest.raises(Forbidden, match="Topographic") as refused:
            write("layer_features", "gpkg", limits=TIGHT, **asked)
        assert "BASE_WATER" in str(refused.value)
    named = replace(TIGHT, roles=frozenset({"land"}))
    file = write("layer_features", "gpkg", limits=named, principal=Principal("x", Role.LAND))
    assert [note.code for note in file.done.notes] == ["contiguous_area"], "also the named role is told"
    exempt = replace(TIGHT, exempt_layers=frozenset({"BASE_WATER"}))
    assert write("layer_features", "gpkg", limits=exempt).done.notes == ()
    small = Filters(bbox=(119.5, 33.2, 119.5015, 33.2015))
    assert (
        write("layer_features", "gpkg", limits=replace(TIGHT, contiguous_km2=2), filters=small).done.rows == 1
    )


def test_parcels_beyond_the_limit_are_warned_of(write: Write) -> None:
    file = write("parcels", "csv", limits=TIGHT)
    assert [note.code for note in file.done.notes] == ["contiguous_area"]
    assert file.done.contiguous_km2 > 0.1
    assert write("parcels", "csv", limits=replace(TIGHT, contiguous_km2=25)).done.notes == ()


def test_the_policy_states_the_limits_and_is_checked() -> None:
    assert read_limits({}) == ExportLimits()
    assert read_limits({"contiguous_km2": 4, "roles": ["land"]}).roles == {"land"}
    for wrong in (
        {"contiguous_km2": 0},
        {"contiguous_km2": True},
        {"roles": ["king"]},
        {"roles": "land"},
        {"topographic_kinds": ["maps"]},
        {"warned": ["users"]},
        {"colour": 1},
    ):
        with pytest.raises(InvalidInput, match="exports"):
            read_limits(wrong)


@settings(max_examples=25)
@given(
    st.lists(
        st.tuples(st.integers(0, 3000), st.integers(0, 3000), st.integers(50, 1500)), min_size=1, max_size=6
    )
)
def test_coverage_is_never_less_than_what_hangs_together(boxes: list[tuple[int, int, int]]) -> None:
    """Against the union in the plane; more only by cells at the edge, and by what a cell's width bridges."""
    plane = [shapely.box(x, y, x + size, y + size) for x, y, size in boxes]
    scale = np.cos(np.radians(34.0))
    lonlat = shapely.transform(
        np.array(plane, dtype=object), lambda c: c / [DEGREE_M * scale, DEGREE_M] + [117.0, 34.0]
    )
    coverage = Coverage()
    for one in lonlat:
        coverage.add(np.array([one, None], dtype=object))
    parts = shapely.get_parts(shapely.union_all(plane))
    bridged = shapely.get_parts(shapely.union_all(shapely.buffer(plane, 2 * CELL_M, join_style="mitre")))
    assert coverage.largest_m2() >= 0.99 * shapely.area(parts).max()
    assert coverage.largest_m2() <= 1.02 * shapely.area(bridged).max()


def test_a_line_counts_with_the_cells_it_crosses_and_the_absurd_is_bounded() -> None:
    coverage = Coverage()
    coverage.add(np.array([shapely.LineString([(117, 34), (117, 34.09)])], dtype=object))
    assert 0.9 < coverage.largest_m2() / 1e6 < 1.1, "ten kilometres of road, a cell wide"
    coverage.add(np.array([shapely.box(-180, -80, 180, 80)], dtype=object))
    assert coverage.largest_m2() > 1e14
