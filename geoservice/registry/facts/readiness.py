"""Facts about how ready land is: its checklist and supply gates, and the provisional holds on it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any, Final

import pandas as pd
from sqlalchemy import ColumnElement, Connection, Table, select

from geoservice.clock import day_number
from geoservice.db.spatial import wkb_of
from geoservice.model import checklist_item, hold, supply_gate
from geoservice.model.vocabulary import ItemState
from geoservice.registry.facts.days import with_days
from geoservice.registry.subsets import read_subset

_REQUIREMENT: Final = ["parcel", "kind", "record", "unit", "to_day", "to_is_plan"]


def requirements(connection: Connection, parcels: Collection[str]) -> pd.DataFrame:
    """Return checklist items and supply gates on record: ``parcel, kind, record, unit, to_day, to_is_plan``."""
    items = _newest(connection, checklist_item, parcels, *_named(checklist_item, "item", "state"))
    gates = _newest(connection, supply_gate, parcels, *_named(supply_gate, "kind", "needed"))
    items["idle"] = [said == ItemState.NOT_NEEDED.value for said in items.pop("said")]
    gates["idle"] = [not said for said in gates.pop("said")]
    both = pd.concat([frame for frame in (items, gates) if len(frame)] or [items], ignore_index=True)
    dates = (both[name] for name in ("idle", "done_on", "planned_on", "valid_to"))
    ends = [open_until(*row) for row in zip(*dates, strict=True)]
    both = both.assign(to_day=[day for day, _ in ends], to_is_plan=[plan for _, plan in ends])
    return both[_REQUIREMENT].sort_values(["parcel", "kind"], kind="stable", ignore_index=True)


def open_until(idle: bool, done: date | None, planned: date | None, ended: date) -> tuple[int, bool]:
    """Return until which day a requirement is open, and whether that is only planned.

    What does not apply is never open; a record that was ended asks for nothing from that day on.

    >>> from datetime import date
    >>> open_until(False, None, date(2026, 9, 30), date.max) == (date(2026, 9, 30).toordinal(), True)
    True
    """
    if idle:
        return 1, False
    end, plan = (done, False) if done is not None else (planned, planned is not None)
    day = day_number(end)
    return (day, plan) if day <= day_number(ended) else (day_number(ended), False)


def holds(connection: Connection, parcels: Collection[str]) -> pd.DataFrame:
    """Return provisional holds from their first day to their expiry or earlier release."""
    columns = [hold.c[name] for name in ("held_from", "expires_on", "released_on")]
    shape = wkb_of(hold.c.geom).label("geometry")
    frame = _newest(connection, hold, parcels, *columns, shape, geometry="geometry")
    days = {"expiry": "expires_on", "released": "released_on", "ended": "valid_to"}
    frame = with_days(frame.rename(columns={"record": "hold"}), from_day="held_from", **days)
    ends: Any = frame[list(days)].min(axis=1)
    return frame.assign(to_day=ends)


def _named(table: Table, kind: str, said: str) -> list[ColumnElement[Any]]:
    return [table.c[kind].label("kind"), table.c[said].label("said"), table.c.planned_on, table.c.done_on]


def _newest(
    connection: Connection,
    table: Table,
    parcels: Collection[str],
    *columns: ColumnElement[Any],
    geometry: str | None = None,
) -> pd.DataFrame:
    """Return the newest version of each record about the parcels.

    It speaks for all days: its dates are facts with days of their own, and what an older version planned is
    answered by asking what was known then.
    """
    statement = (
        select(table.c.parcel, table.c.key.label("record"), table.c.unit, table.c.valid_to, *columns)
        .where(table.c.superseded_at.is_(None))
        .order_by(table.c.parcel, table.c.key, table.c.valid_from)
    )
    frame = read_subset(connection, statement, table.c.parcel, parcels, geometry=geometry)
    return frame.drop_duplicates(["parcel", "record"], keep="last", ignore_index=True)
