"""征拆任务书: the procedure of each task with its days, the year's targets, the signing threshold, land and money."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import numpy as np

from geoservice.demolition.workdays import WorkCalendar, load_holidays

from .households import Unit
from .place import TODAY, chance
from .tasks import Task

Row = dict[str, Any]
_MU_M2 = 2000 / 3
_COLLECTIVE = (
    ("征收土地预公告", (0, 0), "预公告"),
    ("土地现状调查", (4, 9), "现状调查确认表"),
    ("社会稳定风险评估", (1, 5), "稳评报告"),
    ("征地补偿安置方案公告", (1, 4), "方案公告"),
    ("补偿登记", (8, 20), "登记汇总表"),
    ("签订补偿安置协议", (2, 9), "协议汇总表"),
    ("费用足额到位", (3, 12), "资金到位证明"),
    ("报批", (3, 14), "请示"),
    ("收到批准文件", (25, 55), "批复"),
    ("征收土地公告", (4, 15), "征收公告"),
    ("补偿费用支付", (6, 25), "支付凭证汇总"),
)
_STATE = (
    ("房屋调查登记", (2, 7), "调查登记表"),
    ("补偿方案征求意见", (2, 6), "征求意见公告"),
    ("社会稳定风险评估", (12, 20), "稳评报告"),
    ("补偿费用足额到位、专户存储", (4, 9), "专户证明"),
    ("房屋征收决定", (1, 6), "征收决定"),
    ("评估", (6, 15), "评估报告"),
    ("开始签约", (3, 10), "签约公告"),
    ("签约期限届满", (60, 120), "签约情况公示"),
)
_WAITS = {
    "征地补偿安置方案公告": ("征收土地预公告", 10, "working"),
    "签订补偿安置协议": ("征地补偿安置方案公告", 30, "calendar"),
    "房屋征收决定": ("补偿方案征求意见", 30, "calendar"),
}
"""Step → the step whose legal period must be over before."""


def procedure_rows(tasks: list[Task]) -> Iterator[Row]:
    """Yield the milestones of every task that was announced or will be: facts with evidence, the rest planned."""
    rng, year = chance("procedures"), load_holidays()
    for serial, task in enumerate(tasks):
        if task.announced_on is None:
            continue
        collective = task.land == "集体土地"
        days = _days(task, _COLLECTIVE if collective else _STATE, rng, year)
        if serial % 11 == 3:
            _hurry(days, collective)
        for step, day, paper in days:
            done = day < TODAY
            yield {
                "任务编号": task.number,
                "程序": "集体土地征收" if collective else "国有土地上房屋征收",
                "节点": step,
                "计划日期": day + timedelta(int(rng.integers(-6, 4))) if done else day,
                "完成日期": day if done else None,
                "依据文件": f"{paper}〔{day.year}〕{int(rng.integers(1, 90))}号" if done else "",
            }


def target_rows(tasks: list[Task], units: list[Unit]) -> Iterator[Row]:
    """Yield the year's targets of the tasks under way: households to sign and to demolish, land to deliver."""
    rng, start = chance("targets"), date(TODAY.year, 1, 1)
    for task in tasks:
        if task.kind not in ("running", "demolished", "delivered"):
            continue
        own = [unit.facts for unit in units if unit.task == task.number and unit.kind == "户"]
        for word, fact, share in (
            ("签约户数", "signed_on", (0.8, 1.0)),
            ("拆除户数", "demolished_on", (0.55, 0.95)),
        ):
            open_then = sum(facts.get(fact, TODAY) >= start for facts in own)
            wanted = math.ceil(open_then * float(rng.uniform(*share)))
            if wanted:
                yield _target(task, word, wanted, "户")
        planned = task.delivered_on or task.planned_clear_on
        if planned.year == TODAY.year:
            yield _target(task, "交付净地（㎡）", round(task.shape.area), "㎡")


def book_rows(tasks: list[Task], units: list[Unit]) -> Iterator[Row]:
    """Yield what the task books say beside: threshold of old-town renewal, land acquired, money due and paid."""
    rng = chance("task books")
    for task in tasks:
        own = [unit for unit in units if unit.task == task.number]
        floor = sum(unit.floor_m2 or 0 for unit in own)
        due_wan = round(floor * float(rng.uniform(0.28, 0.42)) + task.shape.area / _MU_M2 * 6, 2)
        paid = sum("compensated_on" in unit.facts for unit in own) / max(len(own), 1)
        renewal = "旧城" in task.name and task.started_on is not None
        yield {
            "任务编号": task.number,
            "签约生效比例": 0.8 if renewal else None,
            "签约期限": task.started_on + timedelta(int(rng.integers(120, 200)))
            if renewal and task.started_on
            else None,
            "已征面积（亩）": round(_acquired(task, rng) * task.shape.area / _MU_M2, 2),
            "应付资金（万元）": due_wan,
            "已付资金（万元）": round(due_wan * min(1.0, paid * float(rng.uniform(0.94, 1.0))), 2),
        }


def _days(
    task: Task, steps: tuple[Any, ...], rng: np.random.Generator, year: WorkCalendar
) -> list[tuple[str, date, str]]:
    """Return step, day and paper, with the periods of law kept; deliveries as the task says."""
    day = task.announced_on or TODAY
    known: dict[str, date] = {}
    found = []
    for step, (low, high), paper in steps:
        day += timedelta(int(rng.integers(low, high + 1)))
        if step in _WAITS:
            first, length, unit = _WAITS[step]
            day = max(day, year.end_of(known[first], length, unit) + timedelta(days=1))  # type: ignore[arg-type]
        while not year.works(day):
            day += timedelta(days=1)
        known[step] = day
        found.append((step, day, paper))
    delivered = task.delivered_on or max(task.planned_clear_on, found[-1][1] + timedelta(days=20))
    if task.delivered_on is None and delivered <= TODAY:
        delivered = TODAY + timedelta(days=30)  # the plan has passed and the land is not there
    return [
        *((s, min(d, delivered) if task.delivered_on else d, p) for s, d, p in found),
        ("交地", delivered, "交地确认书"),
    ]


def _hurry(days: list[tuple[str, date, str]], collective: bool) -> None:
    """Tie a knot: an announcement cut short, as a check should find."""
    late, early = (
        ("征地补偿安置方案公告", "征收土地预公告") if collective else ("房屋征收决定", "补偿方案征求意见")
    )
    on = {step: day for step, day, _ in days}
    for i, (step, _, paper) in enumerate(days):
        if step == late:
            days[i] = (step, on[early] + timedelta(days=9 if collective else 20), paper)


def _acquired(task: Task, rng: np.random.Generator) -> float:
    if task.kind in ("delivered", "demolished"):
        return 1.0
    return float(rng.uniform(0.2, 0.8)) if task.kind == "running" else 0.0


def _target(task: Task, word: str, amount: float, unit: str) -> Row:
    return {
        "任务编号": task.number,
        "指标": word,
        "起始日期": date(TODAY.year, 1, 1),
        "截止日期": date(TODAY.year, 12, 31),
        "目标值": amount,
        "单位": unit,
    }
