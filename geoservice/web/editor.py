"""``/records/{noun}/{key}``: the simple form behind every thing that may be edited by hand."""

from __future__ import annotations

from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends
from fastapi import Path as InPath
from starlette.responses import Response

from geoservice.access.principals import Principal
from geoservice.editing import find_record
from geoservice.editing.form import creation_of, form_of
from geoservice.editing.reach import require_reach, require_seen
from geoservice.model.nouns import NOUNS, Noun, noun
from geoservice.registry.settings import read_city
from geoservice.service import Service
from geoservice.web.house import bar, draw, new_nonce, private_page
from geoservice.web.language import Spoken
from geoservice.web.permission import Requires, Serving
from geoservice.wording import words

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
    language: Spoken,
) -> Response:
    """Show what may be changed of a thing, and of what hangs on it; the script asks ``/v1/records`` for the rest."""
    kind = noun(noun_name)
    require_seen(service.policy, principal, kind)
    with service.database.read() as connection:
        record = find_record(connection, kind, key)
        require_reach(connection, service.policy, principal, kind, key, record.fields, write=False)
        city = read_city(connection)
    nonce, root = new_nonce(), service.settings.base_path
    told = {
        "root": root,
        "noun": kind.name,
        "key": key,
        "language": language,
        "words": words("records", language).messages,
        "parts": _parts(service, principal, kind),
    }
    title = str(record.fields.get("name") or record.fields.get("title") or key)
    other = f"?lang={'zh' if language == 'en' else 'en'}"
    top = bar(service.policy, principal, city, "records", root, other)
    html = draw("editor.html", language, root, top, nonce, told=told, kind=kind, key=key, title=title)
    return private_page(html, nonce)


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
