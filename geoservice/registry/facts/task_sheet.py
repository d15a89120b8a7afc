"""What stands behind a clearance task: milestones, targets, what it is about, and the days of its units."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from typing import Any

import pandas as pd
from sqlalchemy import Connection, select

from geoservice.model import demolition_subject, demolition_unit, milestone, target
from geoservice.registry.aliases import batches
from geoservice.registry.collections.relation import believed
from geoservice.registry.moment import Moment
from geoservice.registry.subsets import read_subset
from geoservice.registry.versions import in_force

TASK = "demolition_task"
SOURCES = ("milestone", "target", "demolition_subject", "demolition_unit")
"""What the sheet of a task draws on beyond its collection."""

_MILESTONE = ("track", "kind", "planned_on", "actual_on", "evidence")
_TARGET = ("subject", "kind", "period_from", "period_to", "amount", "unit")
_UNIT = ("key", "task", "kind", "floor_area_m2")
_FACTS = (
    "surveyed",
    "appraised",
    "signed",
    "compensated",
    "vacated",
    "demolished",
    "decided",
    "reviewed",
    "litigated",
    "enforcement",
)


def milestones_of(connection: Connection, task: str, moment: Moment) -> list[dict[str, Any]]:
    """Return the milestones of a task believed at the moment, in the order in which they were recorded."""
    table = milestone
    statement = select(*(table.c[name] for name in _MILESTONE)).where(
        table.c.subject_noun == TASK, table.c.subject == task, believed(table, moment)
    )
    return [dict(row._mapping) for row in connection.execute(statement.order_by(table.c.id))]


def targets_of(
    connection: Connection, tasks: Collection[str], moment: Moment
) -> dict[str, list[dict[str, Any]]]:
    """Return task → its targets believed at the moment, by kind and period."""
    table, found = target, defaultdict(list)
    for batch in batches(sorted(tasks)):
        statement = select(*(table.c[name] for name in _TARGET)).where(
            table.c.subject_noun == TASK, table.c.subject.in_(batch), believed(table, moment)
        )
        for row in connection.execute(statement.order_by(table.c.subject, table.c.period_from, table.c.kind)):
            found[row.subject].append(dict(row._mapping))
    return dict(found)


def subjects_of(
    connection: Connection, tasks: Collection[str], noun_name: str, moment: Moment
) -> dict[str, list[str]]:
    """Return task → the parcels or projects it is about, in key order."""
    table, found = demolition_subject, defaultdict(list)
    for batch in batches(sorted(tasks)):
        statement = select(table.c.task, table.c.subject).where(
            table.c.task.in_(batch), table.c.subject_noun == noun_name, in_force(table, moment)
        )
        for row in connection.execute(statement.order_by(table.c.task, table.c.subject)):
            found[row.task].append(row.subject)
    return dict(found)


def unit_facts(connection: Connection, tasks: Collection[str], moment: Moment) -> pd.DataFrame:
    """Return the units of tasks at the moment: ``unit, task, kind, floor_area_m2`` and every ``…_on``. O(units)."""
    table = demolition_unit
    names = [table.c[name] for name in _UNIT] + [table.c[f"{fact}_on"] for fact in _FACTS]
    statement = select(*names).where(in_force(table, moment)).order_by(table.c.key)
    return read_subset(connection, statement, table.c.task, tasks).rename(columns={"key": "unit"})
