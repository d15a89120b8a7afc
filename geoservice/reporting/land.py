"""How much land is free by a day, per park, district or use, and which parcels become free in a period."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import replace
from datetime import date
from typing import Any, Final

import pandas as pd
from sqlalchemy import Connection

from geoservice.errors import Forbidden
from geoservice.registry.facts.free_land import FREE, GROUPS, free_land, turning_parcels, turns
from geoservice.registry.facts.narrowed import Feature, narrowed, read_features
from geoservice.registry.features import FeatureQuery
from geoservice.registry.moment import Moment

M2_PER_MU: Final = 2000 / 3
Row = dict[str, Any]


def mu(area_m2: float) -> float:
    """Return an area in 亩, to a ten-thousandth.

    >>> mu(2000.0)
    3.0
    """
    return round(area_m2 / M2_PER_MU, 4)


def clear_land(connection: Connection, query: FeatureQuery, by: str) -> tuple[list[Row], Row]:
    """Return free land per group, and in all, on the day of the question.

    Parameters
    ----------
    connection : Connection
        Open transaction.
    query : FeatureQuery
        A question to the collection of availability.
    by : str
        ``park``, ``district`` or ``use``.
    """
    frame = free_land(connection, query, by)
    names = [name for name in GROUPS[by] if name in frame]
    return group_land(frame, names), _sums(frame)


def group_land(frame: pd.DataFrame, names: list[str]) -> list[Row]:
    """Add up free land per group; what belongs to no group comes last, with nulls. O(n log n).

    Parameters
    ----------
    frame : DataFrame
        ``status, area_m2`` and, where the role sees them, ``usable_area_m2, plan``.
    names : list of str
        Columns that make a group.

    Notes
    -----
    Areas are added without rounding on the way (``math.fsum``), so that the order of rows does not matter and
    both engines give the same sum.
    """
    members: dict[tuple[Any, ...], list[int]] = defaultdict(list)
    for position, values in enumerate(zip(*(frame[name] for name in names), strict=True)):
        members[values].append(position)
    order = sorted(members, key=lambda values: [(value is None, value or "") for value in values])
    return [dict(zip(names, values, strict=True)) | _sums(frame.iloc[members[values]]) for values in order]


def _sums(frame: pd.DataFrame) -> Row:
    return {status: _sum(frame[frame["status"] == status]) for status in FREE}


def _sum(frame: pd.DataFrame) -> Row:
    total = _measures(frame)
    if "plan" in frame:
        total["planned"] = _measures(frame[frame["plan"].astype(bool)])
    return total


def _measures(frame: pd.DataFrame) -> Row:
    area = math.fsum(frame["area_m2"])
    found: Row = {"count": len(frame), "area_m2": area, "area_mu": mu(area)}
    if "usable_area_m2" in frame:
        usable = math.fsum(frame["usable_area_m2"])
        found |= {"usable_area_m2": usable, "usable_area_mu": mu(usable)}
    return found


def flat(row: Row) -> Row:
    """Lay a row of free land out in one level, as a table wants it.

    >>> flat({"park": "P", "available": {"count": 1, "planned": {"count": 0}}})
    {'park': 'P', 'available_count': 1, 'available_planned_count': 0}
    """
    found: Row = {}
    for name, value in row.items():
        if isinstance(value, dict):
            found |= {f"{name}_{inner}": number for inner, number in flat(value).items()}
        else:
            found[name] = value
    return found


def upcoming_land(connection: Connection, query: FeatureQuery, start: date, end: date) -> list[Feature]:
    """Return the parcels whose verdict turns for the better in ``[start, end]``, by day.

    Each carries the status before and after, the reasons that end with their units, and whether it is planned.
    The parcel is the one of the period's last day.

    Raises
    ------
    Forbidden
        If the role does not see when land becomes available.
    """
    if query.view.reasons != "full" or not query.view.shows("available_from"):
        raise Forbidden("This role does not see when land becomes available", None, "Ask for land/clear.")
    last = Moment(end, query.moment.known_at)
    seen = read_features(connection, narrowed(replace(query, moment=last), turning_parcels(last, start, end)))
    return describe_turns(turns(connection, last, start, end).to_dict("records"), seen)


_SHOWN: Final = (
    "key",
    "parcel_number",
    "name",
    "park",
    "park_name",
    "district",
    "district_name",
    "use_system",
    "use_code",
    "use_name",
    "area_m2",
)


def describe_turns(found: list[Any], parcels: dict[str, Feature]) -> list[Feature]:
    """Join turns with the parcels a reader sees; a reason ends where its code and source are not said again."""
    features = []
    for turn in found:
        parcel = parcels.get(turn["parcel"])
        if parcel is None:
            continue
        again = {(reason["code"], reason["source"]) for reason in turn["reasons"]}
        ended = [
            {name: reason[name] for name in ("code", "text", "text_en", "unit", "source")}
            for reason in turn["reasons_before"]
            if (reason["code"], reason["source"]) not in again
        ]
        properties = {name: parcel["properties"][name] for name in _SHOWN if name in parcel["properties"]}
        properties |= {
            "area_mu": mu(properties["area_m2"]),
            "usable_area_m2": turn["usable_area_m2"],
            "becomes_on": turn["turns_on"].isoformat(),
            "plan": turn["plan"],
            "status_before": turn["status_before"],
            "status": turn["status"],
            "reasons_ended": ended,
        }
        features.append({**parcel, "properties": properties})
    return features
