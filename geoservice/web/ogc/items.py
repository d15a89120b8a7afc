"""Items of a collection: pages by cursor, one by key, counts, in every format."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import quote, urlencode

from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import Response

from geoservice.access.principals import Principal
from geoservice.db.types import instant_text, json_text
from geoservice.editing import find_record
from geoservice.errors import NotFound
from geoservice.geo.served import ServedCrs
from geoservice.registry import cursors, features, revisions
from geoservice.registry.features import FeatureQuery, Page
from geoservice.registry.filters import Filters
from geoservice.registry.settings import City, signing_key
from geoservice.service import Service
from geoservice.web import caching
from geoservice.web.geojson import require_size
from geoservice.web.language import preferred
from geoservice.web.ogc import pages
from geoservice.web.ogc.addresses import GEOJSON, HTML, JSON, SCHEMA, base_of, collection_address, link
from geoservice.web.ogc.bulk import BULK
from geoservice.web.ogc.counting import Counts
from geoservice.web.ogc.formats import GEOJSON_FORMAT, HTML_FORMAT, BulkFormat, BulkRequest, Format
from geoservice.web.ogc.found import Found
from geoservice.web.ogc.opened import Opened
from geoservice.web.ogc.parameters import OF_ITEM, Asked, moment_of, rendition_of, single_values
from geoservice.web.ogc.receivable import noun_of
from geoservice.web.ogc.systems import uri_of

FORMATS: Final = (GEOJSON_FORMAT, HTML_FORMAT)
_HTML_LIMIT: Final = 100
_MAX_BODY_IN_LINK: Final = 4_000


def all_formats() -> tuple[Format, ...]:
    """Return the formats of items: a page, or the whole in one file."""
    return (*FORMATS, *BULK.values())


def items(
    request: Request,
    connection: Connection,
    service: Service,
    principal: Principal,
    city: City,
    opened: Opened,
    asked: Asked,
    form: Format,
    counts: Counts,
    posted: Any = None,
) -> Response:
    """Return a page of items, or 304 where the client holds it, without touching a feature."""
    query = FeatureQuery(
        opened.collection, asked.moment, principal, opened.view, asked.filters, asked.sort, asked.rendition
    )
    secret = signing_key(connection) or b""
    cursor = None
    if asked.cursor is not None:
        cursor = cursors.read_cursor(asked.cursor, query, service.policy.version, secret)
        query = replace(query, moment=revisions.settled(connection, opened.collection.sources, cursor.moment))
    words = f"{request.url.path}?{sorted(request.query_params.multi_items())} {form.name} {json_text(posted)}"
    words += preferred(request)

    def fresh(etag: str) -> Response:
        headers = _headers(principal, etag, query.rendition.crs)
        if isinstance(form, BulkFormat) and form.answer is not None:
            return form.answer(BulkRequest(request, service, connection, opened, query, headers))
        limit = _limit(request, asked, form)
        found = _find(connection, service, query, replace(asked, limit=limit), cursor, counts, secret)
        if form is HTML_FORMAT:
            return pages.items(
                request, service, city, opened, query, found, links(request, opened, found, posted), headers
            )
        return _collection(request, opened, found, headers, posted)

    response = caching.revalidated(request, connection, service, query, words, fresh)
    response.headers["Vary"] = _VARY
    return response


_VARY: Final = "Accept, Authorization, Cookie"


def item(
    request: Request,
    connection: Connection,
    service: Service,
    principal: Principal,
    city: City,
    opened: Opened,
    key: str,
    form: Format,
) -> Response:
    """Return one item; its ETag is that of its state, which a change may name."""
    given = single_values(request.query_params, OF_ITEM)
    query = FeatureQuery(
        opened.collection,
        moment_of(given),
        principal,
        opened.view,
        Filters(equal=opened.narrowed),
        rendition=rendition_of(given, opened, city),
    )
    words = f"{request.url.path}?{sorted(given.items())} {form.name} {preferred(request)}"
    state = _state(connection, service, principal, opened, key)

    def marked(etag: str) -> str:
        return etag if state is None else f'{etag[:-1]}.{state}"'

    def fresh(etag: str) -> Response:
        text = features.item(connection, query, key)
        headers = _headers(principal, etag, query.rendition.crs)
        if form is HTML_FORMAT:
            return pages.item(request, service, city, opened, query, key, text, headers)
        here = f"{collection_address(base_of(request), opened.id)}"
        own = [
            link("self", f"{here}/items/{quote(key)}", GEOJSON, key),
            link("alternate", f"{here}/items/{quote(key)}?f=html", HTML, key),
            link("collection", here, JSON, opened.title),
            link("describedby", f"{here}/schema", SCHEMA, "Schema"),
        ]
        return Response(f'{text[:-1]},"links":{json_text(own)}}}'.encode(), 200, headers, GEOJSON)

    etag = caching.collection_etag(
        connection, service, query.collection, query.moment, principal, f"{words} {state}"
    )
    if caching.not_modified(request, marked(etag)):
        return Response(status_code=304, headers=_headers(principal, marked(etag), query.rendition.crs))
    return fresh(marked(etag))


def _state(
    connection: Connection, service: Service, principal: Principal, opened: Opened, key: str
) -> str | None:
    """Return the mark of a thing's state for a reader who may change it: what ``If-Match`` speaks of."""
    kind = noun_of(opened)
    if kind is None or not service.policy.allows(principal, "records:write"):
        return None
    try:
        return find_record(connection, kind, key).etag.strip('"')
    except NotFound:
        return None


