"""Creating, replacing, updating and ending features (OGC 20-002r1), through the same checks as any edit by hand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote

import orjson
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from geoservice.access.principals import Principal
from geoservice.db import UnitOfWork
from geoservice.editing import change, create, find_record, finish
from geoservice.editing.reach import require_seen
from geoservice.errors import Forbidden, InvalidInput, Stale
from geoservice.model.nouns import Noun
from geoservice.registry import features
from geoservice.registry.features import FeatureQuery
from geoservice.registry.filters import Filters
from geoservice.registry.moment import Moment
from geoservice.registry.settings import read_city
from geoservice.service import Service
from geoservice.web.ogc.addresses import GEOJSON, base_of, collection_address
from geoservice.web.ogc.opened import Opened, find_opened
from geoservice.web.ogc.receivable import (
    changes_of,
    creation_of,
    noun_of,
    read_feature,
    writable_fields,
)
from geoservice.web.ogc.systems import served_crs

_WHOLE: Final = frozenset({GEOJSON, "application/json"})
_PART: Final = _WHOLE | {"application/merge-patch+json"}
_PRIVATE: Final = {"Cache-Control": "private, no-store", "Vary": "Authorization, Cookie"}
_WHY: Final = "经 OGC API 由客户端终止"
"""The reason of an end that a client asked for which cannot give one."""


@dataclass(frozen=True)
class Hand:
    """Who changes what.

    Attributes
    ----------
    request : Request
        What was sent.
    service : Service
        The service.
    principal : Principal
        Who sent it.
    collection : str
        Which collection.
    """

    request: Request
    service: Service
    principal: Principal
    collection: str


def created(hand: Hand, body: bytes) -> Response:
    """Add a feature; its address is in ``Location``."""
    given = _given(hand, body, _WHOLE)
    with _begin(hand, "add") as unit:
        opened, kind = _target(hand, unit)
        sent = creation_of(given, kind, hand.service.policy, _system(hand, unit))
        fields = sent.fields | ({"layer": _layer(opened)} if opened.narrowed else {})
        done = create(unit, hand.service.policy, hand.principal, kind, fields, geometry=sent.geometry)
    state = done.record.etag
    here = f"{collection_address(base_of(hand.request), hand.collection)}/items/{quote(done.record.key)}"
    return Response(status_code=201, headers={**_PRIVATE, "Location": here, "ETag": state})


def changed(hand: Hand, key: str, body: bytes, *, whole: bool) -> Response:
    """Replace a feature, or change what is named of it; the answer is the feature as it is now."""
    given = _given(hand, body, _WHOLE if whole else _PART)
    with _begin(hand, "replace" if whole else "change") as unit:
        opened, kind = _target(hand, unit)
        policy = hand.service.policy
        # Locked before it is compared, so that nobody changes it in between.
        _require_state(hand, find_record(unit.connection, kind, key, lock=True).etag)
        held = _held(hand, unit, opened, key)
        writable = writable_fields(policy, hand.principal, kind)
        sent = changes_of(given, held, kind, writable, _system(hand, unit), whole=whole)
        if sent.fields or sent.geometry is not None:
            change(
                unit,
                policy,
                hand.principal,
                kind,
                key,
                sent.fields,
                expected="*",
                geometry=sent.geometry,
            )
    with hand.service.database.read() as connection:
        text = features.item(connection, _query(hand, opened), key)
    return Response(text.encode(), 200, _PRIVATE, GEOJSON)


def ended(hand: Hand, key: str) -> Response:
    """End a feature today; its past stays on record."""
    with _begin(hand, "end", _WHY) as unit:
        opened, kind = _target(hand, unit)
        _require_state(hand, find_record(unit.connection, kind, key, lock=True).etag)
        _held(hand, unit, opened, key)
        finish(unit, hand.service.policy, hand.principal, kind, key, expected="*")
    return Response(status_code=204, headers=_PRIVATE)


def state_of(etag: str) -> str:
    """Return what an item's ETag says of the state of the thing."""
    return etag.strip().removeprefix("W/").strip('"').rpartition(".")[2]


def _begin(hand: Hand, act: str, reason: str | None = None) -> Any:
    hand.service.policy.require(hand.principal, "records:write")
    return hand.service.work().begin(hand.principal.name, f"{act} {hand.collection} (OGC API)", reason)


def _target(hand: Hand, unit: UnitOfWork) -> tuple[Opened, Noun]:
    opened = find_opened(unit.connection, hand.service, hand.principal, hand.collection)
    kind = noun_of(opened)
    if kind is None:
        raise Forbidden("Features of this collection are computed", opened.id, "Change what they come from.")
    require_seen(hand.service.policy, hand.principal, kind)
    return opened, kind


def _query(hand: Hand, opened: Opened) -> FeatureQuery:
    filters = Filters(equal=opened.narrowed)
    return FeatureQuery(opened.collection, Moment.today(), hand.principal, opened.view, filters)


def _held(hand: Hand, unit: UnitOfWork, opened: Opened, key: str) -> dict[str, Any]:
    """Return the feature as this reader is shown it; what is not shown is not changed either."""
    held: dict[str, Any] = orjson.loads(features.item(unit.connection, _query(hand, opened), key))
    return held


def _given(hand: Hand, body: bytes, accepted: frozenset[str]) -> dict[str, Any]:
    media_type = hand.request.headers.get("content-type", GEOJSON).partition(";")[0].strip().lower()
    if media_type not in accepted:
        raise HTTPException(415, f"Send {', '.join(sorted(accepted))}, not {media_type[:80]}")
    return read_feature(body)


def _system(hand: Hand, unit: UnitOfWork) -> Any:
    named = hand.request.headers.get("content-crs")
    return None if named is None else served_crs(named.strip(), "Content-Crs", read_city(unit.connection))


def _layer(opened: Opened) -> str:
    return opened.narrowed["layer"][0]


def _require_state(hand: Hand, etag: str) -> None:
    """Honour ``If-Match`` where it is sent; desktop clients send none, and are taken at their word."""
    expected = hand.request.headers.get("if-match")
    if expected is None or expected.strip() == "*":
        return
    if etag.strip('"') not in {state_of(mark) for mark in expected.split(",")}:
        raise Stale(
            "Somebody changed this in the meantime", expected, "Read it again and repeat your change."
        )


def require_nothing_asked(request: Request) -> None:
    """Refuse parameters, which a change has none of."""
    for name, value in request.query_params.items():
        raise InvalidInput(f"Unknown parameter {name}", value, "A change takes no parameters.")
