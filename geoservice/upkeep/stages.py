"""Keeping the stage intervals of projects."""

from __future__ import annotations

from typing import Any

import pandas as pd

from geoservice import clock
from geoservice.clock import day_number, day_of
from geoservice.db import UnitOfWork
from geoservice.model import OPEN, project_stage
from geoservice.projects.stages import SidePeriod, StageEvent, StageInterval, stage_intervals
from geoservice.registry.derived import replace_intervals
from geoservice.registry.facts import projects as facts
from geoservice.registry.facts.days import day_or_none


def keep_stages(unit: UnitOfWork) -> None:
    """Recompute the stages of projects whose dates, side state or existence changed."""
    touched = unit.touched.get("project", set()) | unit.touched.get("stage_event", set())
    if touched:
        recompute_stages(unit, touched)


def recompute_stages(unit: UnitOfWork, projects: set[str]) -> set[str]:
    """Recompute the stage intervals of some projects; return those that changed. O(their events)."""
    events = _events(facts.stage_events(unit.connection, projects))
    periods = _periods(facts.side_periods(unit.connection, projects))
    today = day_number(clock.today())
    rows = [
        _row(project, interval)
        for project, own in periods.items()
        for interval in stage_intervals(events.get(project, []), own, today)
    ]
    return replace_intervals(unit, project_stage, projects, rows)


def _events(frame: pd.DataFrame) -> dict[str, list[StageEvent]]:
    found: dict[str, list[StageEvent]] = {}
    for project, stage, planned, actual, skipped in frame.itertuples(index=False):
        event = StageEvent(stage, day_or_none(planned), day_or_none(actual), bool(skipped))
        found.setdefault(project, []).append(event)
    return found


def _periods(frame: pd.DataFrame) -> dict[str, list[SidePeriod]]:
    found: dict[str, list[SidePeriod]] = {}
    for row in frame.to_dict("records"):
        period = SidePeriod(row["from_day"], row["to_day"], row["side_state"])
        found.setdefault(row["project"], []).append(period)
    return found


def _row(project: str, interval: StageInterval) -> dict[str, Any]:
    return {
        "project": project,
        "valid_from": day_of(interval.from_day),
        "valid_to": day_of(interval.to_day) or OPEN,
        "stage": interval.stage,
        "stage_group": interval.stage_group,
        "side_state": interval.side_state,
        "stage_since": None if interval.since_day is None else day_of(interval.since_day),
        "stage_next": interval.next_stage,
        "stage_next_planned_on": None
        if interval.next_planned_day is None
        else day_of(interval.next_planned_day),
        "late": interval.late,
        "plan": interval.plan,
    }
