"""The figures of a task over all its days: one row from each day on which any of its facts happens."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from geoservice.clock import OPEN_DAY
from geoservice.demolition.facts import FACTS, TASK_DAYS, days
from geoservice.demolition.rollup import roll_up
from geoservice.demolition.suppress import public_view

_ORIGIN: Final = 2 * OPEN_DAY
"""Days are counted from here relative to each turn, so that one roll-up serves all turns and stays positive."""

Days = npt.NDArray[np.int64]


def progress_intervals(units: pd.DataFrame, tasks: pd.DataFrame) -> pd.DataFrame:
    """Return the figures of each task over the intervals in which none of its facts changes.

    Parameters
    ----------
    units : DataFrame
        As :func:`~geoservice.demolition.rollup.roll_up` takes them.
    tasks : DataFrame
        As :func:`~geoservice.demolition.rollup.roll_up` takes them, and ``from_day``: since when the task is known.

    Returns
    -------
    DataFrame
        ``task, from_day, to_day, public_state`` (``None`` before the 预公告) and every figure of
        :func:`~geoservice.demolition.rollup.roll_up`, in order of task and day.

    Notes
    -----
    The roll-up is asked once about every task on every turn: O(Σ units · turns) per task.
    """
    if tasks.empty:
        return roll_up(units, tasks, 0).assign(from_day=[], to_day=[], public_state=[])
    turns = _turns(units, tasks)
    figures = roll_up(_at_turns(units, turns, FACTS), _at_turns(tasks, turns, TASK_DAYS), _ORIGIN)
    public = public_view(_at_turns(tasks, turns, TASK_DAYS), _ORIGIN).set_index("task")["public_state"]
    said = figures["task"].map(public)
    figures["public_state"] = said.astype(object).where(said.notna(), None)
    figures = figures.drop(columns="task").assign(
        task=turns["task"].to_numpy(), from_day=turns["day"].to_numpy(), to_day=_ends(turns)
    )
    return figures.reset_index(drop=True)


def _turns(units: pd.DataFrame, tasks: pd.DataFrame) -> pd.DataFrame:
    """Return ``task, day`` of every change, in order, from the day a task is known on."""
    moments = [tasks[["task"]].assign(day=tasks["from_day"])]
    moments += [units[["task"]].assign(day=days(units, fact)) for fact in FACTS]
    moments += [tasks[["task"]].assign(day=days(tasks, fact)) for fact in TASK_DAYS]
    turns = pd.concat(moments, ignore_index=True).merge(tasks[["task", "from_day"]], on="task")
    turns = turns[(turns["day"] >= turns["from_day"]) & (turns["day"] < OPEN_DAY)]
    return turns[["task", "day"]].drop_duplicates().sort_values(["task", "day"], ignore_index=True)


def _at_turns(frame: pd.DataFrame, turns: pd.DataFrame, facts: tuple[str, ...]) -> pd.DataFrame:
    """Repeat rows for every turn of their task, with days counted from that turn."""
    repeated = frame.merge(turns.assign(turn=np.arange(len(turns))), on="task")
    moved = {f"{fact}_day": days(repeated, fact) - repeated["day"].to_numpy() + _ORIGIN for fact in facts}
    ordered = repeated.assign(**moved, task=repeated["turn"])
    return ordered.sort_values("turn", kind="stable", ignore_index=True)


def _ends(turns: pd.DataFrame) -> Any:
    following = turns.groupby("task", sort=False)["day"].shift(-1)
    return following.fillna(OPEN_DAY).astype(np.int64).to_numpy()
