"""When a project reached which stage, and when it meant to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from .place import TODAY

STAGES = (
    "pipeline",
    "negotiating",
    "signed",
    "approved",
    "started",
    "completed",
    "producing",
    "capacity_reached",
)
_DAYS_UNTIL = {
    "negotiating": (40, 150),
    "signed": (45, 160),
    "approved": (30, 110),
    "started": (60, 200),
    "completed": (300, 580),
    "producing": (40, 150),
    "capacity_reached": (150, 330),
}
_DWELL = {
    "pipeline": 240,
    "negotiating": 160,
    "signed": 200,
    "approved": 260,
    "started": 420,
    "completed": 150,
    "producing": 300,
    "capacity_reached": 420,
}


@dataclass(frozen=True)
class Event:
    """One stage of one project: the day planned and the day it happened."""

    stage: str
    planned_on: date | None
    actual_on: date | None


def story(stages: tuple[str, ...], reached: str, late: bool, rng: np.random.Generator) -> list[Event]:
    """Return the events of a project that goes through ``stages`` and has got to ``reached``.

    Parameters
    ----------
    stages : tuple of str
        The stages this kind of project has, in order.
    reached : str
        The stage reached; facts end there.
    late : bool
        Whether the next stage was planned for a day that has passed.
    """
    done = stages[: stages.index(reached) + 1]
    ahead = stages[len(done) :]
    rest = _DAYS_UNTIL[ahead[0]][0] + 45 if late and ahead else 6
    facts = _facts(done, rest, rng)
    events = [Event(stage, _meant(day, rng), day) for stage, day in zip(done, facts, strict=True)]
    return events + _plans(ahead, facts[-1], late, rng)


def _facts(done: tuple[str, ...], rest_days: int, rng: np.random.Generator) -> list[date]:
    """Walk back from the last stage, which lies at least ``rest_days`` before today."""
    days = [TODAY - timedelta(int(rng.integers(rest_days, max(_DWELL[done[-1]], rest_days + 120))))]
    for stage in reversed(done[1:]):
        low, high = _DAYS_UNTIL[stage]
        days.append(days[-1] - timedelta(int(rng.integers(low, high))))
    return days[::-1]


def _meant(day: date, rng: np.random.Generator) -> date:
    """Return the planned day of a fact: most are kept within weeks, some slipped by months."""
    slip = rng.integers(30, 130) if rng.random() < 0.22 else rng.integers(-18, 20)
    return _month_end(day - timedelta(int(slip)))


def _plans(ahead: tuple[str, ...], last: date, late: bool, rng: np.random.Generator) -> list[Event]:
    events, day = [], last
    for number, stage in enumerate(ahead):
        low, high = _DAYS_UNTIL[stage]
        day += timedelta(int(rng.integers(low, high)))
        if number == 0:
            day = _next_plan(day, last, late, rng)
        events.append(Event(stage, _month_end(day), None))
    return events


def _next_plan(day: date, last: date, late: bool, rng: np.random.Generator) -> date:
    if late:
        room = (TODAY - last).days - 33
        return last + timedelta(int(rng.integers(room // 2, room + 1)))
    return max(day, TODAY + timedelta(int(rng.integers(12, 150))))


def _month_end(day: date) -> date:
    """Return the last day of the month, as plans name it."""
    following = day.replace(day=28) + timedelta(4)
    return following.replace(day=1) - timedelta(1)
