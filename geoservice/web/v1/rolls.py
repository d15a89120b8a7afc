"""``/v1/rolls/{collection}``: the whole list in columns, for maps that filter and search without asking again."""

# Annotations are evaluated here, not postponed: the endpoints below are closures, and FastAPI could not find
# the local names of their signatures in postponed ones.
from collections.abc import Callable
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Query, Request
from pydantic import Field
from starlette.responses import Response

from geoservice.access.principals import Principal
from geoservice.registry.collections import COLLECTIONS, Collection
from geoservice.registry.filters import Filters
from geoservice.registry.roll import as_document, read_roll
from geoservice.web.permission import Requires, Serving
from geoservice.web.questions import When
from geoservice.web.v1.answers import json_answer, question, revalidated, split

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
        with service.database.read() as connection:

            def fresh(etag: str) -> Response:
                roll = read_roll(connection, query, asked.names())
                head = {"collection": collection.name, "datetime": query.moment.day.isoformat()}
                return json_answer({**head, **as_document(roll)}, principal, etag)

            return revalidated(request, connection, service, query, fresh)

    return columns
