"""``/imports`` and ``/imports/{number}``: hand a file in, see on a map what is right and wrong with it, and decide."""

from __future__ import annotations

from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends
from fastapi import Path as InPath
from starlette.responses import Response

from geoservice.access.principals import Principal
from geoservice.model.vocabulary import LineageKind
from geoservice.registry.import_runs import find_run
from geoservice.registry.settings import read_city
from geoservice.service import Service
from geoservice.web.house import bar, draw, new_nonce, private_page
from geoservice.web.language import Language, Spoken
from geoservice.web.permission import Requires, Serving
from geoservice.web.v1.import_documents import choices
from geoservice.wording import words

_ANSWERS: Final[dict[int | str, dict[str, Any]]] = {
    200: {"content": {"text/html": {}}, "description": "The page"},
    403: {"description": "The role imports nothing"},
    404: {"description": "There is no such import"},
}
Reader = Annotated[Principal, Depends(Requires("imports:read"))]


def router() -> APIRouter:
    """Return the routes."""
    routes = APIRouter(tags=["imports"], responses=_ANSWERS)
    for path, endpoint, summary in (
        ("/imports", listed, "数据导入 · hand files in"),
        ("/imports/{number}", one, "一次导入 · one import"),
    ):
        routes.add_api_route(path, endpoint, methods=["GET"], response_class=Response, summary=summary)
    return routes


def listed(service: Serving, principal: Reader, language: Spoken) -> Response:
    """Show where a file is dropped, and every import made so far."""
    return _page(service, principal, language, None)


def one(
    service: Serving,
    principal: Reader,
    number: Annotated[int, InPath(ge=1, le=2**53)],
    language: Spoken,
) -> Response:
    """Show one import: how it was read, what was found, what it would change, and what can be done."""
    with service.database.read() as connection:
        find_run(connection, number)
    return _page(service, principal, language, number)


def _page(service: Service, principal: Principal, language: Language, number: int | None) -> Response:
    nonce = new_nonce()
    root = service.settings.base_path
    with service.database.read() as connection:
        city = read_city(connection)
    may = {name: service.policy.allows(principal, f"imports:{name}") for name in ("check", "write", "all")}
    told = {
        "root": root,
        "language": language,
        "words": words("imports", language).messages,
        "number": number,
        "who": principal.name,
        "may": may,
        "nouns": choices() if number is not None else {},
        "lineage": LineageKind.labels(),
    }
    other = f"?lang={'zh' if language == 'en' else 'en'}"
    top = bar(service.policy, principal, city, "imports", root, other)
    return private_page(draw("imports.html", language, root, top, nonce, told=told, number=number), nonce)
