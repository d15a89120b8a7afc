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
from geoservice.registry.cql import parse_json
from geoservice.registry.moment import Moment
from geoservice.registry.places import city_bounds
from geoservice.registry.settings import City, read_city
from geoservice.service import Service
from geoservice.web import caching
from geoservice.web.language import preferred
from geoservice.web.ogc import api, documents, pages, schema, writing
from geoservice.web.ogc.addresses import GEOJSON, base_of, collection_address
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
from geoservice.web.ogc.receivable import methods_of, noun_of, writable_fields
from geoservice.web.ogc.systems import uris_of
from geoservice.web.ogc.writing import Hand
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

    def posted(
        request: Request,
        service: Serving,
        principal: Annotated[Principal, Depends(reader)],
        body: Annotated[bytes, Depends(_body)],
    ) -> Response:
        return _posted(request, service, principal, named(request), body, counts)

    def changing(act: Callable[[Hand, str, bytes], Response]) -> Callable[..., Response]:
        def one(
            request: Request,
            service: Serving,
            principal: Annotated[Principal, Depends(reader)],
            key: Annotated[str, Path(max_length=64)],
            body: Annotated[bytes, Depends(_body)],
        ) -> Response:
            writing.require_nothing_asked(request)
            return act(Hand(request, service, principal, named(request)), key, body)

        return one

    def optional(
        request: Request, service: Serving, principal: Annotated[Principal, Depends(reader)]
    ) -> Response:
        return _options(request, service, principal, named(request))

    for suffix in ("/items", "/items/{key}"):
        routes.add_api_route(f"{path}{suffix}", optional, methods=["OPTIONS"], response_class=Response)
    routes.add_api_route(f"{path}/items", posted, methods=["POST"], response_class=Response)
    for method, act in _ACTS.items():
        routes.add_api_route(
            f"{path}/items/{{key}}", changing(act), methods=[method], response_class=Response
        )
    endpoints: dict[str, Callable[..., Response]] = {
        "": described,
        **{f"/{which}": schemed(which) for which in _SCHEMAS},
        "/items": listed,
        "/items/{key}": single,
    }
    for suffix, endpoint in endpoints.items():
        routes.add_api_route(f"{path}{suffix}", endpoint, methods=["GET"], response_class=Response)


_ACTS: Final[Mapping[str, Callable[[Hand, str, bytes], Response]]] = {
    "PUT": lambda hand, key, body: writing.changed(hand, key, body, whole=True),
    "PATCH": lambda hand, key, body: writing.changed(hand, key, body, whole=False),
    "DELETE": lambda hand, key, _: writing.ended(hand, key),
}


async def _body(request: Request) -> bytes:
    return await request.body()


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
    editable = [(each, methods_of(service.policy, principal, each)) for each in opened]
    document = api.definition(base_of(request), editable, uris_of(city))
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
    address = f"{collection_address(base_of(request), name)}/{which}"
    document = _SCHEMAS[which](address, opened)
    if which == "schema":
        kind = noun_of(opened)
        writable = frozenset() if kind is None else writable_fields(service.policy, principal, kind)
        document = schema.returnables(address, opened, writable)
    return _document(request, principal, city, form, "schema", document, opened=opened, heading=which)


def _listed(request: Request, service: Service, principal: Principal, name: str, counts: Counts) -> Response:
    form = choose(request, all_formats())
    with service.database.read() as connection:
        city = _city_for(request, connection, form)
        opened = find_opened(connection, service, principal, name)
        asked = read_asked(request.query_params, opened, city)
        return items(request, connection, service, principal, city, opened, asked, form, counts)


def _single(request: Request, service: Service, principal: Principal, name: str, key: str) -> Response:
    form = choose(request, FORMATS)
    with service.database.read() as connection:
        city = read_city(connection)
        opened = find_opened(connection, service, principal, name)
        return item(request, connection, service, principal, city, opened, key, form)


def _posted(
    request: Request, service: Service, principal: Principal, name: str, body: bytes, counts: Counts
) -> Response:
    """Answer a filter that was sent as the body, or add the feature that was."""
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != GEOJSON and b'"op"' in body:
        posted = parse_json(body.decode("utf-8", "replace"))
        if isinstance(posted, dict) and "op" in posted:
            form = choose(request, FORMATS)
            with service.database.read() as connection:
                city = read_city(connection)
                opened = find_opened(connection, service, principal, name)
                asked = read_asked(request.query_params, opened, city, posted)
                return items(
                    request, connection, service, principal, city, opened, asked, form, counts, posted
                )
    writing.require_nothing_asked(request)
    return writing.created(Hand(request, service, principal, name), body)


def _options(request: Request, service: Service, principal: Principal, name: str) -> Response:
    """Say what this reader may do here; desktop clients ask before they offer editing."""
    with service.database.read() as connection:
        opened = find_opened(connection, service, principal, name)
    of_all, of_one = methods_of(service.policy, principal, opened)
    single = "key" in request.path_params
    allowed = sorted({"GET", "HEAD", "OPTIONS"} | (of_one if single else of_all))
    headers = {"Allow": ", ".join(allowed), "Cache-Control": "private, no-store"}
    if single and "PATCH" in allowed:
        headers["Accept-Patch"] = "application/merge-patch+json, application/geo+json"
    return Response(status_code=204, headers=headers)


def _form(request: Request, formats: Sequence[Format]) -> Format:
    given = single_values(request.query_params, _OF_DOCUMENT)
    if given.get("lang", "zh") not in ("zh", "en"):
        raise InvalidInput("lang has no such value", given["lang"], "Use zh or en.")
    return choose(request, formats)


def _city_for(request: Request, connection: Connection, form: Format) -> City:
    """Return the city where it matters: for pages, and for the reference systems it is served in."""
    named = form is HTML_FORMAT or any("crs" in name for name in request.query_params)
    return read_city(connection) if named else City()


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
    etag = document_etag(document, form.name, preferred(request), city.name)
    headers = caching.cache_headers(principal, etag) | {"Vary": "Accept, Authorization, Cookie"}
    if caching.not_modified(request, etag):
        return Response(status_code=304, headers=headers)
    if form is HTML_FORMAT:
        return pages.document(request, city, kind, {"document": document, **told}, headers)
    return Response(orjson.dumps(document), 200, headers, form.media_type)
