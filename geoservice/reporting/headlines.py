"""The few figures a wall shows beside its maps: each one the answer of a question the API answers as well."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

from sqlalchemy import Connection

from geoservice.access.policy import Policy
from geoservice.errors import Forbidden
from geoservice.model.vocabulary import Stage, StageGroup
from geoservice.registry.facts.narrowed import read_features
from geoservice.registry.features import FeatureQuery
from geoservice.reporting.clearance import Shapes, rolled_up
from geoservice.reporting.land import clear_land
from geoservice.reporting.lists import not_started
from geoservice.reporting.standing import read_standing

Ask = Callable[[str, str], FeatureQuery]
"""A collection's name, and the permission its answer needs, to the reader's question to it."""


@dataclass(frozen=True)
class Headline:
    """One figure.

    Attributes
    ----------
    name : str
        A name of :data:`HEADLINES`.
    value : float or None
        The figure: a count, 亩, or a share between 0 and 1; ``None`` where there is nothing to divide by.
    form : str
        ``count``, ``mu`` or ``share``.
    source : str
        Where the API gives the same.
    parts : dict of str to int
        What the figure is made of, by code.
    """

    name: str
    value: float | None
    form: str
    source: str
    parts: Mapping[str, int] = field(default_factory=dict)


def headlines(connection: Connection, policy: Policy, ask: Ask, names: tuple[str, ...]) -> list[Headline]:
    """Return the figures of those names that the reader may see, in that order. O(projects + parcels + tasks).

    Parameters
    ----------
    connection : Connection
        Open transaction.
    policy : Policy
        What the reader sees of parcels.
    ask : callable
        Gives the reader's question to a collection; raises ``Forbidden`` where the permission is not held.
    names : tuple of str
        Names of :data:`HEADLINES`.
    """
    sources = _Sources(connection, policy, ask)
    found = []
    for name in names:
        try:
            found.append(HEADLINES[name](sources))
        except Forbidden:
            continue  # who may not see a figure does not learn that it is there
    return found


@dataclass
class _Sources:
    """What several figures draw on, read once."""

    connection: Connection
    policy: Policy
    ask: Ask

    @cached_property
    def cleared(self) -> Mapping[str, Any]:
        """Clearance of the whole city, as ``/v1/demolition?by=city`` sums it."""
        rows = rolled_up(
            self.connection,
            self.ask("demolition", "demolition:read"),
            "city",
            Shapes(lambda _name, _keys: {}),
        )
        return rows[0]["properties"] if rows else {}


def _projects(sources: _Sources) -> Headline:
    query = sources.ask("projects", "projects:read")
    if not query.view.shows("stage_group"):
        raise Forbidden("This role does not see stages", "projects", "Use another role.")
    groups = [
        one["properties"].get("stage_group") for one in read_features(sources.connection, query).values()
    ]
    parts = {group.value: groups.count(group.value) for group in StageGroup}
    return Headline("projects", len(groups), "count", "/v1/projects", parts)


def _overdue_by_land(sources: _Sources) -> Headline:
    """Count projects past their planned start, not started, whose land or clearance holds them up."""
    standing = read_standing(sources.connection, sources.policy, sources.ask("projects", "reports:read"))
    waiting = {
        one["id"]: one["properties"]
        for stage in (Stage.SIGNED, Stage.APPROVED)
        for one in not_started(standing, stage)
    }
    day = standing.day.isoformat()
    overdue = [one for one in waiting.values() if one["start_planned_on"] and one["start_planned_on"] <= day]
    by_land = sum(bool(one["land_reasons"]) for one in overdue)
    parts = {"overdue": len(overdue)}
    return Headline("overdue_by_land", by_land, "count", "/v1/lists/approved-not-started", parts)


def _clear_land(sources: _Sources) -> Headline:
    _, total = clear_land(sources.connection, sources.ask("availability", "availability:read"), "district")
    free = total["available"]
    parts = {"parcels": free["count"]}
    return Headline("clear_land", free.get("usable_area_mu", free["area_mu"]), "mu", "/v1/land/clear", parts)


def _demolished(sources: _Sources) -> Headline:
    found = sources.cleared
    parts = {name: int(found.get(f"households_{name}") or 0) for name in ("demolished", "total")}
    return Headline("demolished", found.get("demolished_rate"), "share", "/v1/demolition?by=city", parts)


def _households_left(sources: _Sources) -> Headline:
    left = sources.cleared.get("households_remaining")
    return Headline("households_left", left, "count", "/v1/demolition?by=city")


HEADLINES: Final[Mapping[str, Callable[[_Sources], Headline]]] = {
    "projects": _projects,
    "overdue_by_land": _overdue_by_land,
    "clear_land": _clear_land,
    "demolished": _demolished,
    "households_left": _households_left,
}
