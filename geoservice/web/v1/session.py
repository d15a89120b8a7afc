"""Signing in and out, who one is, and the vocabularies."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from geoservice import clock
from geoservice.access import tokens
from geoservice.access.principals import Principal
from geoservice.model.vocabulary import vocabularies
from geoservice.web.permission import CSRF_COOKIE, SESSION_COOKIE, Open, Requires, Serving

_REFUSED: dict[int | str, dict[str, Any]] = {401: {"description": "The link is used up or expired"}}


def router() -> APIRouter:
    """Return the routes."""
    routes = APIRouter(tags=["session"])
    routes.add_api_route(
        "/sign-in",
        sign_in,
        methods=["GET"],
        dependencies=[Depends(Open())],
        response_class=Response,
        responses={**_REFUSED, 303: {"description": "Signed in"}},
        summary="Open a session with a sign-in link",
    )
    routes.add_api_route("/v1/sign-out", sign_out, methods=["POST"], response_class=Response, status_code=204)
    routes.add_api_route("/v1/me", me, methods=["GET"], summary="Who am I, and what may I do")
    routes.add_api_route(
        "/v1/vocabularies", words, methods=["GET"], summary="词表 · codes with zh and en labels"
    )
    return routes


def sign_in(
    request: Request, service: Serving, code: Annotated[str, Query(min_length=8, max_length=200)]
) -> Response:
    """Turn the code of a sign-in link into a session cookie, and go to the map; a viewer's goes to the wall."""
    with service.database.write() as connection:
        viewing = tokens.viewing_lifetime(connection, code, clock.now())
        session, csrf, _ = tokens.open_session(connection, code, clock.now())
    place = f"{service.settings.base_path}/{'' if viewing is None else 'wall'}"
    response = RedirectResponse(place, 303, headers={"Cache-Control": "no-store"})
    age = int((viewing or tokens.LIFETIMES[tokens.TokenKind.SESSION]).total_seconds())
    secure = service.settings.secure_cookies or request.url.scheme == "https"
    response.set_cookie(SESSION_COOKIE, session, age, httponly=True, samesite="lax", secure=secure)
    if csrf:
        response.set_cookie(CSRF_COOKIE, csrf, age, samesite="strict", secure=secure)
    return response


def sign_out(
    request: Request, service: Serving, _: Annotated[Principal, Depends(Requires("session:own"))]
) -> Response:
    """End the session."""
    cookie = request.cookies.get(SESSION_COOKIE)
    if cookie:
        with service.database.write() as connection:
            tokens.revoke(connection, cookie, clock.now())
    response = Response(status_code=204, headers={"Cache-Control": "no-store"})
    response.delete_cookie(SESSION_COOKIE)
    response.delete_cookie(CSRF_COOKIE)
    return response


def me(service: Serving, principal: Annotated[Principal, Depends(Requires("session:own"))]) -> Response:
    """Return name, role, reach and permissions of the caller."""
    document = {
        "name": principal.name,
        "role": principal.role.value,
        "scopes": [{"kind": scope.kind.value, "key": scope.key} for scope in principal.scopes],
        "permissions": sorted(service.policy.permissions[principal.role.value]),
        "csrf_cookie": CSRF_COOKIE,
    }
    return JSONResponse(document, headers={"Cache-Control": "private, no-store"})


def words(_: Annotated[Principal, Depends(Requires("vocabularies:read"))]) -> Response:
    """Return every vocabulary."""
    document = {name: vocabulary.labels() for name, vocabulary in vocabularies()}
    return JSONResponse(document, headers={"Cache-Control": "public, max-age=3600"})
