"""The figures of a task on a day: how many, how much, how far."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pandas as pd

from geoservice.demolition.errors import FactsInvalid
from geoservice.demolition.facts import FACTS, KINDS, TASK_DAYS, days, require
from geoservice.demolition.states import disputed

COUNTED: Final = ("total", "signed", "vacated", "demolished", "remaining", "unsigned", "disputed")
PREFIXES: Final = {"household": "households", "nonresidential": "nonresidential", "grave": "graves"}


def roll_up(units: pd.DataFrame, tasks: pd.DataFrame, on_day: int) -> pd.DataFrame:
    """Return the figures of each task on a day.

    Parameters
    ----------
    units : DataFrame
        ``task, kind, floor_area_m2`` and ``<fact>_day`` for all facts. Units of other tasks are passed over.
    tasks : DataFrame
        ``task, announced_day, started_day, delivered_day, area_m2`` (the task's own area).
    on_day : int
        Facts after this day have not happened.

    Returns
    -------
    DataFrame
        On the index of ``tasks``:

        ``task, state``, ``units_total`` (of all kinds);
        for households (住宅), non-residential units (``nonresidential_``) and graves (``graves_``):
        ``households_total``; ``_signed, _vacated, _demolished`` with that fact (已签约, 已腾空, 已拆除);
        ``_remaining`` neither vacated nor demolished (剩余户); ``_unsigned`` (未签约户); ``_disputed``;
        ``signed_rate, vacated_rate, demolished_rate`` of households over their total, 4 decimals, NaN where there
        are none; ``floor_area_m2, demolished_floor_area_m2`` of all kinds; ``delivered_area_m2``: the task's
        area once delivered, else 0. Areas to 0.01 m². O(units + tasks).

    Raises
    ------
    FactsInvalid
        A column is missing, a task stands twice, or a unit is of no known kind.

    Notes
    -----
    State: ``delivered`` 已交地 from the delivery on; ``demolished`` 已拆除 when every unit of any kind is;
    ``disputed`` 有争议 when units are left in place, none of them merely unsigned or on its way out but all in
    dispute; ``demolishing`` 拆除中 from the first demolished unit; ``agreed`` 签约中 from the start of the task or
    the first signature, decision or vacated unit; before that ``not_started`` 未启动.
    """
    _check(units, tasks)
    position = pd.Index(tasks["task"]).get_indexer(pd.Index(units["task"]))
    units, position = units[position >= 0], position[position >= 0]
    marks = _marks(units, on_day)
    figures: dict[str, Any] = {"task": tasks["task"].to_numpy()}
    sums = {name: np.bincount(position[flag], minlength=len(tasks)) for name, flag in marks.items()}
    figures["state"] = _states(tasks, sums, on_day)
    figures["units_total"] = sums["total"]
    kind = units["kind"].to_numpy()
    for code in KINDS:
        for name in COUNTED:
            struck = marks[name] & (kind == code)
            figures[f"{PREFIXES[code]}_{name}"] = np.bincount(position[struck], minlength=len(tasks))
    for name in ("signed", "vacated", "demolished"):
        figures[f"{name}_rate"] = _rate(figures[f"households_{name}"], figures["households_total"])
    floor = pd.to_numeric(units["floor_area_m2"]).fillna(0.0).to_numpy(dtype=float)
    for name, flag in (("floor_area_m2", marks["total"]), ("demolished_floor_area_m2", marks["demolished"])):
        figures[name] = np.bincount(position[flag], floor[flag], len(tasks)).round(2)
    delivered = days(tasks, "delivered") <= on_day
    area = pd.to_numeric(tasks["area_m2"]).fillna(0.0).to_numpy(dtype=float)
    figures["delivered_area_m2"] = np.where(delivered, area, 0.0).round(2)
    return pd.DataFrame(figures, index=tasks.index)


def _check(units: pd.DataFrame, tasks: pd.DataFrame) -> None:
    require(units, "units", ["task", "kind", "floor_area_m2", *(f"{fact}_day" for fact in FACTS)])
    require(tasks, "tasks", ["task", "area_m2", *(f"{name}_day" for name in TASK_DAYS)])
    twice = tasks["task"][tasks["task"].duplicated()]
    if len(twice):
        raise FactsInvalid("A task stands twice", twice.iloc[0], "Pass the version of one day alone.")
    strange = units["kind"][~units["kind"].isin(KINDS)]
    if len(strange):
        raise FactsInvalid("A unit is of no known kind", strange.iloc[0], f"Use one of: {', '.join(KINDS)}.")


def _marks(units: pd.DataFrame, on_day: int) -> dict[str, Any]:
    """Return for each thing that is counted which units count."""
    happened = {fact: days(units, fact) <= on_day for fact in FACTS}
    in_place = ~(happened["vacated"] | happened["demolished"])
    return {
        "total": np.ones(len(units), dtype=bool),
        "signed": happened["signed"],
        "vacated": happened["vacated"],
        "demolished": happened["demolished"],
        "remaining": in_place,
        "unsigned": ~happened["signed"],
        "disputed": disputed(units, on_day),
        "under_way": happened["signed"] | happened["decided"] | ~in_place,
    }


def _states(tasks: pd.DataFrame, sums: dict[str, Any], on_day: int) -> Any:
    total, remaining = sums["total"], sums["remaining"]
    return np.select(
        [
            days(tasks, "delivered") <= on_day,
            (total > 0) & (sums["demolished"] == total),
            (remaining > 0) & (sums["disputed"] == remaining),
            sums["demolished"] > 0,
            (days(tasks, "started") <= on_day) | (sums["under_way"] > 0),
        ],
        ["delivered", "demolished", "disputed", "demolishing", "agreed"],
        "not_started",
    ).astype(object)


def _rate(part: Any, whole: Any) -> Any:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(whole > 0, part / whole, np.nan).round(4)
