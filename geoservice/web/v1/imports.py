"""``/v1/imports``: hand a file in, see what is found, decide, and undo; every step is a job or a short change."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date
from typing import Annotated, Any, Final

import orjson
from fastapi import APIRouter, Depends, Path, Query, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse, Response

from geoservice import clock
from geoservice.access.principals import Principal
from geoservice.errors import Forbidden, InvalidInput
from geoservice.imports import conversation as steps
from geoservice.imports.store import Store, open_store, safe_name
from geoservice.model.vocabulary import ImportState
from geoservice.registry.import_runs import find_run, list_runs, require_state
from geoservice.registry.undo import dependents
from geoservice.service import Service
from geoservice.web.permission import Requires, Serving
from geoservice.web.v1.import_documents import findings_of, full_document, short_document
from geoservice.web.v1.jobs import FRESH

Reader = Annotated[Principal, Depends(Requires("imports:read"))]
Checker = Annotated[Principal, Depends(Requires("imports:check"))]
Writer = Annotated[Principal, Depends(Requires("imports:write"))]
Number = Annotated[int, Path(ge=1, le=2**53, description="Number of the import.")]
Name = Annotated[str, Query(min_length=1, max_length=200, description="Name of the file.")]

_ANSWERS: Final[dict[int | str, dict[str, Any]]] = {
    200: {"content": {"application/json": {"schema": {"type": "object"}}}},
    400: {"description": "Something asked is wrong"},
    401: {"description": "The token is not valid"},
    403: {"description": "The role may not do this"},
    404: {"description": "There is no such import"},
    409: {"description": "The import is not where that can be done, or something later depends on it"},
    413: {"description": "The file is too large"},
}
_BODY: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}


class Reading(BaseModel):
    """How a file is to be read; what is not said is found out."""

    model_config = ConfigDict(extra="forbid")

    noun: Annotated[str | None, Field(max_length=40, description="What the rows are: `parcel` …")] = None
    layer: Annotated[str | None, Field(max_length=200, description="Layer or sheet.")] = None
    crs: Annotated[str | None, Field(max_length=200, description="Reference system, such as EPSG:4528.")] = (
        None
    )
    encoding: Annotated[str | None, Field(max_length=40, description="Encoding of texts.")] = None
    mapping: Annotated[
        dict[str, Any] | None,
        Field(description="A mapping as a check returns it, changed where it was wrong."),
    ] = None
    profile: Annotated[bool, Field(description="Use a saved profile whose headings these are.")] = True


class Decision(BaseModel):
    """What is to become of a checked file."""

    model_config = ConfigDict(extra="forbid")

    accept: Annotated[str, Field(description="`all` rows, or the `good` ones; the others are recorded.")] = (
        "all"
    )
    valid_from: Annotated[date | None, Field(description="Day from which it is so; default today.")] = None
    end_missing: Annotated[
        bool, Field(description="End what the file, as a whole delivery, no longer contains.")
    ] = False


class Why(BaseModel):
    """A reason."""

    model_config = ConfigDict(extra="forbid")

    reason: Annotated[str, Field(min_length=2, max_length=1000, description="Why.")]


def router() -> APIRouter:
    """Return the routes."""
    routes = APIRouter(prefix="/v1/imports", tags=["imports"], responses=_ANSWERS)
    for method, path, endpoint, status, summary in (
        ("GET", "", listed, 200, "导入记录 · imports, newest first"),
        ("POST", "", received, 201, "上传文件并检查 · hand a file in and have it checked"),
        ("GET", "/{number}", one, 200, "一次导入 · one import with everything known of it"),
        ("PUT", "/{number}/files/{name}", added, 200, "补传同批文件 · add a file that belongs to it"),
        ("POST", "/{number}/check", checked, 202, "重新检查 · check again, read in another way"),
        ("GET", "/{number}/findings", findings, 200, "检查意见 · findings, page by page"),
        ("GET", "/{number}/features", features, 200, "检查图形 · what would become of which shape"),
        ("POST", "/{number}/publish", published, 202, "发布 · publish all rows, or the good ones"),
        ("POST", "/{number}/reject", rejected, 200, "退回 · turn the file away"),
        ("GET", "/{number}/dependents", depending, 200, "后续依赖 · what keeps it from being undone"),
        ("POST", "/{number}/undo", undone, 202, "撤销 · undo a published import as one step"),
    ):
        routes.add_api_route(
            path,
            endpoint,
            methods=[method],
            status_code=status,
            summary=summary,
            response_class=Response,
            openapi_extra=_BODY if endpoint in {received, added} else None,
        )
    return routes


def listed(
    service: Serving,
    _: Reader,
    limit: Annotated[int, Query(ge=1, le=500)] = 50,
    before: Annotated[
        int | None, Query(ge=1, le=2**53, description="Number the page before ended with.")
    ] = None,
) -> Response:
    """Return imports without their findings; also those made by commands."""
    with service.database.read() as connection:
        found = [short_document(run) for run in list_runs(connection, limit=limit, before=before)]
    return JSONResponse({"imports": found}, headers=FRESH)


async def received(
    request: Request,
    service: Serving,
    principal: Checker,
    name: Name,
    check: Annotated[bool, Query(description="Check it at once; say no to add further files first.")] = True,
) -> Response:
    """Receive a file as the body of the request, as it is, and queue its check."""
    kept = safe_name(name)
    store = open_store(service.settings)
    await run_in_threadpool(_require_room, service, principal.name)
    with store.writing(kept) as (sink, place):
        size = await _stream(request.stream(), sink, store)
        sink.flush()
        number = await run_in_threadpool(lambda: steps.open_conversation(service, kept, size, principal.name))
        store.adopt(number, place, kept)
    if check:
        await run_in_threadpool(lambda: steps.ask_check(service, number, {}, principal.name))
    document = await run_in_threadpool(lambda: _document(service, number))
    headers = {**FRESH, "Location": f"{service.settings.base_path}/v1/imports/{number}"}
    return JSONResponse(document, 201, headers)


async def added(
    request: Request, service: Serving, principal: Checker, number: Number, name: Annotated[str, Path()]
) -> Response:
    """Add a part: the .dbf and .prj of a Shapefile, a ledger the mapping joins; then check again."""
    kept = safe_name(name)
    store = open_store(service.settings)
    await run_in_threadpool(
        lambda: _mine(service, principal, number, ImportState.RECEIVED, ImportState.CHECKED)
    )
    with store.writing(kept) as (sink, place):
        await _stream(request.stream(), sink, store)
        sink.flush()
        store.adopt(number, place, kept)
    return JSONResponse({"files": [file.name for file in store.sources(number)]}, headers=FRESH)


def one(service: Serving, _: Reader, number: Number) -> Response:
    """Return where the import is, how the file was read, what was found, and what a publish would change."""
    return JSONResponse(_document(service, number), headers=FRESH)


def checked(service: Serving, principal: Checker, number: Number, asked: Reading) -> Response:
    """Check a file again, read as asked: another noun, system, encoding, layer or mapping."""
    _mine(service, principal, number)
    said = asked.model_dump(exclude_none=True)
    job = steps.ask_check(service, number, said, principal.name)
    return JSONResponse({"job": job}, 202, FRESH)


def findings(
    service: Serving,
    _: Reader,
    number: Number,
    severity: Annotated[str | None, Query(pattern="^(error|warning|info)$")] = None,
    code: Annotated[str | None, Query(max_length=80)] = None,
    limit: Annotated[int, Query(ge=1, le=10_000)] = 200,
    offset: Annotated[int, Query(ge=0, le=10_000_000)] = 0,
) -> Response:
    """Return findings, errors first; those of a kind or a severity where asked."""
    with service.database.read() as connection:
        run = find_run(connection, number)
    found, total = findings_of(open_store(service.settings), run, severity, code)
    page = found[offset : offset + limit]
    return Response(orjson.dumps({"total": total, "findings": page}), 200, FRESH, "application/json")


def features(service: Serving, _: Reader, number: Number) -> Response:
    """Return the shapes of the file as GeoJSON: new, changed with the shape before, unchanged, conflicting, ended."""
    with service.database.read() as connection:
        find_run(connection, number)
    seen = open_store(service.settings).read(number, "preview.json") or {"features": [], "drawn": 0}
    document = {"type": "FeatureCollection", "features": seen["features"], "drawn": seen["drawn"]}
    return Response(orjson.dumps(document), 200, FRESH, "application/geo+json")


def published(service: Serving, principal: Writer, number: Number, asked: Decision) -> Response:
    """Decide to publish: one step, done by a job; all of it happens or nothing."""
    _mine(service, principal, number)
    job = steps.ask_publish(
        service,
        number,
        by=principal.name,
        accept=asked.accept,
        valid_from=asked.valid_from or clock.today(),
        end_missing=asked.end_missing,
    )
    return JSONResponse({"job": job}, 202, FRESH)


def rejected(service: Serving, principal: Writer, number: Number, asked: Why) -> Response:
    """Turn a file away; the record stays, the file goes."""
    _mine(service, principal, number)
    steps.reject(service, open_store(service.settings), number, by=principal.name, reason=asked.reason)
    return JSONResponse(_document(service, number), headers=FRESH)


def depending(service: Serving, _: Reader, number: Number) -> Response:
    """Return what came later and rests on a published import; empty where it can be undone."""
    with service.database.read() as connection:
        require_state(find_run(connection, number), ImportState.PUBLISHED)
        found = [vars(one) for one in dependents(connection, number)]
    return JSONResponse({"dependents": found}, headers=FRESH)


def undone(service: Serving, principal: Writer, number: Number, asked: Why) -> Response:
    """Undo a published import; refused while something later depends on it."""
    job = steps.ask_undo(service, number, by=principal.name, reason=asked.reason)
    return JSONResponse({"job": job}, 202, FRESH)


def _require_room(service: Service, by: str) -> None:
    with service.database.read() as connection:
        steps.require_room(connection, by)


async def _stream(chunks: AsyncIterator[bytes], sink: Any, store: Store) -> int:
    """Write a body to disk as it arrives; memory holds one chunk."""
    size = 0
    async for chunk in chunks:
        size += len(chunk)
        store.require_size(size)
        await run_in_threadpool(sink.write, chunk)
    if not size:
        raise InvalidInput("The file is empty", None, "Choose another file.")
    return size


def _mine(service: Service, principal: Principal, number: int, *states: ImportState) -> None:
    """Let only who handed a file in, or who may decide about all, go on with it."""
    with service.database.read() as connection:
        run = find_run(connection, number)
    if run["uploaded_by"] != principal.name and not service.policy.allows(principal, "imports:all"):
        raise Forbidden(
            "Somebody else handed this file in", run["uploaded_by"], "Ask them, or hand it in yourself."
        )
    if states:
        require_state(run, *states)


def _document(service: Service, number: int) -> dict[str, Any]:
    return full_document(service, number)
