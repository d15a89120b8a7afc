"""ETags from revisions: a 304 is answered without touching a feature."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import Response

from geoservice import __version__
from geoservice.access.principals import Principal
from geoservice.db.types import json_text
from geoservice.registry.collections import Collection
from geoservice.registry.features import FeatureQuery
from geoservice.registry.moment import Moment
from geoservice.registry.revisions import revisions
from geoservice.service import Service


def collection_etag(
    connection: Connection,
    service: Service,
    collection: Collection,
    moment: Moment,
    principal: Principal,
    question: str,
    further: tuple[str, ...] = (),
) -> str:
    """Return the ETag of an answer: source revisions, date, policy, rules, reader and representation.

    `further` names sources an answer draws on beyond those of its collection.
    """
    scopes = sorted([scope.kind.value, scope.key or ""] for scope in principal.scopes)
    document = [
        __version__,
        collection.name,
        sorted(revisions(connection, (*collection.sources, *further)).items()),
        moment.day.isoformat(),
        None if moment.known_at is None else moment.known_at.isoformat(),
        Moment.today().day.isoformat(),
        service.policy.version,
        service.rules.version,
        principal.role.value,
        scopes,
        question,
    ]
    return f'W/"{hashlib.sha256(json_text(document).encode()).hexdigest()[:24]}"'


def revalidated(
    request: Request,
    connection: Connection,
    service: Service,
    query: FeatureQuery,
    question: str,
    make: Callable[[str], Response],
    further: tuple[str, ...] = (),
) -> Response:
    """Answer 304 where the client holds this representation, else with what `make` builds for the ETag."""
    etag = collection_etag(
        connection, service, query.collection, query.moment, query.principal, question, further
    )
    if not_modified(request, etag):
        return Response(status_code=304, headers=cache_headers(query.principal, etag))
    return make(etag)


def not_modified(request: Request, etag: str) -> bool:
    """Say whether the client holds this representation already (RFC 9110, weak comparison)."""
    held = request.headers.get("if-none-match")
    if held is None:
        return False
    names = {name.strip().removeprefix("W/") for name in held.split(",")}
    return "*" in names or etag.removeprefix("W/") in names


def cache_headers(principal: Principal, etag: str) -> dict[str, str]:
    """Return caching headers: what differs by reader is private, everything is revalidated."""
    reach = "public" if principal.anonymous else "private"
    return {
        "ETag": etag,
        "Cache-Control": f"{reach}, no-cache",
        "Vary": "Authorization, Cookie",
    }
