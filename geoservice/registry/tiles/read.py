"""One tile of a collection: features near by, units with counts from afar; the policy holds for both."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import shapely
from sqlalchemy import Connection, select

from geoservice.db.spatial import shapes, wkb_of
from geoservice.errors import Forbidden
from geoservice.geo.mvt import Value, encode_layer
from geoservice.geo.mvt_grid import BUFFER, Tile
from geoservice.registry.collections import Relation
from geoservice.registry.features import FeatureQuery
from geoservice.registry.filters import conditions
from geoservice.registry.tiles import postgis
from geoservice.registry.tiles.specs import DETAIL_ZOOM, SPECS, TileSpec, shown_attributes
from geoservice.registry.tiles.tracks import EPOCH, tracks
from geoservice.registry.tiles.units import Unit, units

Columns = dict[str, Sequence[Value | None]]


def read_tile(
    connection: Connection,
    query: FeatureQuery,
    tile: Tile,
    counted: Sequence[Unit] | None = None,
    *,
    all_features: bool = False,
) -> bytes:
    """Return a tile of a collection, empty bytes where nothing lies in it.

    Parameters
    ----------
    connection : Connection
        Open transaction.
    query : FeatureQuery
        Which collection, when, for whom, narrowed how; its bbox is replaced by the tile's.
    tile : Tile
        Which tile of WebMercatorQuad.
    counted : sequence of Unit, optional
        The units of this query where they are known already; see :func:`geoservice.registry.tiles.units.units`.

    all_features : bool
        Whether features are wanted at every zoom: for collections small enough to be seen whole.

    Raises
    ------
    Forbidden
        If the role sees no geometry of the collection.

    Notes
    -----
    Complete by construction: no limit. O(features of the tile), or O(units) once they are counted.
    """
    require_geometry(query)
    spec = SPECS[query.collection.name]
    if is_counted(spec, tile) and not all_features:
        return _units_tile(spec, tile, units(connection, query) if counted is None else counted)
    return _features_tile(connection, query, spec, tile)


def is_counted(spec: TileSpec, tile: Tile) -> bool:
    """Say whether a tile shows units instead of features."""
    return spec.counted and tile.z < DETAIL_ZOOM


def require_geometry(query: FeatureQuery) -> None:
    """Refuse a role that sees no shapes of the collection."""
    if query.view.geometry != "full":
        raise Forbidden(
            "This role sees no shapes of this collection", query.collection.name, "Ask for its items instead."
        )


def _features_tile(connection: Connection, query: FeatureQuery, spec: TileSpec, tile: Tile) -> bytes:
    relation = query.collection.relation(query.moment, query.view)
    if postgis.draws_in_database(connection, relation):
        return postgis.draw(connection, query, spec, tile)
    box = tile.bounds(BUFFER)
    found = conditions(
        connection,
        query.collection,
        relation,
        query.view,
        query.principal,
        replace(query.filters, bbox=box),
        query.moment,
    )
    names = shown_attributes(spec, query.view, relation)
    columns = [relation.fields[name].label(name) for name in names]
    statement = select(relation.key, *_bodies(relation), *columns).select_from(relation.source)
    rows = connection.execute(statement.where(*found).order_by(relation.key)).fetchall()
    if not rows:
        return b""
    first = 1 + len(relation.shapes)
    keys, *held = zip(*rows, strict=True)
    bodies = [
        next((body for body in each if body is not None), None)
        for each in zip(*held[: first - 1], strict=True)
    ]
    attributes: Columns = {
        name: [_plain(value) for value in column]
        for name, column in zip(names, held[first - 1 :], strict=True)
    }
    if spec.track is not None:
        attributes[spec.track] = tracks(
            connection, spec.track, keys, query.moment, query.view, query.principal
        )
    return encode_layer(tile, spec.collection, shapes(bodies), attributes, _numbers(keys))


def _bodies(relation: Relation) -> list[Any]:
    """Select the shapes a feature may have, its own first."""
    return [wkb_of(rows.c.geom).label(f"shape_{n}") for n, (_, rows) in enumerate(relation.shapes)]


def _plain(value: Any) -> Value | None:
    """Write days as days since 1970-01-01 and areas as whole m²."""
    if isinstance(value, float):
        return round(value)
    if isinstance(value, date) and not isinstance(value, datetime):
        return value.toordinal() - EPOCH
    return value  # type: ignore[no-any-return]


def _numbers(keys: Sequence[str]) -> list[int] | None:
    """Return the numbers of minted keys, by which a client tells the parts of a feature in two tiles apart."""
    digits = ["".join(letter for letter in key if letter.isdigit()) for key in keys]
    return [int(number) for number in digits] if all(digits) else None


def _units_tile(spec: TileSpec, tile: Tile, counted: Sequence[Unit]) -> bytes:
    if not counted:
        return b""
    codes = sorted({code for unit in counted for code in unit.counts})
    attributes: Columns = {
        "unit": [unit.key for unit in counted],
        "name": [unit.name for unit in counted],
        "kind": [unit.kind for unit in counted],
        "count": [unit.count for unit in counted],
        **{f"n_{code}": [unit.counts.get(code) for unit in counted] for code in codes},
    }
    if any(unit.unmapped for unit in counted):
        attributes["unmapped"] = [unit.unmapped or None for unit in counted]
    places = shapely.points([unit.longitude for unit in counted], [unit.latitude for unit in counted])
    return encode_layer(tile, spec.units, places, attributes)
