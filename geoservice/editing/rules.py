"""What a change must not say, what is unusual about it, and why it needs a reason."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any, Final, Literal

from geoservice.intake.checks.codes import odd_code
from geoservice.intake.checks.readiness import contradiction
from geoservice.intake.checks.timeline import FACTS, USUAL_ORDER
from geoservice.intake.findings import label_of
from geoservice.model.vocabulary import ParcelState, Stage

PLANS: Final = {
    "stage_event": ("planned_on",),
    "milestone": ("planned_on",),
    "demolition_task": ("planned_clear_on",),
    "parcel": ("cleared_plan_on",),
    "blocker": ("due_on",),
    "checklist_item": ("planned_on",),
    "supply_gate": ("planned_on",),
}
"""Dates that were promised: a later one needs a reason and is shown (目标只增不减)."""
_BOUNDS: Final = (("far_min", "far_max"), ("coverage_min", "coverage_max"))
Fields = Mapping[str, Any]


@dataclass(frozen=True)
class Notice:
    """Something to say about a change.

    Attributes
    ----------
    severity : {"error", "warning"}
        An error refuses the change.
    code, field : str
        What it is about.
    message, message_en : str
        The sentence.
    """

    severity: Literal["error", "warning"]
    code: str
    field: str
    message: str
    message_en: str

    def to_json(self) -> dict[str, str]:
        """Return the members."""
        return dict(vars(self))


def notices(noun_name: str, before: Fields, after: Fields, today: date) -> list[Notice]:
    """Return what is impossible or unusual about a record as it would be after a change."""
    changed = {name for name in after if before.get(name) != after[name]}
    return [
        *_future(noun_name, after, changed, today),
        *_without_evidence(after, changed),
        *_unit_evidence(noun_name, after, changed),
        *_bounds(after, changed),
        *_share(after, changed),
        *_blocker(noun_name, after),
        *_item(noun_name, after),
        *_order(noun_name, after, changed),
        *_codes(after, changed),
    ]


def reasons_needed(noun_name: str, before: Fields, after: Fields, always: frozenset[str]) -> dict[str, str]:
    """Return field → why a reason has to be given for changing it.

    Parameters
    ----------
    noun_name : str
        Which noun.
    before, after : mapping
        The record as it is, and as it would be.
    always : frozenset of str
        Fields whose change the policy never takes without one.
    """
    needed: dict[str, str] = {}
    for name in after:
        if before.get(name) == after[name]:
            continue
        if name in always:
            needed[name] = "规定须说明理由"
        elif name in PLANS.get(noun_name, ()) and _later(before.get(name), after[name]):
            needed[name] = "计划日期推迟须说明理由（目标只增不减）"
        elif name in FACTS.get(noun_name, {}) and before.get(name) is not None:
            needed[name] = "更正已记录的事实须说明理由"
        elif name == "skipped" and after[name]:
            needed[name] = "跳过节点须说明理由"
        elif noun_name == "parcel" and name == "state" and _steps_back(before.get(name), after[name]):
            needed[name] = "地块状态回退（收回、收购）须说明理由"
    return needed


def _later(before: date | None, after: date | None) -> bool:
    return before is not None and (after is None or after > before)


def _steps_back(before: str | None, after: str | None) -> bool:
    ladder = [state.value for state in ParcelState]
    return before in ladder and (after is None or ladder.index(after) < ladder.index(before))


def _future(noun_name: str, after: Fields, changed: set[str], today: date) -> Iterator[Notice]:
    for name, label in FACTS.get(noun_name, {}).items():
        day = after.get(name)
        if name in changed and day is not None and day > today:
            yield Notice(
                "error",
                "date_future",
                name,
                f"{label}是已发生的事实，日期却在今天之后：{day}。尚未发生的写入计划日期",
                f"{name} is a fact dated in the future: {day}. Write it as a plan",
            )


def _without_evidence(after: Fields, changed: set[str]) -> Iterator[Notice]:
    happened = any(after.get(name) for name in ("actual_on", "done_on") if name in changed)
    if "evidence" in after and happened and not after["evidence"]:
        yield Notice(
            "error",
            "evidence_missing",
            "evidence",
            "已发生的节点须写明依据文件",
            "What has happened needs its evidence",
        )


def _unit_evidence(noun_name: str, after: Fields, changed: set[str]) -> Iterator[Notice]:
    """Ask for the number of the agreement, voucher, certificate or document behind each fact of a unit."""
    if noun_name != "demolition_unit":
        return
    for name, label in FACTS[noun_name].items():
        evidence = f"{name.removesuffix('_on')}_evidence"
        if name in changed and after.get(name) is not None and not after.get(evidence):
            yield Notice(
                "error",
                "evidence_missing",
                evidence,
                f"{label}须写明{label_of(evidence)}",
                f"{name} needs {evidence}: without its evidence it is no fact",
            )


def _bounds(after: Fields, changed: set[str]) -> Iterator[Notice]:
    for low, high in _BOUNDS:
        least, most = after.get(low), after.get(high)
        if changed & {low, high} and least is not None and most is not None and least > most:
            yield Notice(
                "error",
                "bounds_crossed",
                low,
                f"{label_of(low)} {least:g} 大于{label_of(high)} {most:g}",
                f"{low} {least:g} is above {high} {most:g}",
            )


def _share(after: Fields, changed: set[str]) -> Iterator[Notice]:
    share = after.get("share")
    if "share" in changed and share is not None and not 0 < share <= 1:
        yield Notice(
            "error",
            "share_range",
            "share",
            f"占用比例须大于 0、不超过 1：{share:g}",
            f"share must be above 0 and at most 1: {share:g}",
        )


def _blocker(noun_name: str, after: Fields) -> Iterator[Notice]:
    """交办 → 反馈 → 销号: nothing is closed that nobody reported on."""
    if noun_name != "blocker" or after.get("closed_on") is None:
        return
    if not after.get("feedback"):
        yield Notice(
            "error",
            "feedback_missing",
            "feedback",
            "销号前须有反馈情况",
            "A blocker needs feedback before it is closed",
        )
    opened = after.get("opened_on")
    if opened is not None and after["closed_on"] < opened:
        yield Notice(
            "error",
            "closed_before_opened",
            "closed_on",
            f"销号日期 {after['closed_on']} 早于提出日期 {opened}",
            f"closed on {after['closed_on']}, before it was opened on {opened}",
        )


def _item(noun_name: str, after: Fields) -> Iterator[Notice]:
    """净地五项: what is done has its day, what is not has none."""
    if noun_name != "checklist_item":
        return
    wrong = contradiction(after.get("state"), after.get("done_on"))
    if wrong is not None:
        yield Notice(
            "error",
            wrong,
            "done_on",
            "状态与完成日期矛盾：已完成须有完成日期，未完成或不涉及的没有",
            "State and day contradict each other: what is done has its day, what is not has none",
        )


def _order(noun_name: str, after: Fields, changed: set[str]) -> Iterator[Notice]:
    if noun_name != "demolition_unit" or not changed & set(USUAL_ORDER):
        return
    dated = [(name, after[name]) for name in USUAL_ORDER if after.get(name) is not None]
    for (one, day), (other, other_day) in pairwise(dated):
        if day > other_day:
            yield Notice(
                "warning",
                "unit_order",
                one,
                f"次序少见：{label_of(one)} {day} 晚于{label_of(other)} {other_day}",
                f"An unusual order: {one} {day} after {other} {other_day}",
            )


def _codes(after: Fields, changed: set[str]) -> Iterator[Notice]:
    for name in sorted(changed):
        standard = odd_code(name, after[name], after.get("use_system")) if after[name] else None
        if standard is not None:
            yield Notice(
                "warning",
                "code_structure",
                name,
                f"{label_of(name)}不符合 {standard} 的结构：{after[name]}",
                f"{name} does not have the structure of {standard}: {after[name]}",
            )


def stage_order(dates: Mapping[str, date]) -> list[Notice]:
    """Return a warning for each stage reached before the one that precedes it."""
    reached = [(stage, dates[stage.value]) for stage in Stage if stage.value in dates]
    return [
        Notice(
            "warning",
            "stage_order",
            "actual_on",
            f"节点次序少见：{one.zh} {day} 晚于{other.zh} {other_day}",
            f"An unusual order: {one.en} {day} after {other.en} {other_day}",
        )
        for (one, day), (other, other_day) in pairwise(reached)
        if day > other_day
    ]
