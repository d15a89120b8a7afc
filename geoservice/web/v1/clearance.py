"""``/v1/demolition``: tasks, and their figures rolled up; the sheet of one task; the procedures of law."""

# Annotations are evaluated here, not postponed: the model of the parameters is made when the module is read.
from datetime import date, timedelta
from typing import Annotated, Any, Final, Literal

import orjson
from fastapi import APIRouter, Depends, Path, Query, Request
from pydantic import Field
from sqlalchemy import Connection, select
from starlette.responses import Response

from geoservice import clock
from geoservice.access.principals import Principal
from geoservice.errors import Forbidden, InvalidInput
from geoservice.registry.collections import COLLECTIONS
from geoservice.registry.facts.narrowed import Feature, narrowed, read_features
from geoservice.registry.facts.task_sheet import SOURCES
from geoservice.registry.features import FeatureQuery
from geoservice.registry.filters import Filters
from geoservice.reporting.clearance import Shapes, by_month, rolled_up
from geoservice.reporting.task_sheet import task_sheet
from geoservice.service import Service
from geoservice.web import caching
from geoservice.web.exporting import export_parameters_of
from geoservice.web.geojson import MEDIA_TYPE
from geoservice.web.permission import Requires, Serving
from geoservice.web.questions import When, filters_of, parse_day
from geoservice.web.v1.answers import Answer, json_answer, question, represent, revalidated
from geoservice.web.v1.collections import answer_list

_ANSWERS: Final[dict[int | str, dict[str, Any]]] = {
    200: {
        "content": {MEDIA_TYPE: {"schema": {"type": "object"}}, "text/csv": {"schema": {"type": "string"}}}
    },
    304: {"description": "Not modified"},
    400: {"description": "A parameter is unknown or wrong"},
    401: {"description": "The token is not valid"},
    403: {"description": "The role does not see this"},
    404: {"description": "Nothing of that key that day"},
    503: {"description": "The database cannot be used"},
}
_DOCUMENT: Final[dict[int | str, dict[str, Any]]] = {
    200: {"content": {"application/json": {"schema": {"type": "object"}}}, "description": "The document"}
}
_BY: Final = "Tasks, or their figures rolled up. Roles with suppressed counts: `task` and `month` alone."
_REPORTS: Final = ("json", "csv")
_Parameters: Any = export_parameters_of(COLLECTIONS["demolition"])


class ClearanceQuery(_Parameters):  # type: ignore[misc] # the filters are those of the collection
    """Which tasks, and by what their figures are rolled up."""

    by: Annotated[
        Literal["task", "month", "park", "district", "unit", "project", "parcel", "city"],
        Field(description=_BY),
    ] = "task"
    from_: Annotated[
        str | None,
        Field(alias="from", description="First month of `by=month`; default a year before the last."),
    ] = None
    to: Annotated[str | None, Field(description="Last month of `by=month`; default the day's.")] = None
    f: Annotated[
        Literal[
            "geojson",
            "json",
            "csv",
            "gpkg",
            "geojsonseq",
            "shapefile",
            "flatgeobuf",
            "parquet",
            "kml",
            "xlsx",
            "txt",
        ]
        | None,
        Field(description="Representation; files hold the tasks (`by=task`)."),
    ] = None


def router() -> APIRouter:
    """Return the routes."""
    routes = APIRouter(prefix="/v1", tags=["demolition"])
    for path, endpoint, summary in (
        (
            "/demolition",
            clearance,
            "征拆 · demolition by task, month, park, district, unit, project, parcel or city",
        ),
        (
            "/demolition/{key}/sheet",
            sheet,
            "征拆任务书 · figures, procedure, targets and forecast of one task",
        ),
        ("/procedures", procedures, "征收程序 · steps, legal periods and their sources"),
    ):
        routes.add_api_route(
            path,
            endpoint,
            methods=["GET"],
            summary=summary,
            responses=_ANSWERS if endpoint is clearance else _ANSWERS | _DOCUMENT,
            response_class=Response,
        )
    return routes


