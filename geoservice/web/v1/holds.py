"""``/v1/holds``: land set aside for somebody for a while; internal, non-binding, and never in an export."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from datetime import date
from typing import Annotated, Any, Final, Literal

import orjson
from fastapi import APIRouter, Depends, Header, Path, Query
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from geoservice.access.principals import Principal
from geoservice.db import UnitOfWork
from geoservice.editing import Record, find_record
from geoservice.editing import holds as hand
from geoservice.errors import NotFound
from geoservice.model.vocabulary import HoldState
from geoservice.registry.facts.narrowed import visible_keys
from geoservice.registry.holds import read_holds
from geoservice.registry.moment import Moment
from geoservice.service import Service
from geoservice.web.geojson import MEDIA_TYPE
from geoservice.web.permission import Requires, Serving
from geoservice.web.v1.answers import Placed, question

_PRIVATE: Final = {"Cache-Control": "private, no-store", "Vary": "Authorization, Cookie"}
_ANSWERS: Final[dict[int | str, dict[str, Any]]] = {
    200: {
        "content": {
            "application/json": {"schema": {"type": "object"}},
            MEDIA_TYPE: {"schema": {"type": "object"}},
        }
    },
    400: {"description": "A field or value is wrong, or the reason is missing"},
    401: {"description": "Nobody is signed in, or the token is not valid"},
    403: {"description": "The role or its scope does not reach this"},
    404: {"description": "There is no such hold or parcel"},
    503: {"description": "The database cannot be used"},
}
_CHANGES: Final = _ANSWERS | {
    409: {"description": "The land is held already for the same time, or the hold is over"},
    412: {"description": "Somebody changed it in the meantime"},
    428: {"description": "The change does not say which state it was made for"},
}

Reader = Annotated[Principal, Depends(Requires("holds:read"))]
Writer = Annotated[Principal, Depends(Requires("holds:write"))]
Key = Annotated[str, Path(max_length=64, description="Key of the hold.")]
Expected = Annotated[str | None, Header(alias="If-Match", max_length=200)]
_Text = Annotated[str | None, Field(max_length=500)]
_Why = Annotated[str, Field(min_length=1, max_length=1000, description="Why; kept in the audit log.")]


class Asked(Placed):
    """Which holds."""

    parcel: Annotated[str | None, Field(max_length=64, description="Key of a parcel.")] = None
    state: Annotated[
        Literal["ahead", "live", "expired", "released"] | None, Field(description="On the day.")
    ] = None
    f: Annotated[Literal["geojson", "json"], Field(description="Representation.")] = "geojson"


class Wish(BaseModel):
    """Land to be set aside."""

    model_config = ConfigDict(extra="forbid")

    parcel: Annotated[str, Field(min_length=1, max_length=64, description="Key or number of the parcel.")]
    party: Annotated[str, Field(min_length=1, max_length=200, description="意向方.")]
    expires_on: Annotated[date, Field(description="First day on which it is held no more.")]
    held_from: Annotated[date | None, Field(description="First day; default today.")] = None
    intention: _Text = None
    unit: _Text = None
    geometry: Annotated[
        dict[str, Any] | None, Field(description="GeoJSON (CRS84) of a part; default the whole parcel.")
    ] = None


class Extension(BaseModel):
    """A later expiry."""

    model_config = ConfigDict(extra="forbid")

    expires_on: date
    reason: _Why


class Release(BaseModel):
    """An earlier end."""

    model_config = ConfigDict(extra="forbid")

    on: Annotated[date | None, Field(description="First day on which it is free; default today.")] = None
    reason: _Why


def router() -> APIRouter:
    """Return the routes."""
    routes = APIRouter(prefix="/v1/holds", tags=["holds"])
    for path, endpoint, method, summary, answers in (
        ("", listed, "GET", "意向保留清单 · holds, with their state on a day", _ANSWERS),
        ("", set_aside, "POST", "设置意向保留 · set land aside", _CHANGES),
        ("/{key}", one, "GET", "一宗意向保留 · one hold", _ANSWERS),
        ("/{key}/extend", extended, "POST", "延期 · let it expire later", _CHANGES),
        ("/{key}/release", released, "POST", "解除 · let go of it", _CHANGES),
    ):
        created = endpoint is set_aside
        routes.add_api_route(
            path,
            endpoint,
            methods=[method],
            summary=summary,
            status_code=201 if created else 200,
            responses=answers | ({201: {"description": "Set aside"}} if created else {}),
            response_class=Response,
            operation_id=f"holds_{endpoint.__name__}",
        )
    return routes


def listed(service: Serving, principal: Reader, asked: Annotated[Asked, Query()]) -> Response:
    """Return the holds on parcels the reader sees, soonest expiry first."""
    query = question(service, principal, "parcels", asked.moment(), asked.filters())
    with service.database.read() as connection:
        keys = visible_keys(connection, query)
        rows = read_holds(connection, query.moment, keys, parcel_key=asked.parcel)
    rows = [row for row in rows if asked.state in (None, row["state"])]
    head = {"datetime": query.moment.day.isoformat(), "numberReturned": len(rows)}
    return _represent(head, rows, asked.f)


def one(service: Serving, principal: Reader, key: Key) -> Response:
    """Return one hold as a GeoJSON feature, with the ETag a change needs."""
    return _feature(service, principal, key)


def set_aside(service: Serving, principal: Writer, body: Wish) -> Response:
    """Hold a parcel or a part of it; what is held already for the same time is refused."""
    fields = body.model_dump()
    fields["geometry"] = None if body.geometry is None else orjson.dumps(body.geometry).decode()
    with _begin(service, principal, "set land aside", None) as unit:
        done = hand.set_aside(unit, service.policy, principal, hand.Wanted(**fields))
    response = _feature(service, principal, done.key, 201)
    response.headers["Location"] = f"{service.settings.base_path}/v1/holds/{done.key}"
    return response


def extended(
    service: Serving, principal: Writer, key: Key, body: Extension, if_match: Expected = None
) -> Response:
    """Let a live hold expire on a later day."""
    with _begin(service, principal, "extend a hold", body.reason) as unit:
        hand.extend(unit, service.policy, principal, key, body.expires_on, expected=if_match)
    return _feature(service, principal, key)


def released(
    service: Serving, principal: Writer, key: Key, body: Release, if_match: Expected = None
) -> Response:
    """Let go of a live hold; the land is free from that day on."""
    with _begin(service, principal, "release a hold", body.reason) as unit:
        hand.release(unit, service.policy, principal, key, body.on, expected=if_match)
    return _feature(service, principal, key)


def _begin(
    service: Service, principal: Principal, action: str, reason: str | None
) -> AbstractContextManager[UnitOfWork]:
    said = reason.strip() if reason else None
    return service.work().begin(principal.name, action, said or None)


def _feature(service: Service, principal: Principal, key: str, status: int = 200) -> Response:
    with service.database.read() as connection:
        query = question(service, principal, "parcels", Moment.today(), Placed().filters())
        rows = read_holds(connection, query.moment, visible_keys(connection, query), key=key)
        if not rows:
            raise NotFound("There is no such hold", key, "List them at /v1/holds.")
        record: Record = find_record(connection, hand.HOLD, key)
    headers = {**_PRIVATE, "ETag": record.etag}
    return Response(orjson.dumps(_as_feature(rows[0])), status, headers, MEDIA_TYPE)


def _represent(head: dict[str, Any], rows: Sequence[dict[str, Any]], form: str) -> Response:
    if form == "json":
        plain = [_as_feature(row)["properties"] for row in rows]
        return Response(orjson.dumps({**head, "rows": plain}), 200, _PRIVATE, "application/json")
    document = {"type": "FeatureCollection", **head, "features": [_as_feature(row) for row in rows]}
    return Response(orjson.dumps(document), 200, _PRIVATE, MEDIA_TYPE)


def _as_feature(row: dict[str, Any]) -> dict[str, Any]:
    shape = row["geojson"]
    state = HoldState(row["state"])
    properties = {name: value for name, value in row.items() if name != "geojson"}
    return {
        "type": "Feature",
        "id": row["key"],
        "geometry": None if shape is None else orjson.Fragment(shape),
        "properties": properties | {"state_text": {"zh": state.zh, "en": state.en}},
    }
