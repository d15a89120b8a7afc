"""Lists asked for by name: 已签约未开工 and 备案未开工, with the days since and what about the land holds them up."""

from __future__ import annotations

from datetime import date
from typing import Final

from geoservice.model.vocabulary import SideState, Stage
from geoservice.registry.facts.narrowed import Feature
from geoservice.reporting.standing import Standing, land_reasons

_SHOWN: Final = (
    "key",
    "project_number",
    "project_code",
    "name",
    "level",
    "category",
    "district",
    "district_name",
    "park",
    "park_name",
    "lead_department",
    "investment_total_fen",
    "side_state",
)


def not_started(standing: Standing, stage: Stage) -> list[Feature]:
    """Return live projects that reached a stage and not the start (开工), the longest waiting first.

    Parameters
    ----------
    standing : Standing
        Projects and land on the day.
    stage : Stage
        ``SIGNED`` for 已签约未开工, ``APPROVED`` for 备案未开工.

    Notes
    -----
    A project that reached any later stage counts as started, also where nobody recorded the day of its start.
    An approval without a start lapses after two years unless it is extended; ``lapses_on`` is that day.
    """
    found = []
    for key, project in standing.projects.items():
        since = standing.happened(key, stage.value)
        shown = project["properties"]
        reached = shown["stage"]
        started = standing.happened(key, Stage.STARTED.value) is not None or (
            reached is not None and Stage(reached).rank >= Stage.STARTED.rank
        )
        if since is None or started or shown["side_state"] == SideState.TERMINATED.value:
            continue
        planned = standing.planned(key, Stage.STARTED.value)
        properties = {name: shown[name] for name in _SHOWN if name in shown}
        properties |= {
            "since": since.isoformat(),
            "days_since": (standing.day - since).days,
            "start_planned_on": None if planned is None else planned.isoformat(),
            "parcels": [parcel["id"] for parcel in standing.land_of(key)],
            "land_reasons": land_reasons(standing, key),
        }
        if stage is Stage.APPROVED:
            properties["lapses_on"] = _two_years_on(since).isoformat()
        found.append({**project, "properties": properties})
    return sorted(found, key=lambda one: (-one["properties"]["days_since"], one["id"]))


def _two_years_on(day: date) -> date:
    """Return the same day two years later, the first of March where there is none."""
    try:
        return day.replace(year=day.year + 2)
    except ValueError:
        return date(day.year + 2, 3, 1)
