"""Instants are UTC, days are Shanghai days; kernels count days as integers."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Final
from zoneinfo import ZoneInfo

SHANGHAI: Final = ZoneInfo("Asia/Shanghai")
OPEN_DAY: Final = date.max.toordinal()
"""The day number of an interval without an end (9999-12-31)."""


def now() -> datetime:
    """Return this instant in UTC, to the millisecond that GeoPackage text keeps."""
    instant = datetime.now(UTC)
    return instant.replace(microsecond=instant.microsecond // 1000 * 1000)


def today() -> date:
    """Return today as an office in China dates its papers."""
    return datetime.now(SHANGHAI).date()


def day_number(day: date | None) -> int:
    """Return the ordinal of ``day``, or :data:`OPEN_DAY` for an open end.

    >>> day_number(None) == OPEN_DAY
    True
    """
    return OPEN_DAY if day is None else day.toordinal()


def day_of(number: int) -> date | None:
    """Return the date of a day number, ``None`` for an open end.

    >>> day_of(day_number(date(2026, 9, 30))).isoformat()
    '2026-09-30'
    """
    return None if number >= OPEN_DAY else date.fromordinal(number)
