"""征拆任务书: what a task was given to do in a period, against what was done in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Final

KINDS: Final = MappingProxyType(
    {
        "households_signed": ("签约", "Signed", "户"),
        "households_vacated": ("腾空", "Vacated", "户"),
        "households_demolished": ("拆除", "Demolished", "户"),
        "demolished_floor_area_m2": ("拆除建筑面积", "Floor area demolished", "m2"),
        "acquired_area_m2": ("征收土地", "Land acquired", "m2"),
        "delivered_area_m2": ("交付净地", "Land delivered", "m2"),
        "funds_paid_fen": ("支付补偿资金", "Funds paid", "fen"),
    }
)
"""Kind of target → Chinese and English name, and unit."""


@dataclass(frozen=True)
class Target:
    """What is to be done in a period, both days included, in the unit of its kind."""

    kind: str
    period_from: date
    period_to: date
    amount: float


@dataclass(frozen=True)
class Standing:
    """A target against what was done.

    Attributes
    ----------
    target : Target
    done : float
        What was done within the period, up to the day asked about.
    rate : float or None
        Done over target, four decimals; ``None`` where the target is 0.
    left : float
        Still to do; 0 where more was done.
    time_share : float
        How much of the period has passed (序时), 0 to 1.
    behind : bool
        Whether the rate is below the time passed.
    """

    target: Target
    done: float
    rate: float | None
    left: float
    time_share: float
    behind: bool


def standing(target: Target, before: float, now: float, today: date) -> Standing:
    """Return how a target stands on a day.

    Parameters
    ----------
    target : Target
    before, now : float
        The figure of its kind at the end of the day before the period, and on `today` or at the period's end.
    today : date

    Examples
    --------
    >>> year = Target("households_signed", date(2026, 1, 1), date(2026, 12, 31), 200)
    >>> found = standing(year, 20, 120, date(2026, 7, 2))
    >>> found.done, found.rate, found.left, found.time_share, found.behind
    (100.0, 0.5, 100.0, 0.5014, True)
    """
    done = float(now - before)
    rate = None if target.amount == 0 else round(done / target.amount, 4)
    length = (target.period_to - target.period_from).days + 1
    passed = min(max((today - target.period_from).days + 1, 0), length)
    share = round(passed / length, 4)
    return Standing(
        target,
        round(done, 2),
        rate,
        round(max(target.amount - done, 0.0), 2),
        share,
        rate is not None and rate < share,
    )


def effective(signed: int, total: int, threshold: float | None) -> bool | None:
    """Say whether agreements take effect: the signed share of households reached the threshold.

    ``None`` where the task has no threshold or no households: then each agreement stands by itself.

    >>> effective(80, 100, 0.8), effective(79, 100, 0.8), effective(79, 100, None)
    (True, False, None)
    """
    if threshold is None or total == 0:
        return None
    # 0.8 × 35 households are 28, and not 28.000000000000004.
    return signed + 1e-9 >= threshold * total
