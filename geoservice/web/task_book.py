"""``/demolition/{key}``: 征拆任务书, one page to read on a screen and to print on A4."""

from __future__ import annotations

from typing import Annotated, Any, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query
from fastapi import Path as InPath
from starlette.responses import Response

from geoservice.access.principals import Principal
from geoservice.geo.units import MU_M2
from geoservice.model.vocabulary import LandKind, TaskState
from geoservice.registry.filters import Filters
from geoservice.registry.settings import read_city
from geoservice.reporting.clearance import acquired_of
from geoservice.reporting.task_sheet import task_sheet
from geoservice.web.house import bar, draw, new_nonce, private_page
from geoservice.web.language import Language, Spoken
from geoservice.web.pages import stamp
from geoservice.web.permission import Requires, Serving
from geoservice.web.questions import When
from geoservice.web.v1.answers import question
from geoservice.wording import words

_ANSWERS: Final[dict[int | str, dict[str, Any]]] = {
    200: {"content": {"text/html": {}}, "description": "The task book of one task"},
    403: {"description": "The role reads published figures alone"},
    404: {"description": "There is no such task that day"},
}


def router() -> APIRouter:
    """Return the route."""
    routes = APIRouter(tags=["demolition"])
    routes.add_api_route(
        "/demolition/{key}",
        page,
        methods=["GET"],
        responses=_ANSWERS,
        response_class=Response,
        summary="征拆任务书 · the task book of one task, to print",
    )
    return routes


def page(
    service: Serving,
    principal: Annotated[Principal, Depends(Requires("demolition:read"))],
    key: Annotated[str, InPath(max_length=64)],
    language: Spoken,
    datetime: Annotated[str | None, Query()] = None,
) -> Response:
    """Show targets against done, the procedure with what is strange about it, and the expected clearing."""
    query = question(service, principal, "demolition", When(datetime_=datetime).moment(), Filters())
    with service.database.read() as connection:
        sheet = task_sheet(connection, query, key, service.procedures, service.calendar)
        city = read_city(connection)
    nonce, root = new_nonce(), service.settings.base_path
    day = "" if datetime is None else f"&{urlencode({'datetime': datetime})}"
    other = f"?lang={'zh' if language == 'en' else 'en'}{day}"
    html = draw(
        "task_book.html",
        language,
        root,
        bar(service.policy, principal, city, "demolition", root, other),
        nonce,
        sheet=sheet,
        task=sheet["task"],
        acquired_m2=acquired_of(sheet["task"]),
        city=city.name if language == "zh" else city.name_en,
        stamp=getattr(stamp(city), language),
        viewer=getattr(principal.role, language),
        labels=_labels(sheet["task"], language),
        count=_count,
        share=_share,
        mu=lambda area: f"{(area or 0) / MU_M2:,.2f}",
        wan=lambda fen: "—" if fen is None else f"{fen / 1_000_000:,.2f}",
        amount=lambda value, unit: _amount(value, unit, language),
    )
    return private_page(html, nonce)


HOUSEHOLDS: Final = "户"
"""The unit in which targets of households are stored."""


def _labels(task: dict[str, Any], language: Language) -> dict[str, str]:
    kinds = {"land_kind": LandKind, "state": TaskState}
    return {name: getattr(kind(task[name]), language) if task[name] else "—" for name, kind in kinds.items()}


def _count(number: float | None) -> str:
    return "—" if number is None else f"{number:,.0f}"


def _share(rate: float | None) -> str:
    return "—" if rate is None else f"{rate * 100:.1f}%"


def _amount(value: float, unit: str, language: Language) -> str:
    """Write an amount of a target in the unit an office speaks: 户, 亩 or 万元."""
    say = words("pages", language).gettext
    if unit == "m2":
        return f"{value / MU_M2:,.2f} {say('mu')}"
    if unit == "fen":
        return f"{value / 1_000_000:,.2f} {say('10_000_yuan')}"
    return f"{value:,.0f} {say('homes') if unit == HOUSEHOLDS else unit}"
