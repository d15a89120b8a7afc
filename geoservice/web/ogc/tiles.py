"""OGC API – Tiles: ``/ogc/collections/{id}/tiles/WebMercatorQuad/{z}/{y}/{x}``, tile sets and TileJSON."""

# Annotations are evaluated here, not postponed: the endpoints below are closures, and FastAPI could not find
# the local names of their signatures in postponed ones.
import hashlib
from collections.abc import Callable
from typing import Annotated, Any, Final, Literal
from urllib.parse import urlencode

import orjson
from fastapi import APIRouter, Depends, Path, Query, Request
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import Connection
from starlette.responses import Response

from geoservice.access.principals import Principal
from geoservice.errors import NotFound
from geoservice.geo.mvt import MEDIA_TYPE
from geoservice.geo.mvt_grid import MAX_ZOOM, Tile
from geoservice.registry.collections import COLLECTIONS, Collection
from geoservice.registry.features import FeatureQuery
from geoservice.registry.tiles.read import require_geometry
from geoservice.registry.tiles.specs import SPECS
from geoservice.service import Service
from geoservice.web import caching
from geoservice.web.kept import Kept, send_packed
from geoservice.web.ogc import tile_documents as documents
from geoservice.web.permission import Open, Requires, Serving
from geoservice.web.questions import When

CONFORMANCE: Final = documents.CONFORMANCE
_A_YEAR: Final = 31_536_000
_ERRORS: Final[dict[int | str, dict[str, Any]]] = {
    304: {"description": "Not modified"},
    400: {"description": "A parameter is unknown or wrong"},
    401: {"description": "The token is not valid"},
    403: {"description": "The role does not see this"},
    503: {"description": "The database cannot be used"},
}
_TILE: Final[dict[int | str, dict[str, Any]]] = {
    **_ERRORS,
    200: {"content": {MEDIA_TYPE: {}}, "description": "Mapbox Vector Tile 2.1"},
    204: {"description": "Nothing lies in this tile"},
    404: {"description": "The tile matrix set has no such tile"},
}
_JSON: Final[dict[int | str, dict[str, Any]]] = {
    **_ERRORS,
    200: {"content": {"application/json": {"schema": {"type": "object"}}}, "description": "JSON"},
}


class TileQuery(When):
    """What may be said of a tile."""

    v: Annotated[
        str | None,
        Field(
            max_length=64, description="Revision, as the tile set names it: the answer then never changes."
        ),
    ] = None
    f: Annotated[Literal["mvt"] | None, Field(description="Format; there is one.")] = None
    detail: Annotated[
        Literal["all"] | None,
        Field(description="`all`: features at any zoom, in place of counts below the zoom of details."),
    ] = None


class TileSetQuery(When):
    """What may be said of a tile set."""

    f: Annotated[Literal["json", "tilejson"] | None, Field(description="`json` or `tilejson`.")] = None


class DocumentQuery(BaseModel):
    """What may be said of a document that is the same for everybody."""

    model_config = ConfigDict(extra="forbid")

    f: Annotated[Literal["json"] | None, Field(description="Format; there is one.")] = None


def router() -> APIRouter:
    """Return the routes of tiles."""
    routes = APIRouter(prefix="/ogc", tags=["tiles"])
    _add(routes, "/tileMatrixSets", _matrix_sets, "Tile matrix sets", _JSON)
    _add(routes, f"/tileMatrixSets/{documents.MATRIX_SET}", _matrix_set, "WebMercatorQuad", _JSON)
    for name in SPECS:
        collection = COLLECTIONS[name]
        here = f"/collections/{name}/tiles"
        _add(routes, here, _sets_route(collection), f"{collection.zh}: tile sets", _JSON)
        _add(
            routes,
            f"{here}/{documents.MATRIX_SET}",
            _set_route(collection),
            f"{collection.zh}: tile set",
            _JSON,
        )
        path = f"{here}/{documents.MATRIX_SET}/{{z}}/{{y}}/{{x}}"
        _add(routes, path, _tile_route(collection), f"{collection.zh}: a vector tile", _TILE)
    return routes


def _add(
    routes: APIRouter,
    path: str,
    endpoint: Callable[..., Response],
    summary: str,
    responses: dict[int | str, dict[str, Any]],
) -> None:
    name = "ogc_" + path.strip("/").replace("/", "_").translate({123: None, 125: None})
    routes.add_api_route(
        path,
        endpoint,
        methods=["GET"],
        summary=summary,
        responses=responses,
        response_class=Response,
        operation_id=name,
    )