def clearance(
    request: Request,
    service: Serving,
    principal: Annotated[Principal, Depends(Requires("demolition:read"))],
    asked: Annotated[ClearanceQuery, Query()],
) -> Response:
    """Return the tasks, or their figures rolled up; sums only to roles that see whole counts."""
    collection = COLLECTIONS["demolition"]
    filters = filters_of(collection, asked)
    if asked.by == "task" and asked.f not in _REPORTS:
        _refuse(asked, "from_", "to")
        return answer_list(request, service, principal, collection, asked, filters)
    _refuse(asked, "cursor")
    form = asked.f or "geojson"
    if form not in ("geojson", *_REPORTS):
        raise InvalidInput("Files hold tasks, not their figures rolled up", form, "Use f=csv, or by=task.")
    query = question(service, principal, "demolition", asked.moment(), filters)
    with service.database.read() as connection:

        def fresh(etag: str) -> Response:
            found = _rows(connection, service, query, asked)
            head = {"datetime": query.moment.day.isoformat(), "by": asked.by, "numberReturned": len(found)}
            return represent(Answer(head, found), form, principal, etag)

        return revalidated(request, connection, service, query, fresh, (*SOURCES, "parcel", "project"))


def sheet(
    request: Request,
    service: Serving,
    principal: Annotated[Principal, Depends(Requires("demolition:read"))],
    key: Annotated[str, Path(max_length=64)],
    asked: Annotated[When, Query()],
) -> Response:
    """Return one task whole, but for its single units."""
    query = question(service, principal, "demolition", asked.moment(), Filters())
    with service.database.read() as connection:

        def fresh(etag: str) -> Response:
            document = task_sheet(connection, query, key, service.procedures, service.calendar)
            return json_answer(document, principal, etag)

        return caching.revalidated(
            request, connection, service, query, f"sheet {key} {service.procedures.version}", fresh, SOURCES
        )


def procedures(service: Serving, _: Annotated[Principal, Depends(Requires("vocabularies:read"))]) -> Response:
    """Return the procedures with their steps and rules, each with its clause, and the years of the calendar."""
    document = {
        "version": service.procedures.version,
        "calendar_years": sorted(service.calendar.years),
        "procedures": [
            {
                "code": one.code,
                "zh": one.zh,
                "en": one.en,
                "source": one.source,
                "land_kind": one.land_kind,
                "steps": [vars(step) for step in one.steps],
                "rules": [vars(rule) for rule in one.rules],
            }
            for one in service.procedures.by_code.values()
        ],
    }
    return Response(orjson.dumps(document), 200, {"Cache-Control": "no-cache"}, "application/json")


def _rows(connection: Connection, service: Service, query: FeatureQuery, asked: Any) -> list[Feature]:
    if asked.by == "task":
        return list(read_features(connection, query).values())
    if asked.by == "month":
        end = parse_day(asked.to, "to") if asked.to else min(query.moment.day, clock.today())
        start = parse_day(asked.from_, "from") if asked.from_ else _a_year_before(end)
        return by_month(connection, query, start, end)
    _refuse(asked, "from_", "to")
    return rolled_up(connection, query, asked.by, _shapes(connection, service, query))


def _shapes(connection: Connection, service: Service, query: FeatureQuery) -> Shapes:
    """Let groups take names and shapes from what the same reader sees of parks, zones, projects and parcels."""

    def read(name: str, keys: Any) -> dict[str, Feature]:
        try:
            asked = question(service, query.principal, name, query.moment, Filters())
        except Forbidden:
            return {}
        relation = asked.collection.relation(asked.moment, asked.view)
        wanted = select(relation.key).select_from(relation.source).where(relation.key.in_(keys))
        return read_features(connection, narrowed(asked, wanted)) if keys else {}

    return Shapes(read)


def _refuse(asked: Any, *names: str) -> None:
    """Refuse a parameter that would mean nothing here rather than pass it over."""
    for name in names:
        if getattr(asked, name) is not None:
            shown = name.rstrip("_")
            raise InvalidInput(
                f"{shown} does not go with by={asked.by}", getattr(asked, name), "Leave it out."
            )


def _a_year_before(day: date) -> date:
    return (day.replace(day=1) - timedelta(days=335)).replace(day=1)
