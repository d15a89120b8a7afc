"""``/v1/wall``: which pictures a wall shows in turn, and the figures beside them, for whoever asks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Request
from sqlalchemy import Connection
from starlette.responses import Response

from geoservice import __version__, clock
from geoservice.access.principals import Principal
from geoservice.cartography import MapDefinition, Wall, read_definitions, read_wall
from geoservice.registry.facts.standing import SOURCES as LAND_SOURCES
from geoservice.registry.facts.task_sheet import SOURCES as TASK_SOURCES
from geoservice.registry.features import FeatureQuery
from geoservice.registry.filters import Filters
from geoservice.registry.moment import Moment
from geoservice.reporting.headlines import HEADLINES, Headline, headlines
from geoservice.service import Service
from geoservice.web import caching
from geoservice.web.map_sources import Asking
from geoservice.web.permission import Requires, Serving
from geoservice.web.v1.answers import json_answer, question

_ANSWERS: Final[dict[int | str, dict[str, Any]]] = {
    200: {"content": {"application/json": {"schema": {"type": "object"}}}},
    304: {"description": "Not modified"},
    401: {"description": "The token is not valid"},
    403: {"description": "The role does not see this"},
    503: {"description": "The database cannot be used"},
}
_SOURCES: Final = tuple(sorted({*LAND_SOURCES, *TASK_SOURCES, "demolition_progress"}))


def router() -> APIRouter:
    """Return the route."""
    routes = APIRouter(prefix="/v1", tags=["maps"])
    routes.add_api_route(
        "/wall",
        wall,
        methods=["GET"],
        responses=_ANSWERS,
        response_class=Response,
        summary="挂图作战 · the slides and figures of the wall",
    )
    return routes


def wall(
    request: Request,
    service: Serving,
    principal: Annotated[Principal, Depends(Requires("map:read"))],
) -> Response:
    """Return slides with the addresses of their pages, and the figures of today that the reader may see."""
    maps = read_definitions(service.settings.maps_dir)
    shown = read_wall(service.settings.maps_dir, maps, tuple(HEADLINES))
    moment = Moment(clock.today())
    slides = list(_slides(service, principal, shown, maps, moment))
    query = question(service, principal, "projects", moment, Filters())
    with service.database.read() as connection:

        def fresh(etag: str) -> Response:
            document = {
                "version": __version__,
                "datetime": moment.day.isoformat(),
                "dwell_s": shown.dwell_s,
                "refresh_s": shown.refresh_s,
                "shift": shown.shift,
                "slides": slides,
                "figures": [
                    _figure(one) for one in _headlines(connection, service, principal, shown, moment)
                ],
            }
            return json_answer(document, principal, etag)

        # What the file says is part of the answer, and no revision tells of a file.
        words = f"wall {shown} {slides}"
        return caching.revalidated(request, connection, service, query, words, fresh, _SOURCES)


def _headlines(
    connection: Connection, service: Service, principal: Principal, shown: Wall, moment: Moment
) -> list[Headline]:
    def ask(name: str, permission: str) -> FeatureQuery:
        service.policy.require(principal, permission)
        return question(service, principal, name, moment, Filters())

    return headlines(connection, service.policy, ask, shown.figures)


def _slides(
    service: Service, principal: Principal, shown: Wall, maps: dict[str, MapDefinition], moment: Moment
) -> Iterator[dict[str, Any]]:
    """Yield the slides whose map the reader sees."""
    asking = Asking(service, principal, moment, None)
    for number, slide in enumerate(shown.slides):
        definition = maps[slide.map]
        if not asking.shows(definition):
            continue
        day = slide.day(moment.day)
        asked = {"look": "wall"}
        if day is not None:
            asked["datetime"] = day.isoformat()
        if slide.theme:
            asked["theme"] = f"{definition.main}~{slide.theme}"
        title = slide.title or definition.title
        yield {
            "id": f"{number}-{slide.map}",
            "map": slide.map,
            "title": {"zh": title.zh, "en": title.en},
            "datetime": (day or moment.day).isoformat(),
            "planned": day is not None and day > moment.day,
            "href": f"{asking.root}/maps/{slide.map}?{urlencode(asked)}",
        }


def _figure(one: Headline) -> dict[str, Any]:
    return {
        "name": one.name,
        "value": one.value,
        "form": one.form,
        "parts": dict(one.parts),
        "source": one.source,
    }
