"""The whole list of a collection in columns: what a map counts, filters, sorts and finds without asking again.

Shapes stay in the tiles; the roll holds where each feature lies, the fields asked for and its dated answers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

import numpy as np
import orjson
from sqlalchemy import Connection, Table, Text, cast, func, select

from geoservice.db.spatial import box_of, boxes
from geoservice.db.types import Json
from geoservice.errors import InvalidInput
from geoservice.model import OPEN
from geoservice.registry.collections import Relation
from geoservice.registry.collections.relation import believed
from geoservice.registry.features import FeatureQuery
from geoservice.registry.filters import conditions
from geoservice.registry.tiles.specs import SPECS
from geoservice.registry.tiles.tracks import tracks
from geoservice.registry.versions import in_force

SCALE: Final = 1e-5
"""Degrees in a unit of the places: about a metre."""

Column = dict[str, Any]


@dataclass(frozen=True)
class Covers:
    """The days, half-open, on which the features in force are those of the roll; ``None`` is no bound."""

    first: date | None
    last: date | None


@dataclass(frozen=True)
class Roll:
    """Features of a question in columns.

    Attributes
    ----------
    count, unmapped : int
        How many features, and how many of them have no shape the reader sees.
    covers : Covers
        The days the dated answers hold for.
    columns : dict of str to dict
        Field → ``{"values": […]}``, or ``{"values": […], "index": […]}`` where values repeat.
    places : dict or None
        ``origin`` in degrees, ``scale``, and per feature west, south, width and height in units.
    """

    count: int
    unmapped: int
    covers: Covers
    columns: dict[str, Column]
    places: dict[str, Any] | None


def read_roll(connection: Connection, query: FeatureQuery, fields: Sequence[str]) -> Roll:
    """Return every feature of a question, in key order.

    Parameters
    ----------
    connection : Connection
        Open transaction.
    query : FeatureQuery
        Which collection, when, for whom, narrowed how.
    fields : sequence of str
        What to show beside the key; what the role does not see is left out.

    Raises
    ------
    InvalidInput
        If the collection has no such field.

    Notes
    -----
    O(features); one pass for the fields, one for the dated answers.
    """
    relation = query.collection.relation(query.moment, query.view)
    names = ["key", *(name for name in dict.fromkeys(fields) if name != "key")]
    unknown = [name for name in names if name not in relation.fields]
    if unknown:
        known = ", ".join(sorted(relation.fields))
        raise InvalidInput("The collection has no such field", ", ".join(unknown), f"Known are: {known}.")
    shown = [name for name in names if query.view.shows(name)]
    drawn = query.view.geometry == "full"
    found = conditions(
        connection, query.collection, relation, query.view, query.principal, query.filters, query.moment
    )
    bodies = [box_of(rows.c.geom).label(f"box_{n}") for n, (_, rows) in enumerate(relation.shapes) if drawn]
    # Documents come as text: equal ones are read once, not once a feature.
    documents = {name for name in shown if isinstance(relation.fields[name].type, Json)}
    columns = [
        (cast(relation.fields[name], Text) if name in documents else relation.fields[name]).label(name)
        for name in shown
    ]
    statement = select(relation.key, *columns, *bodies).select_from(relation.source)
    rows = connection.execute(statement.where(*found).order_by(relation.key)).fetchall()
    keys = [row[0] for row in rows]
    held = list(zip(*rows, strict=True))[1:] if rows else [()] * (len(shown) + len(bodies))
    made = {
        name: _column(_read(values) if name in documents else values)
        for name, values in zip(shown, held, strict=False)
    }
    track = SPECS[query.collection.name].track
    if track is not None and any(query.view.shows(name) for name in SPECS[query.collection.name].category):
        answers = tracks(connection, track, keys, query.moment, query.view, query.principal)
        made[track] = _column(answers)
    places = _places(held[len(shown) :]) if drawn else None
    unmapped = len(keys) if places is None else sum(width is None for width in places["width"])
    return Roll(len(keys), unmapped, covers(connection, query, relation), made, places)


def covers(connection: Connection, query: FeatureQuery, relation: Relation) -> Covers:
    """Return the days on which no feature comes or goes that the roll of the question's day does not hold.

    Notes
    -----
    Whoever is shown rows by what holds on a day (only published ones, only announced ones) is told of one day
    alone: there the set moves with the answers.
    """
    day = query.moment.day
    if query.view.rows not in ("all", "scope"):
        return Covers(day, date.fromordinal(day.toordinal() + 1))
    table = relation.shapes[0][0]
    return Covers(_edge(connection, query, table, past=True), _edge(connection, query, table, past=False))


def _edge(connection: Connection, query: FeatureQuery, table: Table, *, past: bool) -> date | None:
    """Return the day nearest to the question's on which a feature is in force that is not so on its own day."""
    day = query.moment.day
    now = table.alias("now")
    standing = select(now.c.key).where(in_force(now, query.moment))
    if past:
        gone = select(func.max(table.c.valid_to, type_=table.c.valid_to.type)).where(table.c.valid_to <= day)
    else:
        gone = select(func.min(table.c.valid_from, type_=table.c.valid_from.type)).where(
            table.c.valid_from > day
        )
    found: date | None = connection.scalar(
        gone.where(believed(table, query.moment), table.c.key.not_in(standing))
    )
    return None if found is None or found == OPEN else found


