"""``/v1/{parks,zones,parcels,projects,availability,demolition,layers}`` and their items."""

# Annotations are evaluated here, not postponed: the endpoints below are closures, and FastAPI could not find
# the local names of their signatures in postponed ones.
from collections.abc import Callable
from dataclasses import replace
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Path, Query, Request
from starlette.responses import Response

from geoservice.access.principals import Principal
from geoservice.exports.export import Order
from geoservice.exports.formats import FORMATS
from geoservice.registry import cursors, features
from geoservice.registry.collections import COLLECTIONS, Collection
from geoservice.registry.features import FeatureQuery
from geoservice.registry.filters import Filters
from geoservice.registry.moment import Moment
from geoservice.registry.revisions import settled
from geoservice.registry.settings import signing_key
from geoservice.service import Service
from geoservice.web import caching
from geoservice.web.exporting import export_answer, export_parameters_of, order_of, wanted_writer
from geoservice.web.geojson import MEDIA_TYPE, collection_response, feature_response
from geoservice.web.permission import Requires, Serving
from geoservice.web.questions import Narrowing, When, filters_of

_GEOJSON: Final[dict[int | str, dict[str, Any]]] = {
    200: {"content": {MEDIA_TYPE: {"schema": {"type": "object"}}}, "description": "GeoJSON (RFC 7946)"},
    304: {"description": "Not modified"},
    400: {"description": "A parameter is unknown or wrong"},
    401: {"description": "The token is not valid"},
    403: {"description": "The role does not see this"},
    503: {"description": "The database cannot be used"},
}
_LIST: Final[dict[int | str, dict[str, Any]]] = {
    **_GEOJSON,
    200: {
        "content": {
            MEDIA_TYPE: {"schema": {"type": "object"}},
            **{
                writer.media_type: {"schema": {"type": "string", "format": "binary"}}
                for writer in FORMATS.values()
                if writer.media_type != MEDIA_TYPE
            },
        },
        "description": "GeoJSON (RFC 7946) in pages, or the whole as a file",
    },
}
_ITEM: Final[dict[int | str, dict[str, Any]]] = {
    **_GEOJSON,
    404: {"description": "Nothing of that key that day"},
}


def router() -> APIRouter:
    """Return the routes of every collection."""
    routes = APIRouter(prefix="/v1")
    for name in ("parks", "zones", "parcels", "projects", "availability", "demolition", "layers"):
        collection = COLLECTIONS[name]
        if name != "demolition":  # its list rolls up too, see clearance
            _add(routes, f"/{name}", _list_route(collection), collection, f"{collection.zh} · {name}", _LIST)
        _add(routes, f"/{name}/{{key}}", _item_route(collection), collection, f"{collection.zh}, one", _ITEM)
    shapes = COLLECTIONS["layer_features"]
    _add(
        routes,
        "/layers/{code}/features",
        _layer_route(shapes),
        shapes,
        "图层要素 · features of a layer",
        _ITEM | _LIST,
    )
    return routes


def _add(
    routes: APIRouter,
    path: str,
    endpoint: Callable[..., Response],
    collection: Collection,
    summary: str,
    responses: dict[int | str, dict[str, Any]],
) -> None:
    routes.add_api_route(
        path,
        endpoint,
        methods=["GET"],
        summary=summary,
        responses=responses,
        response_class=Response,
        tags=[collection.name],
        operation_id=path.strip("/").replace("/", "_").translate({123: None, 125: None}),
    )


def _permission(collection: Collection) -> str:
    name = "layers" if collection.name == "layer_features" else collection.name
    return f"{name}:read"


def _list_route(collection: Collection) -> Callable[..., Response]:
    parameters = export_parameters_of(collection)
    reader = Requires(_permission(collection))

    def listing(
        request: Request,
        service: Serving,
        principal: Annotated[Principal, Depends(reader)],
        asked: Annotated[parameters, Query()],  # type: ignore[valid-type]
    ) -> Response:
        return answer_list(request, service, principal, collection, asked, filters_of(collection, asked))

    return listing


def _item_route(collection: Collection) -> Callable[..., Response]:
    reader = Requires(_permission(collection))

    def one(
        request: Request,
        service: Serving,
        principal: Annotated[Principal, Depends(reader)],
        key: Annotated[str, Path(max_length=64)],
        asked: Annotated[When, Query()],
    ) -> Response:
        query = _query(service, principal, collection, asked.moment(), Filters())
        with service.database.read() as connection:
            return caching.revalidated(
                request,
                connection,
                service,
                query,
                f"item {key}",
                lambda etag: feature_response(principal, etag, features.item(connection, query, key)),
            )

    return one


def _layer_route(collection: Collection) -> Callable[..., Response]:
    parameters = export_parameters_of(collection)
    reader = Requires(_permission(collection))

    def of_layer(
        request: Request,
        service: Serving,
        principal: Annotated[Principal, Depends(reader)],
        code: Annotated[str, Path(max_length=64)],
        asked: Annotated[parameters, Query()],  # type: ignore[valid-type]
    ) -> Response:
        found = filters_of(collection, asked)
        narrowed = Filters(
            found.bbox, found.text, {**found.equal, "layer": (code,)}, found.area_min_m2, found.area_max_m2
        )
        return answer_list(request, service, principal, collection, asked, narrowed)

    return of_layer


def answer_list(
    request: Request,
    service: Service,
    principal: Principal,
    collection: Collection,
    asked: Narrowing,
    filters: Filters,
) -> Response:
    """Answer one page of a collection, from where the cursor says; or the whole of it as a file."""
    query = _query(service, principal, collection, asked.moment(), filters)
    writer = wanted_writer(request, asked)
    if writer is not None:
        return _answer_file(request, service, order_of(query, writer, asked))
    with service.database.read() as connection:
        secret = signing_key(connection) or b""
        cursor = None
        if asked.cursor is not None:
            cursor = cursors.read_cursor(asked.cursor, query, service.policy.version, secret)
            query = replace(query, moment=settled(connection, collection.sources, cursor.moment))

        def fresh(etag: str) -> Response:
            after = None if cursor is None else cursor.after
            page = features.page(connection, query, limit=asked.limit, after=after)
            pinned = query.moment.pinned() if cursor is None else cursor.moment
            following = _next(query, pinned, page, service, secret)
            return collection_response(request, principal, etag, page, query.moment.day, following)

        question = f"{request.url.path}?{sorted(request.query_params.items())}"
        return caching.revalidated(request, connection, service, query, question, fresh)


def _answer_file(request: Request, service: Service, order: Order) -> Response:
    question = f"{request.url.path}?{sorted(request.query_params.items())} {order.writer.name}"
    query = order.query
    with service.database.read() as connection:
        etag = caching.collection_etag(
            connection, service, query.collection, query.moment, query.principal, question
        )
    headers = caching.cache_headers(query.principal, etag) | {"Vary": "Accept, Authorization, Cookie"}
    if caching.not_modified(request, etag):
        return Response(status_code=304, headers=headers)
    return export_answer(request, service, order, headers)


def _query(
    service: Service, principal: Principal, collection: Collection, moment: Moment, filters: Filters
) -> FeatureQuery:
    return FeatureQuery(
        collection, moment, principal, service.policy.view(principal, collection.name), filters
    )


def _next(
    query: FeatureQuery, pinned: Moment, page: features.Page, service: Service, secret: bytes
) -> str | None:
    if page.last_key is None:
        return None
    position = cursors.Cursor(page.last_key, pinned)
    return cursors.write_cursor(position, query, service.policy.version, secret)
