"""Pages: the map at ``/`` and every named map, drawn for whoever asks."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Request
from starlette.responses import Response

from geoservice import clock
from geoservice.access.principals import Principal
from geoservice.cartography import (
    INTERNAL,
    PUBLIC_NOTICE,
    Item,
    Link,
    MapDefinition,
    Page,
    Text,
    build_map,
    find_definition,
    read_definitions,
    render,
)
from geoservice.db.spatial import BBox
from geoservice.model.vocabulary import Role
from geoservice.registry.moment import Moment
from geoservice.registry.places import base_layers, city_bounds
from geoservice.registry.settings import City, read_city
from geoservice.service import Service
from geoservice.web.basemaps import backgrounds
from geoservice.web.house import places
from geoservice.web.language import Language, Spoken
from geoservice.web.map_sources import Asking, served_sources
from geoservice.web.permission import Requires, Serving
from geoservice.web.questions import parse_day
from geoservice.web.security import content_security_policy

_ANSWERS: dict[int | str, dict[str, Any]] = {
    200: {"content": {"text/html": {}}, "description": "The map"},
    404: {"description": "There is no map of that name"},
}


def router() -> APIRouter:
    """Return the routes."""
    routes = APIRouter(tags=["maps"])
    routes.add_api_route(
        "/", home, methods=["GET"], responses=_ANSWERS, response_class=Response, summary="项目挂图"
    )
    routes.add_api_route(
        "/maps/{name}", named, methods=["GET"], responses=_ANSWERS, response_class=Response, summary="专题图"
    )
    return routes


def home(
    request: Request,
    service: Serving,
    principal: Annotated[Principal, Depends(Requires("map:read"))],
    language: Spoken,
    datetime: Annotated[str | None, Query()] = None,
    since: Annotated[str | None, Query()] = None,
) -> Response:
    """Show the first map."""
    definitions = read_definitions(service.settings.maps_dir)
    return _page(service, principal, next(iter(definitions.values())), Asked(datetime, since, language))


def named(
    request: Request,
    service: Serving,
    principal: Annotated[Principal, Depends(Requires("map:read"))],
    name: Annotated[str, Path(max_length=64)],
    language: Spoken,
    datetime: Annotated[str | None, Query()] = None,
    since: Annotated[str | None, Query()] = None,
) -> Response:
    """Show the map of that name."""
    definition = find_definition(name, service.settings.maps_dir)
    return _page(service, principal, definition, Asked(datetime, since, language))


@dataclass(frozen=True)
class Asked:
    """What a reader may ask of a page: the day, the day changes are counted from, the language."""

    datetime: str | None = None
    since: str | None = None
    language: Language = "zh"

    @property
    def day(self) -> date | None:
        """Return the day asked for."""
        return None if self.datetime is None else parse_day(self.datetime, "datetime")

    @property
    def since_day(self) -> date | None:
        """Return the day changes are counted from."""
        return None if self.since is None else parse_day(self.since, "since")


def _page(service: Service, principal: Principal, definition: MapDefinition, asked: Asked) -> Response:
    return draw(asking_for(service, principal, asked), definition, asked.language)


def asking_for(service: Service, principal: Principal, asked: Asked) -> Asking:
    """Return who asks for a page, and for which days."""
    return Asking(service, principal, Moment(asked.day or clock.today()), asked.day, asked.since_day)


def draw(asking: Asking, definition: MapDefinition, language: Language, item: Item | None = None) -> Response:
    """Draw a map, or one thing beside its place on it, as the page of whoever asks."""
    with asking.service.database.read() as connection:
        city = read_city(connection)
        bounds = city_bounds(connection, city, asking.moment)
        themes = base_layers(connection, asking.moment)
        sources = served_sources(connection, asking, definition, themes)
    nonce = secrets.token_urlsafe(16)
    page = replace(_surroundings(asking, city, bounds, nonce, language), item=item)
    if "changes" in definition.sources:
        page = replace(page, period=asking.period)
    html = render(build_map(definition, sources, page))
    headers = {
        "Content-Security-Policy": content_security_policy(nonce),
        "Cache-Control": "private, no-cache",
        "Vary": "Authorization, Cookie",
    }
    return Response(html, headers=headers, media_type="text/html; charset=utf-8")


def _surroundings(asking: Asking, city: City, bounds: BBox | None, nonce: str, language: Language) -> Page:
    service, principal, root = asking.service, asking.principal, asking.root
    maps = [
        Link(definition.title, f"{root}/maps/{name}", name)
        for name, definition in read_definitions(service.settings.maps_dir).items()
        if asking.shows(definition)
    ]
    return Page(
        city=Text(city.name, city.name_en),
        mode="served",
        language=language,
        nonce=nonce,
        as_of=asking.moment.day,
        bounds=bounds,
        maps=maps,
        places=[one for one in places(service.policy, principal, root) if one.name != "map"],
        backgrounds=backgrounds(service, principal, root),
        notice=PUBLIC_NOTICE if principal.role is Role.PUBLIC else None,
        stamp=stamp(city),
        viewer=Text(principal.role.zh, principal.role.en),
        today=clock.today(),
        pages=root,
        history=service.policy.allows(principal, "history:read"),
        static=f"{root}/static",
        api=f"{root}/v1",
    )


def stamp(city: City) -> Text:
    """Return the 审图号, or the stamp of a map that has none."""
    number = city.approval_number
    return INTERNAL if number is None else Text(f"审图号 {number}", f"Map approval {number}")
