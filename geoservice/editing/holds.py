"""The three things a hand does to a provisional hold (意向保留): set land aside, extend it, release it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import numpy as np
import pandas as pd
import shapely

from geoservice import clock
from geoservice.access.policy import Policy
from geoservice.access.principals import Principal
from geoservice.db import UnitOfWork
from geoservice.editing.change import require_state
from geoservice.editing.reach import require_reach
from geoservice.editing.records import Record, find_record
from geoservice.errors import Conflict, InvalidInput
from geoservice.geo.geojson import from_text
from geoservice.geo.grid import snap
from geoservice.geo.measure import area_m2
from geoservice.geo.validity import polygons_only
from geoservice.model.nouns import noun
from geoservice.model.vocabulary import HoldState
from geoservice.registry.holds import TOUCHING_M2, parcel_shape, state_of
from geoservice.registry.known import Known
from geoservice.registry.moment import Moment
from geoservice.registry.put import put

HOLD: Final = noun("hold")


@dataclass(frozen=True)
class Wanted:
    """A hold as it is asked for.

    Attributes
    ----------
    parcel : str
        Key or number of the parcel.
    party : str
        意向方: who may want it.
    expires_on : date
        The first day on which it is held no more.
    held_from : date or None
        First day, default today.
    intention, unit : str or None
        意向内容; who keeps the hold.
    geometry : str or None
        GeoJSON text (CRS84) of the part that is held; ``None`` for the whole parcel.
    """

    parcel: str
    party: str
    expires_on: date
    held_from: date | None = None
    intention: str | None = None
    unit: str | None = None
    geometry: str | None = None


def set_aside(unit: UnitOfWork, policy: Policy, principal: Principal, wanted: Wanted) -> Record:
    """Hold a parcel, or a part of it, for somebody.

    Raises
    ------
    NotFound, Forbidden
        If the principal does not see the parcel, or it lies outside of their scope.
    InvalidInput
        If the hold would end before it begins or in the past, or the part misses the parcel.
    Conflict
        If the land is held already; raised when the unit of work ends.
    """
    today = clock.today()
    start = wanted.held_from or today
    if wanted.expires_on <= max(start, today):
        raise InvalidInput(
            "The hold would be over before it begins", wanted.expires_on, "Choose a later day of expiry."
        )
    key = Known(unit.connection, Moment(today)).resolve("parcel", [wanted.parcel])[0] or wanted.parcel
    fields = {
        "parcel": key,
        "party": wanted.party.strip(),
        "intention": wanted.intention,
        "unit": wanted.unit,
        "held_from": start,
        "expires_on": wanted.expires_on,
    }
    require_reach(unit.connection, policy, principal, HOLD, None, fields, write=True)
    shape = _part(unit, key, wanted.geometry)
    done = _put(unit, fields if shape is None else {**fields, "geometry": shape})
    if not done.new:
        raise Conflict("This hold is recorded already", done.keys[0], "Extend it instead.")
    return find_record(unit.connection, HOLD, done.keys[0])


def extend(
    unit: UnitOfWork,
    policy: Policy,
    principal: Principal,
    key: str,
    expires_on: date,
    *,
    expected: str | None,
) -> Record:
    """Let a live hold expire on another, later day; needs a reason, since others wait for the land.

    Raises as :func:`set_aside`, and :class:`~geoservice.errors.Stale` where somebody was faster.
    """
    held = _held(unit, policy, principal, key, expected)
    if expires_on <= held.fields["expires_on"]:
        raise InvalidInput("That is no extension", expires_on, "Release the hold to end it earlier.")
    return _changed(unit, key, {"expires_on": expires_on})


def release(
    unit: UnitOfWork, policy: Policy, principal: Principal, key: str, on: date | None, *, expected: str | None
) -> Record:
    """Let go of a live hold from a day on, by default today; needs a reason."""
    held, today = _held(unit, policy, principal, key, expected), clock.today()
    day = on or today
    if not today <= day <= held.fields["expires_on"]:
        raise InvalidInput("A hold is released between today and its expiry", day, "Choose such a day.")
    return _changed(unit, key, {"released_on": day})


def _held(unit: UnitOfWork, policy: Policy, principal: Principal, key: str, expected: str | None) -> Record:
    held = find_record(unit.connection, HOLD, key, lock=True)
    require_reach(unit.connection, policy, principal, HOLD, key, held.fields, write=True)
    require_state(held, expected)
    start, end, released = (held.fields[name] for name in ("held_from", "expires_on", "released_on"))
    state = state_of(start, end, released, clock.today())
    if state in (HoldState.EXPIRED, HoldState.RELEASED):
        raise Conflict("This hold is over", state.value, "Set the land aside anew.")
    if not unit.reason:
        raise InvalidInput("Changing a hold needs a reason", key, "Say why in `reason`.")
    return held


def _changed(unit: UnitOfWork, key: str, values: Mapping[str, Any]) -> Record:
    _put(unit, {"key": key, **values})
    return find_record(unit.connection, HOLD, key)


def _put(unit: UnitOfWork, row: Mapping[str, Any]) -> Any:
    frame = pd.DataFrame({name: pd.Series([value], dtype=object) for name, value in row.items()})
    return put(unit, "hold", frame, valid_from=clock.today())


def _part(unit: UnitOfWork, key: str, text: str | None) -> Any:
    """Return the held part, cut to the parcel; ``None`` for all of it."""
    if text is None:
        return None
    given = from_text([text])
    if not shapely.is_valid(given)[0]:
        raise InvalidInput(
            "The held part is no valid polygon", shapely.is_valid_reason(given[0]), "Redraw it."
        )
    own = parcel_shape(unit.connection, key, Moment.today())
    cut = polygons_only(snap(shapely.intersection(given, own)))
    if not np.nan_to_num(area_m2(cut))[0] > TOUCHING_M2:
        raise InvalidInput("The held part lies outside of the parcel", key, "Draw it within the parcel.")
    return shapely.multipolygons([cut[0]]) if isinstance(cut[0], shapely.Polygon) else cut[0]
