"""Facts about clearance tasks and their units, as dated facts; no personal field is stored beside them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence

import pandas as pd
from sqlalchemy import Connection, func, select

from geoservice import clock
from geoservice.clock import SHANGHAI
from geoservice.model import demolition_published, demolition_task, demolition_unit
from geoservice.registry.aliases import batches
from geoservice.registry.moment import Moment
from geoservice.registry.subsets import read_subset
from geoservice.registry.versions import in_force

_FACTS = (
    "surveyed_on",
    "appraised_on",
    "signed_on",
    "compensated_on",
    "vacated_on",
    "demolished_on",
    "decided_on",
    "reviewed_on",
    "litigated_on",
    "enforcement_on",
)


def tasks(connection: Connection, keys: Collection[str]) -> pd.DataFrame:
    """Return tasks in force with their dates: ``task, area_m2, …_on, known_from``."""
    first = (
        select(demolition_task.c.key, func.min(demolition_task.c.valid_from).label("known_from"))
        .where(demolition_task.c.superseded_at.is_(None))
        .group_by(demolition_task.c.key)
        .subquery("first")
    )
    statement = (
        select(
            demolition_task.c.key.label("task"),
            demolition_task.c.area_m2,
            demolition_task.c.announced_on,
            demolition_task.c.started_on,
            demolition_task.c.delivered_on,
            first.c.known_from,
        )
        .join_from(demolition_task, first, first.c.key == demolition_task.c.key)
        .where(in_force(demolition_task, Moment.today()))
        .order_by(demolition_task.c.key)
    )
    return read_subset(connection, statement, demolition_task.c.key, keys)


def units(connection: Connection, task_keys: Collection[str]) -> pd.DataFrame:
    """Return the units of tasks: ``task, kind, floor_area_m2`` and every fact date."""
    table = demolition_unit
    names = ("task", "kind", "floor_area_m2", *_FACTS)
    statement = select(*(table.c[name] for name in names)).where(in_force(table, Moment.today()))
    return read_subset(connection, statement.order_by(table.c.key), table.c.task, task_keys)


def tasks_of_units(connection: Connection, unit_keys: Collection[str]) -> set[str]:
    """Return the tasks units belong or ever belonged to."""
    table = demolition_unit
    statement = select(table.c.task).distinct()
    return set(read_subset(connection, statement, table.c.key, unit_keys)["task"])


def figures_shown(
    connection: Connection, task_keys: Collection[str], names: Sequence[str]
) -> dict[str, list[tuple[int, ...]]]:
    """Return task → every set of published figures that anybody could ever read, oldest first.

    What was to be shown from a day on and was replaced before that day never was.
    """
    table = demolition_published
    found: dict[str, list[tuple[int, ...]]] = defaultdict(list)
    for batch in batches(sorted(task_keys)):
        for row in connection.execute(select(table).where(table.c.task.in_(batch)).order_by(table.c.id)):
            until = (
                clock.today() if row.superseded_at is None else row.superseded_at.astimezone(SHANGHAI).date()
            )
            if row.valid_from <= until:
                found[row.task].append(tuple(row._mapping[name] for name in names))
    return found
