"""``/wall``: 挂图作战, the maps and figures of ``maps/wall.toml`` one after another on a large screen."""

from __future__ import annotations

from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends
from starlette.responses import Response

from geoservice import __version__
from geoservice.access.principals import Principal
from geoservice.cartography.palettes import STAGE_GROUPS, Swatch, ink_on
from geoservice.registry.settings import read_city
from geoservice.web.house import TEMPLATES, new_nonce, private_page
from geoservice.web.language import Spoken
from geoservice.web.permission import Requires, Serving
from geoservice.wording import words

_ANSWERS: Final[dict[int | str, dict[str, Any]]] = {
    200: {"content": {"text/html": {}}, "description": "The wall"},
    403: {"description": "The role does not see maps"},
}


def router() -> APIRouter:
    """Return the route."""
    routes = APIRouter(tags=["maps"])
    routes.add_api_route(
        "/wall",
        page,
        methods=["GET"],
        responses=_ANSWERS,
        response_class=Response,
        summary="挂图作战 · the wall",
    )
    return routes


def page(
    service: Serving,
    principal: Annotated[Principal, Depends(Requires("map:read"))],
    language: Spoken,
) -> Response:
    """Show the wall: a frame per slide, the figures below; its script asks ``/v1/wall`` again and again."""
    with service.database.read() as connection:
        city = read_city(connection)
    nonce, say = new_nonce(), words("wall", language)
    root = service.settings.base_path
    told = {
        "root": root,
        "language": language,
        "version": __version__,
        "words": say.messages,
        "stages": [_stage(one) for one in STAGE_GROUPS],
    }
    html = TEMPLATES.get_template("wall.html").render(
        _=say.gettext,
        language_tag="zh-CN" if language == "zh" else "en",
        root=root,
        nonce=nonce,
        city=city.name if language == "zh" else city.name_en,
        viewer=getattr(principal.role, language),
        told=told,
    )
    return private_page(html, nonce, "no-cache", frames=True)


def _stage(one: Swatch) -> dict[str, str]:
    return {
        "value": one.value,
        "zh": one.zh,
        "en": one.en,
        "mark": one.mark,
        "colour": one.colour,
        "ink": ink_on(one.colour),
    }
