"""OGC API – Features: routes of the landing page, the definition, collections, schemas and items."""

# Annotations are evaluated here, not postponed: the endpoints below are closures, and FastAPI could not find
# the local names of their signatures in postponed ones.
from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any, Final

import orjson
from fastapi import APIRouter, Depends, Path, Request
from sqlalchemy import Connection
from starlette.responses import Response

from geoservice.access.principals import Principal
from geoservice.errors import InvalidInput
from geoservice.registry.moment import Moment
from geoservice.registry.places import city_bounds
from geoservice.registry.settings import City, read_city
from geoservice.service import Service
from geoservice.web import caching
from geoservice.web.ogc import api, documents, pages, schema
from geoservice.web.ogc.addresses import base_of, collection_address
from geoservice.web.ogc.counting import Counts
from geoservice.web.ogc.formats import (
    HTML_FORMAT,
    JSON_FORMAT,
    OPENAPI_FORMAT,
    SCHEMA_FORMAT,
    Format,
    choose,
)
from geoservice.web.ogc.items import FORMATS, all_formats, document_etag, item, items
from geoservice.web.ogc.opened import FIXED, Opened, all_opened, find_opened
from geoservice.web.ogc.parameters import read_asked, single_values
from geoservice.web.ogc.systems import uris_of
from geoservice.web.permission import Requires, Serving

_OF_DOCUMENT: Final = ("f", "lang")
Anyone = Annotated[Principal, Depends(Requires("map:read"))]


def router() -> APIRouter:
    """Return the routes; ``/ogc/api`` describes them, with every collection by its own path."""
    routes = APIRouter(prefix="/ogc", tags=["features"], include_in_schema=False)
    counts = Counts()
    for path, endpoint in (
        ("", _landing),
        ("/", _landing),
        ("/conformance", _conformance),
        ("/api", _definition),
        ("/collections", _collections),
    ):
        routes.add_api_route(path, endpoint, methods=["GET"], response_class=Response)
    for name in FIXED:
        _add_collection(routes, name, "layers:read" if name == "layer_features" else f"{name}:read", counts)
    _add_collection(routes, None, "layers:read", counts)
    return routes


Identifier = Annotated[str, Path(max_length=100)]


def _add_collection(routes: APIRouter, name: str | None, permission: str, counts: Counts) -> None:
    """Add the routes of a collection of fixed name, or of the layers, whose names the register holds."""
    reader = Requires(permission)
    path = f"/collections/{name or '{identifier}'}"

    def named(request: Request) -> str:
        return name or str(request.path_params["identifier"])

    def described(
        request: Request, service: Serving, principal: Annotated[Principal, Depends(reader)]
    ) -> Response:
        return _described(request, service, principal, named(request))

    def schemed(which: str) -> Callable[..., Response]:
        def one(
            request: Request, service: Serving, principal: Annotated[Principal, Depends(reader)]
        ) -> Response:
            return _schemed(request, service, principal, named(request), which)

        return one

    def listed(
        request: Request, service: Serving, principal: Annotated[Principal, Depends(reader)]
    ) -> Response:
        return _listed(request, service, principal, named(request), counts)

    def single(
        request: Request,
        service: Serving,
        principal: Annotated[Principal, Depends(reader)],
        key: Annotated[str, Path(max_length=64)],
    ) -> Response:
        return _single(request, service, principal, named(request), key)

    endpoints: dict[str, Callable[..., Response]] = {
        "": described,
        **{f"/{which}": schemed(which) for which in _SCHEMAS},
        "/items": listed,
        "/items/{key}": single,
    }
    for suffix, endpoint in endpoints.items():
        routes.add_api_route(f"{path}{suffix}", endpoint, methods=["GET"], response_class=Response)


_SCHEMAS: Final[Mapping[str, Callable[[str, Opened], dict[str, Any]]]] = {
    "schema": schema.returnables,
    "queryables": schema.queryables,
    "sortables": schema.sortables,
}


