"""Working days: weekends, statutory holidays and the weekends worked instead, from a file of years."""

from __future__ import annotations

import calendar
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final, Literal

from geoservice.errors import InvalidInput

DEFAULT_HOLIDAYS: Final = Path(__file__).with_name("holidays.toml")
Period = Literal["calendar", "working", "months"]
PERIODS: Final[tuple[Period, ...]] = ("calendar", "working", "months")


@dataclass(frozen=True)
class WorkCalendar:
    """Which days are worked.

    Attributes
    ----------
    holidays, workdays : frozenset of date
        Days off, and weekend days worked instead.
    years : frozenset of int
        Years the file tells about; in others only weekends are off.
    """

    holidays: frozenset[date]
    workdays: frozenset[date]
    years: frozenset[int]

    def works(self, day: date) -> bool:
        """Say whether a day is worked."""
        return day in self.workdays or (day not in self.holidays and day.weekday() < 5)

    def end_of(self, start: date, length: int, unit: Period) -> date:
        """Return the last day of a period that begins with an event on `start`.

        The day of the event does not count (民法典第二百零一条); a calendar period whose last day is not worked
        ends on the next one that is (第二百零三条). O(length).

        Examples
        --------
        >>> year = load_holidays()
        >>> year.end_of(date(2026, 9, 30), 10, "working").isoformat()
        '2026-10-20'
        >>> year.end_of(date(2026, 9, 5), 30, "calendar").isoformat()
        '2026-10-08'
        """
        if unit == "working":
            day, left = start, length
            while left:
                day += timedelta(days=1)
                left -= self.works(day)
            return day
        day = start + timedelta(days=length) if unit == "calendar" else _months_later(start, length)
        while not self.works(day):
            day += timedelta(days=1)
        return day

    def worked_between(self, start: date, end: date) -> int:
        """Return how many days are worked after `start` up to and with `end`. O(days between)."""
        return sum(self.works(start + timedelta(days=n)) for n in range(1, (end - start).days + 1))

    def unknown(self, start: date, end: date) -> list[int]:
        """Return the years of a span that the file says nothing about."""
        return [year for year in range(start.year, end.year + 1) if year not in self.years]


def load_holidays(path: Path | None = None) -> WorkCalendar:
    """Read a holiday file.

    Parameters
    ----------
    path : Path, optional
        Another file than the shipped one.

    Raises
    ------
    InvalidInput
        If it is no TOML, a day lies in another year than its table, or is both worked and off.
    """
    place = path or DEFAULT_HOLIDAYS
    try:
        document = tomllib.loads(place.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InvalidInput("The holiday file cannot be read", f"{place}: {error}", "Correct it.") from None
    holidays: set[date] = set()
    workdays: set[date] = set()
    for name, said in document.items():
        year = _year(name, said)
        for key, into in (("holidays", holidays), ("workdays", workdays)):
            for text in said.get(key, ()):
                into.update(_days(str(text), year))
    both = sorted(holidays & workdays)
    if both:
        raise InvalidInput("A day is both a holiday and worked", both[0], "Keep one of the two.")
    return WorkCalendar(frozenset(holidays), frozenset(workdays), frozenset(int(name) for name in document))


def _year(name: str, said: Any) -> int:
    if not name.isdigit() or not isinstance(said, dict) or set(said) - {"source", "holidays", "workdays"}:
        raise InvalidInput(
            "A table of the holiday file is not a year",
            name,
            "Write [2027] with source, holidays and workdays.",
        )
    return int(name)


def _days(text: str, year: int) -> Iterator[date]:
    first, _, last = text.partition("/")
    try:
        start, end = date.fromisoformat(first), date.fromisoformat(last or first)
    except ValueError:
        raise InvalidInput(
            "A day of the holiday file is no date", text, "Write 2027-10-01/2027-10-07."
        ) from None
    if {start.year, end.year} != {year} or end < start:
        raise InvalidInput("A day stands in the wrong year", f"[{year}] {text}", "Move it, or correct it.")
    yield from (start + timedelta(days=n) for n in range((end - start).days + 1))


def _months_later(day: date, months: int) -> date:
    """Return the day of the same number, or the last of the month (民法典第二百零二条)."""
    turns = day.month - 1 + months
    year, month = day.year + turns // 12, turns % 12 + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))
