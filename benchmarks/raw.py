"""Raw SQL for what a page or an item shows: the quickest statements we know for the same features."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from geoservice import clock

Box = tuple[float, float, float, float]

_DATES: Final = ("valid_from", "valid_to")
_FLAGS: Final = {"planning_set", "promotable", "mortgaged", "seized", "plan"}
_DOCUMENTS: Final = {"extra", "reasons"}
_ANSWER: Final = {
    "status",
    "reasons",
    "usable_area_m2",
    "available_from",
    "plan",
    "rule_version",
    *_DATES,
}
_NAMES: Final = {
    "district_name": "district_zone.name",
    "subdistrict_name": "street_zone.name",
    "park_name": "home_park.name",
    "notice": "'以出让公告为准'",
}


@dataclass(frozen=True)
class Wanted:
    """Which features, as a plain program would ask for them.

    Attributes
    ----------
    collection : str
        ``parcels`` or ``availability``.
    fields : sequence of str
        Properties, in order.
    limit : int
        Features at most.
    after, key : str, optional
        Keys beyond this one; this key alone.
    box : tuple of float, optional
        In degrees; its edges cross no parcel, so that an index alone decides.
    promotable : bool
        What may be shown to the public alone.
    """

    collection: str
    fields: Sequence[str]
    limit: int = 1000
    after: str | None = None
    key: str | None = None
    box: Box | None = None
    promotable: bool = False


def statement(engine: str, wanted: Wanted) -> str:
    """Return one statement whose one value is the features as text with commas between."""
    return _geopackage(wanted) if engine == "gpkg" else _postgis(wanted)


def changed(engine: str, sources: Sequence[str]) -> str:
    """Return the statement that tells whether anything changed: what a 304 has to know."""
    names = ", ".join(f"'{name}'" for name in sources)
    number = "number" if engine == "gpkg" else "number::text"
    together = "group_concat" if engine == "gpkg" else "string_agg"
    return f"SELECT {together}({number}, ',') FROM revision WHERE source IN ({names})"


def _postgis(wanted: Wanted) -> str:
    members = ", ".join(f'{_postgis_value(wanted, name)} AS "{name}"' for name in wanted.fields)
    box = ""
    if wanted.box:
        envelope = f"ST_MakeEnvelope({', '.join(map(repr, wanted.box))}, 4490)"
        box = f" AND rows.geom && {envelope} AND ST_Intersects(rows.geom, {envelope})"
    return f"""
        SELECT string_agg('{{"type":"Feature","id":"' || key || '","geometry":' || geojson
            || ',"properties":' || properties || '}}', ',' ORDER BY key)
        FROM (SELECT rows.key, rows.geojson,
                (SELECT row_to_json(members)::text FROM (SELECT {members}) AS members) AS properties
            FROM {_source(wanted)} WHERE {_where(wanted)}{box}
            ORDER BY rows.key LIMIT {wanted.limit}) AS page"""


def _geopackage(wanted: Wanted) -> str:
    members = ", ".join(f"'{name}', {_geopackage_value(wanted, name)}" for name in wanted.fields)
    box = ""
    if wanted.box:
        west, south, east, north = wanted.box
        inside = f"maxx >= {west} AND minx <= {east} AND maxy >= {south} AND miny <= {north}"
        box = f" AND rows.id IN (SELECT id FROM rtree_parcel_geom WHERE {inside})"
    return f"""
        SELECT group_concat('{{"type":"Feature","id":"' || key || '","geometry":' || geojson
            || ',"properties":' || properties || '}}', ',')
        FROM (SELECT rows.key, rows.geojson, json_object({members}) AS properties
            FROM {_source(wanted)} WHERE {_where(wanted)}{box}
            ORDER BY rows.key LIMIT {wanted.limit})"""


def _source(wanted: Wanted) -> str:
    joins = [
        f"LEFT JOIN {table} AS {alias} ON {alias}.key = rows.{column} AND {_in_force(alias)}"
        for table, alias, column in (
            ("zone", "district_zone", "district"),
            ("park", "home_park", "park"),
            ("zone", "street_zone", "subdistrict"),
        )
    ]
    if wanted.collection == "availability":
        joins.insert(0, f"JOIN verdict AS answer ON answer.parcel = rows.key AND {_in_force('answer')}")
    return f"parcel AS rows {' '.join(joins)}"


def _where(wanted: Wanted) -> str:
    conditions = [_in_force("rows")]
    if wanted.promotable:
        conditions.append("rows.promotable")
    if wanted.key is not None:
        conditions.append(f"rows.key = '{wanted.key}'")
    if wanted.after is not None:
        conditions.append(f"rows.key > '{wanted.after}'")
        if wanted.collection == "availability":
            conditions.append(f"answer.parcel > '{wanted.after}'")
    return " AND ".join(conditions)


def _in_force(alias: str) -> str:
    day = clock.today().isoformat()
    return f"{alias}.superseded_at IS NULL AND {alias}.valid_from <= '{day}' AND {alias}.valid_to > '{day}'"


def _column(wanted: Wanted, name: str) -> str:
    if name in _NAMES:
        return _NAMES[name]
    owner = "answer" if wanted.collection == "availability" and name in _ANSWER else "rows"
    column = f"{owner}.{name}"
    return f"nullif({column}, '9999-12-31')" if name == "valid_to" else column


def _postgis_value(wanted: Wanted, name: str) -> str:
    column = _column(wanted, name)
    if name == "recorded_at":
        return f"to_char({column} AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"')"
    return column


def _geopackage_value(wanted: Wanted, name: str) -> str:
    column = _column(wanted, name)
    if name in _FLAGS:
        return f"json(CASE {column} WHEN 1 THEN 'true' ELSE 'false' END)"
    return f"json({column})" if name in _DOCUMENTS else column
