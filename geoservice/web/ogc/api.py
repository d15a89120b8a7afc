"""The definition of the open door: OpenAPI 3.0 with concrete paths, for the collections the reader sees."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from geoservice import __version__
from geoservice.registry.tiles.specs import SPECS
from geoservice.web.ogc.addresses import GEOJSON, HTML, JSON, OPENAPI, SCHEMA
from geoservice.web.ogc.api_changes import CHANGE_ERRORS, add_changes
from geoservice.web.ogc.bulk import BULK, bulk_of
from geoservice.web.ogc.opened import Opened
from geoservice.web.ogc.parameters import LANGUAGES, MAX_OFFSET
from geoservice.web.ogc.schema import comparable_fields
from geoservice.web.questions import DEFAULT_LIMIT, MAX_LIMIT

_PROBLEM: Final = "application/problem+json"
_ERRORS: Final = {
    "304": "Not modified",
    "400": "A parameter is unknown or wrong",
    "401": "The token is not valid",
    "403": "The role does not see this",
    "404": "There is no such thing",
    "406": "None of the formats is acceptable",
    "500": "Something went wrong inside the service",
    "503": "The database cannot be used",
    "504": "The answer took too long",
}
_OF_ITEM: Final = ("crs", "datetime", "known_on", "properties", "skipGeometry")
_OF_ITEMS: Final = (
    "bbox",
    "bbox-crs",
    "limit",
    "offset",
    "cursor",
    "q",
    "filter",
    "filter-lang",
    "filter-crs",
    "sortby",
    "resulttype",
    "skipCount",
)


Methods = tuple[set[str], set[str]]
"""Methods that change a collection, and methods that change one of its features."""


def definition(base: str, opened: Sequence[tuple[Opened, Methods]], systems: Sequence[str]) -> dict[str, Any]:
    """Return the OpenAPI 3.0 document."""
    paths: dict[str, Any] = {
        "/": _get("landingPage", "首页 · Landing page", (JSON, HTML)),
        "/conformance": _get("conformance", "符合性 · Conformance", (JSON, HTML)),
        "/api": _get("definition", "接口定义 · Definition of the API", (OPENAPI, HTML)),
        "/collections": _get("collections", "集合 · Collections", (JSON, HTML)),
        "/tileMatrixSets": _get("tileMatrixSets", "瓦片矩阵集 · Tile matrix sets", (JSON,)),
        "/tileMatrixSets/WebMercatorQuad": _get("tileMatrixSet", "WebMercatorQuad", (JSON,)),
    }
    for each, methods in opened:
        paths |= _paths(each)
        add_changes(paths, each, methods)
    return {
        "openapi": "3.0.3",
        "info": {
            "title": "geoservice · OGC API",
            "version": __version__,
            "description": "OGC API – Features 1–5, CQL2 and Tiles over the land and the projects of a city.",
        },
        "servers": [{"url": base}],
        "tags": [{"name": each.id, "description": f"{each.title} · {each.title_en}"} for each, _ in opened],
        "security": [{}, {"token": []}],
        "paths": paths,
        "components": {
            "parameters": _parameters(systems),
            "responses": {status: _error(text) for status, text in (_ERRORS | CHANGE_ERRORS).items()},
            "schemas": {"problem": {"type": "object"}, "geojson": {"type": "object"}},
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


def _paths(opened: Opened) -> dict[str, Any]:
    here, title = f"/collections/{opened.id}", opened.title
    formats = (GEOJSON, HTML, *(each.media_type for each in bulk_of(opened).values()))
    names = (*_OF_ITEM, *_OF_ITEMS)
    items = _get(f"{opened.id}.items", f"{title}: 要素 · features", formats, names, opened.id)
    items["get"]["parameters"] += [
        _query(name, _simple(kind), f"{name} equals this") for name, kind in comparable_fields(opened).items()
    ]
    paths = {
        here: _get(f"{opened.id}.collection", title, (JSON, HTML), tag=opened.id),
        f"{here}/schema": _get(
            f"{opened.id}.schema", f"{title}: 结构 · schema", (SCHEMA, HTML), tag=opened.id
        ),
        f"{here}/queryables": _get(
            f"{opened.id}.queryables", f"{title}: 可查询字段 · queryables", (SCHEMA, HTML), tag=opened.id
        ),
        f"{here}/sortables": _get(
            f"{opened.id}.sortables", f"{title}: 可排序字段 · sortables", (SCHEMA, HTML), tag=opened.id
        ),
        f"{here}/items": items,
        f"{here}/items/{{featureId}}": _one(opened),
    }
    return paths | (_tiles(opened) if opened.id in SPECS else {})


def _one(opened: Opened) -> dict[str, Any]:
    found = _get(f"{opened.id}.item", f"{opened.title}: 一个 · one", (GEOJSON, HTML), _OF_ITEM, opened.id)
    found["parameters"] = [_path("featureId", {"type": "string"}, "Key of the feature")]
    return found


def _tiles(opened: Opened) -> dict[str, Any]:
    here, title = f"/collections/{opened.id}/tiles", f"{opened.title}: 瓦片 · tiles"
    tile = _get(
        f"{opened.id}.tile",
        title,
        ("application/vnd.mapbox-vector-tile",),
        ("datetime", "known_on"),
        opened.id,
    )
    tile["get"]["responses"]["204"] = {"description": "Nothing lies in this tile"}
    tile["parameters"] = [
        _path(name, {"type": "integer"}, text)
        for name, text in (("z", "Zoom level"), ("y", "Row from the north"), ("x", "Column from the west"))
    ]
    tile["get"]["parameters"] = [
        *tile["get"]["parameters"][1:],
        _query("f", {"type": "string", "enum": ["mvt"]}, "Format"),
        _query("v", {"type": "string"}, "Revision, as the tile set names it"),
    ]
    one = _get(f"{opened.id}.tileset", title, (JSON,), ("datetime", "known_on"), opened.id)
    one["get"]["parameters"][0] = _query("f", {"type": "string", "enum": ["json", "tilejson"]}, "Format")
    return {
        here: _get(f"{opened.id}.tilesets", title, (JSON,), tag=opened.id),
        f"{here}/WebMercatorQuad": one,
        f"{here}/WebMercatorQuad/{{z}}/{{y}}/{{x}}": tile,
    }


def _get(
    name: str, summary: str, formats: Sequence[str], parameters: Sequence[str] = (), tag: str = "api"
) -> dict[str, Any]:
    names = ["json"] if HTML not in formats else ["json", "html"]
    names += [each.name for each in BULK.values() if each.media_type in formats]
    return {
        "get": {
            "operationId": name,
            "summary": summary,
            "tags": [tag],
            "parameters": [
                _query("f", {"type": "string", "enum": names}, "Format; else by Accept"),
                *(
                    [_query("lang", {"type": "string", "enum": ["zh", "en"]}, "Language of pages")]
                    if HTML in formats
                    else []
                ),
                *({"$ref": f"#/components/parameters/{parameter}"} for parameter in parameters),
            ],
            "responses": {
                "200": {
                    "description": summary,
                    "content": {each: {"schema": _content(each)} for each in formats},
                },
                **{status: {"$ref": f"#/components/responses/{status}"} for status in _ERRORS},
            },
        }
    }


def _content(media_type: str) -> dict[str, Any]:
    return {"type": "object"} if "json" in media_type else {"type": "string"}


def _error(text: str) -> dict[str, Any]:
    if text == "Not modified":
        return {"description": text}
    return {
        "description": text,
        "content": {_PROBLEM: {"schema": {"$ref": "#/components/schemas/problem"}}},
    }


def _parameters(systems: Sequence[str]) -> dict[str, Any]:
    text, flag = {"type": "string"}, {"type": "boolean", "default": False}
    # One string rather than "uri" formats and unions: QGIS and GDAL read plain types only.
    systems_enum = {"type": "string", "enum": list(systems)}
    numbers = {"type": "array", "items": {"type": "number"}, "minItems": 4, "maxItems": 6}
    named = {
        "limit": _query(
            "limit",
            {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": DEFAULT_LIMIT},
            "Features of a page",
        ),
        "offset": _query(
            "offset",
            {"type": "integer", "minimum": 0, "maximum": MAX_OFFSET, "default": 0},
            "Features to pass over; next links are quicker",
        ),
        "cursor": _query("cursor", text, "Where the page before ended; follow the next link"),
        "bbox": _query("bbox", numbers, "Box the features touch, in CRS84 or bbox-crs"),
        "bbox-crs": _query("bbox-crs", systems_enum, "Reference system of bbox"),
        "crs": _query("crs", systems_enum, "Reference system of the answer"),
        "datetime": _query("datetime", text, "Day or instant of validity, or an interval; default today"),
        "known_on": _query(
            "known_on", {"type": "string", "format": "date"}, "Answer with what was known then"
        ),
        "q": _query(
            "q", {"type": "string", "maxLength": 100}, "Text in name or code; Chinese, pinyin or initials"
        ),
        "filter": _query("filter", text, "CQL2 filter"),
        "filter-lang": _query(
            "filter-lang",
            {"type": "string", "enum": list(LANGUAGES), "default": LANGUAGES[0]},
            "Its language",
        ),
        "filter-crs": _query("filter-crs", systems_enum, "Reference system of its shapes"),
        "sortby": _query("sortby", text, "Fields, a minus before those from great to small"),
        "properties": _query("properties", text, "Fields wanted, by commas"),
        "skipGeometry": _query("skipGeometry", flag, "Leave shapes out"),
        "skipCount": _query("skipCount", flag, "Leave numberMatched out"),
        "resulttype": _query(
            "resulttype",
            {"type": "string", "enum": ["results", "hits"], "default": "results"},
            "Only the number",
        ),
    }
    return named


def _query(name: str, schema: dict[str, Any], description: str) -> dict[str, Any]:
    return {
        "name": name,
        "in": "query",
        "description": description,
        "required": False,
        "schema": schema,
        "style": "form",
        "explode": False,
    }


def _path(name: str, schema: dict[str, Any], description: str) -> dict[str, Any]:
    return {"name": name, "in": "path", "required": True, "schema": schema, "description": description}


def _simple(kind: str) -> dict[str, Any]:
    return {"type": kind} if kind in ("number", "boolean") else {"type": "string"}
