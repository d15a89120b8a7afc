"""Open blockers (三难: 用地, 征地拆迁, 资金 …) with the place of the project they hold up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Final

from geoservice.registry.facts.narrowed import Feature

_SHOWN: Final = (
    "name",
    "project_number",
    "park",
    "park_name",
    "district",
    "district_name",
    "level",
    "stage_group",
    "lead_department",
    "investment_total_fen",
)


def open_blockers(
    blockers: Iterable[Mapping[str, Any]], projects: Mapping[str, Feature], day: date
) -> list[Feature]:
    """Return one feature per open blocker of a project the reader sees, the longest overdue first.

    Parameters
    ----------
    blockers : iterable of mapping
        ``project, key, kind, title, owner_unit, opened_on, due_on, escalation, feedback`` of open blockers.
    projects : mapping of str to dict
        The projects the reader sees.
    day : date
        The day asked about; ``overdue_days`` counts from the due day to it.
    """
    found = []
    for blocker in blockers:
        project = projects.get(blocker["project"])
        if project is None:
            continue
        due = blocker["due_on"]
        overdue = None if due is None or due >= day else (day - due).days
        shown = {name: project["properties"][name] for name in _SHOWN if name in project["properties"]}
        properties = {
            **{
                name: value.isoformat() if isinstance(value, date) else value
                for name, value in blocker.items()
            },
            **shown,
            "overdue_days": overdue,
            "urgency": "overdue" if overdue else "escalated" if blocker["escalation"] else "open",
        }
        found.append(
            {
                "type": "Feature",
                "id": blocker["key"],
                "geometry": project["geometry"],
                "properties": properties,
            }
        )
    return sorted(found, key=lambda one: (-(one["properties"]["overdue_days"] or 0), one["id"]))
