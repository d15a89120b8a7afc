"""What changed between two dates: new, changed, ended, stage moved, verdict moved."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, Final

from sqlalchemy import Connection

from geoservice.errors import InvalidInput
from geoservice.registry.facts.changed import changed_keys, still_there
from geoservice.registry.facts.narrowed import Feature, narrowed, read_features
from geoservice.registry.features import FeatureQuery
from geoservice.registry.filters import Filters
from geoservice.registry.known import Known
from geoservice.registry.moment import Moment

KINDS: Final = ("new", "changed", "ended", "stage_moved", "verdict_moved")
"""What may have happened; a project can have changed and moved its stage at once."""

_TIMES: Final = frozenset(
    {"key", "version", "valid_from", "valid_to", "recorded_at", "search", "notice", "figures_on", "plan"}
)
# Money flows every month; that is a figure of its own, not a change of the project. A rule set is nobody's act.
_FIGURES: Final = frozenset({"invested_fen", "invested_year_fen", "rule_version"})
_STAGE: Final = frozenset({"stage", "stage_group", "stage_since"})
_FOLLOWS: Final = frozenset({"stage_next", "stage_next_planned_on", "late"})
_VERDICT: Final = ("status", "usable_area_m2", "available_from")
_SHOWN: Final = (
    "name",
    "parcel_number",
    "project_number",
    "task_number",
    "code",
    "park",
    "park_name",
    "district",
    "district_name",
)


def changes(connection: Connection, query: FeatureQuery, since: Moment, places: Filters) -> list[Feature]:
    """Return what changed in one collection between `since` and the moment of the question, by key.

    Parameters
    ----------
    connection : Connection
        Open transaction.
    query : FeatureQuery
        The question on the later date, unfiltered.
    since : Moment
        The earlier date, with the same knowledge.
    places : Filters
        Parks and districts a thing must lie in on either date.

    Notes
    -----
    Both days are read by the reader's own questions, so that what was hidden on one of them is hidden here: who
    sees a row on the later date alone reads it as new. That a thing ended is told to those who see all rows or
    their district's; to others it may just have been withdrawn, and it is left out. O(things that may differ).
    """
    name = query.collection.name
    moved = changed_keys(name, since.day, query.moment.day, query.moment)
    before = read_features(connection, narrowed(replace(query, moment=since), moved))
    after = read_features(connection, narrowed(query, moved))
    lost = sorted(before.keys() - after.keys())
    kept = still_there(connection, name, lost, query.moment) if lost else set()
    told = {key for key in lost if key not in kept} if query.view.rows in ("all", "scope") else set()
    wanted = _places(connection, query, places)
    found = [
        described(name, key, before.get(key), after.get(key))
        for key in sorted(after.keys() | told)
        if _inside(name, key, wanted, before.get(key), after.get(key))
    ]
    return [feature for feature in found if feature is not None]


def described(collection: str, key: str, before: Feature | None, after: Feature | None) -> Feature | None:
    """Return one change as a feature with the shape of the later date, ``None`` where both say the same.

    Parameters
    ----------
    collection : str
        Where it was found.
    key : str
        What changed.
    before, after : dict or None
        The feature on both days, ``None`` where it was not there.
    """
    newest = after or before
    if newest is None:
        return None
    old = {} if before is None else before["properties"]
    new = {} if after is None else after["properties"]
    fields = differences(old, new) if before and after else {}
    kinds = ["new"] if before is None else ["ended"] if after is None else _kinds(collection, fields)
    reshaped = bool(before and after) and before["geometry"] != after["geometry"]  # type: ignore[index]
    if reshaped and collection != "availability" and "changed" not in kinds:
        kinds.append("changed")
    if not kinds:
        return None
    properties: dict[str, Any] = {
        "collection": collection,
        "key": key,
        "kinds": [kind for kind in KINDS if kind in kinds],
        "kind": max(kinds, key=KINDS.index),  # the most telling one
    }
    properties |= {name: newest["properties"][name] for name in _SHOWN if name in newest["properties"]}
    properties |= {"fields": fields, "geometry_changed": reshaped}
    if "verdict_moved" in kinds:
        properties["verdict"] = verdict_move(old, new)
    return {**newest, "id": f"{collection}/{key}", "properties": properties}


def differences(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Return field → from and to of what differs; times, texts and running figures are left out.

    >>> differences({"state": "reserved", "version": 1}, {"state": "clear", "version": 2})
    {'state': {'from': 'reserved', 'to': 'clear'}}
    """
    return {
        name: {"from": old.get(name), "to": value}
        for name, value in new.items()
        if name not in _TIMES | _FIGURES and old.get(name) != value
    }


def verdict_move(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    """Return how a verdict moved: status, usable area, the reasons that went and those that came."""
    move: dict[str, Any] = {
        name: {"from": old.get(name), "to": new.get(name)}
        for name in _VERDICT
        if name in new and old.get(name) != new.get(name)
    }
    held, holds = (list(one.get("reasons") or []) for one in (old, new))
    move["reasons_gone"] = [reason for reason in held if reason not in holds]
    move["reasons_new"] = [reason for reason in holds if reason not in held]
    return move


def counted(features: Iterable[Feature]) -> dict[str, dict[str, int]]:
    """Return collection → kind → how many."""
    counts: dict[str, Counter[str]] = {}
    for feature in features:
        counts.setdefault(feature["properties"]["collection"], Counter()).update(
            feature["properties"]["kinds"]
        )
    return {name: {kind: found[kind] for kind in KINDS if found[kind]} for name, found in counts.items()}


def _kinds(collection: str, fields: Mapping[str, Any]) -> list[str]:
    if collection == "availability":
        return ["verdict_moved"] if fields.keys() & {*_VERDICT, "reasons"} else []
    kinds = ["stage_moved"] if collection == "projects" and "stage" in fields else []
    own = fields.keys() - _STAGE - _FOLLOWS if collection == "projects" else fields.keys()
    return [*kinds, "changed"] if own or (fields and not kinds) else kinds


def _places(connection: Connection, query: FeatureQuery, places: Filters) -> dict[str, set[str]]:
    known = Known(connection, query.moment)
    wanted: dict[str, set[str]] = {}
    for name, values in places.equal.items():
        keys = known.resolve({"park": "park", "district": "zone"}[name], values)
        missing = [value for value, key in zip(values, keys, strict=True) if key is None]
        if missing:
            raise InvalidInput(
                f"There is no such {name}", ", ".join(missing), "Use a key, a code or a full name."
            )
        wanted[name] = {key for key in keys if key is not None}
    return wanted


def _inside(
    collection: str, key: str, wanted: Mapping[str, set[str]], before: Feature | None, after: Feature | None
) -> bool:
    """Say whether a thing lay in the wanted places on either date; a park lies in itself."""
    for name, keys in wanted.items():
        held = {one["properties"].get(name) for one in (before, after) if one is not None}
        if collection == "parks" and name == "park":
            held = {key}
        if not held & keys:
            return False
    return True
