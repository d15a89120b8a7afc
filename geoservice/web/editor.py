"""``/records/{noun}/{key}``: the simple form behind every thing that may be edited by hand."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Query
from fastapi import Path as InPath
from jinja2 import Environment, FileSystemLoader, select_autoescape
from starlette.responses import Response

from geoservice.access.principals import Principal
from geoservice.editing import find_record
from geoservice.editing.form import creation_of, form_of
from geoservice.editing.reach import require_reach, require_seen
from geoservice.model.nouns import NOUNS, Noun, noun
from geoservice.service import Service
from geoservice.web.permission import Requires, Serving
from geoservice.web.security import content_security_policy

_TEMPLATES: Final = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=select_autoescape(),
    trim_blocks=True,
    lstrip_blocks=True,
)
_ANSWERS: Final[dict[int | str, dict[str, Any]]] = {
    200: {"content": {"text/html": {}}, "description": "The form"},
    403: {"description": "The role does not edit"},
    404: {"description": "There is no such thing today"},
}


def router() -> APIRouter:
    """Return the routes."""
    routes = APIRouter(tags=["editing"])
    routes.add_api_route(
        "/records/{noun_name}/{key}",
        page,
        methods=["GET"],
        responses=_ANSWERS,
        response_class=Response,
        summary="编辑页 · the form of one thing",
    )
    return routes


def page(
    service: Serving,
    principal: Annotated[Principal, Depends(Requires("records:write"))],
    noun_name: Annotated[str, InPath(max_length=40)],
    key: Annotated[str, InPath(max_length=300)],
    lang: Annotated[str | None, Query(pattern="^(zh|en)$")] = None,
) -> Response:
    """Show what may be changed of a thing, and of what hangs on it; the script asks ``/v1/records`` for the rest."""
    kind = noun(noun_name)
    require_seen(service.policy, principal, kind)
    with service.database.read() as connection:
        record = find_record(connection, kind, key)
        require_reach(connection, service.policy, principal, kind, key, record.fields, write=False)
    nonce = secrets.token_urlsafe(16)
    told = {
        "root": service.settings.base_path,
        "noun": kind.name,
        "key": key,
        "language": lang or "zh",
        "parts": _parts(service, principal, kind),
    }
    title = str(record.fields.get("name") or record.fields.get("title") or key)
    html = _TEMPLATES.get_template("editor.html").render(
        told=told, kind=kind, key=key, title=title, nonce=nonce, root=told["root"], lang=told["language"]
    )
    headers = {
        "Content-Security-Policy": content_security_policy(nonce),
        "Cache-Control": "private, no-store",
        "Vary": "Authorization, Cookie",
    }
    return Response(html, headers=headers, media_type="text/html; charset=utf-8")


def _parts(service: Service, principal: Principal, kind: Noun) -> list[dict[str, Any]]:
    """List the nouns that hang on this one and that the reader may change, with the form of each."""
    found = []
    for other in NOUNS.values():
        by = [field for field, target in other.references.items() if target == kind.name]
        form = form_of(service.policy, principal, other)
        if by and (form["fields"] or form["create"]) and other.name != "layer_feature":
            fixed = set(by) | ({"subject_noun"} if "subject_noun" in other.fields else set())
            form["creation"] = creation_of(other, frozenset(fixed))
            form["identity"] = [name for name in other.identity if name not in fixed]
            found.append({"field": by[0], **form})
    return found
