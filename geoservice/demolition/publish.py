"""Figures for those who see only suppressed ones: frozen by month, and never close enough to tell of a few.

A figure may be small by itself, or become small when two are subtracted: total less signed, October less September.
So a task's figures are published as a whole (households in total, signed, vacated, demolished, remaining), once a
month, and only if every number in them, every difference of two of them, and every difference to the same number of
*anything ever published* about the task is zero or at least :data:`SMALL`. Otherwise what was published before stands.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import combinations
from typing import Final

SMALL: Final = 5
"""Numbers from 1 up to below this tell of single households."""

COUNTED: Final = (
    "households_total",
    "households_signed",
    "households_vacated",
    "households_demolished",
    "households_remaining",
)
Figures = tuple[int, ...]
"""Counts in the order of :data:`COUNTED`."""


@dataclass(frozen=True)
class Known:
    """The figures of a task from a day on."""

    from_day: date
    figures: Figures


@dataclass(frozen=True)
class Published:
    """What is shown from `from_day` on: the figures at the end of the month before, or an older one."""

    from_day: date
    figures_on: date
    figures: Figures


def months_of(known: Iterable[Known], until: date) -> Iterator[tuple[date, Figures]]:
    """Yield the last day of each month and the figures it ended with, through the month of `until`."""
    intervals = sorted(known, key=lambda one: one.from_day)
    if not intervals:
        return
    day = _month_end(intervals[0].from_day)
    last = _month_end(until)
    while day <= last:
        yield day, next(one.figures for one in reversed(intervals) if one.from_day <= day)
        day = _month_end(day + timedelta(days=1))


def publishable(months: Iterable[tuple[date, Figures]], shown: Iterable[Figures]) -> list[Published]:
    """Return what is shown when, given all that ever was shown of the task.

    Parameters
    ----------
    months : iterable of (date, Figures)
        Last day of each month and its figures, in order.
    shown : iterable of Figures
        Every set of figures that anybody could ever read.

    Notes
    -----
    O(months × sets ever shown). A task without households has nothing to publish.
    """
    told = list(dict.fromkeys(shown))
    found: list[Published] = []
    for end, figures in months:
        if figures[0] == 0 or (found and found[-1].figures == figures):
            continue
        if within_itself(figures) and all(apart(figures, other) for other in told):
            found.append(Published(end + timedelta(days=1), end, figures))
            if figures not in told:
                told.append(figures)
    return found


def within_itself(figures: Figures) -> bool:
    """Say whether no number of a set, and no difference of two, is small.

    >>> within_itself((40, 20, 10, 10, 30)), within_itself((40, 38, 10, 10, 30)), within_itself((40, 20, 3, 3, 37))
    (True, False, False)
    """
    return not any(map(_small, _cells(figures)))


def apart(one: Figures, other: Figures) -> bool:
    """Say whether no number, and no difference of two numbers, moved by a few from one set to the other.

    >>> apart((40, 20, 10, 10, 30), (40, 26, 10, 10, 30)), apart((40, 20, 10, 10, 30), (40, 22, 10, 10, 30))
    (True, False)
    """
    return not any(_small(a - b) for a, b in zip(_cells(one), _cells(other), strict=True))


def _cells(figures: Figures) -> list[int]:
    return [*figures, *(a - b for a, b in combinations(figures, 2))]


def _small(number: int) -> bool:
    return 0 < abs(number) < SMALL


def _month_end(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1) - timedelta(days=1)
