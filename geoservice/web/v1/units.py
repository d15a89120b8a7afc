"""``/v1/demolition/units``: single units, their personal fields, and who read them; every read is logged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, Any, Final

import orjson
from fastapi import APIRouter, Depends, Path, Query, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from geoservice.access.principals import Principal
from geoservice.db import UnitOfWork
from geoservice.errors import Conflict, InvalidInput
from geoservice.registry import cursors, features, sealed, units
from geoservice.registry.collections.units import UNITS
from geoservice.registry.features import FeatureQuery
from geoservice.registry.filters import Filters
from geoservice.registry.known import Known
from geoservice.registry.moment import Moment
from geoservice.registry.reads import reads, require_reason
from geoservice.registry.settings import signing_key
from geoservice.service import Service
from geoservice.vault import Vault
from geoservice.web.geojson import MEDIA_TYPE, collection_response
from geoservice.web.permission import Requires, Serving
from geoservice.web.questions import When, filters_of, parameters_of

_NOUN: Final = "demolition_unit"
_ANSWERS: Final[dict[int | str, dict[str, Any]]] = {
    200: {"content": {MEDIA_TYPE: {"schema": {"type": "object"}}}},
    400: {"description": "A parameter is unknown or wrong"},
    401: {"description": "The token is not valid"},
    403: {"description": "The role does not see single units"},
    404: {"description": "No such unit within reach"},
    409: {"description": "No vault is set"},
    503: {"description": "The database cannot be used"},
}
_DOCUMENT: Final[dict[int | str, dict[str, Any]]] = {
    200: {"content": {"application/json": {"schema": {"type": "object"}}}, "description": "The document"}
}
_REASON = Annotated[
    str | None,
    Query(max_length=500, description="Why this is read; the log keeps it with name, time and unit."),
]
_KEY = Annotated[str, Path(max_length=64)]
_Asked: Final = parameters_of(UNITS)


class Log(BaseModel):
    """Which logged reads to list."""

    model_config = ConfigDict(extra="forbid")

    subject: Annotated[str | None, Field(max_length=64, description="Only reads that touched this key.")] = (
        None
    )
    before: Annotated[
        int | None, Field(ge=1, le=2**53, description="`id` of the oldest entry read so far.")
    ] = None
    limit: Annotated[int, Field(ge=1, le=1000, description="Entries a page.")] = 100


def router() -> APIRouter:
    """Return the routes."""
    routes = APIRouter(prefix="/v1", tags=["demolition units"])
    for method, path, endpoint, summary in (
        ("GET", "/demolition/units", listing, "征收户 · units within reach; logged"),
        ("GET", "/demolition/units/{key}", one, "征收户, one; logged"),
        ("GET", "/demolition/units/{key}/personal", personal, "个人字段 · needs a reason; logged"),
        ("DELETE", "/demolition/units/{key}/personal", erase, "依法删除个人字段 · erased for good"),
        ("GET", "/demolition/{key}/units", of_task, "一个任务的征收户 · units of a task; logged"),
        ("GET", "/access-log", access_log, "查阅留痕 · who read which unit or file, and why"),
    ):
        routes.add_api_route(
            path,
            endpoint,
            methods=[method],
            summary=summary,
            responses=_ANSWERS if endpoint in (listing, one, of_task) else _ANSWERS | _DOCUMENT,
            response_class=Response,
        )
    return routes


def listing(
    request: Request,
    service: Serving,
    principal: Annotated[Principal, Depends(Requires("units:read"))],
    asked: Annotated[_Asked, Query()],  # type: ignore[valid-type]
) -> Response:
    """Return the units within the principal's reach, a page at a time."""
    return _page(request, service, principal, asked, filters_of(UNITS, asked))


def of_task(
    request: Request,
    service: Serving,
    principal: Annotated[Principal, Depends(Requires("units:read"))],
    key: _KEY,
    asked: Annotated[_Asked, Query()],  # type: ignore[valid-type]
) -> Response:
    """Return the units of one task, where it lies within the principal's reach."""
    found = filters_of(UNITS, asked)
    return _page(request, service, principal, asked, replace(found, equal={**found.equal, "task": (key,)}))


