"""Checking the milestones of a task against its procedure: periods, order, deadlines to come."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from geoservice.demolition.procedure import Procedure, ProcedureRule
from geoservice.demolition.workdays import WorkCalendar

SOON_DAYS: Final = 7
"""A deadline within so many days is said before it has passed."""

_UNITS: Final = {
    "calendar": ("天", "days"),
    "working": ("个工作日", "working days"),
    "months": ("个月", "months"),
}


@dataclass(frozen=True)
class Milestone:
    """A step of a task: planned and actual day, and the evidence of the latter."""

    planned_on: date | None = None
    actual_on: date | None = None
    evidence: str | None = None


@dataclass(frozen=True)
class ProcedureFinding:
    """What is strange about the milestones of a task.

    Attributes
    ----------
    severity : str
        ``error``, ``warning`` or ``info``.
    code : str
        Of the rule, or ``fact_in_future``, ``evidence_missing``, ``calendar_missing``.
    step : str
        Step it is about.
    zh, en : str
        What is so, and what must be.
    source : str
        Clause of the rule.
    due_on : date or None
        By when a deadline asks for the step, or from when a period allows it.
    plan : bool
        Whether it is about planned days.
    """

    severity: str
    code: str
    step: str
    zh: str
    en: str
    source: str = ""
    due_on: date | None = None
    plan: bool = False


def check_milestones(
    procedure: Procedure, milestones: Mapping[str, Milestone], calendar: WorkCalendar, today: date
) -> list[ProcedureFinding]:
    """Return what is strange about the milestones of one task, in order of the procedure's steps.

    Parameters
    ----------
    procedure : Procedure
    milestones : mapping of str to Milestone
        By code of step; steps the procedure does not have are passed over.
    calendar : WorkCalendar
    today : date
        Facts after it are none; deadlines before it have passed.

    Notes
    -----
    A rule looks at facts where both ends are facts, and at plans where one is planned: then it is a warning at
    most, and says so. A minimum period is over when its last day is: the next step comes on a later day. O(rules).
    """
    found = list(_odd_facts(procedure, milestones, today))
    years: set[int] = set()
    for rule in procedure.rules:
        found += _broken(procedure, rule, milestones, calendar, today, years)
    for year in sorted(years):
        zh = f"未录入{year}年的节假日与调休，涉及该年的期限只按周末推算"
        en = f"The holidays of {year} are not in the calendar: periods in it count weekends only"
        found.append(ProcedureFinding("warning", "calendar_missing", "", zh, en))
    order = {step.code: n for n, step in enumerate(procedure.steps)}
    return sorted(found, key=lambda one: (order.get(one.step, len(order)), one.code))


def _odd_facts(
    procedure: Procedure, milestones: Mapping[str, Milestone], today: date
) -> Iterator[ProcedureFinding]:
    for step in procedure.steps:
        fact = milestones.get(step.code, Milestone())
        if fact.actual_on is None:
            continue
        if fact.actual_on > today:
            zh, en = f"{step.zh}的日期在今天之后", f"“{step.en}” is a fact dated after today"
            yield ProcedureFinding("error", "fact_in_future", step.code, zh, en, due_on=fact.actual_on)
        if not fact.evidence:
            zh, en = f"{step.zh}没有依据文件", f"“{step.en}” has no evidence"
            yield ProcedureFinding("error", "evidence_missing", step.code, zh, en, due_on=fact.actual_on)


def _broken(
    procedure: Procedure,
    rule: ProcedureRule,
    milestones: Mapping[str, Milestone],
    calendar: WorkCalendar,
    today: date,
    years: set[int],
) -> Iterator[ProcedureFinding]:
    start, end = (milestones.get(code, Milestone()) for code in (rule.start, rule.end))
    plan = start.actual_on is None or end.actual_on is None
    begun, done = start.actual_on or start.planned_on, end.actual_on or end.planned_on
    names = _names(procedure, rule)
    if rule.check == "before":
        yield from _order(rule, names, begun, end, plan=plan)
        return
    if begun is None:
        return
    limit = calendar.end_of(begun, rule.days, rule.unit)
    if rule.check == "min_days":
        if done is not None and done <= limit:
            years.update(_counted(calendar, rule, begun, limit))
            yield _too_short(rule, names, begun, done, limit, plan=plan)
        return
    if start.actual_on is not None:
        years.update(_counted(calendar, rule, begun, limit))
    yield from _deadline(rule, names, start, end, limit, today)


def _order(
    rule: ProcedureRule, names: _Names, begun: date | None, end: Milestone, *, plan: bool
) -> Iterator[ProcedureFinding]:
    done = end.actual_on or end.planned_on
    if begun is None:
        if end.actual_on is not None:
            yield _finding(
                rule,
                f"{names.end}（{end.actual_on}）已有，而没有{names.start}的记载",
                f"“{names.end_en}” ({end.actual_on}) is recorded without “{names.start_en}”",
            )
    elif done is not None and done < begun:
        yield _finding(
            rule,
            f"{names.end}（{done}）早于{names.start}（{begun}）",
            f"“{names.end_en}” ({done}) comes before “{names.start_en}” ({begun})",
            due_on=begun,
            plan=plan,
        )


def _too_short(
    rule: ProcedureRule, names: _Names, begun: date, done: date, limit: date, *, plan: bool
) -> ProcedureFinding:
    zh_unit, en_unit = _UNITS[rule.unit]
    return _finding(
        rule,
        f"{names.start}（{begun}）至{names.end}（{done}）不足{rule.days}{zh_unit}，期限到{limit}止",
        f"From “{names.start_en}” ({begun}) to “{names.end_en}” ({done}) are fewer than {rule.days} {en_unit}; "
        f"the period ends on {limit}",
        due_on=limit + timedelta(days=1),
        plan=plan,
    )


def _deadline(
    rule: ProcedureRule, names: _Names, start: Milestone, end: Milestone, limit: date, today: date
) -> Iterator[ProcedureFinding]:
    if end.actual_on is not None:
        if end.actual_on > limit:
            zh = f"{names.end}（{end.actual_on}）晚于期限{limit}"
            en = f"“{names.end_en}” ({end.actual_on}) came after the deadline {limit}"
            yield _finding(rule, zh, en, due_on=limit, plan=start.actual_on is None)
    elif start.actual_on is not None and today > limit:
        zh = f"{names.end}的期限{limit}已过，尚无记载"
        yield _finding(rule, zh, f"The deadline {limit} of “{names.end_en}” has passed", due_on=limit)
    elif start.actual_on is not None and (limit - today).days <= SOON_DAYS:
        zh, en = f"{names.end}的期限是{limit}", f"“{names.end_en}” is due by {limit}"
        yield ProcedureFinding("info", rule.code, rule.end, zh, en, rule.source, limit)
    elif end.planned_on is not None and end.planned_on > limit:
        zh = f"{names.end}计划于{end.planned_on}，晚于期限{limit}"
        en = f"“{names.end_en}” is planned for {end.planned_on}, after the deadline {limit}"
        yield _finding(rule, zh, en, due_on=limit, plan=True)


@dataclass(frozen=True)
class _Names:
    start: str
    start_en: str
    end: str
    end_en: str


def _names(procedure: Procedure, rule: ProcedureRule) -> _Names:
    steps = {step.code: step for step in procedure.steps}
    start, end = steps[rule.start], steps[rule.end]
    return _Names(start.zh, start.en, end.zh, end.en)


def _finding(
    rule: ProcedureRule, zh: str, en: str, *, due_on: date | None = None, plan: bool = False
) -> ProcedureFinding:
    severity = "warning" if plan else rule.severity
    return ProcedureFinding(
        severity, rule.code, rule.end, f"{zh}：{rule.zh}", f"{en}: {rule.en}", rule.source, due_on, plan
    )


def _counted(calendar: WorkCalendar, rule: ProcedureRule, begun: date, limit: date) -> list[int]:
    return calendar.unknown(begun, limit) if rule.unit == "working" else calendar.unknown(limit, limit)
