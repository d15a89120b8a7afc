"""The OpenAPI document of the domain API: what every route may answer beside what it names itself.

FastAPI says 422 for a parameter that is wrong; here every error is a problem document (RFC 9457), and that one is a 400.
"""

from __future__ import annotations

from typing import Any, Final

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute

from geoservice.web.permission import OPEN, flat_routes, permission_of

_PROBLEM: Final = "application/problem+json"
_REF: Final = {"schema": {"$ref": "#/components/schemas/Problem"}}
_SCHEMA: Final = {
    "title": "Problem",
    "type": "object",
    "required": ["type", "status", "title", "code", "value", "remedy"],
    "properties": {
        "type": {"type": "string"},
        "status": {"type": "integer"},
        "title": {"type": "string", "description": "What went wrong, in the language asked for."},
        "code": {"type": "string", "description": "The kind of error, for programs."},
        "value": {"type": ["string", "null"], "description": "The offending value."},
        "remedy": {"type": "string", "description": "What to do about it."},
    },
}
_ANYWHERE: Final = {
    "400": "A parameter is unknown or wrong",
    "401": "The token is not valid",
    "403": "The role may not do this",
    "503": "The service is busy, or the database cannot be used",
    "504": "The question took longer than the time limit",
}
_UNDER_A_KEY: Final = {"404": "Nothing is known under that name"}
_WITH_A_BODY: Final = {"413": "The body is too large"}
_OF_FASTAPI: Final = ("HTTPValidationError", "ValidationError")
_METHODS: Final = frozenset({"get", "put", "post", "delete", "patch"})


def describe(app: FastAPI) -> None:
    """Make the application describe itself by :func:`document`."""

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = document(app)
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign] # the way FastAPI's own documentation extends it


def document(app: FastAPI) -> dict[str, Any]:
    """Return the OpenAPI 3.1 document with every answer a route may give."""
    api = get_openapi(title=app.title, version=app.version, description=app.description, routes=app.routes)
    if app.root_path:
        api["servers"] = [{"url": app.root_path}]
    needing_nobody = {
        (method.lower(), route.path)
        for route in flat_routes(app.routes)
        if isinstance(route, APIRoute) and permission_of(route) == OPEN
        for method in route.methods or ()
    }
    for path, operations in api["paths"].items():
        for method in _METHODS & operations.keys():
            if (method, path) not in needing_nobody:
                _complete(path, operations[method])
    schemas = api.setdefault("components", {}).setdefault("schemas", {})
    schemas["Problem"] = _SCHEMA
    for name in _OF_FASTAPI:
        schemas.pop(name, None)
    return api


def _complete(path: str, operation: dict[str, Any]) -> None:
    answers: dict[str, Any] = operation["responses"]
    answers.pop("422", None)
    added = dict(_ANYWHERE)
    if "{" in path:
        added |= _UNDER_A_KEY
    if "requestBody" in operation:
        added |= _WITH_A_BODY
    for status, description in added.items():
        answers.setdefault(status, {"description": description})
    page = "text/html" in answers.get("200", {}).get("content", {})
    for status, answer in answers.items():
        if status >= "400":
            answer["content"] = {_PROBLEM: _REF} | ({"text/html": {}} if page else {})
    operation["responses"] = dict(sorted(answers.items()))
