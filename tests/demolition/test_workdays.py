"""Working days by the published calendars, and what is said of years nobody published."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geoservice.demolition.workdays import load_holidays
from geoservice.errors import InvalidInput

CALENDAR = load_holidays()
# Weekdays less days off that fall on them, and the weekend days worked instead.
WORKED = {2024: 251, 2025: 248, 2026: 248}


@pytest.mark.parametrize("year", sorted(WORKED))
def test_the_years_have_as_many_working_days_as_were_published(year: int) -> None:
    days = [date(year, 1, 1) + timedelta(days=n) for n in range(366)]
    assert sum(CALENDAR.works(day) for day in days if day.year == year) == WORKED[year]


@pytest.mark.parametrize(
    ("day", "worked"),
    [
        ("2024-02-09", True),  # 除夕 was a working day in 2024
        ("2024-02-18", True),  # Sunday worked
        ("2024-10-07", False),
        ("2025-01-27", True),
        ("2025-01-26", True),  # Sunday worked
        ("2025-10-08", False),
        ("2026-02-14", True),  # Saturday worked
        ("2026-02-23", False),
        ("2026-09-20", True),
        ("2026-10-08", True),
        ("2026-11-28", False),
    ],
)
def test_single_days(day: str, worked: bool) -> None:
    assert CALENDAR.works(date.fromisoformat(day)) is worked


def test_the_day_of_the_event_does_not_count() -> None:
    assert CALENDAR.end_of(date(2026, 11, 2), 10, "working") == date(2026, 11, 16)
    assert CALENDAR.end_of(date(2026, 11, 2), 30, "calendar") == date(2026, 12, 2)
    assert CALENDAR.end_of(date(2025, 8, 31), 6, "months") == date(2026, 2, 28), "a Saturday that is worked"


@settings(max_examples=60)
@given(st.dates(date(2024, 1, 1), date(2026, 6, 1)), st.integers(1, 60))
def test_a_working_period_ends_on_its_last_working_day(start: date, length: int) -> None:
    end = CALENDAR.end_of(start, length, "working")
    assert CALENDAR.works(end)
    assert CALENDAR.worked_between(start, end) == length
    assert CALENDAR.worked_between(start, end - timedelta(days=1)) == length - 1


@settings(max_examples=60)
@given(st.dates(date(2024, 1, 1), date(2026, 6, 1)), st.integers(1, 60))
def test_a_calendar_period_ends_on_a_worked_day_at_the_earliest_possible(start: date, length: int) -> None:
    end = CALENDAR.end_of(start, length, "calendar")
    assert CALENDAR.works(end)
    whole = start + timedelta(days=length)
    assert not any(CALENDAR.works(whole + timedelta(days=n)) for n in range((end - whole).days))


def test_years_without_a_notice_are_named() -> None:
    assert CALENDAR.unknown(date(2026, 12, 20), date(2027, 1, 10)) == [2027]
    assert CALENDAR.unknown(date(2024, 1, 1), date(2026, 12, 31)) == []


@pytest.mark.parametrize(
    "text",
    [
        "[2026",
        "[next]\nholidays = []",
        '[2026]\nfeast = ["2026-01-01"]',
        '[2026]\nholidays = ["2027-01-01"]',
        '[2026]\nholidays = ["2026-13-01"]',
        '[2026]\nholidays = ["2026-01-05/2026-01-01"]',
        '[2026]\nholidays = ["2026-01-03"]\nworkdays = ["2026-01-03"]',
    ],
)
def test_a_wrong_file_is_refused_with_the_place(tmp_path: Path, text: str) -> None:
    file = tmp_path / "holidays.toml"
    file.write_text(text)
    with pytest.raises(InvalidInput) as refusal:
        load_holidays(file)
    assert refusal.value.remedy
