"""What a reader may narrow a collection by; one object for map, list, export and API."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from sqlalchemy import Boolean, ColumnElement, Connection, false, or_

from geoservice.access.policy import View
from geoservice.access.principals import Principal
from geoservice.db.spatial import BBox, in_bbox
from geoservice.db.types import json_text
from geoservice.errors import Forbidden, InvalidInput
from geoservice.model.vocabulary import ScopeKind
from geoservice.registry.collections import Collection, Relation
from geoservice.registry.cql import Scope, compile_filter
from geoservice.registry.cql.scope import GEOMETRY_NAMES
from geoservice.registry.known import Known
from geoservice.registry.moment import Moment

_PLACES = {"park": "park", "district": "zone", "subdistrict": "zone"}


@dataclass(frozen=True)
class Filters:
    """What is asked for, beyond date and principal.

    Attributes
    ----------
    bbox : tuple of float, optional
        ``(minx, miny, maxx, maxy)`` in CRS84.
    text : str, optional
        Name, code, pinyin or initials.
    equal : mapping of str to tuple of str
        Field → accepted values.
    area_min_m2, area_max_m2 : float, optional
        Bounds of the collection's area field, inclusive.
    cql : object
        Tree of a CQL2 filter as read by :mod:`geoservice.registry.cql`, ``None`` for none.
    """

    bbox: BBox | None = None
    text: str | None = None
    equal: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    area_min_m2: float | None = None
    area_max_m2: float | None = None
    cql: Any = None

    @property
    def spatial(self) -> bool:
        """Say whether a spatial index chooses the rows, which come in no order of keys then."""
        return self.bbox is not None or '"op":"s_' in json_text(self.cql)


def conditions(
    connection: Connection,
    collection: Collection,
    relation: Relation,
    view: View,
    principal: Principal,
    filters: Filters,
    moment: Moment,
) -> list[ColumnElement[bool]]:
    """Return the predicates of a question: what the policy lets through, then what was asked.

    Raises
    ------
    Forbidden
        If a filter names a field the role does not see: evaluating it would tell what is hidden.
    InvalidInput
        If a value cannot be what the field holds, or names no park or district.
    """
    found = [*relation.where, *_row_rule(relation, view, principal)]
    if filters.bbox is not None:
        _require_geometry(view)
        found.append(_touches(relation, filters.bbox))
    if filters.cql is not None:
        found.append(compile_filter(scope_of(relation, view), filters.cql))
    if filters.text:
        _require_shown(view, "search", "q")
        found += [relation.search.contains(word.lower(), autoescape=True) for word in filters.text.split()]
    for name, values in filters.equal.items():
        _require_shown(view, name, name)
        found.append(_equal(Known(connection, moment), relation, name, values))
    if collection.area is not None:
        area = relation.fields[collection.area]
        if filters.area_min_m2 is not None or filters.area_max_m2 is not None:
            _require_shown(view, collection.area, "area_min_m2")
        if filters.area_min_m2 is not None:
            found.append(area >= filters.area_min_m2)
        if filters.area_max_m2 is not None:
            found.append(area <= filters.area_max_m2)
    return found


def scope_of(relation: Relation, view: View) -> Scope:
    """Return what a filter of this reader may speak of: the fields and the shape the policy shows."""
    shown = {name: column for name, column in relation.fields.items() if view.shows(name)}
    hidden = set(relation.fields) - set(shown)
    if view.geometry != "full":
        hidden |= GEOMETRY_NAMES
    return Scope(shown, frozenset(hidden), relation.shapes if view.geometry == "full" else ())


def _row_rule(relation: Relation, view: View, principal: Principal) -> list[ColumnElement[bool]]:
    if view.rows == "all":
        return []
    if view.rows == "scope":
        return [] if principal.everywhere else [within_scope(relation, principal)]
    return [relation.rules[view.rows]]


def within_scope(relation: Relation, principal: Principal) -> ColumnElement[bool]:
    """Return the predicate of rows that lie in a district or park of the principal's."""
    columns = {ScopeKind.DISTRICT: relation.districts, ScopeKind.PARK: relation.parks}
    reach: list[ColumnElement[bool]] = [false()]
    for scope in principal.scopes:
        column = columns.get(scope.kind)
        if column is not None:
            reach.append(column == scope.key)
        elif scope.kind is ScopeKind.TASK and relation.tasks is not None:
            reach.append(relation.tasks(str(scope.key)))
    return or_(*reach)


def _touches(relation: Relation, box: BBox) -> ColumnElement[bool]:
    return or_(false(), *(in_bbox(table, rows, box) for table, rows in relation.shapes))


def _require_geometry(view: View) -> None:
    if view.geometry != "full":
        raise Forbidden("This role may not ask where it does not see shapes", "bbox", "Drop the filter.")


def _require_shown(view: View, name: str, parameter: str) -> None:
    if not view.shows(name):
        raise Forbidden("This role may not filter by a field it does not see", parameter, "Drop the filter.")


def _equal(known: Known, relation: Relation, name: str, values: tuple[str, ...]) -> ColumnElement[bool]:
    column = relation.fields[name]
    if name in _PLACES:
        keys = known.resolve(_PLACES[name], values)
        unknown = [value for value, key in zip(values, keys, strict=True) if key is None]
        if unknown:
            raise InvalidInput(
                f"There is no such {name}", ", ".join(unknown), "Use a key, a code or a full name."
            )
        return column.in_(keys)
    if isinstance(column.type, Boolean):
        return or_(*(column.is_(_boolean(name, value)) for value in values))
    return column.in_(values)


def _boolean(name: str, value: str) -> bool:
    if value not in ("true", "false"):
        raise InvalidInput(f"{name} must be true or false", value, "Write true or false.")
    return value == "true"


def as_document(filters: Filters) -> dict[str, Any]:
    """Return the filters as a plain document, for hashing and echoing."""
    return {
        "bbox": filters.bbox,
        "text": filters.text,
        "equal": {name: list(values) for name, values in sorted(filters.equal.items())},
        "area_min_m2": filters.area_min_m2,
        "area_max_m2": filters.area_max_m2,
        "cql": filters.cql,
    }
