"""What a collection reads from: the joined rows of one moment, and the columns a reader may be given."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache, lru_cache, wraps
from typing import Any, Final

from sqlalchemy import ColumnElement, FromClause, Table, and_, func, select
from sqlalchemy.sql.elements import SQLCoreOperations

from geoservice.access.policy import View
from geoservice.model import OPEN, park, zone
from geoservice.registry.moment import Moment
from geoservice.registry.versions import in_force


@dataclass(frozen=True)
class Relation:
    """The rows of a collection at one moment.

    Attributes
    ----------
    source : FromClause
        Joined tables.
    key : ColumnElement
        Key of the feature, also the order of pages.
    fields : mapping of str to ColumnElement
        Everything a feature can show.
    geojson : ColumnElement
        Served geometry text, NULL where a feature has none.
    shapes : tuple of (Table, FromClause)
        Tables whose shape a bbox is tested against, any of them.
    where : tuple of ColumnElement
        Always applied.
    rules : mapping of str to ColumnElement
        Row rules the policy may name.
    search : ColumnElement
        Text a search looks into.
    districts, parks : ColumnElement or None
        Columns a principal's scope is compared with.
    tasks : callable, optional
        Makes of a demolition task's key the predicate of the rows that belong to it, for scopes of a task.
    joined_keys : tuple of ColumnElement
        Columns of inner-joined tables that equal the key, so that a page begins there in every table.
    """

    source: FromClause
    key: ColumnElement[str]
    fields: Mapping[str, ColumnElement[Any]]
    geojson: ColumnElement[str]
    shapes: tuple[tuple[Table, FromClause], ...]
    where: tuple[ColumnElement[bool], ...]
    search: ColumnElement[str]
    rules: Mapping[str, ColumnElement[bool]] = field(default_factory=dict)
    districts: ColumnElement[str] | None = None
    parks: ColumnElement[str] | None = None
    tasks: Callable[[str], ColumnElement[bool]] | None = None
    joined_keys: tuple[ColumnElement[str], ...] = ()


@dataclass(frozen=True)
class Collection:
    """A collection of features with its sources and filters.

    Attributes
    ----------
    name : str
        Name in paths and in the policy.
    zh : str
        What an office calls it.
    sources : tuple of str
        Nouns and derived tables whose revision makes its ETag.
    relation : callable
        Builds the relation for a moment and a view.
    equal : tuple of str
        Fields that filter by equality, under their own name.
    area : str or None
        Field that ``area_min_m2`` and ``area_max_m2`` filter.
    """

    name: str
    zh: str
    sources: tuple[str, ...]
    relation: Callable[[Moment, View], Relation]
    equal: tuple[str, ...] = ()
    area: str | None = "area_m2"


def remembered(build: Callable[[Moment, View], Relation]) -> Callable[[Moment, View], Relation]:
    """Keep the relations a builder made: joining columns costs milliseconds, and a request needs them several times."""

    @lru_cache(maxsize=_REMEMBERED)
    def made(moment: Moment, view: View, _: date) -> Relation:
        return build(moment, view)

    @wraps(build)
    def relation(moment: Moment, view: View) -> Relation:
        # What may be shown is judged as of today, so that yesterday's must not serve today.
        return made(moment, view, Moment.today().day)

    return relation


_REMEMBERED: Final = 128
"""Moments and views in use at a time; a cursor pinned before a change brings a moment of its own."""


@cache
def named_alias(table: Table, name: str) -> FromClause:
    """Return the alias of a table by that name; made once, since making its columns costs a millisecond."""
    return table.alias(name)


def named(
    table: Table, alias: str, key: SQLCoreOperations[Any], moment: Moment
) -> tuple[FromClause, ColumnElement[bool]]:
    """Return an alias of a table with names in it, and the condition that joins it to a key column."""
    other = named_alias(table, alias)
    return other, and_(other.c.key == key, in_force(other, moment))


def place_joins(
    source: FromClause, rows: FromClause, moment: Moment
) -> tuple[FromClause, dict[str, ColumnElement[Any]]]:
    """Join district and park names to rows that carry their keys."""
    district, on_district = named(zone, "district_zone", rows.c.district, moment)
    source = source.outerjoin(district, on_district)
    names: dict[str, ColumnElement[Any]] = {"district": rows.c.district, "district_name": district.c.name}
    if "park" in rows.c:
        home, on_park = named(park, "home_park", rows.c.park, moment)
        source = source.outerjoin(home, on_park)
        names |= {"park": rows.c.park, "park_name": home.c.name}
    return source, names


def still(rows: FromClause, table: Table, flag: str, moment: Moment) -> ColumnElement[bool]:
    """Say that a flag holds on the moment's day and still holds today.

    What was released once and withdrawn since must not be read through an older date.
    """
    then = rows.c[flag].is_(True)
    if moment == Moment.today():
        return then
    now = named_alias(table, f"{flag}_now")
    return and_(
        then, rows.c.key.in_(select(now.c.key).where(in_force(now, Moment.today()), now.c[flag].is_(True)))
    )


def open_end(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """Show an open end as NULL rather than as the sentinel it is stored as."""
    return func.nullif(column, OPEN, type_=column.type)


def version_fields(rows: FromClause) -> dict[str, ColumnElement[Any]]:
    """Return the fields every versioned feature shows of its two times."""
    return {
        "version": rows.c.version,
        "valid_from": rows.c.valid_from,
        "valid_to": open_end(rows.c.valid_to),
        "recorded_at": rows.c.recorded_at,
    }


def believed(table: FromClause, moment: Moment) -> ColumnElement[bool]:
    """Return the predicate of append-only facts believed at the moment's instant."""
    if moment.known_at is None:
        return table.c.superseded_at.is_(None)
    return and_(
        table.c.recorded_at <= moment.known_at,
        table.c.superseded_at.is_(None) | (table.c.superseded_at > moment.known_at),
    )