def _matrix_sets(
    request: Request, _: Annotated[None, Depends(Open())], asked: Annotated[DocumentQuery, Query()]
) -> Response:
    return _json(documents.matrix_sets(_base(request)))


def _matrix_set(_: Annotated[None, Depends(Open())], asked: Annotated[DocumentQuery, Query()]) -> Response:
    return _json(documents.matrix_set())


def _sets_route(collection: Collection) -> Callable[..., Response]:
    reader = _reader(collection)

    def sets(
        request: Request,
        service: Serving,
        principal: Annotated[Principal, Depends(reader)],
        asked: Annotated[DocumentQuery, Query()],
    ) -> Response:
        return _document(
            request, service, _query(service, principal, collection, When()), documents.tile_sets
        )

    return sets


def _set_route(collection: Collection) -> Callable[..., Response]:
    reader = _reader(collection)

    def described(
        request: Request,
        service: Serving,
        principal: Annotated[Principal, Depends(reader)],
        asked: Annotated[TileSetQuery, Query()],
    ) -> Response:
        make = documents.tile_json if asked.f == "tilejson" else documents.tile_set
        return _document(request, service, _query(service, principal, collection, asked), make)

    return described


def _tile_route(collection: Collection) -> Callable[..., Response]:
    reader = _reader(collection)

    def tile(
        request: Request,
        service: Serving,
        principal: Annotated[Principal, Depends(reader)],
        z: Annotated[int, Path(description=f"Zoom level, 0 to {MAX_ZOOM}.")],
        y: Annotated[int, Path(description="Row from the north.")],
        x: Annotated[int, Path(description="Column from the west.")],
        asked: Annotated[TileQuery, Query()],
    ) -> Response:
        place = Tile(z, x, y)
        if not place.exists:
            raise NotFound(
                "The tile matrix set has no such tile", f"{z}/{y}/{x}", "Ask for z, y and x in range."
            )
        query = _query(service, principal, collection, asked)
        require_geometry(query)
        with service.database.read() as connection:
            version = tiles_version(connection, service, query)
            etag = f'W/"{version}-{z}-{y}-{x}{asked.detail or ""}"'
            headers = _headers(principal, etag, lasting=asked.v == version)
            if caching.not_modified(request, etag):
                return Response(status_code=304, headers=headers)
            kept: Kept = request.app.state.kept
            everything = asked.detail == "all"
            body = kept.tile(connection, query, version, place, all_features=everything)
        kept.note("tiles", query, zoom=z, all=everything)
        if not body:
            return Response(status_code=204, headers=headers)
        return send_packed(request, body, headers, MEDIA_TYPE)

    return tile


def tiles_version(connection: Connection, service: Service, query: FeatureQuery) -> str:
    """Return what names this state of a collection for this reader: revisions, date, policy, rules, role, scope."""
    etag = caching.collection_etag(
        connection, service, query.collection, query.moment, query.principal, "tiles"
    )
    return hashlib.sha256(etag.encode()).hexdigest()[:16]


def _headers(principal: Principal, etag: str, *, lasting: bool) -> dict[str, str]:
    """Return caching headers: what is asked for by its revision never changes, all else is revalidated."""
    headers = caching.cache_headers(principal, etag)
    if lasting:
        reach = "public" if principal.anonymous else "private"
        headers["Cache-Control"] = f"{reach}, max-age={_A_YEAR}, immutable"
    return headers


_Make = Callable[[str, Collection, str, Any], dict[str, Any]]


def _document(request: Request, service: Service, query: FeatureQuery, make: _Make) -> Response:
    with service.database.read() as connection:
        version = tiles_version(connection, service, query)
    etag = f'W/"{version}-{hashlib.sha256(str(request.url).encode()).hexdigest()[:8]}"'
    headers = caching.cache_headers(query.principal, etag)
    if caching.not_modified(request, etag):
        return Response(status_code=304, headers=headers)
    when = {
        name: request.query_params[name] for name in ("datetime", "known_on") if name in request.query_params
    }
    question = urlencode({"v": version, **when})
    return _json(make(_base(request), query.collection, question, query.view), headers)


def _query(service: Service, principal: Principal, collection: Collection, asked: When) -> FeatureQuery:
    view = service.policy.view(principal, collection.name)
    return FeatureQuery(collection, asked.moment(), principal, view)


def _reader(collection: Collection) -> Requires:
    return Requires("layers:read" if collection.name == "layer_features" else f"{collection.name}:read")


def _base(request: Request) -> str:
    return f"{str(request.base_url).rstrip('/')}/ogc"


def _json(document: dict[str, Any], headers: dict[str, str] | None = None) -> Response:
    return Response(orjson.dumps(document), 200, headers, "application/json")
