"""The array shape in which geometries travel."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from geoservice.geo.arrays import as_geometries, explode, only
from geoservice.geo.errors import GeometryUnreadable
from tests.fixtures.geometries import geometries

POINT = shapely.Point(117, 34)


@pytest.mark.parametrize(
    "given",
    [
        [POINT, None],
        (POINT, float("nan")),
        np.array([POINT, None]),
        gpd.GeoSeries([POINT, None]),
        pd.Series([POINT, pd.NA]),
    ],
)
def test_any_sequence_becomes_a_flat_array_with_none(given: object) -> None:
    assert as_geometries(given).tolist() == [POINT, None]


def test_one_geometry_is_an_array_of_one_and_the_input_is_never_touched() -> None:
    multi = geometries("two_parts")[0]
    assert as_geometries(multi).tolist() == [multi]
    given = np.array([POINT, float("nan")], dtype=object)
    as_geometries(given)[0] = None
    assert given[0] is POINT
    assert only(as_geometries([POINT, POINT]), np.array([True, False])).tolist() == [POINT, None]


@pytest.mark.parametrize("strange", ["POINT (1 1)", 7, b"", [POINT]])
def test_what_is_no_geometry_is_named_by_row(strange: object) -> None:
    array = np.empty(2, dtype=object)
    array[:] = [POINT, strange]
    with pytest.raises(GeometryUnreadable, match="Row 1"):
        as_geometries(array)


def test_collections_open_at_any_depth() -> None:
    deep = shapely.GeometryCollection([shapely.GeometryCollection([*geometries("two_parts")]), POINT])
    parts, rows = explode(as_geometries([POINT, None, deep, shapely.Polygon(), shapely.GeometryCollection()]))
    assert rows.tolist() == [0, 2, 2, 2, 3]
    assert [part.geom_type for part in parts] == ["Point", "Polygon", "Polygon", "Point", "Polygon"]
