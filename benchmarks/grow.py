"""A city of any size in minutes: one loaded the way an import does, copied side by side through the bulk writer.

A million parcels through the whole of intake take a quarter of an hour; reading them does not care how they came.
Copies carry the verdicts of their original, at another place and under other keys.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final

import numpy as np
import shapely
from geoalchemy2 import Geometry
from sqlalchemy import Connection, Table, select, update

from benchmarks.city import City
from benchmarks.writing import load
from geoservice.db import bulk
from geoservice.db.spatial import shapes, wkb_of
from geoservice.geo.geojson import geometry_text
from geoservice.geo.grid import snap
from geoservice.model import minted, parcel, revision, verdict
from geoservice.service import Service

BASE: Final = 20_000
"""Parcels of the original."""

_ACROSS: Final = 10
"""Copies in a row; the rows stand one above the other."""

_Columns = dict[str, list[Any]]


def grow(service: Service, parcels: int) -> City:
    """Fill an empty database with a city of that many parcels, a multiple of :data:`BASE`; return its original."""
    city = City(min(parcels, BASE))
    load(service, city)
    with service.database.read() as connection:
        land, answers = _rows(connection, parcel), _rows(connection, verdict)
    for number in range(1, parcels // city.parcels):
        with service.database.write() as connection:
            bulk.insert(connection, parcel, _moved(land, city, number))
            bulk.insert(connection, verdict, answers | {"parcel": _keys(answers["parcel"], city, number)})
    with service.database.write() as connection:
        connection.execute(update(minted).where(minted.c.noun == "parcel").values(last_number=parcels))
        # What was copied in is a change as any other: what was remembered of the state before is void.
        connection.execute(
            update(revision).values(number=revision.c.number + 1, changed_at=datetime.now(UTC))
        )
    return city


def _rows(connection: Connection, table: Table) -> _Columns:
    wanted = [column for column in table.c if column.name != "id"]
    columns = [wkb_of(c).label(c.name) if isinstance(c.type, Geometry) else c for c in wanted]
    rows = connection.execute(select(*columns).order_by(table.c.id)).fetchall()
    held = {column.name: list(values) for column, values in zip(wanted, zip(*rows, strict=True), strict=True)}
    if "geom" in held:
        held["geom"] = list(shapes(held["geom"]))
    return held


def _moved(land: _Columns, city: City, number: int) -> _Columns:
    west, south, east, north = city.extent
    aside, up = (number % _ACROSS) * (east - west), (number // _ACROSS) * (north - south)
    moved = snap(
        shapely.transform(np.asarray(land["geom"], dtype=object), lambda at: np.add(at, (aside, up)))
    )
    return land | {
        "key": _keys(land["key"], city, number),
        "parcel_number": [f"DK-{number * city.parcels + n:07d}" for n in range(len(moved))],
        "geom": list(moved),
        "geojson": [str(text) for text in geometry_text(moved)],
    }


def _keys(keys: list[str], city: City, number: int) -> list[str]:
    """Count keys on, as minting would have."""
    return [f"{key[:2]}{int(key[2:]) + number * city.parcels:08d}" for key in keys]
