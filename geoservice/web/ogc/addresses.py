"""Addresses and links of the open door."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import quote

from starlette.requests import Request

REL: Final = "http://www.opengis.net/def/rel/ogc/1.0/"
JSON: Final = "application/json"
GEOJSON: Final = "application/geo+json"
HTML: Final = "text/html"
SCHEMA: Final = "application/schema+json"
OPENAPI: Final = "application/vnd.oai.openapi+json;version=3.0"
"""Exactly as OGC 17-069r4 writes it (7.2.3): conformance tests compare the text."""


def base_of(request: Request) -> str:
    """Return the address of ``/ogc``, as the client reached it."""
    return f"{str(request.base_url).rstrip('/')}/ogc"


def collection_address(base: str, identifier: str) -> str:
    """Return the address of a collection."""
    return f"{base}/collections/{quote(identifier)}"


def link(rel: str, href: str, media_type: str, title: str) -> dict[str, Any]:
    """Return a link (RFC 8288) as OGC API writes it."""
    return {"rel": rel, "href": href, "type": media_type, "title": title}
