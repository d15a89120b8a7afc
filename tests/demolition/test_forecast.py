"""The forecast: honest about little data, and moving the way the facts move."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from geoservice.demolition.forecast import HORIZON_WEEKS, forecast

TODAY = 740_000
histories = st.lists(st.integers(0, 90), min_size=8, max_size=80).map(lambda ago: TODAY - np.array(ago))


def told(days: object, remaining: int, **options: int) -> object:
    return forecast(np.asarray(days, dtype=np.int64), remaining, TODAY, since_day=TODAY - 200, **options)


def test_a_steady_pace_is_carried_on() -> None:
    found = forecast(TODAY - np.arange(0, 91, 7), 26, TODAY, since_day=TODAY - 300)
    assert (found.status, found.pace_per_week, found.events, found.weeks) == ("forecast", 1.0, 13, 13)
    assert found.expected_day == TODAY + 26 * 7
    assert found.low_day < found.expected_day < found.high_day


@pytest.mark.parametrize(
    ("ago", "since", "remaining"),
    [
        ([], 200, 10),
        ([1] * 7, 200, 10),  # seven units
        ([1] * 50, 200, 10),  # all in one week: a batch is no pace
        ([1, 8] * 20, 200, 10),
        (range(20), 27, 10),  # three weeks
        (range(100, 200), 400, 10),  # nothing in the last quarter
        ([], 0, 0),
    ],
)
def test_too_little_is_said_to_be_too_little(ago: object, since: int, remaining: int) -> None:
    days = TODAY - np.array(list(ago), dtype=np.int64)
    found = forecast(days, remaining, TODAY, since_day=TODAY - since)
    assert found.status == "not_enough_data"
    assert (found.expected_day, found.low_day, found.high_day) == (None, None, None)


def test_when_only_disputes_are_left_the_pace_says_nothing() -> None:
    days = TODAY - np.arange(60)
    assert told(days, 5, disputed=5).status == "not_enough_data"
    found = told(days, 6, disputed=5)
    assert (found.status, found.disputed) == ("forecast", 5)


def test_a_cleared_task_and_one_without_end() -> None:
    assert told(TODAY - np.arange(60), 0).status == "cleared"
    slow = told(TODAY - np.arange(0, 91, 7), HORIZON_WEEKS + 1)
    assert (slow.status, slow.expected_day) == ("beyond_horizon", None)


@settings(max_examples=80)
@given(histories, st.integers(1, 300))
def test_the_range_holds_the_expected_day_and_begins_after_today(days: object, remaining: int) -> None:
    found = told(days, remaining)
    assume(found.status == "forecast")
    assert TODAY < found.low_day <= found.expected_day <= found.high_day


@settings(max_examples=60)
@given(histories, st.integers(1, 200), st.integers(1, 50))
def test_more_left_takes_longer(days: object, remaining: int, more: int) -> None:
    one, other = told(days, remaining), told(days, remaining + more)
    assume(one.status == other.status == "forecast")
    assert one.expected_day <= other.expected_day


@settings(max_examples=60)
@given(histories, st.integers(1, 200), st.randoms())
def test_the_order_of_facts_and_facts_of_the_future_do_not_matter(
    days: np.ndarray, remaining: int, random: object
) -> None:
    shuffled = list(days)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert told(days, remaining) == told([*shuffled, TODAY + 3, TODAY + 40], remaining)


@settings(max_examples=60)
@given(histories, st.integers(1, 200), st.integers(-3000, 3000))
def test_the_calendar_does_not_matter(days: np.ndarray, remaining: int, shift: int) -> None:
    one = told(days, remaining)
    other = forecast(days + shift, remaining, TODAY + shift, since_day=TODAY + shift - 200)
    assert (one.status, one.pace_per_week) == (other.status, other.pace_per_week)
    if one.expected_day is not None:
        assert other.expected_day == one.expected_day + shift


@settings(max_examples=60)
@given(histories, st.integers(1, 100))
def test_twice_the_pace_halves_the_time_and_narrows_the_range(days: np.ndarray, remaining: int) -> None:
    one, twice = told(days, remaining), told([*days, *days], remaining)
    assume(one.status == "forecast")
    assert twice.pace_per_week == pytest.approx(2 * one.pace_per_week, abs=1e-3)
    assert abs((twice.expected_day - TODAY) * 2 - (one.expected_day - TODAY)) <= 2


def test_scattered_weeks_widen_the_range() -> None:
    steady = told(TODAY - np.repeat(np.arange(0, 91, 7), 4), 40)
    batches = told(TODAY - np.repeat([0, 28, 56, 84], 13), 40)
    assert steady.events == batches.events
    assert batches.high_day - batches.low_day > steady.high_day - steady.low_day
