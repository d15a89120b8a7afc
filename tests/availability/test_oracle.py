"""The set-wise kernel and the slow second opinion agree on random cities, on every day."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import Any

import pandas as pd
import pytest
import shapely
from hypothesis import HealthCheck, given, settings

from geoservice.availability import Facts, assess, load_rules
from geoservice.clock import OPEN_DAY, day_of
from tests.availability.cities import HORIZON, TODAY, cities, days
from tests.availability.oracle import Opinion, opinion

RULES = load_rules()
SOME = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def all_days(facts: Facts) -> list[int]:
    """Return every day on which anything may change, and the days before."""
    frames = (facts.parcels, facts.occupations, facts.clearances, facts.constraints, facts.holds)
    bounds = {int(day) for frame in frames for name in ("from_day", "to_day") for day in frame[name]}
    bounds |= {int(day) for day in facts.parcels["cleared_plan_day"]}
    bounds |= {int(day) for day in facts.requirements["to_day"]}
    return sorted({day - back for day in bounds for back in (0, 1) if 0 < day <= HORIZON} | {TODAY, HORIZON})


def until(seen: dict[int, Opinion | None], reason: tuple[str, str, str], day: int) -> str | None:
    """Return the first later day without the reason, ``None`` for never or for the end of the parcel."""
    for later in sorted(other for other in seen if other > day):
        found = seen[later]
        if found is None:
            return None
        if reason not in found.reasons:
            gone = day_of(later)
            return gone.isoformat() if gone else None
    return None


@SOME
@given(cities())
def test_agrees_with_the_oracle_on_every_day(facts: Facts) -> None:
    verdicts = assess(facts, RULES, today_day=TODAY)
    for key in facts.parcels["parcel"].unique():
        seen = {day: opinion(facts, key, day, TODAY) for day in all_days(facts)}
        own = verdicts[verdicts["parcel"] == key]
        for day, expected in seen.items():
            rows = own[(own["from_day"] <= day) & (day < own["to_day"])].to_dict("records")
            assert len(rows) == (expected is not None)
            if expected is not None:
                _same(rows[0], expected, {r: until(seen, r, day) for r in expected.reasons})


def _same(row: dict[str, Any], expected: Opinion, ends: dict[tuple[str, str, str], str | None]) -> None:
    assert row["status"] == expected.status
    assert row["usable_area_m2"] == pytest.approx(expected.usable_m2, abs=0.05)
    told = {(reason["code"], reason["source"], reason["until"]) for reason in row["reasons"]}
    assert told == {(code, source, ends[code, source, what]) for code, source, what in expected.reasons}
    assert (row["usable"] is None) == (expected.usable_m2 == 0)


@SOME
@given(cities())
def test_intervals_tell_the_earliest_day_and_never_repeat(facts: Facts) -> None:
    verdicts = assess(facts, RULES, today_day=TODAY)
    rows = verdicts.to_dict("records")
    for row, following in pairwise(rows):
        if row["parcel"] == following["parcel"] and row["to_day"] == following["from_day"]:
            same = shapely.equals_identical(row["usable"], following["usable"])
            unusable = row["usable"] is None and following["usable"] is None
            assert row["reasons"] != following["reasons"] or not (same or unusable)
    for row in rows:
        later = [r for r in rows if r["parcel"] == row["parcel"] and r["from_day"] >= row["from_day"]]
        first = {
            status: min((r["from_day"] for r in later if r["status"] == status), default=OPEN_DAY)
            for status in ("available", "conditional")
        }
        expected = first["available"] if first["available"] < OPEN_DAY else first["conditional"]
        assert row["available_from_day"] == expected


@SOME
@given(cities())
def test_some_parcels_alone_get_the_verdicts_they_get_among_all(facts: Facts) -> None:
    everything = assess(facts, RULES, today_day=TODAY)
    layers = facts.constraints[["layer", "layer_name", "from_day", "to_day", "allowed_uses", "sliver_m2"]]
    for key in facts.parcels["parcel"].unique():
        alone = facts.of([key])
        around = shapely.union_all(alone.parcels["geometry"].to_numpy()).buffer(0.0001).envelope
        near = shapely.intersects(facts.constraints["geometry"].to_numpy(dtype=object), around)
        cut = replace(alone, constraints=facts.constraints[near], layers=layers)
        expected = everything[everything["parcel"] == key].reset_index(drop=True)
        for some in (alone, cut):
            pd.testing.assert_frame_equal(assess(some, RULES, today_day=TODAY), expected)


@SOME
@given(cities(), days)
def test_a_plan_shows_only_after_today_and_only_where_there_is_one(facts: Facts, today: int) -> None:
    verdicts = assess(facts, RULES, today_day=today)
    assert (verdicts.loc[verdicts["plan"].astype(bool), "from_day"] > today).all()
    unplanned = replace(
        facts,
        parcels=facts.parcels.assign(cleared_plan_day=OPEN_DAY),
        occupations=facts.occupations.assign(plan=False),
        clearances=facts.clearances.assign(to_is_plan=False),
        # A hold's end is always a plan.
        holds=facts.holds.iloc[:0],
        requirements=facts.requirements.assign(to_is_plan=False),
    )
    assert not assess(unplanned, RULES, today_day=today)["plan"].any()
