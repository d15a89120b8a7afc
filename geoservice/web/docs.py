"""The domain API's own documentation at ``/docs``, drawn by the server without any library from outside."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from jinja2 import Environment, FileSystemLoader, select_autoescape
from starlette.responses import JSONResponse, Response

from geoservice.access.principals import Principal
from geoservice.web.permission import Requires

_TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=select_autoescape(),
    trim_blocks=True,
    lstrip_blocks=True,
)


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


def page(request: Request, _: Annotated[Principal, Depends(Requires("vocabularies:read"))]) -> Response:
    """Show every endpoint with its parameters."""
    api = request.app.openapi()
    html = _TEMPLATES.get_template("docs.html").render(
        info=api["info"], groups=_groups(api), root=request.scope.get("root_path", "")
    )
    headers = {
        "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self' data:; base-uri 'none'",
        "Cache-Control": "public, max-age=300",
    }
    return Response(html, headers=headers, media_type="text/html; charset=utf-8")


def _groups(api: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    groups: dict[str, list[dict[str, Any]]] = {}
    for path, operations in api["paths"].items():
        for method, operation in operations.items():
            entry = {"method": method.upper(), "path": path, **operation}
            groups.setdefault((operation.get("tags") or ["other"])[0], []).append(entry)
    return groups
