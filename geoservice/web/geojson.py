"""Feature collections and features as responses: text from the database with an envelope around it."""

from __future__ import annotations

from datetime import date
from typing import Final
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from geoservice.access.principals import Principal
from geoservice.db.types import json_text
from geoservice.errors import InvalidInput
from geoservice.registry.features import Page
from geoservice.web.caching import cache_headers
from geoservice.web.permission import service_of

MEDIA_TYPE: Final = "application/geo+json"


def collection_response(
    request: Request, principal: Principal, etag: str, page: Page, day: date, next_cursor: str | None
) -> Response:
    """Return a page as a FeatureCollection (RFC 7946) with ``self`` and ``next`` links."""
    links = [{"rel": "self", "type": MEDIA_TYPE, "href": _href(request, {})}]
    if next_cursor is not None:
        links.append({"rel": "next", "type": MEDIA_TYPE, "href": _href(request, {"cursor": next_cursor})})
    head = json_text(
        {
            "type": "FeatureCollection",
            "datetime": day.isoformat(),
            "numberReturned": page.count,
            "links": links,
        }
    )
    body = b"".join((head[:-1].encode(), b',"features":[', page.body, b"]}"))
    require_size(request, len(body), page.count)
    return Response(body, 200, cache_headers(principal, etag), MEDIA_TYPE)


def require_size(request: Request, size: int, count: int) -> None:
    """Refuse a page larger than the service sends at once, and say how many features would do.

    Raises
    ------
    InvalidInput
        If the page is larger than ``GEOSERVICE_RESULT_MB``.
    """
    most = service_of(request).settings.result_mb * 1_000_000
    if size > most:
        raise InvalidInput(
            f"A page of {count} features is larger than {most // 1_000_000} MB",
            f"{size / 1_000_000:.1f} MB",
            f"Ask for limit={max(1, count * most * 9 // (size * 10))}, or for a smaller box.",
        )


def feature_response(principal: Principal, etag: str, text: str) -> Response:
    """Return one feature."""
    return Response(text.encode(), 200, cache_headers(principal, etag), MEDIA_TYPE)


def _href(request: Request, changes: dict[str, str]) -> str:
    parameters = {**request.query_params, **changes}
    path = f"{request.scope.get('root_path', '')}{request.url.path.removeprefix(request.scope.get('root_path', ''))}"
    return f"{path}?{urlencode(parameters)}" if parameters else path
