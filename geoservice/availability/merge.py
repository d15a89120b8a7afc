"""Verdict intervals joined where nothing changes, and what they say about later days."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import shapely

from geoservice.availability.timeline import Ints
from geoservice.clock import OPEN_DAY


def merge_equal(verdicts: pd.DataFrame, today_day: int) -> pd.DataFrame:
    """Join neighbours of one parcel that say the same, and mark what rests on a plan.

    ``planned`` (the interval begins on a planned day) becomes ``plan``: true for intervals after today from
    the first planned change on, since whatever follows it rests on it as well. O(n).
    """
    begins = _begins(verdicts)
    first = np.flatnonzero(begins)
    last = np.append(first[1:], len(verdicts)) - 1
    merged = verdicts.iloc[first].reset_index(drop=True)
    merged["to_day"] = verdicts["to_day"].to_numpy()[last]
    ahead = merged["planned"] & (merged["from_day"] > today_day)
    merged["plan"] = ahead.groupby(merged["parcel"], sort=False).cummax()
    return merged.drop(columns="planned")


def _begins(verdicts: pd.DataFrame) -> Any:
    parcel, start, end = (verdicts[name].to_numpy() for name in ("parcel", "from_day", "to_day"))
    follows = np.zeros(len(verdicts), dtype=bool)
    follows[1:] = (parcel[1:] == parcel[:-1]) & (start[1:] == end[:-1])
    status, area = verdicts["status"].to_numpy(), verdicts["usable_area_m2"].to_numpy()
    follows[1:] &= (status[1:] == status[:-1]) & (area[1:] == area[:-1])
    usable, reasons = verdicts["usable"].to_numpy(), verdicts["reasons"].to_numpy()
    for row in np.flatnonzero(follows):
        same = usable[row] is usable[row - 1] or shapely.equals_identical(usable[row], usable[row - 1])
        follows[row] = same and reasons[row] == reasons[row - 1]
    return ~follows


def earliest_days(verdicts: pd.DataFrame) -> Ints:
    """Return the first available day from each interval on, else the first conditional one, else open."""
    parcel, start, status = (verdicts[name].to_numpy() for name in ("parcel", "from_day", "status"))
    days = np.full(len(verdicts), OPEN_DAY, dtype=np.int64)
    found = {"available": OPEN_DAY, "conditional": OPEN_DAY}
    for row in range(len(verdicts) - 1, -1, -1):
        if row + 1 == len(verdicts) or parcel[row] != parcel[row + 1]:
            found = dict.fromkeys(found, OPEN_DAY)
        if status[row] in found:
            found[status[row]] = int(start[row])
        days[row] = found["available"] if found["available"] < OPEN_DAY else found["conditional"]
    return days
