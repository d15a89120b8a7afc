"""Where the city is, and which base layers draw its ground."""

from __future__ import annotations

import numpy as np
import shapely
from sqlalchemy import Connection, select

from geoservice.db.frames import read_frame
from geoservice.db.spatial import BBox, wkb_of
from geoservice.model import layer, zone
from geoservice.model.vocabulary import LayerKind
from geoservice.registry.moment import Moment
from geoservice.registry.settings import City
from geoservice.registry.versions import in_force


def city_bounds(connection: Connection, city: City, moment: Moment) -> BBox | None:
    """Return the box around all zones, else the configured extent, else ``None``. O(zones)."""
    statement = select(wkb_of(zone.c.geom).label("geometry")).where(in_force(zone, moment))
    shapes = np.asarray(read_frame(connection, statement, geometry="geometry")["geometry"], dtype=object)
    if len(shapes) == 0:
        return city.extent
    west, south, east, north = (float(edge) for edge in shapely.total_bounds(shapes))
    return west, south, east, north


def base_layers(connection: Connection, moment: Moment) -> dict[str, list[str]]:
    """Return theme → codes of the base layers that draw it."""
    statement = (
        select(layer.c.theme, layer.c.code)
        .where(in_force(layer, moment), layer.c.kind == LayerKind.BASE.value, layer.c.theme.is_not(None))
        .order_by(layer.c.theme, layer.c.code)
    )
    themes: dict[str, list[str]] = {}
    for row in connection.execute(statement):
        themes.setdefault(row.theme, []).append(row.code)
    return themes
