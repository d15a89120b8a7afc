"""What writing rows would change: new, changed in these fields, or unchanged; nothing is written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import pandas as pd
from sqlalchemy import Connection, select

from geoservice.model.nouns import Noun
from geoservice.registry.aliases import batches
from geoservice.registry.moment import Moment
from geoservice.registry.put import same_value, stored_columns
from geoservice.registry.versions import believed_rows, in_force

_FOLLOWS = frozenset({"geom", "geojson", "area_m2", "planar_area_m2", "original_wkb", "original_crs"})


@dataclass(frozen=True)
class Difference:
    """What becomes of one row.

    Attributes
    ----------
    state : str
        ``new``, ``changed`` or ``unchanged``.
    fields : tuple of str
        What differs; ``geometry`` stands for the shape.
    before : str or None
        Shape in force as GeoJSON text, where it differs.
    """

    state: str
    fields: tuple[str, ...] = ()
    before: str | None = None


def compare(
    connection: Connection, kind: Noun, frame: pd.DataFrame, keys: Sequence[str | None], day: date
) -> list[Difference]:
    """Return what :func:`geoservice.registry.put.put` would make of each row, valid from `day` on.

    Parameters
    ----------
    connection : Connection
        Open transaction.
    kind : Noun
    frame : DataFrame
        As `put` takes it.
    keys : sequence of str
        Key each row has already, ``None`` where it is new.
    day : date

    Notes
    -----
    O(rows held). Rows are looked at in batches, so that memory is bounded.
    """
    told = [Difference("new")] * len(frame)
    held = [i for i, key in enumerate(keys) if key is not None]
    for some in batches(held):
        part = frame.iloc[list(some)].reset_index(drop=True)
        columns = stored_columns(kind, part)
        believed = believed_rows(connection, kind.table, [str(keys[i]) for i in some])
        for at, i in enumerate(some):
            rows = believed.get(str(keys[i]), [])
            now = next((r for r in rows if r["valid_from"] <= day < r["valid_to"]), None)
            if now is None:
                told[i] = Difference("changed" if rows else "new")
                continue
            apart = {n for n, values in columns.items() if not same_value(now[n], values[at])}
            shape = bool(apart & {"geom", "geojson"})
            fields = tuple(sorted(apart - _FOLLOWS)) + (("geometry",) if shape else ())
            before = now.get("geojson") if shape else None
            told[i] = Difference("changed" if apart else "unchanged", fields, before)
    return told


def outlines(
    connection: Connection, kind: Noun, keys: Sequence[str], day: date
) -> list[tuple[str, str | None, str | None]]:
    """Return key, number and GeoJSON text of things in force on a day."""
    table = kind.table
    number = table.c[kind.identity[0]]
    found: list[tuple[str, str | None, str | None]] = []
    for batch in batches(list(keys)):
        statement = select(table.c.key, number, table.c.geojson).where(
            table.c.key.in_(batch), in_force(table, Moment(day))
        )
        found += [(row[0], row[1], row[2]) for row in connection.execute(statement.order_by(table.c.key))]
    return found
