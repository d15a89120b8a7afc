"""The dated facts of a unit (征拆户) and of a task (征拆任务), as day numbers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd

from geoservice.clock import OPEN_DAY
from geoservice.demolition.errors import FactsInvalid

Days: TypeAlias = npt.NDArray[np.int64]

STEPS: Final = ("surveyed", "appraised", "signed", "compensated", "vacated", "demolished")
"""The way of a unit: 已调查, 已评估, 已签约, 已补偿, 已腾空, 已拆除; each fact's column is ``<step>_day``."""

BRANCH: Final = ("decided", "reviewed", "litigated", "enforcement")
"""The way where no agreement comes about: 补偿决定, 复议, 诉讼, 申请强执."""

FACTS: Final = STEPS + BRANCH
KINDS: Final = ("household", "nonresidential", "grave")
TASK_DAYS: Final = ("announced", "started", "delivered")


def with_days(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a frame whose date columns ``<fact>_on`` stand as day numbers in ``<fact>_day`` beside them.

    Missing dates become ``OPEN_DAY``: it has not happened. O(n).

    Examples
    --------
    >>> from datetime import date
    >>> with_days(pd.DataFrame({"signed_on": [date(2026, 3, 1), None]}))["signed_day"].tolist()
    [739676, 3652059]
    """
    names = [name for name in frame.columns if isinstance(name, str) and name.endswith("_on")]
    return frame.assign(**{f"{name[:-3]}_day": _ordinals(frame[name]) for name in names})


def _ordinals(column: pd.Series[Any]) -> list[int]:
    return [OPEN_DAY if pd.isna(value) else value.toordinal() for value in column]


def days(frame: pd.DataFrame, fact: str) -> Days:
    """Return the day numbers of a fact, ``OPEN_DAY`` where it has not happened."""
    column = pd.to_numeric(frame[f"{fact}_day"]).fillna(OPEN_DAY)
    return column.to_numpy(dtype=np.int64)


def require(frame: pd.DataFrame, subject: str, columns: Iterable[str]) -> None:
    """Raise where a frame lacks columns.

    Raises
    ------
    FactsInvalid
        Names the columns.
    """
    missing = [name for name in columns if name not in frame.columns]
    if missing:
        raise FactsInvalid(
            f"The frame of {subject} lacks columns",
            ", ".join(missing),
            "Name facts <fact>_day, as with_days() does with <fact>_on.",
        )