def one(
    service: Serving,
    principal: Annotated[Principal, Depends(Requires("units:read"))],
    key: _KEY,
    asked: Annotated[When, Query()],
) -> Response:
    """Return one unit with its dated facts and evidence, and which kinds of personal fields are sealed about it."""
    query = _query(service, principal, asked.moment())
    with service.work().begin(principal.name, "read a unit") as unit:
        feature = orjson.loads(units.read_one(unit, query, key))
        held = sealed.held_fields(unit.connection, _NOUN, [key])
    feature["properties"]["personal_fields"] = held.get(key, [])
    return _answer(feature, MEDIA_TYPE)


def personal(
    service: Serving,
    principal: Annotated[Principal, Depends(Requires("personal:read"))],
    key: _KEY,
    reason: _REASON = None,
) -> Response:
    """Return the personal fields of one unit within reach; without a reason nothing is read."""
    query = _query(service, principal, Moment.today())
    why, vault = require_reason(reason), _vault(service)
    with service.work().begin(principal.name, "read personal fields", why) as unit:
        features.item(unit.connection, query, key)
        entries = sealed.read_personal(unit, vault, _NOUN, key, principal, why)
    return _answer({"key": key, "reason": why, "personal": entries})


def erase(
    service: Serving,
    principal: Annotated[Principal, Depends(Requires("personal:erase"))],
    key: _KEY,
    reason: _REASON = None,
) -> Response:
    """Erase the personal fields of one unit within reach for good."""
    query = _query(service, principal, Moment.today())
    why, vault = require_reason(reason), _vault(service)
    with service.work().begin(principal.name, f"erase personal fields of {key}", why) as unit:
        features.item(unit.connection, query, key)
        erased = sealed.erase_personal(unit, vault, _NOUN, [key])
    return _answer({"key": key, "reason": why, "erased": erased > 0})


def access_log(
    service: Serving,
    _: Annotated[Principal, Depends(Requires("audit:read"))],
    asked: Annotated[Log, Query()],
) -> Response:
    """Return logged reads, newest first; `next` is the value of `before` for the following page."""
    with service.database.read() as connection:
        found = reads(connection, subject=asked.subject, before=asked.before, limit=asked.limit)
    following = found[-1]["id"] if len(found) == asked.limit else None
    return _answer({"reads": found, "next": following})


def _page(request: Request, service: Service, principal: Principal, asked: Any, filters: Filters) -> Response:
    query = _query(service, principal, asked.moment(), filters)
    with service.work().begin(principal.name, "read units") as unit:
        query = replace(query, filters=replace(filters, equal=_with_task_keys(unit, query)))
        secret, after = signing_key(unit.connection) or b"", None
        if asked.cursor is not None:
            cursor = cursors.read_cursor(asked.cursor, query, service.policy.version, secret)
            query, after = replace(query, moment=cursor.moment), cursor.after
        page = units.read_page(unit, query, limit=asked.limit, after=after)
    following = None
    if page.last_key is not None:
        position = cursors.Cursor(page.last_key, query.moment.pinned())
        following = cursors.write_cursor(position, query, service.policy.version, secret)
    response = collection_response(request, principal, "", page, query.moment.day, following)
    del response.headers["etag"]
    response.headers["Cache-Control"] = "no-store"
    return response


def _with_task_keys(unit: UnitOfWork, query: FeatureQuery) -> Mapping[str, tuple[str, ...]]:
    """Let tasks be named by number or name too."""
    equal = query.filters.equal
    if "task" not in equal:
        return equal
    keys = Known(unit.connection, query.moment).resolve("demolition_task", equal["task"])
    missing = [value for value, key in zip(equal["task"], keys, strict=True) if key is None]
    if missing:
        raise InvalidInput("There is no such task", ", ".join(missing), "Use a key, a number or a full name.")
    return {**equal, "task": tuple(key for key in keys if key is not None)}


def _query(
    service: Service, principal: Principal, moment: Moment, filters: Filters | None = None
) -> FeatureQuery:
    view = service.policy.view(principal, UNITS.name)
    return FeatureQuery(UNITS, moment, principal, view, filters or Filters())


def _vault(service: Service) -> Vault:
    if service.vault is None:
        raise Conflict("No personal fields are kept here", None, "An operator sets GEOSERVICE_VAULT_DIR.")
    return service.vault


def _answer(document: Any, media_type: str = "application/json") -> Response:
    return Response(orjson.dumps(document), 200, {"Cache-Control": "no-store"}, media_type)