def _limit(request: Request, asked: Asked, form: Format) -> int:
    """Show fewer on a page for people, where they did not say how many."""
    return _HTML_LIMIT if form is HTML_FORMAT and "limit" not in request.query_params else asked.limit


def _find(
    connection: Connection,
    service: Service,
    query: FeatureQuery,
    asked: Asked,
    cursor: cursors.Cursor | None,
    counts: Counts,
    secret: bytes,
) -> Found:
    if asked.hits:
        return Found(Page(b"", 0, None), counts.of(connection, service, query), None)
    page = _page(connection, query, asked, cursor)
    matched = cursor.matched if cursor is not None else None
    if asked.counted and matched is None:
        whole = cursor is None and asked.offset == 0 and page.last_key is None
        matched = page.count if whole else counts.of(connection, service, query)
    if page.last_key is None:
        return Found(page, matched, None)
    pinned = query.moment.pinned() if cursor is None else cursor.moment
    position = cursors.Cursor(page.last_key, pinned, page.last_values, matched)
    return Found(page, matched, cursors.write_cursor(position, query, service.policy.version, secret))


def _page(connection: Connection, query: FeatureQuery, asked: Asked, cursor: cursors.Cursor | None) -> Page:
    if cursor is not None:
        return features.page(
            connection, query, limit=asked.limit, after=cursor.after, after_values=cursor.values
        )
    if asked.offset == 0:
        return features.page(connection, query, limit=asked.limit)
    place = features.place_of(connection, query, asked.offset)
    if place is None:
        return Page(b"", 0, None)
    return features.page(connection, query, limit=asked.limit, after=place[0], after_values=place[1])


def _collection(
    request: Request, opened: Opened, found: Found, headers: Mapping[str, str], posted: Any
) -> Response:
    head: dict[str, Any] = {"type": "FeatureCollection", "timeStamp": instant_text(datetime.now(UTC))}
    if found.matched is not None:
        head["numberMatched"] = found.matched
    head |= {"numberReturned": found.page.count, "links": links(request, opened, found, posted)}
    body = b"".join((json_text(head)[:-1].encode(), b',"features":[', found.page.body, b"]}"))
    require_size(request, len(body), found.page.count)
    return Response(body, 200, dict(headers), GEOJSON)


def links(request: Request, opened: Opened, found: Found, posted: Any = None) -> list[dict[str, Any]]:
    """Return the links of a page: itself, the same as a page for people, the next, and where it belongs."""
    here = collection_address(base_of(request), opened.id)
    asked = dict(request.query_params)
    if posted is not None:
        text = json_text(posted)
        asked |= {"filter": text, "filter-lang": "cql2-json"}
        if len(text) > _MAX_BODY_IN_LINK:
            asked = dict(request.query_params)
    plain = {name: value for name, value in asked.items() if name not in ("f", "lang")}
    made = [
        link("self", _href(here, asked), GEOJSON, opened.title),
        link("alternate", _href(here, {**plain, "f": "html"}), HTML, opened.title),
        link("collection", here, JSON, opened.title),
        link("describedby", f"{here}/schema", SCHEMA, "Schema"),
    ]
    if found.following is not None:
        following = {name: value for name, value in asked.items() if name != "offset"}
        made.insert(
            2, link("next", _href(here, {**following, "cursor": found.following}), GEOJSON, "Next page")
        )
    return made


def _href(here: str, parameters: Mapping[str, str]) -> str:
    return f"{here}/items?{urlencode(parameters)}" if parameters else f"{here}/items"


def _headers(principal: Principal, etag: str, served: ServedCrs | None) -> dict[str, str]:
    return caching.cache_headers(principal, etag) | {"Content-Crs": f"<{uri_of(served)}>", "Vary": _VARY}


def document_etag(*parts: Any) -> str:
    """Return the ETag of a document made of these parts."""
    return f'W/"{hashlib.sha256(json_text(parts).encode()).hexdigest()[:24]}"'
