"""``/v1/parcels/{key}/lineage``: what a parcel came from, and what became of it."""

from __future__ import annotations

from typing import Annotated, Any, Final

import orjson
from fastapi import APIRouter, Depends, Path, Query, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from geoservice import clock
from geoservice.access.principals import Principal
from geoservice.registry import features
from geoservice.registry.collections import COLLECTIONS
from geoservice.registry.features import FeatureQuery
from geoservice.registry.lineage import lineage_of
from geoservice.registry.moment import Moment
from geoservice.web import caching
from geoservice.web.permission import Requires, Serving

_ANSWERS: Final[dict[int | str, dict[str, Any]]] = {
    200: {"content": {"application/json": {"schema": {"type": "object"}}}},
    304: {"description": "Not modified"},
    400: {"description": "A parameter is unknown or wrong"},
    401: {"description": "The token is not valid"},
    403: {"description": "The role does not see this"},
    404: {"description": "Nothing of that key was ever recorded"},
}


class Asked(BaseModel):
    """How far to follow."""

    model_config = ConfigDict(extra="forbid")

    depth: Annotated[int, Field(ge=1, le=20, description="Generations to follow either way.")] = 1


def router() -> APIRouter:
    """Return the route."""
    routes = APIRouter(prefix="/v1", tags=["history"])
    routes.add_api_route(
        "/parcels/{key}/lineage",
        lineage,
        methods=["GET"],
        summary="宗地来龙去脉 · what a parcel came from, and what became of it",
        responses=_ANSWERS,
        response_class=Response,
    )
    return routes


def lineage(
    request: Request,
    service: Serving,
    principal: Annotated[Principal, Depends(Requires("history:read"))],
    key: Annotated[str, Path(max_length=64)],
    asked: Annotated[Asked, Query()],
) -> Response:
    """Return splits, merges, boundary changes and renumberings with date, kind and shares of area."""
    view = service.policy.view(principal, "parcels")
    query = FeatureQuery(COLLECTIONS["parcels"], Moment(clock.today()), principal, view)
    with service.database.read() as connection:

        def fresh(etag: str) -> Response:
            if view.rows != "all":
                features.item(connection, query, key)
            document = lineage_of(connection, key, view, depth=asked.depth)
            headers = caching.cache_headers(principal, etag)
            return Response(orjson.dumps(document), 200, headers, "application/json")

        question = f"lineage {key} {asked.depth}"
        return caching.revalidated(request, connection, service, query, question, fresh, ("parcel_lineage",))