def as_document(roll: Roll) -> dict[str, Any]:
    """Return a roll as a plain document."""
    return {
        "count": roll.count,
        "unmapped": roll.unmapped,
        "covers": {"from": _iso(roll.covers.first), "to": _iso(roll.covers.last)},
        "columns": roll.columns,
        "places": roll.places,
    }


def _column(values: Sequence[Any]) -> Column:
    """Write a column; values that repeat are listed once, each row then names its number."""
    kinds = set(map(type, values))
    plain = values if kinds <= _PLAIN else [_plain(value) for value in values]
    # Equal numbers of another type are another value to JSON: True is not 1.
    alike = not {bool, int} <= kinds and not {bool, float} <= kinds
    names = plain if alike and kinds <= _PLAIN else [(type(value), _hashed(value)) for value in plain]
    numbers = {name: number for number, name in enumerate(dict.fromkeys(names))}
    if len(numbers) * 2 > len(plain):
        return {"values": list(plain)}
    first = dict(zip(reversed(names), reversed(plain), strict=True))
    return {"values": [first[name] for name in numbers], "index": [numbers[name] for name in names]}


_PLAIN: Final = {str, int, bool, type(None)}
"""What stands in a roll as it is."""


def _read(texts: Sequence[str | None]) -> list[Any]:
    """Read documents, equal texts once."""
    known = {text: None if text is None else orjson.loads(text) for text in set(texts)}
    return [known[text] for text in texts]


def _plain(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, 4)
    if isinstance(value, Decimal):  # PostgreSQL sums money as numeric
        return int(value)
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list):  # reasons tell their code: the whole sentence is asked for with the feature
        return [{"code": one["code"]} if isinstance(one, dict) and "code" in one else one for one in value]
    return value


def _hashed(value: Any) -> Any:
    return orjson.dumps(value) if isinstance(value, list | dict) else value


def _places(bodies: Sequence[Sequence[bytes | None]]) -> dict[str, Any]:
    first = [next((body for body in each if body is not None), None) for each in zip(*bodies, strict=True)]
    edges = boxes(first)
    there = ~np.isnan(edges[:, 0])
    origin = np.floor(edges[there, :2].min(axis=0) / SCALE) if there.any() else np.zeros(2)
    units = np.zeros(edges.shape, dtype=np.int64)
    units[there] = np.round(edges[there] / SCALE - np.tile(origin, 2)).astype(np.int64)
    west, south, east, north = units.T
    listed = {"west": west, "south": south, "width": east - west, "height": north - south}
    return {
        "origin": [int(edge) for edge in origin],
        "scale": SCALE,
        **{name: _with_gaps(values, there) for name, values in listed.items()},
    }


def _with_gaps(values: Any, there: Any) -> list[int | None]:
    return [value if known else None for value, known in zip(values.tolist(), there.tolist(), strict=True)]


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
