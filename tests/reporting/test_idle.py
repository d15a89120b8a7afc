"""The arithmetic of idle land: both halves of the article, their limits to the day, and honesty about gaps."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geoservice.reporting.registers.idle import DEVELOPED_SHARE, INVESTED_SHARE, arithmetic, idle_check

START = date(2025, 3, 1)
STOPPED: dict[str, Any] = {
    "agreed_start_on": START,
    "started_on": START,
    "stopped_on": date(2025, 6, 1),
    "supplied_area_m2": 9000.0,
    "developed_area_m2": 2999.0,
    "investment_agreed_fen": 1_000_000_00,
    "investment_done_fen": 900_000_00,
}
LATER = date(2026, 6, 1)


@pytest.mark.parametrize(
    ("contract", "day", "clause"),
    [
        ({"agreed_start_on": START}, date(2026, 3, 1), None),
        ({"agreed_start_on": START}, date(2026, 3, 2), "not_started"),
        ({"agreed_start_on": START, "extended_start_on": date(2025, 9, 1)}, date(2026, 3, 2), None),
        ({"agreed_start_on": START, "extended_start_on": date(2025, 9, 1)}, date(2026, 9, 2), "not_started"),
        ({"agreed_start_on": START, "started_on": date(2025, 5, 1)}, date(2030, 1, 1), None),
        ({"agreed_start_on": START, "started_on": date(2026, 5, 1)}, date(2026, 4, 1), "not_started"),
        ({"agreed_start_on": date(2024, 2, 29)}, date(2025, 3, 1), None),
        ({"agreed_start_on": date(2024, 2, 29)}, date(2025, 3, 2), "not_started"),
        ({}, LATER, None),
        (STOPPED, date(2026, 5, 31), None),
        (STOPPED, LATER, "stopped"),
        (STOPPED | {"developed_area_m2": 3000.0}, LATER, None),
        (STOPPED | {"developed_area_m2": 3000.0, "investment_done_fen": 249_999_99}, LATER, "stopped"),
        (STOPPED | {"developed_area_m2": 3000.0, "investment_done_fen": 250_000_00}, LATER, None),
        (STOPPED | {"resumed_on": date(2025, 9, 1)}, LATER, None),
        (STOPPED | {"resumed_on": date(2027, 9, 1)}, LATER, "stopped"),
        (STOPPED | {"completed_on": date(2026, 1, 1)}, LATER, None),
        (STOPPED | {"developed_area_m2": None}, LATER, "undecided"),
        (STOPPED | {"developed_area_m2": None, "investment_done_fen": 1}, LATER, "stopped"),
    ],
)
def test_both_halves_of_the_article(contract: dict[str, Any], day: date, clause: str | None) -> None:
    found = idle_check(contract, day)
    assert (None if found is None else found.clause) == clause


def test_what_is_missing_is_named_and_the_sum_is_shown() -> None:
    contract = STOPPED | {"developed_area_m2": None}
    found = idle_check(contract, LATER)
    assert found is not None
    assert found.missing == ("developed_area_m2",)
    assert "缺少数据" in arithmetic(contract, found, LATER)[0]
    told = idle_check(STOPPED, LATER)
    assert told is not None
    zh, en = arithmetic(STOPPED, told, LATER)
    assert "2,999.00 ÷ 9,000.00 m² = 33.3%" in zh
    assert "365 天" in zh
    assert "365 days" in en
    never = idle_check({"agreed_start_on": START, "extended_start_on": date(2025, 4, 1)}, LATER)
    assert never is not None
    assert (
        "延期至 2025-04-01"
        in arithmetic({"agreed_start_on": START, "extended_start_on": date(2025, 4, 1)}, never, LATER)[0]
    )
    assert never.days_over == 426


@given(
    st.integers(0, 1500),
    st.integers(0, 1500),
    st.floats(0, 10_000),
    st.floats(1, 10_000),
    st.integers(0, 10**9),
)
def test_stopped_land_is_idle_exactly_below_one_of_the_shares(
    stopped_ago: int, started_ago: int, developed: float, supplied: float, done: int
) -> None:
    agreed = 10**9
    contract = {
        "agreed_start_on": LATER - timedelta(started_ago + stopped_ago),
        "started_on": LATER - timedelta(started_ago + stopped_ago),
        "stopped_on": LATER - timedelta(stopped_ago),
        "supplied_area_m2": supplied,
        "developed_area_m2": developed,
        "investment_agreed_fen": agreed,
        "investment_done_fen": done,
    }
    found = idle_check(contract, LATER)
    below = developed / supplied < DEVELOPED_SHARE or done / agreed < INVESTED_SHARE
    assert (found is not None) == (stopped_ago >= 365 and below)
