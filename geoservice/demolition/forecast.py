"""When will a task be clear, at the pace of the last weeks? A day with a range, or that there is not enough data."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import numpy.typing as npt

Days = npt.NDArray[np.int64]
Status = Literal["cleared", "forecast", "not_enough_data", "beyond_horizon"]

WINDOW_WEEKS: Final = 13
"""The recent pace is that of a quarter at most."""
LEAST_WEEKS: Final = 4
LEAST_EVENTS: Final = 8
LEAST_ACTIVE_WEEKS: Final = 3
HORIZON_WEEKS: Final = 520
_Z80: Final = 1.2816
"""Standard normal quantile of 0.9: a range that eight of ten outcomes fall into."""


@dataclass(frozen=True)
class Forecast:
    """An expected day with its range.

    Attributes
    ----------
    status : str
        ``cleared``, ``forecast``, ``not_enough_data`` or ``beyond_horizon`` (more than ten years).
    remaining : int
        Units still to come.
    disputed : int
        Of these, units in dispute: their end depends on courts, not on the pace, so that the range says nothing
        about them.
    weeks, events : int
        Weeks looked at, and what happened in them.
    pace_per_week : float or None
        Units a week.
    expected_day, low_day, high_day : int or None
        Day numbers; the range holds eight of ten outcomes.
    """

    status: Status
    remaining: int
    disputed: int
    weeks: int
    events: int
    pace_per_week: float | None = None
    expected_day: int | None = None
    low_day: int | None = None
    high_day: int | None = None


def forecast(
    happened: Days, remaining: int, today_day: int, *, since_day: int, disputed: int = 0
) -> Forecast:
    """Return the day by which the remaining units will have followed, at the recent pace.

    Parameters
    ----------
    happened : ndarray of int64
        Day numbers on which units of the task were cleared; later ones than today are passed over.
    remaining : int
        Units not cleared yet.
    today_day : int
    since_day : int
        Day the work began: weeks before it are no slow weeks.
    disputed : int
        Remaining units in dispute.

    Notes
    -----
    Let *N* units have been cleared in the last *n* whole weeks (at most 13, and none before the work began) and
    *R* remain. Pace *m = N/n*, expected time *T = R/m*. Weekly counts scatter more than Poisson ones, since crews
    and payments come in batches: the dispersion *φ = max(1, variance/mean)* of the weekly counts widens the range.
    Two things are uncertain, the pace itself (*φ/N*) and the course of what remains (*φ/R*); their sum is the
    squared relative error of *T*, and the range is that of a log-normal time around *T* (eight of ten).

    Not enough data: fewer than 4 weeks, fewer than 8 units or fewer than 3 weeks with any, or nothing left but
    disputes. What the method does not know: the last units are slower than the first, courts keep their own time.
    O(units).

    Examples
    --------
    >>> steady = np.arange(1000, 1091, 7)
    >>> told = forecast(steady, 13, 1088, since_day=900)
    >>> told.status, told.pace_per_week, told.expected_day - 1088
    ('forecast', 1.0, 91)
    >>> forecast(steady[:3], 13, 1088, since_day=900).status
    'not_enough_data'
    """
    past = happened[happened <= today_day]
    weeks = min(WINDOW_WEEKS, max(0, (today_day - since_day) // 7))
    ago = (today_day - past) // 7
    counts = np.bincount(ago[ago < weeks], minlength=weeks) if weeks else np.zeros(0, dtype=np.int64)
    events = int(counts.sum())
    if remaining == 0:
        return Forecast("cleared" if len(past) else "not_enough_data", 0, 0, weeks, events)
    enough = weeks >= LEAST_WEEKS and events >= LEAST_EVENTS and int((counts > 0).sum()) >= LEAST_ACTIVE_WEEKS
    if not enough or remaining <= disputed:
        return Forecast("not_enough_data", remaining, disputed, weeks, events)
    pace = events / weeks
    expected = remaining / pace
    if expected > HORIZON_WEEKS:
        return Forecast("beyond_horizon", remaining, disputed, weeks, events, round(pace, 4))
    spread = _spread(counts, events, remaining)
    low, high = (expected * math.exp(sign * _Z80 * spread) for sign in (-1, 1))
    return Forecast(
        "forecast",
        remaining,
        disputed,
        weeks,
        events,
        round(pace, 4),
        today_day + math.ceil(expected * 7),
        today_day + math.ceil(low * 7),
        today_day + math.ceil(min(high, HORIZON_WEEKS) * 7),
    )


def _spread(counts: Days, events: int, remaining: int) -> float:
    mean = events / len(counts)
    dispersion = max(1.0, float(counts.var(ddof=1)) / mean)
    return math.sqrt(math.log1p(dispersion / events + dispersion / remaining))
