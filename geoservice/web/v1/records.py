"""``/v1/records/{noun}/{key}``: one thing read, changed, added and ended by hand, with If-Match and a reason."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from datetime import date
from typing import Annotated, Any, Final

import orjson
from fastapi import APIRouter, Depends, Header, Path, Query
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import Connection
from starlette.responses import Response

from geoservice.access.policy import Policy
from geoservice.access.principals import Principal
from geoservice.db import UnitOfWork
from geoservice.editing import Changed, Record, change, create, find_record, finish, names_of, subject_records
from geoservice.editing.form import form_of
from geoservice.editing.reach import require_reach, require_seen, view_of
from geoservice.errors import InvalidInput
from geoservice.model.nouns import Noun, noun
from geoservice.registry.reads import log_read
from geoservice.service import Service
from geoservice.web.permission import Requires, Serving

_ANSWERS: Final[dict[int | str, dict[str, Any]]] = {
    200: {"content": {"application/json": {"schema": {"type": "object"}}}},
    400: {"description": "A field, a value or the change as a whole is impossible, or lacks its reason"},
    401: {"description": "Nobody is signed in, or the token is not valid"},
    403: {"description": "The role or its scope does not reach this"},
    404: {"description": "There is no such thing today"},
    503: {"description": "The database cannot be used"},
}
_CHANGES: Final = _ANSWERS | {
    409: {"description": "It is recorded already"},
    412: {"description": "Somebody changed it in the meantime"},
    428: {"description": "The change does not say which state it was made for"},
}

Writer = Annotated[Principal, Depends(Requires("records:write"))]
NounName = Annotated[str, Path(max_length=40, description="`parcel`, `project`, `blocker`, `stage_event` …")]
Key = Annotated[str, Path(max_length=300, description="Key; of a fact its identity joined by `~`.")]
Expected = Annotated[str | None, Header(alias="If-Match", max_length=200)]
Reason = Annotated[str | None, Field(max_length=1000, description="Why; kept in the audit log and shown.")]


class Body(BaseModel):
    """A change: the fields, the reason, and since when it is so."""

    model_config = ConfigDict(extra="forbid")

    fields: Annotated[dict[str, Any], Field(description="Field → new value; null empties a field.")]
    reason: Reason = None
    valid_from: date | None = None


class Ending(BaseModel):
    """What ending something takes."""

    model_config = ConfigDict(extra="forbid")

    reason: Annotated[str, Field(min_length=1, max_length=1000, description="Why it ends.")]
    on: Annotated[date | None, Field(description="First day on which it is no more; default today.")] = None


class Subject(BaseModel):
    """Which things are asked for: those that hang on this one."""

    model_config = ConfigDict(extra="forbid")

    field: Annotated[str, Field(max_length=40, description="Field that names the other thing: `project` …")]
    value: Annotated[str, Field(max_length=64, description="Key of the other thing.")]


def router() -> APIRouter:
    """Return the routes."""
    routes = APIRouter(prefix="/v1/records", tags=["editing"])
    plain: dict[str, Any] = {"response_class": Response}
    routes.add_api_route(
        "/{noun_name}",
        listed,
        methods=["GET"],
        summary="某事项名下的记录 · what hangs on a thing, to edit",
        responses=_ANSWERS,
        **plain,
    )
    routes.add_api_route(
        "/{noun_name}",
        added,
        methods=["POST"],
        status_code=201,
        summary="新增 · add one thing",
        responses=_CHANGES | {201: {"description": "Added"}},
        **plain,
    )
    path = "/{noun_name}/{key}"
    routes.add_api_route(
        path,
        one,
        methods=["GET"],
        summary="一条记录及可改字段 · one thing to edit",
        responses=_ANSWERS,
        **plain,
    )
    routes.add_api_route(
        path, changed, methods=["PATCH"], summary="修改 · change one thing", responses=_CHANGES, **plain
    )
    routes.add_api_route(
        path, ended, methods=["DELETE"], summary="终止 · end one thing", responses=_CHANGES, **plain
    )
    return routes


def listed(
    service: Serving, principal: Writer, noun_name: NounName, asked: Annotated[Subject, Query()]
) -> Response:
    """Return the records that hang on a thing: the blockers of a project, the stage events, the links."""
    kind = _kind(service, principal, noun_name)
    if asked.field not in kind.references and asked.field != "subject":
        names = ", ".join(kind.references) or "none"
        raise InvalidInput(f"{asked.field} names nothing that a {kind.name} hangs on", None, f"Use: {names}.")
    with _reading(service, principal, kind) as (connection, log):
        found = subject_records(connection, kind, asked.field, asked.value)
        for record in found[:1]:
            require_reach(connection, service.policy, principal, kind, record.key, record.fields, write=False)
        log([record.key for record in found], {asked.field: asked.value})
        documents = [_document(connection, service.policy, principal, record) for record in found]
    return Response(orjson.dumps({"records": documents}), 200, _PRIVATE, "application/json")


def one(service: Serving, principal: Writer, noun_name: NounName, key: Key) -> Response:
    """Return one record with its ETag and the form of what the reader may change."""
    kind = _kind(service, principal, noun_name)
    with _reading(service, principal, kind) as (connection, log):
        record = find_record(connection, kind, key)
        require_reach(connection, service.policy, principal, kind, key, record.fields, write=False)
        log([key], {})
        document = _document(connection, service.policy, principal, record)
    document["form"] = form_of(service.policy, principal, kind)
    return _answer(document, record.etag)


def changed(
    service: Serving,
    principal: Writer,
    noun_name: NounName,
    key: Key,
    body: Body,
    if_match: Expected = None,
) -> Response:
    """Change fields of one thing; the answer is its new state with warnings beside it."""
    kind = _kind(service, principal, noun_name)
    with _begin(service, principal, f"change {kind.name}", body.reason) as unit:
        done = change(
            unit,
            service.policy,
            principal,
            kind,
            key,
            body.fields,
            expected=if_match,
            valid_from=body.valid_from,
        )
    return _told(service, principal, done)


def added(service: Serving, principal: Writer, noun_name: NounName, body: Body) -> Response:
    """Add one thing; a shape comes through an import."""
    kind = _kind(service, principal, noun_name)
    with _begin(service, principal, f"add {kind.name}", body.reason) as unit:
        done = create(unit, service.policy, principal, kind, body.fields, valid_from=body.valid_from)
    response = _told(service, principal, done, 201)
    root = service.settings.base_path
    response.headers["Location"] = f"{root}/v1/records/{kind.name}/{done.record.key}"
    return response


def ended(
    service: Serving,
    principal: Writer,
    noun_name: NounName,
    key: Key,
    asked: Annotated[Ending, Query()],
    if_match: Expected = None,
) -> Response:
    """End one thing from a day on; its past stays on record."""
    kind = _kind(service, principal, noun_name)
    with _begin(service, principal, f"end {kind.name}", asked.reason) as unit:
        finish(unit, service.policy, principal, kind, key, expected=if_match, on=asked.on)
    return Response(status_code=204, headers=_PRIVATE)


_PRIVATE: Final = {"Cache-Control": "private, no-store", "Vary": "Authorization, Cookie"}


def _kind(service: Service, principal: Principal, name: str) -> Noun:
    """Return the noun, where the role may see any of it."""
    kind = noun(name)
    require_seen(service.policy, principal, kind)
    return kind


@contextmanager
def _reading(
    service: Service, principal: Principal, kind: Noun
) -> Iterator[tuple[Connection, Callable[[list[str], dict[str, Any]], None]]]:
    """Open a reading transaction; of single units a writing one, since every read of them is logged."""
    if kind.name != "demolition_unit":
        with service.database.read() as connection:
            yield connection, lambda keys, question: None
        return
    with service.work().begin(principal.name, "read units to edit") as unit:
        yield (
            unit.connection,
            lambda keys, question: log_read(unit, principal, "units", kind.name, keys, question=question),
        )


def _begin(
    service: Service, principal: Principal, action: str, reason: str | None
) -> AbstractContextManager[UnitOfWork]:
    said = reason.strip() if reason else None
    return service.work().begin(principal.name, action, said or None)


def _told(service: Service, principal: Principal, done: Changed, status: int = 200) -> Response:
    with service.database.read() as connection:
        document = _document(connection, service.policy, principal, done.record)
    document |= {"changed": done.wrote, "notices": [notice.to_json() for notice in done.notices]}
    return _answer(document, done.record.etag, status)


def _document(connection: Connection, policy: Policy, principal: Principal, record: Record) -> dict[str, Any]:
    shows = _shown(policy, principal, record.noun)
    names = names_of(connection, record)
    return {
        "noun": record.noun.name,
        "key": record.key,
        "etag": record.etag,
        "valid_from": record.valid_from,
        "fields": {str(name): value for name, value in record.fields.items() if shows(name)},
        "names": {field: name for field, name in names.items() if shows(field)},
    }


def _shown(policy: Policy, principal: Principal, kind: Noun) -> Callable[[str], bool]:
    """Fields of a noun with a collection follow the policy's view; what hangs on one has no view of its own."""
    view = view_of(policy, principal, kind)
    return (lambda _: True) if view is None else view.shows


def _answer(document: Mapping[str, Any], etag: str, status: int = 200) -> Response:
    return Response(orjson.dumps(document), status, {**_PRIVATE, "ETag": etag}, "application/json")
