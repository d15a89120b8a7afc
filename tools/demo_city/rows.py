"""The city as the tables its bureaus keep: Chinese headings, units in the headings, codes as text."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from .city import City
from .geofiles import to_grid
from .households import BRANCH, Unit
from .landuse import USE_NAMES
from .ledgers import Trouble
from .parcels import Parcel
from .projects import Project
from .readiness import Gate, Held, Item
from .states import LADDER
from .tasks import Task
from .timeline import STAGES
from .zones import DISTRICTS

Row = dict[str, Any]
_STAGE_WORDS = {
    "pipeline": "入库",
    "negotiating": "在谈",
    "signed": "签约",
    "approved": "备案",
    "started": "开工",
    "completed": "竣工",
    "producing": "投产",
    "capacity_reached": "达产",
}
_IN_WORDS = ("approved", "started")
"""Stages whose days one office types as 2026年3月5日 and not as Excel dates."""
_FACT_WORDS = {
    "surveyed_on": "调查日期",
    "appraised_on": "评估日期",
    "signed_on": "签约日期",
    "compensated_on": "补偿日期",
    "vacated_on": "腾空日期",
    "demolished_on": "拆除日期",
    "decided_on": "补偿决定日期",
    "reviewed_on": "复议日期",
    "litigated_on": "诉讼日期",
    "enforcement_on": "申请强执日期",
}


def parcel_row(parcel: Parcel) -> Row:
    """Return the attributes of a parcel under field names of at most ten bytes."""
    rules = parcel.conditions
    return {
        "DKBH": parcel.number,
        "ZDDM": parcel.code,
        "DKMC": parcel.name,
        "ZL": parcel.address,
        "XZQ": parcel.county,
        "JD": parcel.subdistrict,
        "YQ": parcel.park,
        "YTDM": parcel.use,
        "YTMC": USE_NAMES[parcel.use],
        "ZT": LADDER[parcel.state],
        "ZDMJ": parcel.certified_m2,
        "RJLX": rules.far_min,
        "RJLS": rules.far_max,
        "JZMDX": rules.coverage_min,
        "JZMDS": rules.coverage_max,
        "LDLS": rules.green_max,
        "JZGD": rules.height_max_m,
        "GHTJ": _yes(parcel.planning_set),
        "KTJ": _yes(parcel.promotable),
        "DY": _yes(parcel.mortgaged),
        "CF": _yes(parcel.seized),
        "JDRQ": in_words(parcel.cleared_plan_on),
        "BZ": parcel.note,
    }


def project_row(project: Project) -> Row:
    """Return a row of 项目台账."""
    row: Row = {
        "项目编号": project.number,
        "项目代码": project.code,
        "项目名称": project.name,
        "项目级别": project.level,
        "项目类别": project.category,
        "行业代码": project.industry,
        "所属区县": DISTRICTS[project.county],
        "所属园区": project.park,
        "总投资（万元）": project.total_wan,
        "年度计划投资（万元）": project.annual_wan,
        "需地（亩）": project.demand_mu,
        "需地用途代码": demand_use(project),
        "包保领导": project.official,
        "责任单位": project.department,
        "建设内容": project.summary,
        "项目状态": project.side,
        "公开": _yes(project.published),
    }
    days = {event.stage: event for event in project.events}
    for stage in STAGES:
        word, event = _STAGE_WORDS[stage], days.get(stage)
        if stage != "pipeline":
            row[f"计划{word}时间"] = event.planned_on if event else None
        actual = event.actual_on if event else None
        row[f"{word}时间"] = in_words(actual) if stage in _IN_WORDS else actual
    return row


def demand_use(project: Project) -> str:
    """Return the use of land a project asks for: that of its parcel, else what its industry needs."""
    if project.links:
        return project.links[0].parcel.use
    by_section = {"C": "100101", "G": "1101", "H": "0901", "F": "0901", "K": "0701", "P": "0804", "Q": "0806"}
    return by_section.get(project.industry[:1], "")


def trouble_row(trouble: Trouble) -> Row:
    """Return a row of 三难问题."""
    return {
        "项目编号": trouble.project,
        "问题类型": trouble.kind,
        "问题描述": trouble.title,
        "责任单位": trouble.owner,
        "交办日期": trouble.opened_on,
        "办结时限": trouble.due_on,
        "升级层级": trouble.escalation,
        "反馈情况": trouble.feedback,
        "销号日期": trouble.closed_on,
    }


def link_rows(city: City) -> Iterator[Row]:
    """Yield the parcels of projects with the share of each that is used."""
    for project in city.projects:
        for link in project.links:
            yield {
                "项目编号": project.number,
                "地块编号": link.parcel.number,
                "用途": link.role,
                "占用比例": f"{link.share:.2f}",
            }


def task_row(task: Task) -> Row:
    """Return the attributes of an expropriation task."""
    return {
        "任务编号": task.number,
        "任务名称": task.name,
        "土地性质": task.land,
        "责任单位": task.unit,
        "所属区县": DISTRICTS[task.county],
        "所属园区": task.park,
        "关联地块": "、".join(parcel.number for parcel in task.parcels),
        "关联项目": "、".join(task.projects),
        "预公告日期": task.announced_on,
        "启动日期": task.started_on,
        "计划净地日期": task.planned_clear_on,
        "交地日期": task.delivered_on,
        "应征户数": task.households,
    }


def unit_row(unit: Unit, serial: int) -> Row:
    """Return a row of the household ledger; the personal columns hold nothing real."""
    row: Row = {
        "户编号": unit.number,
        "任务编号": unit.task,
        "类型": unit.kind,
        "户主姓名": f"住户{serial:04d}",
        "联系电话": "000-0000",
        "房屋面积（㎡）": unit.floor_m2,
        "占地面积（㎡）": unit.land_m2,
    }
    for name, word in _FACT_WORDS.items():
        day = unit.facts.get(name)
        row[word] = in_words(day) if name in BRANCH else day.isoformat() if day else ""
    return row


def in_words(day: date | None) -> str:
    """Return a day as offices write it, such as 2027年3月31日."""
    return f"{day.year}年{day.month}月{day.day}日" if day else ""


def _yes(value: bool) -> str:
    return "是" if value else "否"


def item_row(item: Item) -> Row:
    """Return a row of 净地清单."""
    return {
        "地块编号": item.parcel,
        "净地事项": item.item,
        "完成情况": "已完成" if item.done_on else "未完成",
        "完成日期": item.done_on,
        "计划完成日期": item.planned_on,
        "依据文件": item.evidence,
        "责任单位": item.unit,
    }


def gate_row(gate: Gate) -> Row:
    """Return a row of 供应前置."""
    return {
        "地块编号": gate.parcel,
        "前置事项": gate.kind,
        "是否需要": _yes(gate.needed),
        "完成日期": in_words(gate.done_on),
        "计划完成日期": gate.planned_on,
        "报告文号": gate.evidence,
        "责任单位": gate.unit,
    }


def hold_row(held: Held) -> Row:
    """Return a row of 意向保留, with the held part in EPSG:4528."""
    return {
        "地块编号": held.parcel,
        "意向方": held.party,
        "意向内容": held.intention,
        "责任单位": "市招商局",
        "保留起始日期": held.held_from.isoformat(),
        "保留到期日期": held.expires_on.isoformat(),
        "解除日期": held.released_on.isoformat() if held.released_on else "",
        "保留范围": "" if held.part is None else to_grid(held.part).wkt,
    }
