"""Turning dates of the register into the day numbers kernels count with."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd

from geoservice.clock import day_number


def with_days(frame: pd.DataFrame, **columns: str) -> pd.DataFrame:
    """Add day-number columns: ``with_days(frame, from_day="valid_from")``; a missing date is an open day.

    Parameters
    ----------
    frame : DataFrame
        With date columns.
    **columns : str
        New column → date column it comes from.
    """
    return frame.assign(
        **{name: [day_number(value) for value in frame[source]] for name, source in columns.items()}
    )


def day_or_none(value: date | None) -> int | None:
    """Return a day number, ``None`` where there is no date."""
    return None if value is None else value.toordinal()


def clip(frame: pd.DataFrame, left: str, right: str) -> pd.DataFrame:
    """Intersect two interval pairs ``{left}_from/{left}_to`` and ``{right}_from/{right}_to`` into ``from_day, to_day``.

    Rows whose intervals do not meet are dropped.
    """
    starts: Any = frame[[f"{left}_from", f"{right}_from"]].max(axis=1)
    ends: Any = frame[[f"{left}_to", f"{right}_to"]].min(axis=1)
    joined = frame.assign(from_day=starts, to_day=ends)
    return joined[joined["from_day"] < joined["to_day"]]
