"""``/v1/registers``: the registers of land and projects as GeoJSON, rows, CSV or a workbook, all from one question."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Depends, Query, Request
from fastapi import Path as InPath
from pydantic import Field
from sqlalchemy import Connection
from starlette.responses import Response

from geoservice.access.principals import Principal
from geoservice.errors import NotFound
from geoservice.registry.features import FeatureQuery
from geoservice.reporting.registers import REGISTERS, Listing, Register
from geoservice.service import Service
from geoservice.web import caching
from geoservice.web.geojson import MEDIA_TYPE
from geoservice.web.permission import Requires, Serving
from geoservice.web.v1.answers import Answer, Placed, json_answer, question, represent, revalidated
from geoservice.web.v1.workbook import MEDIA_TYPE as XLSX
from geoservice.web.v1.workbook import workbook_answer

_ANSWERS: Final[dict[int | str, dict[str, Any]]] = {
    200: {
        "content": {
            "application/json": {"schema": {"type": "object"}},
            MEDIA_TYPE: {"schema": {"type": "object"}},
            "text/csv": {"schema": {"type": "string"}},
            XLSX: {"schema": {"type": "string", "format": "binary"}},
        }
    },
    304: {"description": "Not modified"},
    400: {"description": "A parameter is unknown or wrong"},
    401: {"description": "The token is not valid"},
    403: {"description": "The role does not see this"},
    404: {"description": "There is no such register"},
    503: {"description": "The database cannot be used"},
}
Reader = Annotated[Principal, Depends(Requires("registers:read"))]
Name = Annotated[str, InPath(max_length=40, description=f"One of: {', '.join(REGISTERS)}.")]


class Asked(Placed):
    """A register on a day."""

    f: Annotated[Literal["geojson", "json", "csv", "xlsx"], Field(description="Representation.")] = "geojson"


def router() -> APIRouter:
    """Return the routes."""
    routes = APIRouter(prefix="/v1", tags=["registers"])
    routes.add_api_route(
        "/registers",
        listed,
        methods=["GET"],
        summary="台账目录 · the registers there are",
        responses={code: _ANSWERS[code] for code in (200, 401, 403)},
        response_class=Response,
    )
    routes.add_api_route(
        "/registers/{name}",
        one,
        methods=["GET"],
        summary="台账 · one register on a day",
        responses=_ANSWERS,
        response_class=Response,
    )
    return routes


def listed(service: Serving, principal: Reader) -> Response:
    """Return the registers with their titles, what they are and where they are."""
    root = f"{service.settings.base_path}/v1/registers"
    found = [
        {
            "name": register.name,
            "title": register.zh,
            "title_en": register.en,
            "about": register.about,
            "about_en": register.about_en,
            "href": f"{root}/{register.name}",
        }
        for register in REGISTERS.values()
        if sees(service, principal, register)
    ]
    response = json_answer({"registers": found}, principal, "")
    del response.headers["ETag"]
    return response


def one(
    request: Request, service: Serving, principal: Reader, name: Name, asked: Annotated[Asked, Query()]
) -> Response:
    """Return the rows of a register on a day, with its summary."""
    register = find_register(name)
    query = question(service, principal, register.collection, asked.moment(), asked.filters())
    with service.database.read() as connection:

        def fresh(etag: str) -> Response:
            listing = read(connection, service, register, query)
            if asked.f == "xlsx":
                headers = caching.cache_headers(principal, etag)
                return workbook_answer(register, listing, query.moment.day, principal, headers)
            head = {
                "register": register.name,
                "title": register.zh,
                "datetime": query.moment.day.isoformat(),
                "numberReturned": len(listing.features),
                "summary": listing.summary,
            }
            return represent(Answer(head, listing.features), asked.f, principal, etag)

        return revalidated(request, connection, service, query, fresh, register.sources)


def read(connection: Connection, service: Service, register: Register, query: FeatureQuery) -> Listing:
    """Ask a register's question."""
    return register.read(connection, service.policy, query)


def find_register(name: str) -> Register:
    """Return the register of that name.

    Raises
    ------
    NotFound
        If there is none.
    """
    try:
        return REGISTERS[name]
    except KeyError:
        raise NotFound("There is no such register", name, f"Use one of: {', '.join(REGISTERS)}.") from None


def sees(service: Service, principal: Principal, register: Register) -> bool:
    """Say whether the principal sees the collection a register rests on."""
    return (principal.role.value, register.collection) in service.policy.views
