"""Days that cannot be: facts in the future, stages and clearance steps out of order."""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from typing import Any, Final

import pandas as pd

from geoservice.intake.children import POSITION
from geoservice.intake.findings import Finding, finding, label_of
from geoservice.intake.table import Rows
from geoservice.model.vocabulary import Stage

FACTS: Final = {
    "demolition_unit": {
        "surveyed_on": "已调查",
        "appraised_on": "已评估",
        "signed_on": "已签约",
        "compensated_on": "已补偿",
        "vacated_on": "已腾空",
        "demolished_on": "已拆除",
        "decided_on": "补偿决定",
        "reviewed_on": "复议",
        "litigated_on": "诉讼",
        "enforcement_on": "申请强执",
    },
    "demolition_task": {"started_on": "启动", "delivered_on": "交地"},
    "blocker": {"opened_on": "提出", "closed_on": "销号"},
    "approval_batch": {"approved_on": "批准日期"},
    "supply_contract": {
        "signed_on": "签订日期",
        "delivered_on": "实际交地日期",
        "started_on": "实际动工日期",
        "stopped_on": "中止开发日期",
        "resumed_on": "复工日期",
        "completed_on": "实际竣工日期",
    },
    "land_case": {
        "opened_on": "立案日期",
        "investigated_on": "调查日期",
        "determined_on": "认定日期",
        "disposed_on": "处置日期",
        "closed_on": "结案日期",
    },
    "checklist_item": {"done_on": "完成日期"},
    "supply_gate": {"done_on": "完成日期"},
    "hold": {"released_on": "解除日期"},
    "stage_event": {"actual_on": "实际日期"},
    "milestone": {"actual_on": "实际日期"},
}
"""Fields that date what has happened, by noun."""
ORDERED: Final[dict[str, tuple[tuple[str, str], ...]]] = {
    "demolition_task": (
        ("announced_on", "started_on"),
        ("announced_on", "planned_clear_on"),
        ("started_on", "delivered_on"),
    ),
    "blocker": (("opened_on", "due_on"), ("opened_on", "closed_on")),
    "supply_contract": (("signed_on", "delivered_on"), ("started_on", "completed_on")),
    "land_case": (
        ("opened_on", "investigated_on"),
        ("investigated_on", "determined_on"),
        ("opened_on", "closed_on"),
    ),
}
"""Pairs of days of which the first comes first, by noun."""
_ONE_EVIDENCE: Final = frozenset({"milestone", "checklist_item", "supply_gate"})
"""Nouns with one fact and one evidence."""
USUAL_ORDER: Final = ("signed_on", "compensated_on", "vacated_on", "demolished_on")
"""签约 → 补偿 → 腾空 → 拆除; instalments and exchange really reorder it."""


def future_facts(noun_name: str, columns: dict[str, list[Any]], rows: Rows, today: date) -> list[Finding]:
    """Return an error for each fact dated after today."""
    return [
        finding("date_future", row=int(row), field=label, value=day.isoformat())
        for field, label in FACTS.get(noun_name, {}).items()
        if field in columns
        for day, row in zip(columns[field], rows, strict=True)
        if day is not None and day > today
    ]


def without_evidence(noun_name: str, columns: dict[str, list[Any]], rows: Rows) -> list[Finding]:
    """Return an error for each fact whose evidence the file has a column for and leaves empty.

    A ledger without such a column is itself the evidence of its facts, as a record with a hash.
    """
    return [
        finding("evidence_missing", row=int(row), field=label, value=day.isoformat())
        for fact, label in FACTS.get(noun_name, {}).items()
        for evidence in (
            "evidence" if noun_name in _ONE_EVIDENCE else f"{fact.removesuffix('_on')}_evidence",
        )
        if fact in columns and evidence in columns
        for day, said, row in zip(columns[fact], columns[evidence], rows, strict=True)
        if day is not None and said is None
    ]


def out_of_order(noun_name: str, columns: dict[str, list[Any]], rows: Rows) -> list[Finding]:
    """Return a warning for each pair of days that must follow one another and do not."""
    return [
        finding(
            "date_order",
            row=int(row),
            field=later,
            value=second.isoformat(),
            other=label_of(earlier),
            other_en=earlier,
            other_on=first.isoformat(),
        )
        for earlier, later in ORDERED.get(noun_name, ())
        if earlier in columns and later in columns
        for first, second, row in zip(columns[earlier], columns[later], rows, strict=True)
        if first is not None and second is not None and first > second
    ]


def unusual_order(columns: dict[str, list[Any]], rows: Rows) -> list[Finding]:
    """Return a warning where a unit was not signed, compensated, vacated and demolished in this order."""
    labels = FACTS["demolition_unit"]
    steps = [name for name in USUAL_ORDER if name in columns]
    found = []
    for i, row in enumerate(rows):
        dated = [(labels[name], columns[name][i]) for name in steps if columns[name][i] is not None]
        found += _inversions("unit_order", dated, int(row))
    return found


def stage_findings(events: pd.DataFrame, rows: Rows, today: date) -> list[Finding]:
    """Return errors for stages reached in the future, warnings for stages out of order, and rows without any."""
    found = []
    for position, group in events.groupby(POSITION, sort=True):
        row = int(rows[int(str(position))])
        facts = {s: d for s, d in zip(group["stage"], group["actual_on"], strict=True) if d is not None}
        found += [
            finding("date_future", row=row, field=Stage(stage).zh, value=day.isoformat())
            for stage, day in facts.items()
            if day > today
        ]
        dated = [(s.zh, facts[s.value]) for s in Stage if s.value in facts]
        found += _inversions("stage_order", dated, row)
    dated_rows = set(events[POSITION].tolist())
    found += [finding("stage_none", row=int(row)) for i, row in enumerate(rows) if i not in dated_rows]
    return found


def _inversions(code: str, dated: list[tuple[str, date]], row: int) -> list[Finding]:
    return [
        finding(code, row=row, earlier=one, earlier_on=day, later=other, later_on=other_day)
        for (one, day), (other, other_day) in pairwise(dated)
        if day > other_day
    ]
