"""``/v1/rolls/{collection}``: the whole list in columns, for maps that filter and search without asking again."""

# Annotations are evaluated here, not postponed: the endpoints below are closures, and FastAPI could not find
# the local names of their signatures in postponed ones.
from collections.abc import Callable, Sequence
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Query, Request
from pydantic import Field
from sqlalchemy import Connection
from starlette.responses import Response

from geoservice.access.principals import Principal
from geoservice.registry.collections import COLLECTIONS, Collection
from geoservice.registry.features import FeatureQuery
from geoservice.registry.filters import Filters
from geoservice.service import Service
from geoservice.web import caching
from geoservice.web.kept import Kept, send_packed
from geoservice.web.permission import Requires, Serving
from geoservice.web.questions import When
from geoservice.web.v1.answers import question, split

ROLLED: Final = ("parks", "parcels", "availability", "projects", "demolition")

_ANSWERS: Final[dict[int | str, dict[str, Any]]] = {
    200: {"content": {"application/json": {"schema": {"type": "object"}}}},
    304: {"description": "Not modified"},
    400: {"description": "A parameter is unknown or wrong"},
    401: {"description": "The token is not valid"},
    403: {"description": "The role does not see this"},
    503: {"description": "The database cannot be used"},
}


class Columns(When):
    """A day, and what to show."""

    fields: Annotated[
        str | None,
        Field(
            max_length=2000,
            description="Fields beside the key, by commas; those the role does not see are left out.",
            examples=["name,district_name,area_m2"],
        ),
    ] = None

    def names(self) -> tuple[str, ...]:
        """Return the fields asked for."""
        return () if self.fields is None else split("fields", self.fields)


def router() -> APIRouter:
    """Return the routes."""
    routes = APIRouter(prefix="/v1/rolls", tags=["maps"])
    for name in ROLLED:
        collection = COLLECTIONS[name]
        routes.add_api_route(
            f"/{name}",
            _route(collection),
            methods=["GET"],
            summary=f"{collection.zh}全表 · every feature in columns, with its dated answers",
            responses=_ANSWERS,
            response_class=Response,
            operation_id=f"roll_{name}",
        )
    return routes


def _route(collection: Collection) -> Callable[..., Response]:
    reader = Requires(f"{collection.name}:read")

    def columns(
        request: Request,
        service: Serving,
        principal: Annotated[Principal, Depends(reader)],
        asked: Annotated[Columns, Query()],
    ) -> Response:
        query = question(service, principal, collection.name, asked.moment(), Filters())
        fields = asked.names()
        with service.database.read() as connection:
            etag = roll_etag(connection, service, query, fields)
            headers = caching.cache_headers(principal, etag)
            if caching.not_modified(request, etag):
                return Response(status_code=304, headers=headers)
            kept: Kept = request.app.state.kept
            body = kept.roll(connection, query, etag, fields)
        kept.note("roll", query, fields=list(fields))
        return send_packed(request, body, headers, "application/json")

    return columns


def roll_etag(connection: Connection, service: Service, query: FeatureQuery, fields: Sequence[str]) -> str:
    """Return what names this state of a roll for this reader."""
    words = f"roll {','.join(fields)}"
    return caching.collection_etag(
        connection, service, query.collection, query.moment, query.principal, words
    )
