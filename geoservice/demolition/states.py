"""Where a unit stands on a day: its furthest fact, or in dispute."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from geoservice.demolition.facts import BRANCH, FACTS, STEPS, days, require

UNIT_STATES: Final = ("none", *STEPS, "disputed")
"""``none``: nothing has happened yet; then the steps in order; ``disputed``: 补偿决定, 复议, 诉讼 or 强执 is open."""


def unit_states(units: pd.DataFrame, on_day: int) -> pd.Series[str]:
    """Return each unit's state on a day, on the caller's index.

    The furthest of the facts dated on or before the day decides, whatever order they came in (产权调换 and
    instalments reorder them). A unit is ``disputed`` while one of the branch facts stands and nothing has ended
    it: vacating or demolition do always (who disputes only the amount no longer holds the land), an agreement
    does if it was signed on or after the last branch fact. O(n).

    Parameters
    ----------
    units : DataFrame
        ``<fact>_day`` for all of :data:`FACTS`; ``OPEN_DAY`` or missing where a fact has not happened.
    on_day : int

    Raises
    ------
    FactsInvalid
        A fact has no column.
    """
    require(units, "units", [f"{fact}_day" for fact in FACTS])
    happened = np.column_stack([days(units, step) <= on_day for step in STEPS])
    furthest = np.where(happened, np.arange(1, len(STEPS) + 1), 0).max(axis=1, initial=0)
    names = np.array(UNIT_STATES, dtype=object)[np.where(disputed(units, on_day), len(STEPS) + 1, furthest)]
    return pd.Series(names, index=units.index, name="state")


def disputed(units: pd.DataFrame, on_day: int) -> npt.NDArray[np.bool_]:
    """Tell which units are in dispute on a day; see :func:`unit_states`."""
    branch = np.column_stack([days(units, fact) for fact in BRANCH])
    last = np.where(branch <= on_day, branch, 0).max(axis=1, initial=0)
    signed = days(units, "signed")
    settled = (signed <= on_day) & (signed >= last)
    left = (days(units, "vacated") <= on_day) | (days(units, "demolished") <= on_day)
    open_: npt.NDArray[np.bool_] = (last > 0) & ~settled & ~left
    return open_
