"""Which parcels and projects a demolition task is about: the reach of a principal whose scope is a task."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import ColumnElement, select

from geoservice.model import demolition_subject
from geoservice.registry.collections.relation import named_alias
from geoservice.registry.moment import Moment
from geoservice.registry.versions import in_force


def of_task(noun_name: str, key: ColumnElement[str], moment: Moment) -> Callable[[str], ColumnElement[bool]]:
    """Return what makes of a task's key the predicate of the parcels or projects that belong to it."""
    link = named_alias(demolition_subject, "task_link")

    def belongs(task: str) -> ColumnElement[bool]:
        return key.in_(
            select(link.c.subject).where(
                link.c.task == task, link.c.subject_noun == noun_name, in_force(link, moment)
            )
        )

    return belongs
