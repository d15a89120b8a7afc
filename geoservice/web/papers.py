"""``/maps/{name}/sheet`` and ``/maps/books/{by}``: maps as PDF and PNG, for whoever asks."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal
from urllib.parse import quote

from fastapi import APIRouter, Depends, Query
from fastapi import Path as InPath
from pydantic import ConfigDict, Field
from starlette.responses import Response

from geoservice.access.principals import Principal
from geoservice.cartography import find_definition
from geoservice.cartography.paper import PAPERS, paper_of, slide_of
from geoservice.registry.moment import Moment
from geoservice.web.permission import Requires, Serving
from geoservice.web.questions import When
from geoservice.web.sheets import BOOKS, book, sheet

_PDF: Final = "application/pdf"
_ANSWERS: Final[dict[int | str, dict[str, Any]]] = {
    200: {"content": {_PDF: {}, "image/png": {}}, "description": "The sheet"},
    400: {"description": "A parameter is unknown or wrong"},
    401: {"description": "The token is not valid"},
    403: {"description": "The role does not see this"},
    404: {"description": "There is no map of that name"},
    503: {"description": "The database cannot be used, or no typeface is installed"},
}
Reader = Annotated[Principal, Depends(Requires("map:read"))]


class Printed(When):
    """How a map is set."""

    size: Annotated[
        Literal["A4", "A3", "A2", "A1", "A0"], Field(description=f"Paper: {', '.join(PAPERS)}.")
    ] = "A4"
    portrait: Annotated[bool, Field(description="Upright instead of across.")] = False
    lang: Annotated[Literal["zh", "en"], Field(description="Language.")] = "zh"


class Sheet(Printed):
    """A sheet, or a picture for slides."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    f: Annotated[Literal["pdf", "png"], Field(description="A sheet, or a picture.")] = "pdf"
    width: Annotated[int | None, Field(ge=320, le=8000, description="Pixels of a picture (png).")] = None
    height: Annotated[int | None, Field(ge=320, le=8000, description="Pixels of a picture (png).")] = None


def router() -> APIRouter:
    """Return the routes."""
    routes = APIRouter(tags=["maps"])
    plain: dict[str, Any] = {"responses": _ANSWERS, "response_class": Response}
    routes.add_api_route(
        "/maps/books/{by}",
        printed_book,
        methods=["GET"],
        summary="图册 · a page per park or project",
        **plain,
    )
    routes.add_api_route(
        "/maps/{name}/sheet", printed_sheet, methods=["GET"], summary="图纸 · the map as PDF or PNG", **plain
    )
    return routes


def printed_sheet(
    service: Serving,
    principal: Reader,
    name: Annotated[str, InPath(max_length=64)],
    asked: Annotated[Sheet, Query()],
) -> Response:
    """Return a named map to scale on a sheet, with legend, scale bar, north, grid, date, source and stamp."""
    moment: Moment = asked.moment()
    slide = asked.f == "png" and (asked.width is not None or asked.height is not None)
    paper = (
        slide_of(asked.width or 1920, asked.height or 1080)
        if slide
        else paper_of(asked.size, portrait=asked.portrait)
    )
    body = sheet(service, principal, name, moment, paper, asked.f, asked.lang)
    definition = find_definition(name, service.settings.maps_dir)
    title = definition.title.en if asked.lang == "en" else definition.title.zh
    return _file(body, asked.f, f"{title}_{moment.day.isoformat()}", f"{name}-{moment.day.isoformat()}")


def printed_book(
    service: Serving,
    principal: Reader,
    by: Annotated[str, InPath(max_length=20, description=f"One of: {', '.join(BOOKS)}.")],
    asked: Annotated[Printed, Query()],
) -> Response:
    """Return a map book: a page for each park or each project with a place."""
    moment = asked.moment()
    paper = paper_of(asked.size, portrait=asked.portrait)
    body = book(service, principal, by, moment, paper, asked.lang)
    return _file(body, "pdf", f"图册_{by}_{moment.day.isoformat()}", f"book-{by}-{moment.day.isoformat()}")


def _file(body: bytes, form: str, title: str, plain: str) -> Response:
    headers = {
        "Content-Disposition": f"inline; filename=\"{plain}.{form}\"; filename*=UTF-8''{quote(f'{title}.{form}')}",
        "Cache-Control": "private, no-cache",
        "Vary": "Authorization, Cookie",
    }
    return Response(body, 200, headers, _PDF if form == "pdf" else "image/png")
