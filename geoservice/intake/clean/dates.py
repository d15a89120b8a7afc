"""Days as they are typed: ISO, dots, slashes, 年月日, months and quarters, Excel's serial numbers."""

from __future__ import annotations

import calendar
import re
import unicodedata
from datetime import date, datetime, timedelta
from typing import Any, Final, NamedTuple

from geoservice.intake.clean.text import clean_text

_EXCEL_EPOCH: Final = date(1899, 12, 30)
_SERIALS: Final = range(18264, 73051)
"""1950 to 2099 as Excel counts days."""
_YEARS: Final = range(1900, 2200)

_DAY = re.compile(r"^(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*[日号]?(?:[ t].*)?$")
_COMPACT = re.compile(r"^(\d{4})(\d{2})(\d{2})$")
_MONTH = re.compile(r"^(\d{4})\s*[-/.年]\s*(\d{1,2})\s*月?(份|底|末|初|上旬|中旬|下旬)?(前)?$")
_COMPACT_MONTH = re.compile(r"^(\d{4})(0[1-9]|1[0-2])$")
_QUARTER = re.compile(r"^(\d{4})\s*年?\s*(?:第?([一二三四1-4])季度|q([1-4]))(末|底)?(前)?$")
_HALF = re.compile(r"^(\d{4})\s*年?\s*(上半年|下半年|底|末|年底|年末|年初|初)?\s*年?(前)?$")
_ORDINALS: Final = {"一": 1, "二": 2, "三": 3, "四": 4}


class Day(NamedTuple):
    """A day, and whether the cell named only its month, quarter or year."""

    day: date
    coarse: bool


def parse_day(value: Any, *, last: bool = False, format: str | None = None) -> Day | None:
    """Return the day a cell names, ``None`` where it says nothing.

    Parameters
    ----------
    value : object
    last : bool
        Take the last day of a month or quarter (a plan is late only after it) instead of the first.
    format : str, optional
        ``strptime`` notation, tried first.

    Raises
    ------
    ValueError
        The cell holds something else, or a day that does not exist.

    Examples
    --------
    >>> parse_day("2026年3月1日").day.isoformat(), parse_day("2026.03", last=True).day.isoformat()
    ('2026-03-01', '2026-03-31')
    >>> parse_day(46082).day.isoformat(), parse_day("2026年三季度", last=True).day.isoformat()
    ('2026-03-01', '2026-09-30')
    """
    if isinstance(value, datetime):
        return Day(value.date(), False)
    if isinstance(value, date):
        return Day(value, False)
    text = clean_text(value)
    if text is None or isinstance(value, bool):
        return None
    text = unicodedata.normalize("NFKC", text).casefold()
    if format is not None:
        try:
            return Day(datetime.strptime(text, format).date(), False)
        except ValueError:
            pass
    return _exact(text) or _coarse(text, last) or _serial(text)


def _exact(text: str) -> Day | None:
    match = _DAY.match(text) or _COMPACT.match(text)
    if match is None:
        return None
    year, month, day = (int(g) for g in match.groups())
    return Day(date(_year(year), month, day), False)


def _coarse(text: str, last: bool) -> Day | None:
    if match := _MONTH.match(text) or _COMPACT_MONTH.match(text):
        year, month = _year(int(match.group(1))), int(match.group(2))
        return Day(_of_months(year, month, month, last), True)
    if match := _QUARTER.match(text):
        said = match.group(2) or match.group(3)
        quarter = _ORDINALS.get(said) or int(said)
        return Day(_of_months(_year(int(match.group(1))), 3 * quarter - 2, 3 * quarter, last), True)
    if (match := _HALF.match(text)) and (match.group(2) or "年" in text):
        first, final = {"上半年": (1, 6), "下半年": (7, 12)}.get(match.group(2) or "", (1, 12))
        return Day(_of_months(_year(int(match.group(1))), first, final, last), True)
    return None


def _of_months(year: int, first: int, final: int, last: bool) -> date:
    if not last:
        return date(year, first, 1)
    return date(year, final, calendar.monthrange(year, final)[1])


def _serial(text: str) -> Day:
    try:
        number = float(text)
    except ValueError:
        raise ValueError(text) from None
    if int(number) not in _SERIALS:
        raise ValueError(text)
    return Day(_EXCEL_EPOCH + timedelta(days=int(number)), False)


def _year(year: int) -> int:
    if year not in _YEARS:
        raise ValueError(year)
    return year
