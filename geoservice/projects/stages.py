"""The stage of a project on any day, past and future, from its dated events.

Rules (domain: 项目阶段): stages are ordered; a skipped stage is not invented; a suspended project keeps its
stage; what is planned after today counts from its date on and is marked as plan; what was planned before a
day and has not happened by then makes the project late on that day.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from geoservice.model.vocabulary import SideState, Stage

_RANK: Final = {stage.value: stage.rank for stage in Stage}


@dataclass(frozen=True)
class StageEvent:
    """A stage's dates: planned and actual, as day numbers, ``None`` where unknown."""

    stage: str
    planned_day: int | None
    actual_day: int | None
    skipped: bool = False


@dataclass(frozen=True)
class SidePeriod:
    """A side state from a day on, until the next."""

    from_day: int
    to_day: int
    side_state: str


@dataclass(frozen=True)
class StageInterval:
    """What holds of a project from `from_day` until before `to_day`."""

    from_day: int
    to_day: int
    stage: str
    stage_group: str
    side_state: str
    since_day: int | None
    next_stage: str | None
    next_planned_day: int | None
    late: bool
    plan: bool


def stage_intervals(
    events: Sequence[StageEvent], periods: Sequence[SidePeriod], today_day: int
) -> list[StageInterval]:
    """Return the intervals of one project, neighbours that say the same merged.

    Parameters
    ----------
    events : sequence of StageEvent
        At most one per stage.
    periods : sequence of SidePeriod
        When the project is known at all, and its side state then; ordered, not overlapping.
    today_day : int
        The day that divides what happened from what is planned.

    Notes
    -----
    O(n log n) in the events. An actual date after `today_day` is a plan, whatever the ledger calls it.

    Examples
    --------
    >>> from geoservice.clock import OPEN_DAY
    >>> found = stage_intervals(
    ...     [StageEvent("signed", None, 10), StageEvent("approved", 30, None)],
    ...     [SidePeriod(5, OPEN_DAY, "normal")],
    ...     today_day=20,
    ... )
    >>> [(i.from_day, i.stage, i.plan) for i in found]
    [(5, 'pipeline', False), (10, 'signed', False), (30, 'approved', True)]
    """
    merged: list[StageInterval] = []
    for interval in _pieces(events, periods, today_day):
        if merged and _continues(merged[-1], interval):
            merged[-1] = _until(merged[-1], interval.to_day)
        else:
            merged.append(interval)
    return merged


def _pieces(
    events: Sequence[StageEvent], periods: Sequence[SidePeriod], today_day: int
) -> Iterator[StageInterval]:
    reached = {
        event.stage: day
        for event in events
        if not event.skipped and (day := _counted_day(event, today_day)) is not None
    }
    turns = sorted(
        set(reached.values()) | {event.planned_day + 1 for event in events if event.planned_day is not None}
    )
    for period in periods:
        inside = [day for day in turns if period.from_day < day < period.to_day]
        starts = [period.from_day, *inside]
        for start, end in zip(starts, [*inside, period.to_day], strict=True):
            yield _interval(start, end, period.side_state, events, reached, today_day)


def _counted_day(event: StageEvent, today_day: int) -> int | None:
    """Return the day a stage counts from: its actual day, else a plan still ahead."""
    if event.actual_day is not None:
        return event.actual_day
    ahead = event.planned_day is not None and event.planned_day > today_day
    return event.planned_day if ahead else None


def _interval(
    start: int,
    end: int,
    side_state: str,
    events: Sequence[StageEvent],
    reached: dict[str, int],
    today_day: int,
) -> StageInterval:
    done = [stage for stage, day in reached.items() if day <= start]
    stage = max(done, key=_RANK.__getitem__, default=Stage.PIPELINE.value)
    since = reached.get(stage) if stage in done else None
    ahead = [
        e for e in events if not e.skipped and _RANK[e.stage] > _RANK[stage] and e.planned_day is not None
    ]
    following = min(ahead, key=lambda e: _RANK[e.stage], default=None)
    overdue = any(e.planned_day is not None and e.planned_day < start for e in ahead)
    return StageInterval(
        start,
        end,
        stage,
        Stage(stage).group.value,
        side_state,
        since,
        following.stage if following else None,
        following.planned_day if following else None,
        overdue and side_state == SideState.NORMAL.value,
        since is not None and since > today_day,
    )


def _continues(left: StageInterval, right: StageInterval) -> bool:
    same = replace(right, from_day=left.from_day) == replace(left, to_day=right.to_day)
    return left.to_day == right.from_day and same


def _until(interval: StageInterval, to_day: int) -> StageInterval:
    return replace(interval, to_day=to_day)
