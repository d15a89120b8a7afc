"""Keeping the figures of clearance tasks over all their days."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import Any

import pandas as pd

from geoservice import clock
from geoservice.clock import day_of
from geoservice.db import UnitOfWork
from geoservice.demolition import with_days
from geoservice.demolition.intervals import progress_intervals
from geoservice.demolition.publish import COUNTED, Known, Published, months_of, publishable
from geoservice.model import OPEN, demolition_progress, demolition_published
from geoservice.registry.derived import replace_intervals
from geoservice.registry.facts import demolition as facts

_COUNTS = (
    "units_total",
    "households_total",
    "households_signed",
    "households_vacated",
    "households_demolished",
    "households_remaining",
)
_RATED = ("signed", "vacated", "demolished")
_NUMBERS = (
    "signed_rate",
    "vacated_rate",
    "demolished_rate",
    "floor_area_m2",
    "demolished_floor_area_m2",
    "delivered_area_m2",
)


def keep_progress(unit: UnitOfWork) -> None:
    """Recompute the figures of tasks whose dates or units changed."""
    units = unit.touched.get("demolition_unit", set())
    tasks = unit.touched.get("demolition_task", set()) | facts.tasks_of_units(unit.connection, units)
    if tasks:
        recompute_progress(unit, tasks)


def recompute_progress(unit: UnitOfWork, tasks: set[str]) -> set[str]:
    """Recompute the figures of some tasks; return those that changed."""
    known = with_days(facts.tasks(unit.connection, tasks))
    known["from_day"] = [day.toordinal() for day in known["known_from"]]
    found = progress_intervals(with_days(facts.units(unit.connection, tasks)), known)
    records = found.to_dict("records")
    changed = replace_intervals(unit, demolition_progress, tasks, [_row(record) for record in records])
    return changed | _publish(unit, tasks, records)


def _publish(unit: UnitOfWork, tasks: set[str], records: list[dict[Any, Any]]) -> set[str]:
    """Keep the figures that roles with suppressed counts read, measured against all they could ever read."""
    known: dict[str, list[Known]] = defaultdict(list)
    for record in records:
        figures = tuple(int(record[name]) for name in COUNTED)
        known[record["task"]].append(Known(date.fromordinal(int(record["from_day"])), figures))
    shown = facts.figures_shown(unit.connection, tasks, COUNTED)
    rows: list[dict[str, Any]] = []
    for task in sorted(known):
        told = publishable(months_of(known[task], clock.today()), shown.get(task, ()))
        ends = [one.from_day for one in told[1:]] + [OPEN]
        rows += [_published(task, one, end) for one, end in zip(told, ends, strict=False)]
    return replace_intervals(unit, demolition_published, tasks, rows)


def _published(task: str, told: Published, end: date) -> dict[str, Any]:
    counts = dict(zip(COUNTED, told.figures, strict=True))
    total = counts["households_total"]
    return {
        "task": task,
        "valid_from": told.from_day,
        "valid_to": end,
        "figures_on": told.figures_on,
        **counts,
        **{f"{name}_rate": round(counts[f"households_{name}"] / total, 4) for name in _RATED},
    }


def _row(found: dict[Any, Any]) -> dict[str, Any]:
    return {
        "task": found["task"],
        "valid_from": day_of(int(found["from_day"])),
        "valid_to": day_of(int(found["to_day"])) or OPEN,
        "state": found["state"],
        "public_state": found["public_state"],
        **{name: int(found[name]) for name in _COUNTS},
        **{name: None if pd.isna(found[name]) else float(found[name]) for name in _NUMBERS},
    }
