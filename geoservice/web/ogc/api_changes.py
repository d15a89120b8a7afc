"""The part of the definition that says what may be sent: filters as bodies, and changes by those who may."""

from __future__ import annotations

from typing import Any, Final

from geoservice.web.ogc.addresses import GEOJSON, JSON
from geoservice.web.ogc.opened import Opened

CHANGE_ERRORS: Final = {
    "409": "This is recorded already, or contradicts what is",
    "412": "Somebody changed it in the meantime",
    "413": "The body is too large",
    "415": "The body is of another media type",
}
_ANY: Final = ("400", "401", "403", "404", "413", "415", "500", "503", "504")
_FEATURE: Final = {GEOJSON: {"schema": {"$ref": "#/components/schemas/geojson"}}}
_PATCH: Final = {**_FEATURE, "application/merge-patch+json": {"schema": {"type": "object"}}}


def add_changes(paths: dict[str, Any], opened: Opened, methods: tuple[set[str], set[str]]) -> None:
    """Add what may be sent to a collection and to one of its features."""
    of_all, of_one = methods
    items, one = (paths[f"/collections/{opened.id}/items{suffix}"] for suffix in ("", "/{featureId}"))
    items["post"] = _post(opened, create="POST" in of_all)
    for method, summary, answer in (
        ("PUT", "替换 · replace", "200"),
        ("PATCH", "修改 · update", "200"),
        ("DELETE", "终止 · end", "204"),
    ):
        if method in of_one:
            one[method.lower()] = _change(opened, method, summary, answer)
    for path, name in ((items, "items"), (one, "item")):
        path["options"] = {
            "operationId": f"{opened.id}.{name}.options",
            "summary": "可用方法 · methods",
            "tags": [opened.id],
            "parameters": [],
            "responses": {
                "204": {"description": "Allow lists them"},
                **_errors("401", "403", "404", "500", "503"),
            },
        }


def _post(opened: Opened, *, create: bool) -> dict[str, Any]:
    content: dict[str, Any] = {JSON: {"schema": {"type": "object", "description": "CQL2 JSON filter"}}}
    responses: dict[str, Any] = {
        "200": {"description": "Features", "content": {GEOJSON: {"schema": {"type": "object"}}}}
    }
    if create:
        content |= _FEATURE
        responses["201"] = {"description": "Added; Location is its address"}
    return {
        "operationId": f"{opened.id}.post",
        "summary": f"{opened.title}: {'查询、新增 · query, create' if create else '查询 · query'}",
        "tags": [opened.id],
        "parameters": [],
        "requestBody": {"required": True, "content": content},
        "responses": {**responses, **_errors(*_ANY, "304", "406", "409")},
    }


def _change(opened: Opened, method: str, summary: str, answer: str) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "operationId": f"{opened.id}.{method.lower()}",
        "summary": f"{opened.title}: {summary}",
        "tags": [opened.id],
        "parameters": [
            {
                "name": "If-Match",
                "in": "header",
                "required": False,
                "description": "ETag of the state the change was made for",
                "schema": {"type": "string"},
            }
        ],
        "responses": {
            answer: {"description": summary, **({"content": _FEATURE} if answer == "200" else {})},
            **_errors(*_ANY, "409", "412"),
        },
    }
    if method != "DELETE":
        operation["requestBody"] = {"required": True, "content": _PATCH if method == "PATCH" else _FEATURE}
    return operation


def _errors(*statuses: str) -> dict[str, Any]:
    return {status: {"$ref": f"#/components/responses/{status}"} for status in statuses}
