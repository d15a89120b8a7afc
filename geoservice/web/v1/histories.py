"""``/v1/{parks,parcels,projects,demolition}/{key}/history``: for those who may look behind the present."""

# Annotations are evaluated here, not postponed: the endpoints below are closures, and FastAPI could not find
# the local names of their signatures in postponed ones.
from collections.abc import Callable
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
from geoservice.registry.history import HISTORIES, HISTORY_SOURCES, history
from geoservice.registry.moment import Moment
from geoservice.web import caching
from geoservice.web.permission import Requires, Serving
from geoservice.web.questions import When

_ANSWERS: Final[dict[int | str, dict[str, Any]]] = {
    200: {"content": {"application/json": {"schema": {"type": "object"}}}},
    304: {"description": "Not modified"},
    400: {"description": "A parameter is unknown or wrong"},
    401: {"description": "The token is not valid"},
    403: {"description": "The role does not see this"},
    404: {"description": "Nothing of that key was ever recorded"},
    503: {"description": "The database cannot be used"},
}


class Known(BaseModel):
    """What was known by when."""

    model_config = ConfigDict(extra="forbid")

    known_on: Annotated[
        str | None,
        Field(description="Only what was written by the end of this Shanghai day; default everything."),
    ] = None

    def moment(self) -> Moment:
        """Return the moment asked about, on today's day."""
        return When(known_on=self.known_on).moment()


def router() -> APIRouter:
    """Return one route per noun that has a history."""
    routes = APIRouter(prefix="/v1", tags=["history"])
    for name in HISTORIES:
        routes.add_api_route(
            f"/{name}/{{key}}/history",
            _route(name),
            methods=["GET"],
            summary=f"{COLLECTIONS[name].zh}沿革 · every version, by whom and why",
            responses=_ANSWERS,
            response_class=Response,
            operation_id=f"history_{name}",
        )
    return routes


def _route(name: str) -> Callable[..., Response]:
    reader = Requires("history:read")

    def one(
        request: Request,
        service: Serving,
        principal: Annotated[Principal, Depends(reader)],
        key: Annotated[str, Path(max_length=64)],
        asked: Annotated[Known, Query()],
    ) -> Response:
        view = service.policy.view(principal, name)
        moment = asked.moment()
        query = FeatureQuery(COLLECTIONS[name], moment, principal, view)
        with service.database.read() as connection:

            def fresh(etag: str) -> Response:
                if view.rows != "all":
                    # Whoever does not see all rows reads the history of what is visible today, or of nothing.
                    now = FeatureQuery(COLLECTIONS[name], Moment(clock.today()), principal, view)
                    features.item(connection, now, key)
                document = history(connection, name, key, view, moment.known_at)
                headers = caching.cache_headers(principal, etag)
                return Response(orjson.dumps(document), 200, headers, "application/json")

            return caching.revalidated(
                request, connection, service, query, f"history {key}", fresh, HISTORY_SOURCES
            )

    return one
