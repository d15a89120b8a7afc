"""What everybody may read about a clearance: nothing before the 预公告, then one of two words."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from geoservice.demolition.facts import days, require

PUBLIC_STATES: Final = {"in_progress": "征收中", "clear": "净地"}


def public_view(tasks: pd.DataFrame, on_day: int) -> pd.DataFrame:
    """Return the tasks announced by a day with the one word that is public about each.

    No count, rate, area or date leaves this function: only the key and ``public_state``, ``in_progress``
    (征收中) or, once delivered, ``clear`` (净地). A task whose 预公告 has no date is not public, whatever else is
    known of it. O(n).

    Parameters
    ----------
    tasks : DataFrame
        ``task, announced_day, delivered_day``.
    on_day : int

    Returns
    -------
    DataFrame
        ``task, public_state`` on the caller's index, announced tasks only.

    Raises
    ------
    FactsInvalid
        A column is missing.

    Examples
    --------
    >>> known = pd.DataFrame({"task": ["ZC1", "ZC2"], "announced_day": [5, 9], "delivered_day": [7, 99]})
    >>> public_view(known, 8).values.tolist()
    [['ZC1', 'clear']]
    """
    require(tasks, "tasks", ["task", "announced_day", "delivered_day"])
    announced = days(tasks, "announced") <= on_day
    state = np.where(days(tasks, "delivered") <= on_day, "clear", "in_progress").astype(object)
    return tasks[["task"]].assign(public_state=state)[announced]
