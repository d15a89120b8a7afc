"""Questions answered directly: free land, changes, contradictions, lists and histories."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Final, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Request
from pydantic import Field
from starlette.responses import Response

from geoservice.access.principals import Principal
from geoservice.errors import Forbidden, InvalidInput
from geoservice.model.vocabulary import Stage
from geoservice.registry.facts.changed import COMPARED
from geoservice.registry.facts.free_land import GROUPS
from geoservice.registry.facts.narrowed import Feature
from geoservice.registry.facts.standing import SOURCES
from geoservice.registry.filters import Filters
from geoservice.registry.moment import Moment
from geoservice.reporting import changes, land
from geoservice.reporting.contradictions import contradictions
from geoservice.reporting.lists import not_started
from geoservice.reporting.standing import Standing, read_standing
from geoservice.reporting.table import columns_of
from geoservice.service import Service
from geoservice.web.geojson import MEDIA_TYPE
from geoservice.web.permission import Requires, Serving
from geoservice.web.questions import DEFAULT_LIMIT, MAX_LIMIT
from geoservice.web.v1.answers import (
    Answer,
    Period,
    Placed,
    csv_answer,
    json_answer,
    question,
    represent,
    revalidated,
    split,
)

_ANSWERS: Final[dict[int | str, dict[str, Any]]] = {
    200: {
        "content": {
            "application/json": {"schema": {"type": "object"}},
            MEDIA_TYPE: {"schema": {"type": "object"}},
            "text/csv": {"schema": {"type": "string"}},
        }
    },
    304: {"description": "Not modified"},
    400: {"description": "A parameter is unknown or wrong"},
    401: {"description": "The token is not valid"},
    403: {"description": "The role does not see this"},
    503: {"description": "The database cannot be used"},
}


class ClearLand(Placed):
    """How much land is free on a day."""

    by: Annotated[Literal["park", "district", "use"], Field(description="What to count by.")] = "park"
    f: Annotated[Literal["json", "csv"], Field(description="Representation.")] = "json"


class Listed(Placed):
    """A list on a day."""

    f: Annotated[Literal["geojson", "json", "csv"], Field(description="Representation.")] = "geojson"


class Upcoming(Period):
    """Which land becomes free in a period."""

    f: Annotated[Literal["geojson", "json", "csv"], Field(description="Representation.")] = "geojson"


class Changes(Period):
    """What changed between two dates."""

    collection: Annotated[
        str | None, Field(max_length=200, description=f"One or more of: {', '.join(COMPARED)}; default all.")
    ] = None
    limit: Annotated[int, Field(ge=1, le=MAX_LIMIT, description="Changes a page.")] = DEFAULT_LIMIT
    after: Annotated[str | None, Field(max_length=200, description="`id` of the last change read.")] = None
    f: Annotated[Literal["geojson", "json", "csv"], Field(description="Representation.")] = "geojson"

    def names(self) -> tuple[str, ...]:
        """Return the collections asked about.

        Raises
        ------
        InvalidInput
            If one has no changes to ask for.
        """
        names = COMPARED if self.collection is None else split("collection", self.collection)
        unknown = [name for name in names if name not in COMPARED]
        if unknown:
            raise InvalidInput(
                "No such collection has changes", ", ".join(unknown), f"Use {', '.join(COMPARED)}."
            )
        return tuple(name for name in COMPARED if name in names)


def router() -> APIRouter:
    """Return the routes."""
    routes = APIRouter(prefix="/v1", tags=["reports"])
    for path, endpoint, summary in (
        ("/land/clear", land_clear, "到某日有多少可供土地 · free land by a day, per park, district or use"),
        ("/land/upcoming", land_upcoming, "某段时间将腾出的土地 · land that becomes free in a period"),
        ("/lists/signed-not-started", signed_not_started, "已签约未开工 · signed, not started"),
        ("/lists/approved-not-started", approved_not_started, "备案未开工 · approved, not started"),
        (
            "/contradictions",
            contradicting,
            "相互矛盾的日期与关联 · dates and links that contradict each other",
        ),
        ("/changes", changed, "两个日期之间的变化 · what changed between two dates"),
    ):
        routes.add_api_route(
            path,
            endpoint,
            methods=["GET"],
            summary=summary,
            responses=_ANSWERS,
            response_class=Response,
            operation_id=f"report_{path.strip('/').replace('/', '_').replace('-', '_')}",
        )
    return routes


def land_clear(
    request: Request,
    service: Serving,
    principal: Annotated[Principal, Depends(Requires("availability:read"))],
    asked: Annotated[ClearLand, Query()],
) -> Response:
    """Return count, m², 亩 and usable area of available and conditional land per group; plans shown apart."""
    query = question(service, principal, "availability", asked.moment(), asked.filters())
    with service.database.read() as connection:

        def fresh(etag: str) -> Response:
            groups, total = land.clear_land(connection, query, asked.by)
            if asked.f == "csv":
                rows = [land.flat(row) for row in groups]
                return csv_answer(
                    principal, etag, rows, columns_of([land.flat(total), *rows], GROUPS[asked.by])
                )
            head = {"datetime": query.moment.day.isoformat(), "by": asked.by}
            return json_answer({**head, "groups": groups, "total": total}, principal, etag)

        return revalidated(request, connection, service, query, fresh)


def land_upcoming(
    request: Request,
    service: Serving,
    principal: Annotated[Principal, Depends(Requires("availability:read"))],
    asked: Annotated[Upcoming, Query()],
) -> Response:
    """Return the parcels whose verdict turns for the better in a period, with the reasons that end."""
    start, end = asked.days()
    query = question(service, principal, "availability", Moment(end), asked.filters())
    with service.database.read() as connection:

        def fresh(etag: str) -> Response:
            found = land.upcoming_land(connection, query, start, end)
            head = {"from": start.isoformat(), "to": end.isoformat(), "numberReturned": len(found)}
            return represent(Answer(head, found), asked.f, principal, etag)

        return revalidated(request, connection, service, query, fresh)


def signed_not_started(
    request: Request,
    service: Serving,
    principal: Annotated[Principal, Depends(Requires("reports:read"))],
    asked: Annotated[Listed, Query()],
) -> Response:
    """Return 已签约未开工: the days since signing, and what about the land holds the project up."""
    return _reported(request, service, principal, asked, lambda found: not_started(found, Stage.SIGNED))


def approved_not_started(
    request: Request,
    service: Serving,
    principal: Annotated[Principal, Depends(Requires("reports:read"))],
    asked: Annotated[Listed, Query()],
) -> Response:
    """Return 备案未开工: the days since approval, the day it lapses, and the land reason."""
    return _reported(request, service, principal, asked, lambda found: not_started(found, Stage.APPROVED))


def contradicting(
    request: Request,
    service: Serving,
    principal: Annotated[Principal, Depends(Requires("reports:read"))],
    asked: Annotated[Listed, Query()],
) -> Response:
    """Return dates and links that contradict each other, with the records and the unit that must act."""
    return _reported(request, service, principal, asked, contradictions)


def _reported(
    request: Request,
    service: Service,
    principal: Principal,
    asked: Listed,
    find: Callable[[Standing], list[Feature]],
) -> Response:
    query = question(service, principal, "projects", asked.moment(), asked.filters())
    with service.database.read() as connection:

        def fresh(etag: str) -> Response:
            found = find(read_standing(connection, service.policy, query))
            head = {"datetime": query.moment.day.isoformat(), "numberReturned": len(found)}
            return represent(Answer(head, found), asked.f, principal, etag)

        return revalidated(request, connection, service, query, fresh, SOURCES)


def changed(
    request: Request,
    service: Serving,
    principal: Annotated[Principal, Depends(Requires("map:read"))],
    asked: Annotated[Changes, Query()],
) -> Response:
    """Return what is new, changed, ended, moved in stage or in verdict between two dates, as known today.

    A collection the role does not see has no changes for it. `counts` tells of all pages.
    """
    start, end = asked.days()
    queries = [
        question(service, principal, name, Moment(end), Filters())
        for name in asked.names()
        if service.policy.allows(principal, f"{name}:read")
    ]
    if not queries:
        raise Forbidden("This role sees none of these collections", asked.collection, "Ask for another one.")
    sources = tuple(sorted({source for query in queries for source in query.collection.sources}))
    with service.database.read() as connection:

        def fresh(etag: str) -> Response:
            places = asked.filters()
            found = [
                one for query in queries for one in changes.changes(connection, query, Moment(start), places)
            ]
            page, following = _page(found, asked, request)
            head = {
                "from": start.isoformat(),
                "to": end.isoformat(),
                "numberMatched": len(found),
                "numberReturned": len(page),
                "counts": changes.counted(found),
                "links": following,
            }
            return represent(Answer(head, page), asked.f, principal, etag)

        return revalidated(request, connection, service, queries[0], fresh, sources)


def _page(
    found: list[dict[str, Any]], asked: Changes, request: Request
) -> tuple[list[dict[str, Any]], list[dict[str, str]]]:
    """Cut a page in the order of collection and key, and say where the next one begins."""
    order = {name: position for position, name in enumerate(COMPARED)}

    def place(name: str) -> tuple[int, str]:
        collection, _, key = name.partition("/")
        return order.get(collection, -1), key

    if asked.after is not None:
        if place(asked.after)[0] < 0:
            raise InvalidInput("after names no change", asked.after, "Use the id of the last change read.")
        found = [one for one in found if place(one["id"]) > place(asked.after)]
    page = found[: asked.limit]
    if len(found) <= asked.limit:
        return page, []
    return page, [{"rel": "next", "href": _href(request, page[-1]["id"])}]


def _href(request: Request, after: str) -> str:
    root = request.scope.get("root_path", "")
    parameters = {**request.query_params, "after": after}
    return f"{root}{request.url.path.removeprefix(root)}?{urlencode(parameters)}"
