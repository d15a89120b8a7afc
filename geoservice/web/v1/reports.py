"""Questions answered directly: free land, changes, contradictions, lists and histories."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Final, Literal
from urllib.parse import urlencode

import orjson
from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from geoservice import clock
from geoservice.access.principals import Principal
from geoservice.errors import Forbidden, InvalidInput
from geoservice.registry.collections import COLLECTIONS
from geoservice.registry.facts.changed import COMPARED
from geoservice.registry.facts.free_land import GROUPS
from geoservice.registry.features import FeatureQuery
from geoservice.registry.filters import Filters
from geoservice.registry.moment import Moment
from geoservice.reporting import changes, land
from geoservice.reporting.table import columns_of, csv_text
from geoservice.service import Service
from geoservice.web import caching
from geoservice.web.geojson import MEDIA_TYPE
from geoservice.web.permission import Requires, Serving
from geoservice.web.questions import DEFAULT_LIMIT, MAX_LIMIT, When, parse_day

_CSV: Final = "text/csv; charset=utf-8"
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
_PLACE = Annotated[
    str | None, Field(max_length=2000, description="Key, code or full name; several by commas.")
]


class Placed(When):
    """A day and a part of the city."""

    park: _PLACE = None
    district: _PLACE = None

    def filters(self) -> Filters:
        """Return the part of the city as filters every collection of land and projects takes."""
        given = {"park": self.park, "district": self.district}
        return Filters(equal={name: split(name, text) for name, text in given.items() if text is not None})


class ClearLand(Placed):
    """How much land is free on a day."""

    by: Annotated[Literal["park", "district", "use"], Field(description="What to count by.")] = "park"
    f: Annotated[Literal["json", "csv"], Field(description="Representation.")] = "json"


class Period(BaseModel):
    """Two dates and a part of the city."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    from_: Annotated[str, Field(alias="from", description="First day.", examples=["2026-09-01"])]
    to: Annotated[str | None, Field(description="Last day; default today.", examples=["2026-11-23"])] = None
    park: _PLACE = None
    district: _PLACE = None

    def days(self) -> tuple[date, date]:
        """Return both days.

        Raises
        ------
        InvalidInput
            If the period ends before it begins.
        """
        start = parse_day(self.from_, "from")
        end = clock.today() if self.to is None else parse_day(self.to, "to")
        if end < start:
            raise InvalidInput("The period ends before it begins", f"{start}/{end}", "Swap the two dates.")
        return start, end

    def filters(self) -> Filters:
        """Return the part of the city as filters."""
        given = {"park": self.park, "district": self.district}
        return Filters(equal={name: split(name, text) for name, text in given.items() if text is not None})


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


@dataclass(frozen=True)
class Answer:
    """What a report says: a head, and rows as features.

    Attributes
    ----------
    head : mapping
        What stands above the rows.
    features : sequence of dict
        GeoJSON features.
    """

    head: Mapping[str, Any]
    features: Sequence[dict[str, Any]]


def router() -> APIRouter:
    """Return the routes."""
    routes = APIRouter(prefix="/v1", tags=["reports"])
    for path, endpoint, summary in (
        ("/land/clear", land_clear, "到某日有多少可供土地 · free land by a day, per park, district or use"),
        ("/land/upcoming", land_upcoming, "某段时间将腾出的土地 · land that becomes free in a period"),
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
                return _csv(principal, etag, rows, columns_of([land.flat(total), *rows], GROUPS[asked.by]))
            head = {"datetime": query.moment.day.isoformat(), "by": asked.by}
            return _json({**head, "groups": groups, "total": total}, principal, etag)

        return _revalidated(request, connection, service, query, fresh)


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

        return _revalidated(request, connection, service, query, fresh)


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

        return _revalidated(request, connection, service, queries[0], fresh, sources)


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


def question(
    service: Service, principal: Principal, name: str, moment: Moment, filters: Filters
) -> FeatureQuery:
    """Return the one question a report rests on."""
    view = service.policy.view(principal, name)
    return FeatureQuery(COLLECTIONS[name], moment, principal, view, filters)


def represent(answer: Answer, form: str, principal: Principal, etag: str) -> Response:
    """Return an answer as GeoJSON, as a list without shapes, or as a table: the same rows each time."""
    rows = [feature["properties"] for feature in answer.features]
    if form == "csv":
        return _csv(principal, etag, rows, columns_of(rows))
    if form == "json":
        return _json({**answer.head, "rows": rows}, principal, etag)
    document = {"type": "FeatureCollection", **answer.head, "features": answer.features}
    return _json(document, principal, etag, MEDIA_TYPE)


def split(name: str, text: str) -> tuple[str, ...]:
    """Return the values a parameter names.

    Raises
    ------
    InvalidInput
        If it names none.
    """
    values = tuple(part.strip() for part in text.split(",") if part.strip())
    if not values:
        raise InvalidInput(f"{name} is empty", text, "Name a value or leave it out.")
    return values


def _revalidated(
    request: Request,
    connection: Any,
    service: Service,
    query: FeatureQuery,
    make: Callable[[str], Response],
    further: tuple[str, ...] = (),
) -> Response:
    words = f"{request.url.path}?{sorted(request.query_params.items())}"
    return caching.revalidated(request, connection, service, query, words, make, further)


def _json(document: Any, principal: Principal, etag: str, media_type: str = "application/json") -> Response:
    return Response(orjson.dumps(document), 200, caching.cache_headers(principal, etag), media_type)


def _csv(
    principal: Principal, etag: str, rows: Sequence[Mapping[str, Any]], columns: Sequence[str]
) -> Response:
    headers = caching.cache_headers(principal, etag) | {
        "Content-Disposition": 'inline; filename="report.csv"'
    }
    return Response(csv_text(rows, columns).encode(), 200, headers, _CSV)
