"""已签约未开工, 备案未开工 and the task book of clearance, in the form every register has."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from sqlalchemy import Connection

from geoservice.access.policy import Policy
from geoservice.model.vocabulary import Stage, TaskState
from geoservice.registry.facts.narrowed import read_features
from geoservice.registry.facts.standing import SOURCES
from geoservice.registry.features import FeatureQuery
from geoservice.reporting.land import mu
from geoservice.reporting.lists import not_started
from geoservice.reporting.registers.register import Column, Listing, Register
from geoservice.reporting.standing import read_standing


def _waiting(stage: Stage) -> Callable[[Connection, Policy, FeatureQuery], Listing]:
    def read(connection: Connection, policy: Policy, query: FeatureQuery) -> Listing:
        found = not_started(read_standing(connection, policy, query), stage)
        held_by_land = sum(bool(one["properties"]["land_reasons"]) for one in found)
        return Listing(found, {"count": len(found), "held_by_land": held_by_land})

    return read


def taskbook(connection: Connection, _: Policy, query: FeatureQuery) -> Listing:
    """List clearance tasks with their target against what is done (征拆任务书), as far as the reader sees figures."""
    features = list(read_features(connection, query).values())
    for feature in features:
        shown = feature["properties"]
        state = shown.get("state")
        shown["state_zh"] = TaskState(state).zh if state else None
        shown["area_mu"] = mu(shown["area_m2"]) if shown.get("area_m2") is not None else None
        shown["left_households"] = _left(shown)
    features.sort(key=lambda one: (one["properties"].get("planned_clear_on") or "9999", one["id"]))
    counted = [one["properties"] for one in features]
    names = ("households_total", "households_signed", "households_demolished")
    sums = {name: sum(one.get(name) or 0 for one in counted) for name in names}
    return Listing(features, {"count": len(features), **sums})


def _left(shown: dict[str, Any]) -> int | None:
    target, signed = (
        shown.get("target_households") or shown.get("households_total"),
        shown.get("households_signed"),
    )
    return None if target is None or signed is None else max(0, target - signed)


_PROJECT: Final = (
    Column("project_number", "项目编号", "Project"),
    Column("name", "项目名称", "Name"),
    Column("district_name", "区县", "District"),
    Column("park_name", "园区", "Park"),
    Column("lead_department", "责任单位", "Responsible"),
    Column("investment_total_fen", "总投资", "Investment", "money", total=True),
    Column("since", "自", "Since", "day"),
    Column("days_since", "天数", "Days", "count"),
    Column("start_planned_on", "计划开工", "Planned start", "day"),
)
_REASONS: Final = Column("land_reasons", "用地原因", "Land reasons", "list")
SIGNED_NOT_STARTED: Final = Register(
    "signed-not-started",
    "已签约未开工",
    "Signed, not started",
    "已签约而未开工的项目：签约以来天数与用地原因。",
    "Projects signed and not started: days since, and what about the land holds them up.",
    "projects",
    (*_PROJECT, _REASONS),
    SOURCES,
    _waiting(Stage.SIGNED),
)
APPROVED_NOT_STARTED: Final = Register(
    "approved-not-started",
    "备案未开工",
    "Approved, not started",
    "已立项（备案、核准、审批）而未开工的项目；两年未开工且未延期的文件失效。",
    "Projects approved and not started; an approval lapses after two years unless extended.",
    "projects",
    (*_PROJECT, Column("lapses_on", "失效日期", "Lapses on", "day"), _REASONS),
    SOURCES,
    _waiting(Stage.APPROVED),
)
TASKBOOK: Final = Register(
    "clearance-taskbook",
    "征拆任务书",
    "Clearance task book",
    "征拆任务的目标与完成：签约、腾空、拆除户数，剩余户与计划净地日期。",
    "Clearance tasks, target against done: households signed, vacated, demolished, left, and the planned day.",
    "demolition",
    (
        Column("task_number", "任务编号", "Task"),
        Column("name", "任务名称", "Name"),
        Column("district_name", "区县", "District"),
        Column("unit", "责任单位", "Responsible"),
        Column("state_zh", "状态", "State"),
        Column("area_mu", "面积", "Area", "mu", total=True),
        Column("target_households", "任务户数", "Target", "count", total=True),
        Column("households_total", "总户数", "Households", "count", total=True),
        Column("households_signed", "已签约", "Signed", "count", total=True),
        Column("signed_rate", "签约率", "Signed rate", "ratio"),
        Column("households_vacated", "已腾空", "Vacated", "count", total=True),
        Column("households_demolished", "已拆除", "Demolished", "count", total=True),
        Column("left_households", "未签约户", "Not signed", "count", total=True),
        Column("planned_clear_on", "计划净地", "Planned clear", "day"),
        Column("delivered_on", "交地日期", "Delivered on", "day"),
    ),
    ("demolition_unit",),
    taskbook,
)
