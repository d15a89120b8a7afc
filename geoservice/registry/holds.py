"""Provisional holds (意向保留): who may still want which land until when, and which two of them collide."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import shapely
from sqlalchemy import ColumnElement, Connection, Select, and_, func, or_, select

from geoservice.db.frames import read_frame
from geoservice.db.spatial import wkb_of
from geoservice.db.unit_of_work import UnitOfWork
from geoservice.errors import Conflict
from geoservice.geo.measure import area_m2
from geoservice.model import OPEN, hold, parcel
from geoservice.model.vocabulary import HoldState
from geoservice.registry import links
from geoservice.registry.collections.relation import believed
from geoservice.registry.moment import Moment
from geoservice.registry.subsets import read_subset

TOUCHING_M2 = 1.0
"""Two parts that share no more than this touch along a boundary and do not collide."""

_FIELDS = ("key", "parcel", "party", "intention", "unit", "held_from", "expires_on", "released_on")


def end_of(expires_on: date, released_on: date | None) -> date:
    """Return the first day on which nothing is held any more.

    >>> end_of(date(2026, 12, 1), date(2026, 9, 1))
    datetime.date(2026, 9, 1)
    """
    return expires_on if released_on is None else min(expires_on, released_on)


def state_of(held_from: date, expires_on: date, released_on: date | None, day: date) -> HoldState:
    """Return what has become of a hold by a day.

    >>> state_of(date(2026, 1, 1), date(2026, 3, 1), None, date(2026, 3, 1))
    <HoldState.EXPIRED: 'expired'>
    """
    if released_on is not None and released_on <= day and released_on < expires_on:
        return HoldState.RELEASED
    if expires_on <= day:
        return HoldState.EXPIRED
    return HoldState.AHEAD if day < held_from else HoldState.LIVE


def read_holds(
    connection: Connection,
    moment: Moment,
    parcels: Select[Any],
    *,
    key: str | None = None,
    parcel_key: str | None = None,
) -> list[dict[str, Any]]:
    """Return holds on parcels of a subquery, as known at the moment, with their state on its day.

    Parameters
    ----------
    connection : Connection
        Open transaction.
    moment : Moment
        Whose knowledge and which day.
    parcels : Select
        One column of the keys of parcels the reader may see.
    key, parcel_key : str, optional
        One hold, or those on one parcel.

    Returns
    -------
    list of dict
        The fields with ``state``, ``ends_on``, ``days_left`` (of a live one), ``area_m2``, ``part`` (whether only
        a part is held), ``parcel_number`` and ``geojson``, by expiry and key.
    """
    land, later = parcel.alias("land"), hold.alias("later")
    newest = ~(
        select(later.c.id)
        .where(believed(later, moment), later.c.key == hold.c.key, later.c.valid_from > hold.c.valid_from)
        .exists()
    )
    wanted: list[ColumnElement[bool]] = [hold.c.parcel.in_(parcels)]
    wanted += [] if key is None else [hold.c.key == key]
    wanted += [] if parcel_key is None else [hold.c.parcel == parcel_key]
    on_land = and_(
        land.c.key == hold.c.parcel,
        believed(land, moment),
        land.c.valid_from <= moment.day,
        land.c.valid_to > moment.day,
    )
    statement = (
        select(
            *(hold.c[name] for name in _FIELDS),
            land.c.parcel_number,
            hold.c.geom.is_not(None).label("part"),
            func.coalesce(hold.c.area_m2, land.c.area_m2).label("area_m2"),
            func.coalesce(hold.c.geojson, land.c.geojson).label("geojson"),
        )
        .join_from(hold, land, on_land, isouter=True)
        .where(believed(hold, moment), newest, hold.c.valid_to == OPEN, *wanted)
        .order_by(hold.c.expires_on, hold.c.key)
    )
    rows = connection.execute(statement).mappings()
    return [_told({str(name): value for name, value in row.items()}, moment.day) for row in rows]


def _told(row: dict[str, Any], day: date) -> dict[str, Any]:
    state = state_of(row["held_from"], row["expires_on"], row["released_on"], day)
    ends = end_of(row["expires_on"], row["released_on"])
    left = (ends - day).days if state is HoldState.LIVE else None
    return {**row, "part": bool(row["part"]), "state": state.value, "ends_on": ends, "days_left": left}


def refuse_collisions(unit: UnitOfWork, keys: Collection[str], today: date) -> None:
    """Refuse a change that leaves two live holds on the same land at the same time.

    The parcels are locked first, so that of two changes neither decides without the other. O(holds of the
    parcels concerned).

    Raises
    ------
    Conflict
        Naming the hold that is in the way, and until when.
    """
    ours = set(keys)
    parcels = links.parcels_of_records(unit.connection, hold, ours)
    links.lock_parcels(unit.connection, parcels)
    for _, held in _live(unit.connection, parcels, today).groupby("parcel", sort=True):
        rows = held.to_dict("records")
        for position, one in enumerate(rows):
            for other in rows[position + 1 :]:
                if ours & {one["key"], other["key"]} and _collide(one, other):
                    raise _collision(one, other, ours)


def _collision(one: dict[Any, Any], other: dict[Any, Any], keys: set[str]) -> Conflict:
    held = one if other["key"] in keys else other
    return Conflict(
        "This land is held already for the same time",
        f"{held['key']}: {held['held_from']} – {held['ends']}",
        "Release that hold, choose another part of the parcel, or begin when it ends.",
    )


def _live(connection: Connection, parcels: Collection[str], today: date) -> pd.DataFrame:
    columns = [hold.c[name] for name in ("key", "parcel", "held_from", "expires_on", "released_on")]
    statement = select(*columns, wkb_of(hold.c.geom).label("geometry")).where(
        hold.c.superseded_at.is_(None),
        hold.c.valid_to == OPEN,
        hold.c.expires_on > today,
        or_(hold.c.released_on.is_(None), hold.c.released_on > today),
    )
    frame = read_subset(
        connection, statement.order_by(hold.c.key), hold.c.parcel, parcels, geometry="geometry"
    )
    ends = [end_of(*days) for days in zip(frame["expires_on"], frame["released_on"], strict=True)]
    return frame.assign(ends=pd.Series(ends, index=frame.index, dtype=object))


def _collide(one: dict[Any, Any], other: dict[Any, Any]) -> bool:
    if one["held_from"] >= other["ends"] or other["held_from"] >= one["ends"]:
        return False
    if one["geometry"] is None or other["geometry"] is None:
        return True
    shared = shapely.intersection(one["geometry"], other["geometry"])
    return bool(np.nan_to_num(area_m2([shared]))[0] > TOUCHING_M2)


def parcel_shape(connection: Connection, key: str, moment: Moment) -> Any:
    """Return the shape of a parcel on the moment's day, ``None`` where there is none."""
    statement = select(wkb_of(parcel.c.geom).label("geometry")).where(
        parcel.c.key == key,
        parcel.c.superseded_at.is_(None),
        parcel.c.valid_from <= moment.day,
        parcel.c.valid_to > moment.day,
    )
    found = read_frame(connection, statement, geometry="geometry")["geometry"]
    return None if found.empty else found.iloc[0]
