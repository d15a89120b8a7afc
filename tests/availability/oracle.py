"""A slow second opinion: the default rules in plain Python, one parcel and one day at a time."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pandas as pd
import shapely
from pyproj import Geod

from geoservice.availability import Facts
from geoservice.clock import OPEN_DAY
from tests.availability.cities import BOUNDARY

GEOD = Geod(ellps="GRS80")
BEFORE_CLEAR = ["planned", "to_acquire", "in_approval", "approved", "acquiring", "acquired", "reserved"]

ITEMS = ["rights", "compensation", "disputes", "planning", "works"]
GATE_CODES = {"archaeology": "archaeology_open", "soil_survey": "soil_survey_open"}


@dataclass
class Opinion:
    """What holds of one parcel on one day; ``reasons`` are (code, source, what it is that goes on)."""

    blocks: list[Any] = field(default_factory=list)
    unlocated: float = 0.0
    conditions: int = 0
    reasons: list[tuple[str, str, str]] = field(default_factory=list)
    area_m2: float = 0.0
    usable_m2: float = 0.0
    status: str = ""

    def block(self, geometry: Any, code: str, source: str, identity: str) -> None:
        self.blocks.append(geometry)
        self.reasons.append((code, source, identity))

    def condition(self, code: str, source: str, identity: str) -> None:
        self.conditions += 1
        self.reasons.append((code, source, identity))

    def note(self, code: str, source: str, identity: str) -> None:
        self.reasons.append((code, source, identity))


def opinion(facts: Facts, parcel: str, day: int, today: int) -> Opinion | None:
    """Return the opinion on a day, ``None`` where the parcel does not exist on it."""
    rows = _on(facts.parcels, day, parcel)
    if not rows:
        return None
    row, own = rows[0], rows[0]["geometry"]
    found = Opinion(area_m2=row["area_m2"])
    state = _state(row, day, today)
    _judge_parcel(found, row, state)
    for task in _tasks(facts.clearances, parcel, day, today):
        source = f"demolition_task:{task['task']}"
        found.block(own, "clearance_overdue" if task["overdue"] else "clearance_left", source, source)
    _judge_readiness(found, facts, row, state, day, today)
    for link in _on(facts.occupations, day, parcel):
        _judge_link(found, link, row)
    _judge_layers(found, row, _on(facts.constraints, day))
    _sum_up(found, row)
    return found


def _on(frame: pd.DataFrame, day: int, parcel: str | None = None) -> list[dict[str, Any]]:
    rows = frame.to_dict("records")
    return [r for r in rows if r["from_day"] <= day < r["to_day"] and parcel in (None, r.get("parcel"))]


def _tasks(frame: pd.DataFrame, parcel: str, day: int, today: int) -> list[dict[str, Any]]:
    rows = [row for row in frame.to_dict("records") if row["parcel"] == parcel]
    found = []
    for row in rows:
        same = [other for other in rows if other["task"] == row["task"]]
        last = all(other["to_is_plan"] and other["to_day"] <= row["to_day"] for other in same)
        overdue = row["to_is_plan"] and row["to_day"] <= today and last
        end = OPEN_DAY if overdue else row["to_day"]
        if row["from_day"] <= day < end:
            found.append({**row, "overdue": overdue})
    return found


def _state(row: dict[str, Any], day: int, today: int) -> str:
    state = row["state"] or "unknown"
    planned = row["cleared_plan_day"]
    return "clear" if state in BEFORE_CLEAR and today < planned <= day else state


def _judge_parcel(found: Opinion, row: dict[str, Any], state: str) -> None:
    key = f"parcel:{row['parcel']}"
    if state == "unknown":
        found.condition("state_unknown", key, key)
    elif state == "reserved":
        found.condition("reserved", key, key)
    elif state != "clear":
        found.block(row["geometry"], state, key, key)
    if not row["planning_set"] and state in [*BEFORE_CLEAR, "clear", "unknown"]:
        found.condition("planning_missing", key, key)
    if row["mortgaged"]:
        found.condition("mortgaged", key, key)
    if row["seized"]:
        found.block(row["geometry"], "seized", key, key)


def _judge_readiness(
    found: Opinion, facts: Facts, row: dict[str, Any], state: str, day: int, today: int
) -> None:
    key = row["parcel"]
    for held in _on(facts.holds, day, key):
        part = row["geometry"] if held["geometry"] is None else row["geometry"].intersection(held["geometry"])
        if part.area:
            found.block(part, "held", f"hold:{held['hold']}", held["hold"])
    records = {r["kind"]: r for r in facts.requirements.to_dict("records") if r["parcel"] == key}
    for kind, record in records.items():
        lapsed = record["to_is_plan"] and record["to_day"] <= today
        if day >= record["to_day"] and not lapsed:
            continue
        if kind in GATE_CODES and state in ("unknown", "reserved", "clear"):
            source = f"supply_gate:{record['record']}"
            found.block(row["geometry"], GATE_CODES[kind], source, source)
        elif kind in ITEMS and state in ("reserved", "clear"):
            source = f"checklist_item:{record['record']}"
            found.condition("checklist_open", source, source)
    kept = set(records) & set(ITEMS)
    if not kept and state == "clear":
        found.note("checklist_absent", f"parcel:{key}", key)
    if kept and state in ("reserved", "clear"):
        for kind in ITEMS:
            if kind not in kept and kind != "planning":
                found.condition("checklist_unrecorded", f"parcel:{key}", kind)


def _judge_link(found: Opinion, link: dict[str, Any], row: dict[str, Any]) -> None:
    source, identity = f"project:{link['project']}", f"{link['project']} {link['role']}"
    piece = None if link["geometry"] is None else row["geometry"].intersection(link["geometry"])
    if piece is None or not piece.area:
        share = 1.0 if pd.isna(link["share"]) else link["share"]
        if link["role"] == "expansion":
            found.condition("expansion", source, identity)
        else:
            found.unlocated += share
            found.note({"site": "occupied", "temporary": "temporary_use"}[link["role"]], source, identity)
    elif link["role"] == "expansion":
        found.condition("expansion", source, identity)
    else:
        found.block(piece, {"site": "occupied", "temporary": "temporary_use"}[link["role"]], source, identity)


def _judge_layers(found: Opinion, row: dict[str, Any], features: list[dict[str, Any]]) -> None:
    own = row["geometry"]
    groups: dict[tuple[str, str, str], list[dict[str, Any]]] = {}
    for feature in features:
        groups.setdefault((feature["layer"], feature["class"], feature["effect"]), []).append(feature)
    for (layer, kind, effect), members in groups.items():
        piece = own.intersection(shapely.union_all([member["geometry"] for member in members]))
        if not piece.area:
            continue
        source = "layer:restricted" if members[0]["hidden"] else f"layer:{layer}"
        identity = f"{layer} {kind}"
        over = _square_metres(piece, row) > members[0]["sliver_m2"]
        if layer == "TC9":
            if kind == "弹性发展区" and over:
                found.condition("boundary_class", source, identity)
        elif effect == "prohibit" and over:
            found.block(piece, "prohibited", source, identity)
        elif effect == "prohibit":
            found.note("prohibited_sliver", source, identity)
        elif effect == "restrict" and row.get("use_system") == "TD2023":
            found.note("restricted_allowed_use", source, identity)
        elif effect == "restrict":
            found.condition("restricted_use", source, identity)
        else:
            found.note("layer_note", source, identity)
    inside = [feature["geometry"] for feature in features if feature["layer_name"] == BOUNDARY]
    outside = own.difference(shapely.union_all(inside))
    if not inside or not outside.area:
        return
    over = _square_metres(outside, row) > 3000.0
    if row.get("use_system") == "GBT21010-2017":
        if over:
            found.note("outside_boundary_allowed_use", "layer:TC9", BOUNDARY)
    elif over:
        found.block(outside, "outside_boundary", "layer:TC9", BOUNDARY)
    else:
        found.note("outside_boundary_sliver", "layer:TC9", BOUNDARY)


def _square_metres(piece: Any, row: dict[str, Any]) -> float:
    return row["area_m2"] * _ellipsoid(piece) / _ellipsoid(row["geometry"])


def _ellipsoid(geometry: Any) -> float:
    return abs(GEOD.geometry_area_perimeter(shapely.orient_polygons(geometry))[0])


def _sum_up(found: Opinion, row: dict[str, Any]) -> None:
    left = row["geometry"].difference(shapely.union_all(found.blocks)) if found.blocks else row["geometry"]
    free = _square_metres(left, row) if left.area else 0.0
    usable = max(free - min(found.unlocated, 1.0) * row["area_m2"], 0.0)
    found.usable_m2 = usable if usable >= 1.0 else 0.0
    burdened = found.blocks or found.unlocated or found.conditions
    found.status = "available" if not burdened else "conditional" if found.usable_m2 else "unavailable"
