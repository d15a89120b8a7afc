"""闲置 and 低效: cases as they stand on a day, beside the contracts whose arithmetic points at idle land."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from sqlalchemy import Connection

from geoservice.access.policy import Policy
from geoservice.model import land_case, supply_contract
from geoservice.model.vocabulary import IdleCause, LandCaseKind, LandCaseState
from geoservice.registry.facts import registers as facts
from geoservice.registry.facts.narrowed import Feature, narrowed, read_features
from geoservice.registry.features import FeatureQuery
from geoservice.reporting.land import mu
from geoservice.reporting.registers.idle import arithmetic, idle_check
from geoservice.reporting.registers.register import PARCEL_COLUMNS, Column, Listing, Register, place_of, row

_STEPS: Final = (
    ("closed_on", LandCaseState.CLOSED),
    ("disposed_on", LandCaseState.DISPOSED),
    ("determined_on", LandCaseState.DETERMINED),
    ("investigated_on", LandCaseState.INVESTIGATED),
)


def case_state(case: Mapping[str, Any] | None, day: date) -> LandCaseState:
    """Return how far the procedure had come by a day; without a case land is suspected at the most."""
    for name, state in _STEPS:
        happened = None if case is None else case[name]
        if happened is not None and happened <= day:
            return state
    return LandCaseState.SUSPECTED


def idle_land(connection: Connection, _: Policy, query: FeatureQuery) -> Listing:
    """List what looks idle by arithmetic and every idle case, each with its state and its numbers. O(contracts)."""
    day = query.moment.day
    found = {case["parcel"]: case for case in facts.cases(connection, query.moment, LandCaseKind.IDLE.value)}
    contracts = {one["parcel"]: one for one in facts.contracts(connection, query.moment)}
    suspected = {key: idle_check(one, day) for key, one in contracts.items()}
    wanted = {key for key, idle in suspected.items() if idle is not None} | set(found)
    seen = _parcels(connection, query, supply_contract) | _parcels(connection, query, land_case)
    rows = []
    for key in sorted(wanted & set(seen)):
        idle, contract = suspected.get(key), contracts.get(key)
        shown = _idle_properties(contract, idle, day) | _case_properties(found.get(key), day)
        rows.append(row(key, seen[key]["geometry"], place_of(seen[key]) | shown))
    rows.sort(key=lambda one: (one["properties"]["idle_since"] or "9999", one["id"]))
    states = {state.value: 0 for state in LandCaseState}
    for one in rows:
        states[one["properties"]["case_state"]] += 1
    area = sum(one["properties"]["supplied_area_m2"] or 0.0 for one in rows)
    return Listing(rows, {"count": len(rows), "area_mu": mu(area), "states": states})


def inefficient_land(connection: Connection, _: Policy, query: FeatureQuery) -> Listing:
    """List the cases of inefficient land (低效) as they stand on the day. O(cases)."""
    seen = _parcels(connection, query, land_case)
    rows = []
    for case in facts.cases(connection, query.moment, LandCaseKind.INEFFICIENT.value):
        parcel = seen.get(case["parcel"])
        if parcel is None:
            continue
        area = parcel["properties"].get("area_m2")
        shown = {"area_m2": area, "area_mu": None if area is None else mu(area)}
        properties = place_of(parcel) | shown | _case_properties(case, query.moment.day)
        rows.append(row(case["key"], parcel["geometry"], {**properties, "parcel": case["parcel"]}))
    area = sum(one["properties"]["area_m2"] or 0.0 for one in rows)
    return Listing(rows, {"count": len(rows), "area_mu": mu(area)})


def _parcels(connection: Connection, query: FeatureQuery, table: Any) -> dict[str, Feature]:
    return read_features(connection, narrowed(query, facts.parcels_in(table, query.moment)))


def _idle_properties(contract: Mapping[str, Any] | None, idle: Any, day: date) -> dict[str, Any]:
    names = ("contract_number", "holder", "supplied_area_m2")
    shown = {name: None if contract is None else contract[name] for name in names}
    area = shown["supplied_area_m2"]
    shown["supplied_area_mu"] = None if area is None else mu(area)
    text, text_en = ("", "") if idle is None or contract is None else arithmetic(contract, idle, day)
    return shown | {
        "clause": None if idle is None else idle.clause,
        "arithmetic": text or None,
        "arithmetic_en": text_en or None,
        "start_due_on": None if idle is None or idle.start_due_on is None else idle.start_due_on.isoformat(),
        "idle_since": None if idle is None else idle.since.isoformat(),
        "days_over": None if idle is None else idle.days_over,
        "developed_share": None if idle is None else idle.developed_share,
        "invested_share": None if idle is None else idle.invested_share,
        "stopped_days": None if idle is None else idle.stopped_days,
        "missing": [] if idle is None else list(idle.missing),
    }


def _case_properties(case: Mapping[str, Any] | None, day: date) -> dict[str, Any]:
    state = case_state(case, day)
    shown: dict[str, Any] = {"case_state": state.value, "case_state_zh": state.zh, "case": None}
    dates = ("opened_on", "investigated_on", "determined_on", "disposed_on", "closed_on")
    words = ("cause", "measure", "evidence", "unit", "closed_because")
    if case is None:
        return shown | dict.fromkeys((*dates, *words, "cause_zh"))
    happened = {name: case[name] for name in dates}
    return shown | {
        "case": case["key"],
        **{n: d.isoformat() if d is not None and d <= day else None for n, d in happened.items()},
        **{name: case[name] for name in words},
        "cause_zh": None if case["cause"] is None else IdleCause(case["cause"]).zh,
    }


_CASE_COLUMNS: Final = (
    Column("case_state_zh", "程序状态", "State"),
    Column("cause_zh", "原因", "Cause"),
    Column("investigated_on", "调查日期", "Investigated on", "day"),
    Column("determined_on", "认定日期", "Determined on", "day"),
    Column("measure", "处置方式", "Measure"),
    Column("disposed_on", "处置日期", "Disposed on", "day"),
    Column("unit", "责任单位", "Unit"),
    Column("evidence", "依据文件", "Evidence"),
)
IDLE: Final = Register(
    "idle",
    "疑似闲置与闲置土地",
    "Idle land",
    "按《闲置土地处置办法》第二条推算疑似闲置；闲置由调查、认定程序决定。",
    "Suspected by the arithmetic of the Measures on idle land, art. 2; the procedure decides.",
    "availability",
    (
        *PARCEL_COLUMNS,
        Column("contract_number", "电子监管号", "Contract"),
        Column("holder", "受让人", "Holder"),
        Column("supplied_area_mu", "供应面积", "Supplied area", "mu", total=True),
        Column("start_due_on", "应动工日期", "Start due on", "day"),
        Column("idle_since", "满一年日期", "Idle since", "day"),
        Column("arithmetic", "推算过程", "Arithmetic"),
        *_CASE_COLUMNS,
    ),
    (*facts.SOURCES, "parcel"),
    idle_land,
)
INEFFICIENT: Final = Register(
    "inefficient",
    "低效用地",
    "Inefficient land",
    "经调查认定的低效用地及其处置。",
    "Land found to be used inefficiently, and what became of it.",
    "availability",
    (*PARCEL_COLUMNS, Column("area_mu", "面积", "Area", "mu", total=True), *_CASE_COLUMNS),
    (*facts.SOURCES, "parcel"),
    inefficient_land,
)
