"""Keeping the figures of clearance tasks over all their days."""

from __future__ import annotations

from typing import Any

import pandas as pd

from geoservice.clock import day_of
from geoservice.db import UnitOfWork
from geoservice.demolition import with_days
from geoservice.demolition.intervals import progress_intervals
from geoservice.model import OPEN, demolition_progress
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
    rows = [_row(record) for record in found.to_dict("records")]
    return replace_intervals(unit, demolition_progress, tasks, rows)


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
