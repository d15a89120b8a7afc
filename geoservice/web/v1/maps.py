"""What maps show beyond collections: open blockers, parks with their figures, totals of a drawn area."""

from __future__ import annotations

from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Query, Request
from pydantic import Field
from sqlalchemy import Connection
from starlette.responses import Response

from geoservice.access.principals import Principal
from geoservice.errors import Forbidden
from geoservice.registry.facts.narrowed import read_features, visible_keys
from geoservice.registry.facts.park_targets import open_targets
from geoservice.registry.facts.standing import open_blockers as blockers_of
from geoservice.registry.facts.values_of import values_of
from geoservice.registry.facts.within import rows_within
from geoservice.registry.features import FeatureQuery
from geoservice.registry.filters import Filters
from geoservice.registry.moment import Moment
from geoservice.reporting import totals
from geoservice.reporting.blockers import open_blockers
from geoservice.reporting.park_figures import park_figures
from geoservice.service import Service
from geoservice.web.geojson import MEDIA_TYPE
from geoservice.web.permission import Requires, Serving
from geoservice.web.questions import When
from geoservice.web.v1.answers import Answer, Placed, json_answer, question, represent, revalidated

_ANSWERS: Final[dict[int | str, dict[str, Any]]] = {
    200: {"content": {"application/json": {"schema": {"type": "object"}}, MEDIA_TYPE: {}}},
    304: {"description": "Not modified"},
    400: {"description": "A parameter is unknown or wrong"},
    401: {"description": "The token is not valid"},
    403: {"description": "The role does not see this"},
    503: {"description": "The database cannot be used"},
}
_BLOCKED: Final = ("blocker", "project", "project_stage", "project_site")
_PARKED: Final = (
    "park",
    "parcel",
    "verdict",
    "project",
    "project_stage",
    "target",
    "stage_event",
    "investment_month",
)
_DRAWN: Final = (
    "parcel",
    "verdict",
    "project",
    "project_stage",
    "project_site",
    "investment_month",
    "demolition_task",
    "demolition_progress",
)


class Area(When):
    """A day and an outline."""

    area: Annotated[
        str,
        Field(
            max_length=6000,
            description="Outline as `lon,lat,lon,lat,…` in degrees (CRS84), 3 to 200 points.",
            examples=["119.5,33.1,119.6,33.1,119.6,33.2"],
        ),
    ]


def router() -> APIRouter:
    """Return the routes."""
    routes = APIRouter(prefix="/v1", tags=["maps"])
    for path, endpoint, summary in (
        ("/lists/blockers", blockers, "未结堵点（三难） · open blockers with the place of their project"),
        ("/lists/parks", parks, "园区指标与剩余土地 · parks with targets, land left and projects by stage"),
        ("/totals", area_totals, "圈选统计 · totals of a drawn area"),
    ):
        routes.add_api_route(
            path,
            endpoint,
            methods=["GET"],
            summary=summary,
            responses=_ANSWERS,
            response_class=Response,
            operation_id=f"maps_{path.strip('/').replace('/', '_')}",
        )
    return routes


def blockers(
    request: Request,
    service: Serving,
    principal: Annotated[Principal, Depends(Requires("reports:read"))],
    asked: Annotated[Placed, Query()],
) -> Response:
    """Return every blocker open on the day, the longest overdue first."""
    query = question(service, principal, "projects", asked.moment(), asked.filters())
    if not query.view.shows(
        "side_state"
    ):  # blockers are internal: who sees states sees them, as on a project's card
        raise Forbidden("This role does not see blockers", "projects", "Use another role.")
    with service.database.read() as connection:

        def fresh(etag: str) -> Response:
            held = blockers_of(connection, query.moment)
            found = open_blockers(held, read_features(connection, query), query.moment.day)
            head = {"datetime": query.moment.day.isoformat(), "numberReturned": len(found)}
            return represent(Answer(head, found), "geojson", principal, etag)

        return revalidated(request, connection, service, query, fresh, _BLOCKED)


def parks(
    request: Request,
    service: Serving,
    principal: Annotated[Principal, Depends(Requires("parks:read"))],
    asked: Annotated[When, Query()],
) -> Response:
    """Return every park with the land left in it, its projects by stage, and its targets."""
    moment = asked.moment()
    query = question(service, principal, "parks", moment, Filters())
    with service.database.read() as connection:

        def fresh(etag: str) -> Response:
            found = read_parks(connection, service, principal, query)
            head = {"datetime": moment.day.isoformat(), "numberReturned": len(found)}
            return represent(Answer(head, found), "geojson", principal, etag)

        return revalidated(request, connection, service, query, fresh, _PARKED)


def read_parks(
    connection: Connection, service: Service, principal: Principal, query: FeatureQuery
) -> list[dict[str, Any]]:
    """Return parks with their figures, made of what the reader sees of land and projects."""
    allows = service.policy.allows
    land: list[dict[str, Any]] = []
    projects: list[dict[str, Any]] = []
    targets: list[dict[str, Any]] = []
    if allows(principal, "availability:read"):
        asked = question(service, principal, "availability", query.moment, Filters())
        land = values_of(connection, asked, ("park", "status", "area_m2", "usable_area_m2"))
    if allows(principal, "projects:read"):
        asked = question(service, principal, "projects", query.moment, Filters())
        projects = values_of(connection, asked, ("park", "stage_group"))
        if asked.view.plans:  # targets are internal
            targets = open_targets(connection, query.moment, visible_keys(connection, asked))
    return park_figures(read_features(connection, query).values(), land, projects, targets)


def area_totals(
    request: Request,
    service: Serving,
    principal: Annotated[Principal, Depends(Requires("map:read"))],
    asked: Annotated[Area, Query()],
) -> Response:
    """Return what lies in an area: parcels with free land by use, projects with their money, households.

    A thing counts where its inner point lies in the area, and counts whole. `keys` names what was counted.
    """
    outline = totals.read_area(asked.area)
    moment = asked.moment()
    query = question(service, principal, "parks", moment, Filters())
    with service.database.read() as connection:

        def fresh(etag: str) -> Response:
            return json_answer(_totals(connection, service, principal, moment, outline), principal, etag)

        return revalidated(request, connection, service, query, fresh, _DRAWN)


def _totals(
    connection: Connection, service: Service, principal: Principal, moment: Moment, outline: Any
) -> dict[str, Any]:
    found: dict[str, Any] = {"datetime": moment.day.isoformat(), "keys": {}}
    for name, part, fields in (
        ("availability", "parcels", totals.LAND),
        ("projects", "projects", totals.PROJECTS),
        ("demolition", "households", totals.TASKS),
    ):
        found[part] = None
        if not service.policy.allows(principal, f"{name}:read"):
            continue
        query = question(service, principal, name, moment, Filters())
        if query.view.geometry != "full":
            continue
        rows = rows_within(connection, query, outline, fields)
        found["keys"][name] = [row["key"] for row in rows]
        if part == "parcels":
            found[part] = totals.land_totals(rows)
        elif part == "projects":
            found[part] = totals.project_totals(rows)
        else:
            found[part] = totals.household_totals(rows, query.view)
    return found
