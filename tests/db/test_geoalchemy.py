"""GeoAlchemy2's own expressions work through both dialects: what it binds and reads is our blob."""

from __future__ import annotations

from typing import Any

import pytest
import shapely
from geoalchemy2 import WKBElement, WKTElement
from geoalchemy2.shape import from_shape, to_shape
from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session, registry

from geoservice import clock
from geoservice.db.spatial import wkb_of
from geoservice.model import OPEN, layer_feature
from tests.fixtures.city import FOUNDED
from tests.fixtures.services import Filled

SHAPES = [
    shapely.Point(119.5, 33.2),
    shapely.LineString([(119.5, 33.2), (119.6, 33.3)]),
    shapely.box(119.5, 33.2, 119.6, 33.3),
    shapely.MultiPolygon([shapely.box(0, 0, 1, 1), shapely.box(2, 2, 3, 3)]),
]
mapper = registry()


class Sight:
    """A layer feature as an object."""

    geom: Any
    key: str


mapper.map_imperatively(Sight, layer_feature, properties={"class_": layer_feature.c["class"]})


def _values(key: str, geom: Any) -> dict[str, Any]:
    times = {"valid_from": FOUNDED, "valid_to": OPEN, "recorded_at": clock.now()}
    return {"key": key, "version": 1, "layer": "TC00000003", "extra": {}, "geom": geom, **times}


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.geom_type)
@pytest.mark.parametrize("form", ["wkt", "ewkt", "wkb element", "wkt element"])
def test_insert_and_select(city: Filled, shape: Any, form: str) -> None:
    given = {
        "wkt": shape.wkt,
        "ewkt": f"SRID=4490;{shape.wkt}",
        "wkb element": from_shape(shape, srid=4490),
        "wkt element": WKTElement(shape.wkt, srid=4490),
    }[form]
    rows = layer_feature.c
    with city.service.database.write() as connection:
        connection.execute(insert(layer_feature).values(_values("YS_X", given)))
        found = connection.execute(
            select(rows.geom, wkb_of(rows.geom).label("wkb")).where(rows.key == "YS_X")
        ).one()
    assert isinstance(found.geom, WKBElement)
    assert found.geom.srid == 4490
    assert to_shape(found.geom).equals(shape)
    assert shapely.from_wkb(found.wkb).equals(shape)


def test_objects_through_a_session(city: Filled) -> None:
    with city.service.database.write() as connection, Session(connection) as session:
        sight = Sight()
        for name, value in _values("YS_X", from_shape(SHAPES[2], srid=4490)).items():
            setattr(sight, name, value)
        session.add(sight)
        session.flush()
        session.expire_all()
        again = session.scalars(select(Sight).where(layer_feature.c.key == "YS_X")).one()
        assert to_shape(again.geom).equals(SHAPES[2])
        again.geom = from_shape(SHAPES[0], srid=4490)
        session.flush()
        if city.service.database.embedded:
            box = connection.exec_driver_sql(
                "SELECT minx, maxy FROM rtree_layer_feature_geom WHERE id = (SELECT max(id) FROM layer_feature)"
            ).one()
            assert box == pytest.approx((119.5, 33.2), abs=1e-4)


def test_update_and_null(city: Filled) -> None:
    rows = layer_feature.c
    with city.service.database.write() as connection:
        connection.execute(update(layer_feature).values(geom=from_shape(SHAPES[1], srid=4490)))
        assert {to_shape(geom).wkt for geom in connection.scalars(select(rows.geom))} == {SHAPES[1].wkt}
        connection.execute(update(layer_feature).values(geom=None))
        assert set(connection.scalars(select(rows.geom))) == {None}
        if city.service.database.embedded:
            assert connection.exec_driver_sql("SELECT count(*) FROM rtree_layer_feature_geom").scalar() == 0
