"""Laws of the stage kernel, on random projects."""

from __future__ import annotations

from itertools import pairwise
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from geoservice.clock import OPEN_DAY
from geoservice.model.vocabulary import SideState, Stage
from geoservice.projects.stages import SidePeriod, StageEvent, StageInterval, stage_intervals

TODAY = 100
days = st.none() | st.integers(0, 200)
RANK = {stage.value: stage.rank for stage in Stage}


@st.composite
def events(draw: st.DrawFn, *, accrued: bool = False) -> list[StageEvent]:
    """Draw a ledger: at most one event per stage; `accrued` keeps actual days in the order of stages."""
    stages = draw(st.lists(st.sampled_from([s.value for s in Stage]), unique=True))
    found = [StageEvent(s, draw(days), draw(days), draw(st.integers(0, 9)) == 0) for s in stages]
    if accrued:
        ordered = sorted(found, key=lambda event: RANK[event.stage])
        actual = sorted(event.actual_day for event in ordered if event.actual_day is not None)
        taken = iter(actual)
        found = [
            StageEvent(e.stage, e.planned_day, None if e.actual_day is None else next(taken), e.skipped)
            for e in ordered
        ]
    return found


@st.composite
def periods(draw: st.DrawFn) -> list[SidePeriod]:
    """Draw when a project is known: ordered periods, sometimes with a gap between them."""
    turns = sorted(draw(st.sets(st.integers(-50, 250), min_size=1, max_size=5)))
    ends = [*turns[1:], OPEN_DAY]
    gaps = [draw(st.integers(0, 3)) == 0 for _ in turns]
    states = [draw(st.sampled_from([s.value for s in SideState])) for _ in turns]
    return [
        SidePeriod(start, max(start + 1, end - (5 if gap else 0)), state)
        for start, end, gap, state in zip(turns, ends, gaps, states, strict=True)
    ]


def _covered(interval: SidePeriod | StageInterval, day: int) -> bool:
    return interval.from_day <= day < interval.to_day


@given(events(), periods())
def test_intervals_tile_the_known_period(ledger: list[StageEvent], known: list[SidePeriod]) -> None:
    found = stage_intervals(ledger, known, TODAY)
    assert all(interval.from_day < interval.to_day for interval in found)
    assert all(left.to_day <= right.from_day for left, right in pairwise(found))
    for day in {
        *range(-60, 260, 3),
        *(p.from_day for p in known),
        *(p.to_day - 1 for p in known),
        OPEN_DAY - 1,
    }:
        holding = [interval for interval in found if _covered(interval, day)]
        homes = [period for period in known if _covered(period, day)]
        assert [interval.side_state for interval in holding] == [period.side_state for period in homes]


@given(events(accrued=True), periods())
def test_a_stage_is_never_taken_back_while_facts_accrue(
    ledger: list[StageEvent], known: list[SidePeriod]
) -> None:
    ranks = [RANK[interval.stage] for interval in stage_intervals(ledger, known, TODAY)]
    assert ranks == sorted(ranks)


@given(events(), periods(), st.integers(-60, 260))
def test_the_answer_of_a_day_is_the_slow_answer(
    ledger: list[StageEvent], known: list[SidePeriod], day: int
) -> None:
    interval = next((i for i in stage_intervals(ledger, known, TODAY) if _covered(i, day)), None)
    if interval is None:
        return
    live = [event for event in ledger if not event.skipped]
    counted = {
        e.stage: e.actual_day if e.actual_day is not None else e.planned_day
        for e in live
        if e.actual_day is not None or (e.planned_day is not None and e.planned_day > TODAY)
    }
    done = [stage for stage, when in counted.items() if when is not None and when <= day]
    stage = max(done, key=RANK.__getitem__, default="pipeline")
    assert interval.stage == stage
    assert interval.stage_group == Stage(stage).group.value
    assert interval.since_day == (counted[stage] if stage in done else None)
    open_plans = [e for e in live if RANK[e.stage] > RANK[stage] and e.planned_day is not None]
    overdue = any(e.planned_day is not None and e.planned_day < day for e in open_plans)
    assert interval.late == (overdue and interval.side_state == "normal")
    following = min(open_plans, key=lambda e: RANK[e.stage], default=None)
    assert interval.next_stage == (following.stage if following else None)
    assert interval.next_planned_day == (following.planned_day if following else None)


@given(events(), periods())
def test_plans_begin_after_today(ledger: list[StageEvent], known: list[SidePeriod]) -> None:
    for interval in stage_intervals(ledger, known, TODAY):
        if interval.plan:
            assert interval.from_day > TODAY
            assert interval.since_day is not None
            assert interval.since_day > TODAY
        if interval.from_day <= TODAY and interval.since_day is not None:
            assert interval.since_day <= TODAY
            assert interval.since_day in {event.actual_day for event in ledger}


@given(events(), periods(), st.randoms(use_true_random=False))
def test_the_order_of_events_does_not_matter(
    ledger: list[StageEvent], known: list[SidePeriod], random: Random
) -> None:
    shuffled = random.sample(ledger, len(ledger))
    assert stage_intervals(shuffled, known, TODAY) == stage_intervals(ledger, known, TODAY)


@given(events(), periods())
def test_neighbours_differ(ledger: list[StageEvent], known: list[SidePeriod]) -> None:
    for left, right in pairwise(stage_intervals(ledger, known, TODAY)):
        if left.to_day == right.from_day:
            assert _said(left) != _said(right)


def _said(interval: StageInterval) -> tuple[object, ...]:
    return tuple(value for name, value in vars(interval).items() if name not in ("from_day", "to_day"))


def test_late_from_the_day_after_the_planned_one() -> None:
    known = [SidePeriod(0, OPEN_DAY, "normal")]
    found = stage_intervals([StageEvent("started", 50, None)], known, TODAY)
    assert [(i.from_day, i.late) for i in found] == [(0, False), (51, True)]
    done = stage_intervals([StageEvent("started", 50, 60)], known, TODAY)
    assert [(i.from_day, i.stage, i.late) for i in done] == [
        (0, "pipeline", False),
        (51, "pipeline", True),
        (60, "started", False),
    ]


def test_a_suspended_project_keeps_its_stage_and_is_not_late() -> None:
    known = [SidePeriod(0, 70, "normal"), SidePeriod(70, 90, "suspended"), SidePeriod(90, OPEN_DAY, "normal")]
    found = stage_intervals([StageEvent("approved", 10, 10), StageEvent("started", 50, None)], known, TODAY)
    assert [(i.from_day, i.stage, i.side_state, i.late) for i in found if i.from_day >= 51] == [
        (51, "approved", "normal", True),
        (70, "approved", "suspended", False),
        (90, "approved", "normal", True),
    ]


def test_a_skipped_stage_is_neither_reached_nor_awaited() -> None:
    known = [SidePeriod(0, OPEN_DAY, "normal")]
    ledger = [StageEvent("signed", 20, None, skipped=True), StageEvent("approved", 30, 30)]
    assert [(i.from_day, i.stage, i.late) for i in stage_intervals(ledger, known, TODAY)] == [
        (0, "pipeline", False),
        (30, "approved", False),
    ]


def test_a_project_nobody_knows_has_no_stage() -> None:
    assert stage_intervals([StageEvent("approved", 10, 10)], [], TODAY) == []