def _landing(request: Request, service: Serving, principal: Anyone) -> Response:
    """Return the landing page."""
    form = _form(request, (JSON_FORMAT, HTML_FORMAT))
    with service.database.read() as connection:
        city, extent = _city(connection)
    document = documents.landing(base_of(request), city, extent)
    return _document(request, principal, city, form, "landing", document)


def _conformance(request: Request, service: Serving, principal: Anyone) -> Response:
    """Return what is claimed."""
    form = _form(request, (JSON_FORMAT, HTML_FORMAT))
    with service.database.read() as connection:
        city = read_city(connection)
    return _document(request, principal, city, form, "conformance", documents.conformance())


def _definition(request: Request, service: Serving, principal: Anyone) -> Response:
    """Return the OpenAPI document of what this reader sees."""
    form = _form(request, (OPENAPI_FORMAT, HTML_FORMAT))
    with service.database.read() as connection:
        city = read_city(connection)
        opened = all_opened(connection, service, principal)
    document = api.definition(base_of(request), opened, uris_of(city))
    return _document(request, principal, city, form, "api", document)


def _collections(request: Request, service: Serving, principal: Anyone) -> Response:
    """Return the collections this reader sees."""
    form = _form(request, (JSON_FORMAT, HTML_FORMAT))
    with service.database.read() as connection:
        city, extent = _city(connection)
        opened = all_opened(connection, service, principal)
    document = documents.collections(base_of(request), opened, city, extent)
    return _document(request, principal, city, form, "collections", document, opened=opened)


def _described(request: Request, service: Service, principal: Principal, name: str) -> Response:
    form = _form(request, (JSON_FORMAT, HTML_FORMAT))
    with service.database.read() as connection:
        city, extent = _city(connection)
        opened = find_opened(connection, service, principal, name)
    document = documents.collection(base_of(request), opened, city, extent)
    return _document(request, principal, city, form, "collection", document, opened=opened)


def _schemed(request: Request, service: Service, principal: Principal, name: str, which: str) -> Response:
    form = _form(request, (SCHEMA_FORMAT, HTML_FORMAT))
    with service.database.read() as connection:
        city = read_city(connection)
        opened = find_opened(connection, service, principal, name)
    document = _SCHEMAS[which](f"{collection_address(base_of(request), name)}/{which}", opened)
    return _document(request, principal, city, form, "schema", document, opened=opened, heading=which)


def _listed(request: Request, service: Service, principal: Principal, name: str, counts: Counts) -> Response:
    form = choose(request, all_formats())
    with service.database.read() as connection:
        city = read_city(connection)
        opened = find_opened(connection, service, principal, name)
        asked = read_asked(request.query_params, opened, city)
        return items(request, connection, service, principal, city, opened, asked, form, counts)


def _single(request: Request, service: Service, principal: Principal, name: str, key: str) -> Response:
    form = choose(request, FORMATS)
    with service.database.read() as connection:
        city = read_city(connection)
        opened = find_opened(connection, service, principal, name)
        return item(request, connection, service, principal, city, opened, key, form)


def _form(request: Request, formats: Sequence[Format]) -> Format:
    given = single_values(request.query_params, _OF_DOCUMENT)
    if given.get("lang", "zh") not in ("zh", "en"):
        raise InvalidInput("lang has no such value", given["lang"], "Use zh or en.")
    return choose(request, formats)


def _city(connection: Connection) -> tuple[City, Any]:
    city = read_city(connection)
    return city, city_bounds(connection, city, Moment.today())


def _document(
    request: Request,
    principal: Principal,
    city: City,
    form: Format,
    kind: str,
    document: dict[str, Any],
    **told: Any,
) -> Response:
    """Return a document as JSON or as a page; one the client holds already is not sent again."""
    etag = document_etag(document, form.name, request.query_params.get("lang"), city.name)
    headers = caching.cache_headers(principal, etag) | {"Vary": "Accept, Authorization, Cookie"}
    if caching.not_modified(request, etag):
        return Response(status_code=304, headers=headers)
    if form is HTML_FORMAT:
        return pages.document(request, city, kind, {"document": document, **told}, headers)
    return Response(orjson.dumps(document), 200, headers, form.media_type)
