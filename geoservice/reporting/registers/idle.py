"""疑似闲置: the arithmetic of 53号令 over a supply contract; the procedure decides, the computation only points."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Literal

DEVELOPED_SHARE: Final = 1 / 3
"""Less developed land than this, after a year's stop, is idle (闲置土地处置办法 2012, art. 2)."""
INVESTED_SHARE: Final = 0.25
"""Less of the agreed investment than this, without land price and taxes, likewise."""


@dataclass(frozen=True)
class Idle:
    """Why land looks idle.

    Attributes
    ----------
    clause : {"not_started", "stopped", "undecided"}
        Which half of the article; ``undecided`` where a figure it needs is missing.
    since : date
        The day from which it counts as idle.
    start_due_on : date or None
        Agreed start, after an extension where there is one.
    days_over : int or None
        Days past that start, where nothing was started.
    developed_share, invested_share : float or None
        Developed land over supplied land; investment done over agreed.
    stopped_days : int or None
        Days since the work stopped.
    missing : tuple of str
        Figures the contract lacks to decide.
    """

    clause: Literal["not_started", "stopped", "undecided"]
    since: date
    start_due_on: date | None
    days_over: int | None = None
    developed_share: float | None = None
    invested_share: float | None = None
    stopped_days: int | None = None
    missing: tuple[str, ...] = ()


def idle_check(contract: Mapping[str, Any], day: date) -> Idle | None:
    """Return why the land of a contract looks idle on a day, ``None`` where it does not.

    Parameters
    ----------
    contract : mapping
        Fields of a supply contract; facts dated after `day` have not happened.
    day : date
        The day asked about.

    Examples
    --------
    >>> contract = {"agreed_start_on": date(2025, 3, 1), "supplied_area_m2": 9000.0}
    >>> found = idle_check(contract, date(2026, 3, 2))
    >>> found.clause, found.since.isoformat(), found.days_over
    ('not_started', '2026-03-01', 366)
    >>> idle_check(contract, date(2026, 3, 1)) is None
    True
    """
    due = contract.get("extended_start_on") or contract.get("agreed_start_on")
    if not _by(contract, "started_on", day):
        if due is None or day <= _year_after(due):
            return None
        return Idle("not_started", _year_after(due), due, days_over=(day - due).days)
    stopped = _by(contract, "stopped_on", day)
    resumed = _by(contract, "resumed_on", day)
    if stopped is None or (resumed is not None and resumed >= stopped) or _by(contract, "completed_on", day):
        return None
    since = _year_after(stopped)
    return None if day < since else _stopped(contract, day, due, stopped, since)


def _stopped(
    contract: Mapping[str, Any], day: date, due: date | None, stopped: date, since: date
) -> Idle | None:
    developed = _share(contract.get("developed_area_m2"), contract.get("supplied_area_m2"))
    invested = _share(contract.get("investment_done_fen"), contract.get("investment_agreed_fen"))
    figures: dict[str, Any] = {
        "developed_share": developed,
        "invested_share": invested,
        "stopped_days": (day - stopped).days,
    }
    little_land = developed is not None and developed < DEVELOPED_SHARE
    little_money = invested is not None and invested < INVESTED_SHARE
    if little_land or little_money:
        return Idle("stopped", since, due, **figures)
    needed: list[str] = []
    if developed is None:
        needed += ["developed_area_m2", "supplied_area_m2"]
    if invested is None:
        needed += ["investment_done_fen", "investment_agreed_fen"]
    missing = tuple(name for name in needed if contract.get(name) is None)
    return Idle("undecided", since, due, missing=missing, **figures) if missing else None


def arithmetic(contract: Mapping[str, Any], idle: Idle, day: date) -> tuple[str, str]:
    """Return the computation as a sentence, in Chinese and English."""
    if idle.clause == "not_started":
        extended = contract.get("extended_start_on")
        moved = f"（延期至 {extended}）" if extended else ""
        moved_en = f" (extended to {extended})" if extended else ""
        agreed = contract.get("agreed_start_on") or idle.start_due_on
        return (
            f"约定动工 {agreed}{moved}，至 {day} 已逾 {idle.days_over} 天，满一年未动工",
            f"agreed start {agreed}{moved_en}, {idle.days_over} days past on {day}, not started after a year",
        )
    parts, parts_en = [f"中止开发已 {idle.stopped_days} 天"], [f"work stopped {idle.stopped_days} days ago"]
    if idle.developed_share is not None:
        done, whole = contract["developed_area_m2"], contract["supplied_area_m2"]
        line = f"{done:,.2f} ÷ {whole:,.2f} m² = {idle.developed_share:.1%}"
        parts.append(f"已开发 {line}（界限 33.3%）")
        parts_en.append(f"developed {line} (limit 33.3%)")
    if idle.invested_share is not None:
        done, whole = contract["investment_done_fen"] / 1e6, contract["investment_agreed_fen"] / 1e6
        line = f"{done:,.2f} ÷ {whole:,.2f} 万元 = {idle.invested_share:.1%}"
        parts.append(f"已投资 {line}（界限 25%）")
        parts_en.append(f"invested {line} (limit 25%)")
    if idle.missing:
        parts.append("缺少数据，无法判断")
        parts_en.append("figures are missing, undecided")
    return "，".join(parts), ", ".join(parts_en)


def _by(contract: Mapping[str, Any], name: str, day: date) -> date | None:
    """Return a fact's date where it had happened by the day."""
    happened: date | None = contract.get(name)
    return happened if happened is not None and happened <= day else None


def _share(part: float | None, whole: float | None) -> float | None:
    return None if part is None or not whole else part / whole


def _year_after(day: date) -> date:
    try:
        return day.replace(year=day.year + 1)
    except ValueError:  # 29 February
        return date(day.year + 1, 3, 1)
