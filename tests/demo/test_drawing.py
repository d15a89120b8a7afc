"""The draughtsman's tools, each by itself."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from tools.demo_city.lots import Cut, divide, stripe
from tools.demo_city.place import TODAY, chance
from tools.demo_city.readme import refresh_counts
from tools.demo_city.rows import in_words
from tools.demo_city.seams import sew
from tools.demo_city.streamlines import Neighbours
from tools.demo_city.timeline import STAGES, story

BEND = shapely.Polygon([(0, 0), (300, 20), (320, 200), (180, 210), (170, 120), (10, 130)])


@given(seed=st.integers(0, 10_000), target=st.floats(2_000, 30_000))
@settings(max_examples=40, deadline=None)
def test_lots_fill_the_block_without_overlap(seed: int, target: float) -> None:
    lots = divide(BEND, Cut(target), np.random.default_rng(seed))
    assert sum(lot.area for lot in lots) <= BEND.area + 0.5
    assert shapely.union_all(lots).area == pytest.approx(sum(lot.area for lot in lots), abs=0.5)
    assert shapely.union_all(lots).area > 0.85 * BEND.area


def test_smaller_targets_give_more_lots() -> None:
    counts = [len(divide(BEND, Cut(target), np.random.default_rng(1))) for target in (40_000, 10_000, 3_000)]
    assert counts == sorted(counts)
    assert counts[0] < counts[-1]


def test_fields_are_strips_across_the_longer_side() -> None:
    strips = stripe(shapely.box(0, 0, 900, 300), 100, np.random.default_rng(3))
    assert 7 <= len(strips) <= 12
    assert all(strip.bounds[3] - strip.bounds[1] == pytest.approx(300, abs=0.01) for strip in strips)


@given(seed=st.integers(0, 10_000), reached=st.sampled_from(STAGES), late=st.booleans())
@settings(max_examples=80, deadline=None)
def test_stories_keep_facts_behind_and_plans_honest(seed: int, reached: str, late: bool) -> None:
    events = story(STAGES, reached, late, np.random.default_rng(seed))
    done = [event for event in events if event.actual_on is not None]
    facts = [event.actual_on for event in done if event.actual_on]
    assert [event.stage for event in events] == list(STAGES)
    assert done[-1].stage == reached
    assert facts == sorted(facts)
    assert facts[-1] < TODAY
    ahead = [event.planned_on for event in events[len(done) :] if event.planned_on]
    if ahead:
        assert (ahead[0] < TODAY) == late
        assert ahead == sorted(ahead)
        assert ahead[0] >= facts[-1]


def test_corners_are_sewn_into_the_sides_they_meet() -> None:
    long, low, high = (
        shapely.box(0, 0, 10, 40),
        shapely.box(10, 0, 30, 17),
        shapely.box(10, 17, 30, 40),
    )
    sewn = sew([long, low, high])
    assert (10.0, 17.0) in list(sewn[0].exterior.coords)
    assert sewn[0].area == pytest.approx(long.area, abs=0.05)
    assert shapely.area(sewn[0].intersection(sewn[1])) == 0


def test_streets_keep_their_distance() -> None:
    near = Neighbours(100)
    near.add([(0.0, 0.0)])
    assert not near.free(60, 60, 90)
    assert near.free(60, 60, 80)
    assert not near.free(-250, 0, 251)


def test_chance_is_the_same_for_the_same_theme() -> None:
    assert chance("a").random() == chance("a").random()
    assert chance("a").random() != chance("b").random()


def test_days_are_written_as_offices_write_them() -> None:
    assert in_words(date(2027, 3, 31)) == "2027年3月31日"
    assert in_words(None) == ""


def test_readme_counts_are_refreshed(tmp_path: Path) -> None:
    readme = tmp_path / "README.md"
    readme.write_text("| 1,234 parcels with state | 9 projects; sheet |", "utf-8")
    refresh_counts(readme, {"parcels with state": 6000, "projects; sheet": 12})
    assert readme.read_text("utf-8") == "| 6,000 parcels with state | 12 projects; sheet |"
