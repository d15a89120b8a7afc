"""What is kept beside the project ledger: investment by month and the difficulties (三难)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from .place import TODAY, chance
from .projects import Project

_LAST_MONTH = date(2026, 10, 1)
"""The last month reported; November is still open."""
_OPEN_LAND = ("planned", "to_acquire", "in_approval", "approved", "acquiring", "acquired")
_TROUBLES = {
    "用地": [
        ("建设用地指标未落实", "市自然资源和规划局"),
        ("地块内存在零星插花地", "市自然资源和规划局"),
        ("规划条件尚未出具", "市自然资源和规划局"),
    ],
    "征地拆迁": [
        ("红线内尚有住户未签约", "属地街道"),
        ("青苗补偿标准未达成一致", "属地街道"),
        ("高压线迁改滞后", "市供电公司"),
    ],
    "资金": [("专项债额度未下达", "市财政局"), ("银团贷款审批滞后", "市地方金融管理局")],
    "能耗": [("能耗替代方案未批复", "市发展和改革委员会"), ("双回路供电方案未定", "市供电公司")],
    "手续": [("环评批复滞后", "市生态环境局"), ("施工许可要件不全", "市住房和城乡建设局")],
}


@dataclass(frozen=True)
class Trouble:
    """A row of 三难问题."""

    project: str
    kind: str
    title: str
    owner: str
    opened_on: date
    due_on: date
    escalation: int
    feedback: str
    closed_on: date | None


def monthly(projects: list[Project]) -> Iterator[tuple[str, date, float]]:
    """Yield (project, first of month, 万元) from start to completion along an S-curve."""
    rng = chance("investment")
    for project in projects:
        started = project.day("started")
        if started is None:
            continue
        months = list(_months(started, project.day("completed") or _LAST_MONTH))
        if not months:
            continue
        spent = project.total_wan * (
            rng.uniform(0.93, 1.0)
            if project.day("completed")
            else min(0.9, len(months) / rng.uniform(15, 26))
        )
        weight = np.sin(np.linspace(0.35, 2.6, len(months))) * rng.uniform(0.6, 1.4, len(months))
        for month, share in zip(months, weight / weight.sum(), strict=True):
            yield project.number, month, round(float(spent * share), 1)


def _months(first: date, last: date) -> Iterator[date]:
    month = first.replace(day=1)
    while month <= min(last, _LAST_MONTH):
        yield month
        month = (month + timedelta(32)).replace(day=1)


def troubles(projects: list[Project]) -> Iterator[Trouble]:
    """Yield difficulties: late projects have one, others now and then; about a third are closed."""
    rng = chance("troubles")
    for project in projects:
        if project.reached not in ("signed", "approved", "started", "pipeline") or project.side == "终止":
            continue
        stuck = any(link.parcel.state in _OPEN_LAND for link in project.links)
        seen: set[str] = set()
        for _ in range(
            int(rng.random() < (0.9 if project.late or stuck else 0.35)) + int(rng.random() < 0.18)
        ):
            trouble = _trouble(project, stuck, rng)
            if trouble.title not in seen:
                seen.add(trouble.title)
                yield trouble


def _trouble(project: Project, stuck: bool, rng: np.random.Generator) -> Trouble:
    weights = [0.3, 0.5, 0.1, 0.05, 0.05] if stuck else [0.2, 0.14, 0.26, 0.16, 0.24]
    kind = str(rng.choice(list(_TROUBLES), p=weights))
    title, owner = _TROUBLES[kind][int(rng.integers(len(_TROUBLES[kind])))]
    opened = TODAY - timedelta(int(rng.integers(15, 330)))
    closed = opened + timedelta(int(rng.integers(20, 150))) if rng.random() < 0.42 else None
    if closed is not None and closed >= TODAY:
        closed = None
    due = opened + timedelta(int(rng.integers(40, 160)))
    escalation = 0 if closed else int(rng.choice([0, 1, 2, 3], p=[0.5, 0.28, 0.15, 0.07]))
    feedback = (
        "已销号"
        if closed
        else str(rng.choice(["已交办，正在会办", "责任单位已反馈，方案报审中", "需市级协调", ""]))
    )
    return Trouble(project.number, kind, title, owner, opened, due, escalation, feedback, closed)
