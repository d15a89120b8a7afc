"""The bbox predicate is an exact test of the shape, the same on both engines, and uses the index."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text

from geoservice.db import Work
from geoservice.db.spatial import in_bbox, shapes, wkb_of
from geoservice.model import layer_feature
from geoservice.registry.put import put
from tests.fixtures.city import FOUNDED
from tests.fixtures.services import Filled

LATTICE = st.integers(-30, 230).map(lambda step: round(120 + step / 100, 9))
"""Edges often fall exactly on shapes' vertices: touching counts."""
LATITUDES = st.integers(-30, 230).map(lambda step: round(33 + step / 100, 9))


def _boxes() -> st.SearchStrategy[tuple[float, float, float, float]]:
    pairs = st.tuples(LATTICE, LATTICE, LATITUDES, LATITUDES)
    return pairs.map(lambda p: (min(p[:2]), min(p[2:]), max(p[:2]), max(p[2:])))


def _area(box: tuple[float, float, float, float]) -> Any:
    """Return what a box covers: without width or height it is a line or a point."""
    west, south, east, north = box
    if west < east and south < north:
        return shapely.box(*box)
    return shapely.Point(west, south) if box[:2] == box[2:] else shapely.LineString([box[:2], box[2:]])


def _sights() -> list[Any]:
    """Return shapes whose boxes say little about them."""
    random = np.random.default_rng(7)
    corner = random.integers(0, 200, (40, 2)) / 100 + (120, 33)
    diagonal = [shapely.LineString([(x, y), (x + 0.4, y + 0.4)]) for x, y in corner[:10]]
    triangle = [shapely.Polygon([(x, y), (x + 0.3, y), (x, y + 0.3)]) for x, y in corner[10:20]]
    rings = [shapely.Point(x, y).buffer(0.3) - shapely.Point(x, y).buffer(0.25) for x, y in corner[20:30]]
    points = [shapely.Point(x, y) for x, y in corner[30:]]
    apart = [shapely.MultiPoint([(120.05, 33.05), (121.95, 34.95)])]
    return [shapely.set_precision(shape, 1e-9) for shape in [*diagonal, *triangle, *rings, *points, *apart]]


@pytest.fixture
def sights(city: Filled) -> Filled:
    with Work(city.service.database).begin("tester", "sights") as unit:
        frame = pd.DataFrame({"layer": city.built.layers["BASE_WATER"], "geometry": _sights()})
        put(unit, "layer_feature", frame, valid_from=FOUNDED)
    return city


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(box=_boxes())
@example(box=(120.2, 33.2, 120.2, 33.2))
@example(box=(-180.0, -90.0, 180.0, 90.0))
def test_as_shapely_says(sights: Filled, box: tuple[float, float, float, float]) -> None:
    rows = layer_feature.alias("rows")
    with sights.service.database.read() as connection:
        everything = connection.execute(select(rows.c.key, wkb_of(rows.c.geom).label("wkb"))).all()
        found = set(connection.scalars(select(rows.c.key).where(in_bbox(layer_feature, rows, box))))
    exact = shapely.intersects(shapes([row.wkb for row in everything]), _area(box))
    assert found == {row.key for row, hit in zip(everything, exact, strict=True) if hit}


def test_a_shape_without_geometry_is_nowhere(city: Filled) -> None:
    with Work(city.service.database).begin("tester", "void") as unit:
        put(
            unit,
            "layer_feature",
            pd.DataFrame({"layer": ["TC00000003"], "name": ["无图"]}),
            valid_from=FOUNDED,
        )
    rows = layer_feature.alias("rows")
    with city.service.database.read() as connection:
        found = connection.scalars(
            select(rows.c.name).where(in_bbox(layer_feature, rows, (-180.0, -90.0, 180.0, 90.0)))
        ).all()
    assert "无图" not in found
    assert len(found) == 3


def test_the_index_answers_first(standing: Filled) -> None:
    rows = layer_feature.alias("rows")
    statement = select(rows.c.key).where(in_bbox(layer_feature, rows, (119.5, 33.2, 119.51, 33.21)))
    with standing.service.database.read() as connection:
        sql = str(statement.compile(connection, compile_kwargs={"literal_binds": True}))
        if standing.service.database.embedded:
            plan = " ".join(str(row) for row in connection.execute(text(f"EXPLAIN QUERY PLAN {sql}")))
            assert "VIRTUAL TABLE INDEX" in plan
        else:
            connection.execute(text("SET LOCAL enable_seqscan = off"))
            plan = " ".join(str(row) for row in connection.execute(text(f"EXPLAIN {sql}")))
            assert "idx_layer_feature_geom" in plan
