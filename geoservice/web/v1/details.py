"""Details beside the GeoJSON: the stages, parcels, blockers and money of one project; the verdicts of one parcel."""

from __future__ import annotations

from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Depends, Path, Query, Request
from starlette.responses import Response

from geoservice.access.principals import Principal
from geoservice.registry import features
from geoservice.registry.collections import COLLECTIONS
from geoservice.registry.details import (
    DETAILS,
    PROJECT_SOURCES,
    parcel_verdicts,
    project_details,
    usable_text,
)
from geoservice.registry.features import FeatureQuery
from geoservice.service import Service
from geoservice.web import caching
from geoservice.web.geojson import MEDIA_TYPE
from geoservice.web.permission import Requires, Serving
from geoservice.web.questions import When

_ANSWERS: dict[int | str, dict[str, Any]] = {
    200: {"content": {"application/json": {"schema": {"type": "object"}}}},
    304: {"description": "Not modified"},
    400: {"description": "A parameter is unknown or wrong"},
    401: {"description": "The token is not valid"},
    403: {"description": "The role does not see this"},
    404: {"description": "Nothing of that key that day"},
    503: {"description": "The database cannot be used"},
}


def router() -> APIRouter:
    """Return the routes."""
    routes = APIRouter(prefix="/v1", tags=["details"])
    routes.add_api_route(
        "/projects/{key}",
        project,
        methods=["GET"],
        summary="项目, one, with its nodes, parcels, blockers and money",
        responses=_ANSWERS,
        response_class=Response,
    )
    routes.add_api_route(
        "/projects/{key}/stages",
        stages,
        methods=["GET"],
        summary="项目节点、用地、堵点与投资",
        responses=_ANSWERS,
        response_class=Response,
    )
    routes.add_api_route(
        "/parcels/{key}/verdict",
        verdict,
        methods=["GET"],
        summary="宗地可供判定",
        responses=_ANSWERS,
        response_class=Response,
    )
    return routes


def project(
    request: Request,
    service: Serving,
    principal: Annotated[Principal, Depends(Requires("projects:read"))],
    key: Annotated[str, Path(max_length=64)],
    asked: Annotated[When, Query()],
) -> Response:
    """Return one project as a GeoJSON feature with everything its card shows."""
    query = _question(service, principal, "projects", asked)
    with service.database.read() as connection:

        def fresh(etag: str) -> Response:
            feature = orjson.loads(features.item(connection, query, key))
            details = project_details(connection, service.policy, principal, key, query.moment)
            feature["properties"] |= {name: details[name] for name in DETAILS}
            return _json(feature, principal, etag, MEDIA_TYPE)

        return caching.revalidated(request, connection, service, query, f"item {key}", fresh, PROJECT_SOURCES)


def stages(
    request: Request,
    service: Serving,
    principal: Annotated[Principal, Depends(Requires("projects:read"))],
    key: Annotated[str, Path(max_length=64)],
    asked: Annotated[When, Query()],
) -> Response:
    """Return planned and actual dates, linked parcels, blockers and monthly investment of one project."""
    query = _question(service, principal, "projects", asked)
    with service.database.read() as connection:

        def fresh(etag: str) -> Response:
            # Whoever does not see the project does not see its dates either.
            features.item(connection, query, key)
            document = project_details(connection, service.policy, principal, key, query.moment)
            return _json(document, principal, etag)

        return caching.revalidated(
            request, connection, service, query, f"stages {key}", fresh, PROJECT_SOURCES
        )


def verdict(
    request: Request,
    service: Serving,
    principal: Annotated[Principal, Depends(Requires("availability:read"))],
    key: Annotated[str, Path(max_length=64)],
    asked: Annotated[When, Query()],
) -> Response:
    """Return the verdict of a parcel on the day, and its intervals before and after."""
    query = _question(service, principal, "availability", asked)
    with service.database.read() as connection:

        def fresh(etag: str) -> Response:
            document = orjson.loads(features.item(connection, query, key))["properties"]
            document["datetime"] = query.moment.day.isoformat()
            text = usable_text(connection, query.view, key, query.moment)
            document["usable_geometry"] = None if text is None else orjson.Fragment(text)
            document["intervals"] = parcel_verdicts(connection, query.view, key, query.moment)
            return _json(document, principal, etag)

        return caching.revalidated(request, connection, service, query, f"verdict {key}", fresh)


def _question(service: Service, principal: Principal, name: str, asked: When) -> FeatureQuery:
    view = service.policy.view(principal, name)
    return FeatureQuery(COLLECTIONS[name], asked.moment(), principal, view)


def _json(document: Any, principal: Principal, etag: str, media_type: str = "application/json") -> Response:
    return Response(orjson.dumps(document), 200, caching.cache_headers(principal, etag), media_type)
