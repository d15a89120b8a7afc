"""``/registers``: each register on a page with its map, its figures and its downloads."""

from __future__ import annotations

from typing import Annotated, Any, Final
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Depends, Query, Request
from fastapi import Path as InPath
from pydantic import Field
from starlette.responses import Response

from geoservice.access.principals import Principal
from geoservice.registry.places import base_layers, city_bounds
from geoservice.registry.settings import read_city
from geoservice.reporting.registers import REGISTERS
from geoservice.reporting.registers.cells import heading, shown
from geoservice.web.house import bar, draw, new_nonce, private_page
from geoservice.web.language import Language, Spoken, preferred
from geoservice.web.pages import stamp
from geoservice.web.permission import Requires, Serving
from geoservice.web.v1.answers import Placed, question
from geoservice.web.v1.registers import find_register, read, sees
from geoservice.wording import words

_ANSWERS: Final[dict[int | str, dict[str, Any]]] = {
    200: {"content": {"text/html": {}}, "description": "The page"},
    403: {"description": "The role does not see this"},
    404: {"description": "There is no such register"},
}
Reader = Annotated[Principal, Depends(Requires("registers:read"))]


class Shown(Placed):
    """A register on a day, in a language."""

    lang: Annotated[str | None, Field(pattern="^(zh|en)$")] = None


def router() -> APIRouter:
    """Return the routes."""
    routes = APIRouter(tags=["registers"])
    plain: dict[str, Any] = {"responses": _ANSWERS, "response_class": Response}
    routes.add_api_route("/registers", index, methods=["GET"], summary="台账 · the registers", **plain)
    routes.add_api_route("/registers/{name}", page, methods=["GET"], summary="台账页 · one register", **plain)
    return routes


def index(
    service: Serving,
    principal: Reader,
    language: Spoken,
) -> Response:
    """Show what registers there are."""
    nonce, root = new_nonce(), service.settings.base_path
    with service.database.read() as connection:
        city = read_city(connection)
    other = f"?lang={'zh' if language == 'en' else 'en'}"
    top = bar(service.policy, principal, city, "registers", root, other)
    shown_ones = [one for one in REGISTERS.values() if sees(service, principal, one)]
    return private_page(
        draw("registers.html", language, root, top, nonce, registers=shown_ones), nonce, "no-cache"
    )


def page(
    request: Request,
    service: Serving,
    principal: Reader,
    name: Annotated[str, InPath(max_length=40)],
    asked: Annotated[Shown, Query()],
) -> Response:
    """Show one register: figures, table and map from one question."""
    register = find_register(name)
    query = question(service, principal, register.collection, asked.moment(), asked.filters())
    with service.database.read() as connection:
        listing = read(connection, service, register, query)
        city = read_city(connection)
        themes = base_layers(connection, query.moment)
        bounds = city_bounds(connection, city, query.moment)
    nonce, language = new_nonce(), preferred(request)
    root = service.settings.base_path
    given = {key: value for key, value in request.query_params.items() if key != "lang"}
    other = f"?{urlencode({**given, 'lang': 'zh' if language == 'en' else 'en'})}"
    html = draw(
        "register.html",
        language,
        root,
        bar(service.policy, principal, city, "registers", root, other),
        nonce,
        register=register,
        registers=[one for one in REGISTERS.values() if sees(service, principal, one)],
        day=query.moment.day.isoformat(),
        headings=[(heading(column, language), column.kind) for column in register.columns],
        rows=[
            (
                one["id"],
                one["geometry"] is not None,
                [shown(c, one["properties"], language) for c in register.columns],
            )
            for one in listing.features
        ],
        summary=_figures(listing.summary, language),
        years=listing.summary.get("years", []),
        downloads={form: f"{root}/v1/registers/{name}?{urlencode({**given, 'f': form})}" for form in _FORMS},
        stamp=stamp(city),
        told={
            "data": f"{root}/v1/registers/{name}?{urlencode({**given, 'f': 'geojson'})}",
            "bounds": bounds,
            "base": {
                theme: [f"{root}/v1/layers/{quote(code)}/features?limit=10000" for code in codes]
                for theme, codes in themes.items()
            },
        },
    )
    return private_page(html, nonce, "no-cache")


_FORMS: Final = ("xlsx", "csv", "geojson")
_FIGURES: Final = (
    "count",
    "area_mu",
    "overdue",
    "held_by_land",
    "gap_mu",
    "classes_short",
    "households_total",
    "households_signed",
    "households_demolished",
)


def _figures(summary: dict[str, Any], language: Language) -> list[tuple[str, str]]:
    say = words("pages", language).gettext
    return [
        (
            say(f"figure_{name}"),
            f"{summary[name]:,.2f}" if isinstance(summary[name], float) else f"{summary[name]:,}",
        )
        for name in _FIGURES
        if name in summary
    ]
