"""The open door for people: every resource as a page, features with a table and a small map."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlencode

import orjson
from starlette.requests import Request
from starlette.responses import Response

from geoservice.db.types import json_text
from geoservice.intake.findings import label_of
from geoservice.registry.features import FeatureQuery
from geoservice.registry.settings import City
from geoservice.service import Service
from geoservice.web.geojson import require_size
from geoservice.web.house import TEMPLATES, bar, draw, new_nonce
from geoservice.web.language import preferred
from geoservice.web.ogc.addresses import base_of
from geoservice.web.ogc.found import Found
from geoservice.web.ogc.opened import Opened
from geoservice.web.permission import READER, service_of
from geoservice.web.security import content_security_policy

_SHOWN_FIRST: Final = ("name", "parcel_number", "project_number", "task_number", "code", "status", "stage")
_COLUMNS: Final = 8


def document(
    request: Request, city: City, kind: str, told: Mapping[str, Any], headers: Mapping[str, str]
) -> Response:
    """Show a document: landing page, conformance, collections, one collection, a schema, the definition."""
    return _page(request, city, f"ogc/{kind}.html", dict(told), headers)


def items(
    request: Request,
    service: Service,
    city: City,
    opened: Opened,
    query: FeatureQuery,
    found: Found,
    links: list[dict[str, Any]],
    headers: Mapping[str, str],
) -> Response:
    """Show a page of features: a small map and a table."""
    document = f'{{"type":"FeatureCollection","features":[{found.page.features}]}}'
    features = orjson.loads(document)["features"]
    following = next((each["href"] for each in links if each["rel"] == "next"), None)
    told = {
        "opened": opened,
        "features": features,
        "columns": _columns(features),
        "label": label_of,
        "day": query.moment.day.isoformat(),
        "matched": found.matched,
        "following": following,
        "as_json": _with(request, f="json"),
        # Shapes in other systems have no place on a map of degrees.
        "drawn": _drawn(document, query),
    }
    return _page(request, city, "ogc/items.html", told, headers)


def item(
    request: Request,
    service: Service,
    city: City,
    opened: Opened,
    query: FeatureQuery,
    key: str,
    text: str,
    headers: Mapping[str, str],
) -> Response:
    """Show one feature: a small map and every field."""
    feature = orjson.loads(text)
    told = {
        "opened": opened,
        "key": key,
        "feature": feature,
        "label": label_of,
        "day": query.moment.day.isoformat(),
        "as_json": _with(request, f="json"),
        "drawn": _drawn(f'{{"type":"FeatureCollection","features":[{text}]}}', query),
    }
    return _page(request, city, "ogc/item.html", told, headers)


def _drawn(document: str, query: FeatureQuery) -> str | None:
    """Return the features as a page carries them: no ``<`` in a script ends it (HTML, 4.12.1.3)."""
    shown = query.rendition.crs is None and query.rendition.geometry and '"coordinates"' in document
    return document.replace("<", "\\u003c") if shown else None


def _columns(features: list[dict[str, Any]]) -> list[str]:
    held = list(features[0]["properties"]) if features else []
    plain = [
        name
        for name in held
        if name not in ("key", "search", "version", "recorded_at", "extra", "original_crs")
        and not all(isinstance(each["properties"][name], (dict, list)) for each in features)
        and any(each["properties"][name] is not None for each in features)
    ]
    first = [name for name in _SHOWN_FIRST if name in plain]
    return [*first, *(name for name in plain if name not in first)][:_COLUMNS]


def _with(request: Request, **changes: str) -> str:
    """Return this address with some parameters changed."""
    return f"?{urlencode({**request.query_params, **changes})}"


def _shown(value: Any) -> str:
    """Return a value as a table shows it."""
    if value is None:
        return "—"
    if isinstance(value, bool):
        return "✓" if value else "✗"
    if isinstance(value, (dict, list)):
        return json_text(value)
    return f"{value:,.10g}" if isinstance(value, float) else str(value)


TEMPLATES.filters["shown"] = _shown


def _page(
    request: Request, city: City, template: str, told: dict[str, Any], headers: Mapping[str, str]
) -> Response:
    nonce = new_nonce()
    language = preferred(request)
    root = request.scope.get("root_path", "")
    other = _with(request, f="html", lang="zh" if language == "en" else "en")
    top = bar(service_of(request).policy, request.scope[READER], city, "ogc", root, other)
    html = draw(
        template,
        language,
        root,
        top,
        nonce,
        **told,
        city=city,
        base=base_of(request),
        suffix=f"?f=html&lang={language}",
    )
    body = html.encode()
    require_size(request, len(body), len(told.get("features", ())))
    policy = {"Content-Security-Policy": content_security_policy(nonce)}
    return Response(body, 200, {**headers, **policy}, "text/html; charset=utf-8")
