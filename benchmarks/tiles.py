"""Tiles against raw ST_AsMVT, in turns in one run: ``python -m benchmarks.tiles [PARCELS]``.

Both sides read the same parcels with the same attributes from the same database; ST_AsMVT projects, clips and
encodes in the database, our encoder does it in this process. Our side also carries the dated verdicts and applies
the policy. The embedded engine has no ST_AsMVT to be compared with; its times stand alone.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, text

from benchmarks.city import City
from benchmarks.databases import POSTGIS, fresh
from benchmarks.measure import Connect, Effort, compare
from benchmarks.writing import load
from geoservice.access.principals import OPERATOR
from geoservice.geo.mvt_decode import decode
from geoservice.geo.mvt_grid import BUFFER, Tile, tile_at
from geoservice.registry.collections import COLLECTIONS
from geoservice.registry.features import FeatureQuery, count
from geoservice.registry.moment import Moment
from geoservice.registry.tiles.read import read_tile
from geoservice.registry.tiles.units import units
from geoservice.service import Service, open_service
from geoservice.settings import read_settings

RAW = """
SELECT ST_AsMVT(t, 'availability', 4096, 'geom') FROM (
  SELECT p.key, p.parcel_number, p.name, p.district, p.park, p.use_code, p.state, round(p.area_m2) AS area_m2,
         round(v.usable_area_m2) AS usable_area_m2, v.status,
         ST_AsMVTGeom(ST_Transform(p.geom, 3857), ST_TileEnvelope(:z, :x, :y), 4096, 64) AS geom
  FROM parcel p JOIN verdict v ON v.parcel = p.key AND v.superseded_at IS NULL
    AND v.valid_from <= :day AND v.valid_to > :day
  WHERE p.superseded_at IS NULL AND p.valid_from <= :day AND p.valid_to > :day
    AND p.geom && ST_MakeEnvelope(:west, :south, :east, :north, 4490)
) AS t
"""


def main(parcels: int) -> None:
    """Measure on every engine there is and print a table."""
    city = City(parcels)
    west, south, east, north = city.extent
    for engine in ("gpkg", "postgis") if os.environ.get(POSTGIS) else ("gpkg",):
        with fresh(engine) as target:
            service = open_service(replace(read_settings({}), database_url=target.url))
            try:
                load(service, city)
                target.settle()
                for z in (14, 13, 10):
                    _report(engine, service, tile_at((west + east) / 2, (south + north) / 2, z))
            finally:
                service.close()


def _report(engine: str, service: Service, tile: Tile) -> None:
    view = service.policy.view(OPERATOR, "availability")
    query = FeatureQuery(COLLECTIONS["availability"], Moment.today(), OPERATOR, view)
    with service.database.read() as connection:
        body = read_tile(connection, query, tile)
        held = {name: len(found) for name, found in decode(body).items()}
        if tile.z < 13:
            counted = units(connection, query)
            assert sum(unit.count for unit in counted) == count(connection, query)
    sides: dict[str, Connect] = {"ours": _side(service, lambda c: read_tile(c, query, tile))}
    if engine == "postgis":
        values = _values(tile, query.moment)
        sides["ST_AsMVT"] = _side(service, lambda c: c.execute(text(RAW), values).scalar())
    found = compare(sides, 1, Effort(seconds=2.0, rounds=2))
    times = ", ".join(f"{name} {timing.p50_ms:.1f} ms" for name, timing in found.items())
    print(f"{engine} z{tile.z}: {held}, {len(body) / 1000:.0f} KB: {times}", flush=True)


def _values(tile: Tile, moment: Moment) -> dict[str, Any]:
    west, south, east, north = tile.bounds(BUFFER)
    place = {"z": tile.z, "x": tile.x, "y": tile.y, "day": moment.day}
    return place | {"west": west, "south": south, "east": east, "north": north}


def _side(service: Service, ask: Callable[[Connection], Any]) -> Connect:
    @contextmanager
    def connected() -> Iterator[Callable[[], object]]:
        with service.database.read() as connection:
            yield lambda: ask(connection)

    return connected


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20_000)
