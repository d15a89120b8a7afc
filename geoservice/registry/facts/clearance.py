"""Facts about what must be cleared before a parcel can be supplied."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

import pandas as pd
from sqlalchemy import Connection, select

from geoservice.clock import OPEN_DAY, day_number
from geoservice.model import OPEN, demolition_subject, demolition_task
from geoservice.registry.facts.days import clip, with_days
from geoservice.registry.subsets import read_subset

_COLUMNS = ("parcel", "task", "task_name", "unit", "from_day", "to_day", "to_is_plan")


def clearances(connection: Connection, parcels: Collection[str]) -> pd.DataFrame:
    """Return what must be cleared: from a task's announcement or start to its delivery, done or planned.

    The newest version of a task speaks for all days: its dates are facts with days of their own, and what an
    older version planned is answered by asking what was known then.
    """
    subject, task = demolition_subject, demolition_task
    statement = (
        select(
            subject.c.subject.label("parcel"),
            task.c.key.label("task"),
            task.c.name.label("task_name"),
            task.c.unit,
            task.c.announced_on,
            task.c.started_on,
            task.c.delivered_on,
            task.c.planned_clear_on,
            task.c.valid_from,
            subject.c.valid_from.label("named_valid_from"),
            subject.c.valid_to.label("named_valid_to"),
        )
        .join_from(subject, task, subject.c.task == task.c.key)
        .where(
            subject.c.superseded_at.is_(None),
            task.c.superseded_at.is_(None),
            task.c.valid_to == OPEN,
            subject.c.subject_noun == "parcel",
        )
        .order_by(subject.c.subject, task.c.key)
    )
    frame = read_subset(connection, statement, subject.c.subject, parcels)
    spans = [span(*dates) for dates in zip(*(frame[name] for name in _DATES), strict=True)]
    frame = frame.assign(
        work_from=[start for start, _, _ in spans],
        work_to=[end for _, end, _ in spans],
        to_is_plan=[planned for _, _, planned in spans],
    )
    frame = with_days(frame, named_from="named_valid_from", named_to="named_valid_to")
    # A parcel was part of the task before the day that was entered.
    frame["named_from"] = frame[["named_from", "work_from"]].min(axis=1)
    return clip(frame, "work", "named")[list(_COLUMNS)]


_DATES = ("announced_on", "started_on", "delivered_on", "planned_clear_on", "valid_from")


def span(
    announced: date | None, started: date | None, delivered: date | None, planned: date | None, known: date
) -> tuple[int, int, bool]:
    """Return from and until which day a task is in the way, and whether the end is only planned.

    A plan that lies before the beginning says nothing about the end.

    >>> from datetime import date
    >>> span(date(2026, 5, 1), None, None, date(2026, 4, 1), date(2026, 1, 1))[1] == OPEN_DAY
    True
    """
    start = day_number(announced or started or known)
    if delivered is not None:
        return start, delivered.toordinal(), False
    if planned is not None and planned.toordinal() > start:
        return start, planned.toordinal(), True
    return start, OPEN_DAY, False
