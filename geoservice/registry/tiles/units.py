"""Complete counts by park and district: what a map shows where parcels would be smaller than a pixel."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

import shapely
from sqlalchemy import ColumnElement, Connection, Table, func, or_, select

from geoservice.db.spatial import shapes, wkb_of
from geoservice.model import park, zone
from geoservice.registry.aliases import batches
from geoservice.registry.collections import Relation
from geoservice.registry.features import FeatureQuery
from geoservice.registry.filters import conditions
from geoservice.registry.tiles.specs import SPECS
from geoservice.registry.versions import in_force


@dataclass(frozen=True)
class Unit:
    """A park, or what lies outside of parks in a district, or what lies in neither.

    Attributes
    ----------
    kind : str
        ``park``, ``district`` or ``none``.
    key, name : str or None
        The unit's key and name.
    longitude, latitude : float
        A point in it, in degrees.
    count : int
        Features counted, each in one unit.
    counts : mapping of str to int
        Category → features; they add up to `count`, ``unknown`` included.
    unmapped : int
        How many of them have no shape.
    """

    kind: str
    key: str | None
    name: str | None
    longitude: float
    latitude: float
    count: int
    counts: Mapping[str, int]
    unmapped: int


def units(connection: Connection, query: FeatureQuery) -> list[Unit]:
    """Count all features of a question by unit and category.

    Every feature is counted once: in its park, else in its district, else in a unit of kind ``none``. Nothing is
    sampled or cut, so that the sum over all units is what the list counts. The park and district a role does not
    see are not told; its features are then counted in ``none``.

    Notes
    -----
    O(features), one pass in the database. A unit whose shape is not known stands on its first feature that
    has one.
    """
    relation = query.collection.relation(query.moment, query.view)
    spec = SPECS[query.collection.name]
    category = [relation.fields[name] for name in spec.category if query.view.shows(name)][:1]
    found = conditions(
        connection, query.collection, relation, query.view, query.principal, query.filters, query.moment
    )
    columns = {name: relation.fields[name] for name in _KINDS if _shown(relation, query, name)}
    chosen = [*columns.values(), *category]
    statement = select(*chosen, func.count(), func.count(relation.geojson)).select_from(relation.source)
    counts: dict[_Key, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    mapped: dict[_Key, int] = defaultdict(int)
    for *values, number, with_shape in connection.execute(statement.where(*found).group_by(*chosen)):
        keys = dict(zip(columns, values, strict=False))
        unit = next(((kind, keys[kind]) for kind in _KINDS if keys.get(kind)), _NOWHERE)
        code = values[-1] if category else None
        counts[unit]["unknown" if code is None else str(code)] += number
        mapped[unit] += with_shape
    places = _places(connection, query, counts)
    for unit in counts:
        if unit not in places and mapped[unit]:
            places[unit] = (None, _first(connection, relation, found, columns, unit))
    return _units(counts, mapped, places)


_Key = tuple[str, str | None]
_Place = tuple[str | None, Any]
_KINDS: Final[Mapping[str, Table]] = MappingProxyType({"park": park, "district": zone})
_NOWHERE: Final[_Key] = ("none", None)


def _shown(relation: Relation, query: FeatureQuery, name: str) -> bool:
    return name in relation.fields and query.view.shows(name)


def _places(connection: Connection, query: FeatureQuery, found: Iterable[_Key]) -> dict[_Key, _Place]:
    """Return name and a point inside of each park and district whose shape is known."""
    places: dict[_Key, _Place] = {}
    for kind, table in _KINDS.items():
        wanted = sorted(key for each, key in found if each == kind and key)
        named = query.view.shows(f"{kind}_name")
        statement = select(table.c.key, table.c.name, wkb_of(table.c.geom)).where(
            in_force(table, query.moment)
        )
        for batch in batches(wanted):
            for key, name, body in connection.execute(statement.where(table.c.key.in_(batch))):
                if body is not None:
                    places[kind, key] = (name if named else None, _inside(body))
    return places


def _first(
    connection: Connection,
    relation: Relation,
    found: list[ColumnElement[bool]],
    columns: Mapping[str, ColumnElement[Any]],
    unit: _Key,
) -> Any:
    """Return a point inside of the unit's first feature that has a shape."""
    kind, key = unit
    member = (
        [columns[kind] == key]
        if kind in columns
        else [or_(column.is_(None), column == "") for column in columns.values()]
    )
    bodies = [wkb_of(rows.c.geom) for _, rows in relation.shapes]
    statement = select(*bodies).select_from(relation.source).where(*found, *member)
    row = connection.execute(
        statement.where(relation.geojson.is_not(None)).order_by(relation.key).limit(1)
    ).one()
    return _inside(next(body for body in row if body is not None))


def _inside(body: bytes) -> Any:
    return shapely.point_on_surface(shapes([body])[0])


def _units(
    counts: Mapping[_Key, Mapping[str, int]], mapped: Mapping[_Key, int], places: Mapping[_Key, _Place]
) -> list[Unit]:
    """Make the units; one that has no place of its own stands amid the others, so that the sum stays whole."""
    if not places:
        return []
    middle = shapely.MultiPoint([point for _, point in places.values()]).centroid
    made = []
    for unit in sorted(counts, key=lambda each: (each[0], each[1] or "")):
        name, point = places.get(unit, (None, middle))
        total = sum(counts[unit].values())
        words = dict(sorted(counts[unit].items()))
        made.append(Unit(*unit, name, point.x, point.y, total, words, total - mapped[unit]))
    return made
