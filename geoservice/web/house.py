"""What every page but the map shares: the templates, the bar on top with the places of the house, the headers."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, select_autoescape
from starlette.responses import Response

from geoservice.access.policy import Policy
from geoservice.access.principals import Principal
from geoservice.cartography import Link, Text
from geoservice.registry.settings import City
from geoservice.web.language import Language
from geoservice.web.security import content_security_policy
from geoservice.wording import words

TEMPLATES: Final = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=select_autoescape(),
    trim_blocks=True,
    lstrip_blocks=True,
)


@dataclass(frozen=True, slots=True)
class Place:
    """A place of the house that the bar leads to, for whoever holds the permission."""

    name: str
    path: str
    permission: str
    title: Text


PLACES: Final = (
    Place("map", "/", "map:read", Text("地图", "Map")),
    Place("wall", "/wall", "map:read", Text("挂图作战", "Wall")),
    Place("registers", "/registers", "registers:read", Text("台账", "Registers")),
    Place("imports", "/imports", "imports:read", Text("数据导入", "Imports")),
    Place("ogc", "/ogc?f=html", "parcels:read", Text("开放接口", "OGC API")),
    Place("docs", "/docs", "vocabularies:read", Text("接口说明", "API")),
)


def places(policy: Policy, principal: Principal, root: str) -> list[Link]:
    """Return the places a reader may go, in the order of the bar."""
    return [
        Link(place.title, root + place.path, place.name)
        for place in PLACES
        if policy.allows(principal, place.permission)
    ]


@dataclass(frozen=True, slots=True)
class Bar:
    """The bar on top of a page.

    Parameters
    ----------
    city : City
        The city, by its name.
    place : str
        The place the page belongs to: a ``name`` of :data:`PLACES`, or one that none has.
    places : list of Link
        Where the reader may go.
    viewer : Text
        Who reads.
    other : str
        The address of this page in the other language; empty where the page has one language.
    """

    city: City
    place: str
    places: list[Link]
    viewer: Text
    other: str = ""


def bar(policy: Policy, principal: Principal, city: City, place: str, root: str, other: str = "") -> Bar:
    """Return the bar of a page for whoever reads it."""
    viewer = Text(principal.role.zh, principal.role.en)
    return Bar(city, place, places(policy, principal, root), viewer, other)


def new_nonce() -> str:
    """Return a nonce for the scripts of one page (Content Security Policy Level 3, 2.3.1)."""
    return secrets.token_urlsafe(16)


def draw(template: str, language: Language, root: str, bar: Bar | None, nonce: str, **told: Any) -> str:
    """Return a page: the template with its bar.

    Each knows ``lang``, ``zh``, ``root`` and ``nonce``; ``_("key")`` is the text of a key of the catalogue ``pages``.
    """
    return TEMPLATES.get_template(template).render(
        _=words("pages", language).gettext,
        lang=language,
        language_tag="zh-CN" if language == "zh" else "en",
        zh=language == "zh",
        root=root,
        bar=bar,
        nonce=nonce,
        **told,
    )


def private_page(html: str, nonce: str, keep: str = "no-store", *, frames: bool = False) -> Response:
    """Answer with a page that differs by reader: no other reader's cache may hold it."""
    headers = {
        "Content-Security-Policy": content_security_policy(nonce, frames=frames),
        "Cache-Control": f"private, {keep}",
        "Vary": "Authorization, Cookie",
    }
    return Response(html, headers=headers, media_type="text/html; charset=utf-8")
