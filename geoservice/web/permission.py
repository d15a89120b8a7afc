"""Permissions as types: a route's signature says who may call it, and a route without one does not start."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Annotated, Any, Final

from fastapi import Depends, FastAPI, Request
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool
from starlette.routing import BaseRoute, Mount

from geoservice import clock
from geoservice.access.principals import ANONYMOUS, Principal
from geoservice.access.tokens import Session, find_bearer, find_session
from geoservice.errors import Forbidden, GeoserviceError, NotSignedIn
from geoservice.service import Service

SESSION_COOKIE: Final = "geoservice_session"
CSRF_COOKIE: Final = "geoservice_csrf"
CSRF_HEADER: Final = "X-CSRF-Token"
SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
READER: Final = "geoservice.reader"
"""Where in the scope of a request it is left who asks."""

OPEN: Final = "open"
"""The permission of what anybody may ask without being anybody: liveness, the sign-in page."""


class MissingPermission(GeoserviceError):
    """A route names no permission; the application does not start."""

    code = "missing_permission"


def service_of(request: Request) -> Service:
    """Return the service the application was made for."""
    service: Service = request.app.state.service
    return service


async def _service(request: Request) -> Service:
    # A coroutine, and so are those below that ask no database: a plain function would be sent to a thread and back.
    return service_of(request)


Serving = Annotated[Service, Depends(_service)]


async def principal_of(request: Request, service: Serving) -> Principal:
    """Return who asks: by bearer token, by session cookie, else anonymous.

    Raises
    ------
    NotSignedIn
        If a bearer token is not valid: a program must learn that, a browser with a stale cookie just signs in.
    Forbidden
        If a browser's change carries no valid CSRF token.
    """
    authorization = request.headers.get("authorization")
    if authorization is not None:
        return await run_in_threadpool(_bearer, service, authorization)
    cookie = request.cookies.get(SESSION_COOKIE)
    session = await run_in_threadpool(_session, service, cookie) if cookie else None
    if session is None:
        return ANONYMOUS
    if request.method not in SAFE_METHODS and not session.accepts_csrf(request.headers.get(CSRF_HEADER)):
        raise Forbidden("This change carries no valid CSRF token", None, f"Send it as {CSRF_HEADER}.")
    return session.principal


class Requires:
    """A dependency that lets a request in if the principal holds the permission."""

    def __init__(self, permission: str) -> None:
        self.permission = permission

    async def __call__(
        self, request: Request, service: Serving, principal: Annotated[Principal, Depends(principal_of)]
    ) -> Principal:
        """Return the principal, or refuse."""
        request.scope[READER] = principal
        if self.permission != OPEN:
            service.policy.require(principal, self.permission)
        return principal


class Open:
    """A dependency of routes that need nobody: they must not touch what anybody has to be."""

    permission = OPEN

    async def __call__(self) -> None:
        """Let everybody in."""


def check_routes(app: FastAPI) -> None:
    """Refuse to start with a route that names no permission.

    Raises
    ------
    MissingPermission
        Naming the route.
    """
    for route in flat_routes(app.routes):
        if permission_of(route) is None:
            raise MissingPermission(
                "A route names no permission", getattr(route, "path", route), "Add a Requires(…) dependency."
            )


def flat_routes(routes: Iterable[BaseRoute]) -> Iterator[BaseRoute]:
    """Yield every route, those of included routers too."""
    for route in routes:
        # FastAPI keeps an included router as one route that holds the original.
        included = getattr(route, "original_router", None)
        if included is None:
            yield route
        else:
            yield from flat_routes(included.routes)


def permission_of(route: BaseRoute) -> str | None:
    """Return the permission a route names; static files are open by nature."""
    if isinstance(route, Mount):
        return OPEN if getattr(route.app, "open_to_all", False) else None
    if not isinstance(route, APIRoute):
        return None
    return next(
        (call.permission for call in _calls(route.dependant) if isinstance(call, (Requires, Open))), None
    )


def _calls(dependant: Dependant) -> Iterator[Any]:
    for dependency in dependant.dependencies:
        yield dependency.call
        yield from _calls(dependency)


def _bearer(service: Service, authorization: str) -> Principal:
    scheme, _, secret = authorization.partition(" ")
    refusal = NotSignedIn("This token is not valid", None, "Ask an administrator for a new one.")
    if scheme.lower() != "bearer" or not secret:
        raise refusal
    with service.database.read() as connection:
        principal = find_bearer(connection, secret.strip(), clock.now())
    if principal is None:
        raise refusal
    return principal


def _session(service: Service, cookie: str) -> Session | None:
    with service.database.read() as connection:
        return find_session(connection, cookie, clock.now())
