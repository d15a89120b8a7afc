"""The demo city on both engines: the same tiles, feature by feature, for every role."""

from __future__ import annotations

from typing import Any

import pytest
from shapely import box

from geoservice.geo.mvt_decode import decode
from geoservice.geo.mvt_grid import EXTENT, Tile, tile_at
from geoservice.registry.tiles.specs import SPECS
from tests.fixtures.demo import Demo, demo, demo_on_postgis

__all__ = ["demo", "demo_on_postgis"]

ROUNDING_UNITS = 3.0
"""PostGIS rounds and cuts by itself: three units are less than a pixel of a tile drawn at 1,024."""

pytestmark = [pytest.mark.postgis, pytest.mark.slow]


def tile(city: Demo, role: str, collection: str, place: Tile) -> dict[str, Any]:
    """Return layer → features of a tile, by attributes and shape."""
    address = f"/ogc/collections/{collection}/tiles/WebMercatorQuad/{place.z}/{place.y}/{place.x}"
    response = city.get(address, role)
    assert response.status_code in (200, 204), response.text
    return {
        name: [(feature.id, feature.properties, feature.geometry) for feature in features]
        for name, features in decode(response.content).items()
    }


def apart(one: Any, other: Any) -> float:
    """Return how far two shapes are apart within the tile, in units; at the rim of the buffer cuts round slivers."""
    seen = [shape.intersection(box(0, 0, EXTENT, EXTENT)) for shape in (one, other)]
    if any(shape.is_empty for shape in seen):  # what one alone shows may be a sliver, by its mean width
        return max(float(shape.area / max(shape.length, 1.0)) for shape in seen)
    return float(seen[0].hausdorff_distance(seen[1]))


def said(layers: dict[str, Any]) -> dict[str, Any]:
    """Return numbers and attributes without shapes, in order and with the kinds of their values."""
    return {
        name: [
            (number, {key: (type(value), value) for key, value in properties.items()})
            for number, properties, _ in features
        ]
        for name, features in layers.items()
    }


@pytest.mark.parametrize("role", ["public", "promotion", "expropriation", "leader"])
def test_both_engines_draw_the_same(demo: Demo, demo_on_postgis: Demo, role: str) -> None:
    shape = demo.features("parks", role)[0]["geometry"]
    longitude, latitude = shape["coordinates"][0][0][0]
    drawn = 0
    for collection in SPECS:
        for z in (8, 12, 13, 15):
            place = tile_at(longitude, latitude, z)
            one = tile(demo, role, collection, place)
            other = tile(demo_on_postgis, role, collection, place)
            assert said(one) == said(other), (collection, place)
            for name, features in one.items():
                for mine, theirs in zip(features, other[name], strict=True):
                    away = apart(mine[2], theirs[2])
                    assert away <= ROUNDING_UNITS, (collection, place, mine[:2], away)
            drawn += sum(map(len, one.values()))
    assert drawn > 100
