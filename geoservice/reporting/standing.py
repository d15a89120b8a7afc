"""Projects with their land on one day, as one reader sees them: what lists and contradictions are made from."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from sqlalchemy import Connection, select

from geoservice.access.policy import Policy, View
from geoservice.errors import Forbidden
from geoservice.model import project_parcel
from geoservice.registry.collections import COLLECTIONS
from geoservice.registry.facts import standing as facts
from geoservice.registry.facts.narrowed import Feature, narrowed, read_features
from geoservice.registry.features import FeatureQuery
from geoservice.registry.versions import in_force


@dataclass(frozen=True)
class Standing:
    """Projects and their land on a day.

    Attributes
    ----------
    day : date
        The day.
    projects, parcels : dict of str to dict
        Key → feature, as the reader sees them; parcels carry their verdicts.
    dates : dict
        Project → stage → planned and actual date.
    links : list of dict
        ``project, parcel, share, gone`` of every site link, also of what the reader does not see.
    blockers : dict
        Project → open blockers of land and expropriation.
    """

    day: date
    projects: dict[str, Feature]
    parcels: dict[str, Feature]
    dates: dict[str, dict[str, tuple[date | None, date | None]]]
    links: list[dict[str, Any]]
    blockers: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    def happened(self, project: str, stage: str) -> date | None:
        """Return the day a stage was reached, ``None`` where it was not by the day asked about."""
        actual = self.dates.get(project, {}).get(stage, (None, None))[1]
        return actual if actual is not None and actual <= self.day else None

    def planned(self, project: str, stage: str) -> date | None:
        """Return the day a stage is planned for."""
        return self.dates.get(project, {}).get(stage, (None, None))[0]

    def land_of(self, project: str) -> list[Feature]:
        """Return the parcels of a project the reader sees."""
        keys = self.sites.get(project, [])
        return [self.parcels[key] for key in keys if key in self.parcels]

    @property
    def sites(self) -> dict[str, list[str]]:
        """Return project → parcels linked as its site."""
        cached: dict[str, list[str]] | None = self.__dict__.get("_sites")
        if cached is None:
            found: defaultdict[str, list[str]] = defaultdict(list)
            for link in self.links:
                found[link["project"]].append(link["parcel"])
            cached = dict(found)
            object.__setattr__(self, "_sites", cached)
        return cached


def read_standing(connection: Connection, policy: Policy, query: FeatureQuery) -> Standing:
    """Read projects and their land as the question's reader sees them; one statement per source. O(projects).

    Parameters
    ----------
    connection : Connection
        Open transaction.
    policy : Policy
        What the reader sees of parcels.
    query : FeatureQuery
        A question to the collection of projects.

    Raises
    ------
    Forbidden
        If the role does not see the stages of projects, their planned dates, or why land is not free.
    """
    moment, principal = query.moment, query.principal
    _require(query.view, policy.view(principal, "availability"))
    linked = select(project_parcel.c.parcel).where(in_force(project_parcel, moment))
    land = replace(query, collection=COLLECTIONS["availability"], view=policy.view(principal, "availability"))
    land = narrowed(replace(land, filters=type(query.filters)()), linked)
    dates: defaultdict[str, dict[str, tuple[date | None, date | None]]] = defaultdict(dict)
    for row in facts.stage_dates(connection, moment).itertuples():
        dates[str(row.project)][str(row.stage)] = (row.planned_on, row.actual_on)  # type: ignore[assignment]
    blockers: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    for record in facts.land_blockers(connection, moment).to_dict("records"):
        blockers[record["project"]].append({str(name): value for name, value in record.items()})
    links = facts.site_parcels(connection, moment).to_dict("records")
    return Standing(
        moment.day,
        read_features(connection, query),
        read_features(connection, land),
        dict(dates),
        [{str(name): value for name, value in link.items()} for link in links],
        dict(blockers),
    )


def _require(projects: View, land: View) -> None:
    """Refuse a reader to whom the report would tell more than the collections do."""
    shown = all(projects.shows(name) for name in ("stage", "side_state")) and projects.plans
    if not shown or land.reasons != "full" or not land.shows("reasons"):
        raise Forbidden(
            "This role does not see what the report is made of", "projects, availability", "Use another role."
        )


def land_reasons(standing: Standing, project: str) -> list[dict[str, Any]]:
    """Return what about its land holds a project up: blocking reasons of its parcels, and open blockers.

    That the project itself holds the parcel is no reason, nor that the land was supplied to it.
    """
    own = f"project:{project}"
    reasons = [
        {
            "kind": "verdict",
            "parcel": parcel["id"],
            **{name: reason[name] for name in ("code", "text", "text_en", "unit", "until")},
        }
        for parcel in standing.land_of(project)
        for reason in parcel["properties"]["reasons"]
        if reason["effect"] != "note" and reason["source"] != own and reason["code"] not in _SUPPLIED
    ]
    blockers = [
        {
            "kind": "blocker",
            "code": blocker["kind"],
            "text": blocker["title"],
            "text_en": blocker["title"],
            "unit": blocker["owner_unit"],
            "until": None if blocker["due_on"] is None else blocker["due_on"].isoformat(),
        }
        for blocker in standing.blockers.get(project, [])
    ]
    return reasons + blockers


_SUPPLIED = frozenset({"supplying", "supplied", "building", "built"})
