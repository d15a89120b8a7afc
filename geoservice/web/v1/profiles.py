"""``/v1/mapping-profiles``: how files with certain headings are mapped, saved from an import and recognised next time."""

from __future__ import annotations

from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Path
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import JSONResponse, Response

from geoservice import clock
from geoservice.access.principals import Principal
from geoservice.db.types import instant_text
from geoservice.errors import Conflict
from geoservice.intake.mapping_json import mapping_from_json
from geoservice.registry import profiles
from geoservice.registry.import_runs import find_run
from geoservice.web.permission import Requires, Serving
from geoservice.web.v1.jobs import FRESH

Reader = Annotated[Principal, Depends(Requires("imports:read"))]
Writer = Annotated[Principal, Depends(Requires("imports:write"))]
Number = Annotated[int, Path(ge=1, le=2**53, description="Number of the profile.")]
_ANSWERS: Final[dict[int | str, dict[str, Any]]] = {
    200: {"content": {"application/json": {"schema": {"type": "object"}}}},
    400: {"description": "The mapping names something that does not exist"},
    403: {"description": "The role may not do this"},
    404: {"description": "There is no such profile or import"},
    409: {"description": "The import was not checked yet"},
}


class Fresh(BaseModel):
    """A profile to save."""

    model_config = ConfigDict(extra="forbid")

    import_: Annotated[
        int, Field(alias="import", ge=1, le=2**53, description="Import whose mapping is saved.")
    ]
    name: Annotated[str, Field(min_length=1, max_length=100, description="After whoever sends such files.")]


class Edit(BaseModel):
    """What to change of a profile."""

    model_config = ConfigDict(extra="forbid")

    name: Annotated[str | None, Field(min_length=1, max_length=100)] = None
    mapping: Annotated[
        dict[str, Any] | None, Field(description="The whole mapping, as an import shows it.")
    ] = None


def router() -> APIRouter:
    """Return the routes."""
    routes = APIRouter(prefix="/v1/mapping-profiles", tags=["imports"], responses=_ANSWERS)
    for method, path, endpoint, status, summary in (
        ("GET", "", listed, 200, "映射方案 · saved mappings"),
        ("POST", "", saved, 201, "保存映射方案 · save the mapping of an import"),
        ("GET", "/{number}", one, 200, "一个映射方案 · one saved mapping"),
        ("PATCH", "/{number}", edited, 200, "修改映射方案 · rename it or change what it maps"),
        ("DELETE", "/{number}", retired, 204, "停用映射方案 · take it out of use"),
    ):
        routes.add_api_route(
            path, endpoint, methods=[method], status_code=status, summary=summary, response_class=Response
        )
    return routes


def listed(service: Serving, _: Reader) -> Response:
    """Return every profile in use."""
    with service.database.read() as connection:
        found = [_document(row) for row in profiles.list_profiles(connection)]
    return JSONResponse({"profiles": found}, headers=FRESH)


def one(service: Serving, _: Reader, number: Number) -> Response:
    """Return a profile with its mapping."""
    with service.database.read() as connection:
        return JSONResponse(_document(profiles.find_profile(connection, number)), headers=FRESH)


def saved(service: Serving, principal: Writer, asked: Fresh) -> Response:
    """Save how the file of an import is mapped; next time its headings are recognised."""
    with service.database.write() as connection:
        run = find_run(connection, asked.import_)
        check = run["result"] or {}
        if not run["mapping"] or not check.get("headings"):
            raise Conflict("This import holds no mapping to save", run["state"], "Check the file first.")
        number = profiles.save_profile(
            connection,
            name=asked.name,
            noun=run["noun"],
            fingerprint=check["headings"],
            columns=list(check.get("columns", [])),
            mapping=run["mapping"],
            by=principal.name,
            at=clock.now(),
        )
        document = _document(profiles.find_profile(connection, number))
    return JSONResponse(document, 201, FRESH)


def edited(service: Serving, principal: Writer, number: Number, asked: Edit) -> Response:
    """Change a profile; imports that used it keep their mapping."""
    plain = None if asked.mapping is None else mapping_from_json(asked.mapping).to_json()
    with service.database.write() as connection:
        profiles.edit_profile(
            connection, number, by=principal.name, at=clock.now(), name=asked.name, mapping=plain
        )
        return JSONResponse(_document(profiles.find_profile(connection, number)), headers=FRESH)


def retired(service: Serving, _: Writer, number: Number) -> Response:
    """Take a profile out of use."""
    with service.database.write() as connection:
        profiles.retire_profile(connection, number, clock.now())
    return Response(status_code=204, headers=FRESH)


def _document(row: Any) -> dict[str, Any]:
    said = {name: row[name] for name in ("id", "name", "noun", "columns", "mapping", "used")}
    instants = {name: row[name] for name in ("created_at", "changed_at", "used_at")}
    people = {name: row[name] for name in ("created_by", "changed_by")}
    return said | people | {n: None if at is None else instant_text(at) for n, at in instants.items()}
