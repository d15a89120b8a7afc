"""What is strange about the facts of units: errors to mend, warnings to look at."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import numpy as np
import pandas as pd

from geoservice.clock import OPEN_DAY, day_of
from geoservice.demolition.facts import FACTS, STEPS, days, require

ZH: Final = {
    "surveyed": "已调查",
    "appraised": "已评估",
    "signed": "已签约",
    "compensated": "已补偿",
    "vacated": "已腾空",
    "demolished": "已拆除",
    "decided": "补偿决定",
    "reviewed": "复议",
    "litigated": "诉讼",
    "enforcement": "申请强执",
}
COLUMNS: Final = ["severity", "code", "row", "unit", "task", "field", "message", "remedy"]

# Pairs whose later fact usually follows the earlier one; neighbours only, so that one slip is told once.
_USUAL: Final = (
    ("surveyed", "appraised"),
    ("surveyed", "signed"),
    ("signed", "compensated"),
    ("compensated", "vacated"),
    ("vacated", "demolished"),
    ("decided", "enforcement"),
)


def check_facts(units: pd.DataFrame, today_day: int) -> pd.DataFrame:
    """Return what is strange about the dated facts of units.

    ========================  ========  ===========================================================================
    code                      severity  meaning
    ========================  ========  ===========================================================================
    ``fact_in_future``        error     a fact is dated after today: it is a plan, not a fact
    ``unusual_order``         warning   two facts came in another order than usual (产权调换, instalments do this)
    ``title_missing``         warning   vacated or demolished without an agreement (签约) or a decision (补偿决定)
    ``enforcement_undecided`` warning   申请强执 without the decision it would enforce
    ========================  ========  ===========================================================================

    Parameters
    ----------
    units : DataFrame
        ``unit``, ``task`` and ``<fact>_day`` for all facts.
    today_day : int

    Returns
    -------
    DataFrame
        ``severity, code, row`` (position in ``units``), ``unit, task, field, message, remedy``; by row. O(n).

    Raises
    ------
    FactsInvalid
        A column is missing.
    """
    require(units, "units", ["unit", "task", *(f"{fact}_day" for fact in FACTS)])
    dated = {fact: days(units, fact) for fact in FACTS}
    found = [row for rows in (_future(dated, today_day), _order(dated), _gaps(dated)) for row in rows]
    table = pd.DataFrame(found, columns=["severity", "code", "row", "field", "message", "remedy"])
    rows = table["row"].to_numpy(dtype=np.int64)
    table["unit"], table["task"] = (units[name].to_numpy()[rows] for name in ("unit", "task"))
    return table.sort_values(["row", "code", "field"], kind="stable", ignore_index=True)[COLUMNS]


def _future(dated: dict[str, Any], today_day: int) -> Iterator[tuple[Any, ...]]:
    for fact, day in dated.items():
        for row in np.flatnonzero((day > today_day) & (day < OPEN_DAY)).tolist():
            message = f"{ZH[fact]}的日期在今天之后：{day_of(int(day[row]))}"
            yield (
                "error",
                "fact_in_future",
                row,
                f"{fact}_on",
                message,
                "改正日期；尚未发生的不是事实，请删除。",
            )


def _order(dated: dict[str, Any]) -> Iterator[tuple[Any, ...]]:
    for earlier, later in _USUAL:
        first, second = dated[earlier], dated[later]
        for row in np.flatnonzero((second < first) & (first < OPEN_DAY)).tolist():
            message = (
                f"{ZH[later]}（{day_of(int(second[row]))}）早于{ZH[earlier]}（{day_of(int(first[row]))}）"
            )
            yield (
                "warning",
                "unusual_order",
                row,
                f"{later}_on",
                message,
                "核对两个日期；产权调换或分期可如此。",
            )


def _gaps(dated: dict[str, Any]) -> Iterator[tuple[Any, ...]]:
    titled = np.minimum(dated["signed"], dated["decided"]) < OPEN_DAY
    for fact in STEPS[-2:]:
        for row in np.flatnonzero((dated[fact] < OPEN_DAY) & ~titled).tolist():
            message = f"{ZH[fact]}，但既无签约也无补偿决定"
            yield "warning", "title_missing", row, f"{fact}_on", message, "补录签约或补偿决定的日期。"
    undecided = (dated["enforcement"] < OPEN_DAY) & (dated["decided"] == OPEN_DAY)
    for row in np.flatnonzero(undecided).tolist():
        message = "申请强执，但没有补偿决定"
        yield "warning", "enforcement_undecided", row, "enforcement_on", message, "补录补偿决定的日期。"
