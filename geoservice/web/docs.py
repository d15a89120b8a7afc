"""The domain API's own documentation at ``/docs``, drawn by the server without any library from outside."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from starlette.responses import JSONResponse, Response

from geoservice.access.principals import Principal
from geoservice.registry.settings import read_city
from geoservice.web.house import bar, draw, new_nonce, private_page
from geoservice.web.language import Spoken
from geoservice.web.permission import Requires, Serving


def router() -> APIRouter:
    """Return the routes."""
    routes = APIRouter(tags=["documentation"])
    routes.add_api_route("/docs", page, methods=["GET"], response_class=Response, summary="接口说明")
    routes.add_api_route(
        "/openapi.json", document, methods=["GET"], response_class=Response, summary="OpenAPI 3.1"
    )
    return routes


def document(request: Request, _: Annotated[Principal, Depends(Requires("vocabularies:read"))]) -> Response:
    """Return the OpenAPI document."""
    return JSONResponse(request.app.openapi(), headers={"Cache-Control": "public, max-age=300"})


def page(
    request: Request,
    service: Serving,
    principal: Annotated[Principal, Depends(Requires("vocabularies:read"))],
    language: Spoken,
) -> Response:
    """Show every endpoint with its parameters."""
    api = request.app.openapi()
    root = service.settings.base_path
    with service.database.read() as connection:
        city = read_city(connection)
    other = f"?lang={'zh' if language == 'en' else 'en'}"
    top = bar(service.policy, principal, city, "docs", root, other)
    nonce = new_nonce()
    html = draw("docs.html", language, root, top, nonce, info=api["info"], groups=_groups(api))
    return private_page(html, nonce, "no-cache")


def _groups(api: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    groups: dict[str, list[dict[str, Any]]] = {}
    for path, operations in api["paths"].items():
        for method, operation in operations.items():
            entry = {"method": method.upper(), "path": path, **operation}
            groups.setdefault((operation.get("tags") or ["other"])[0], []).append(entry)
    return groups
