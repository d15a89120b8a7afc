"""``/parcels/{key}``, ``/projects/{key}``, ``/parks/{key}``: a page for one thing, beside its place on the map."""

# Annotations are evaluated here, not postponed: the endpoints below are closures, and FastAPI could not find
# the local names of their signatures in postponed ones.
from collections.abc import Callable
from dataclasses import replace
from typing import Annotated, Any, Final

import orjson
from fastapi import APIRouter, Depends, Path, Query, Request
from starlette.responses import Response

from geoservice.access.principals import Principal
from geoservice.cartography import Item, MapDefinition, read_definitions
from geoservice.errors import NotFound
from geoservice.registry import features
from geoservice.web.language import Spoken
from geoservice.web.pages import Asked, asking_for, draw
from geoservice.web.permission import Requires, Serving

SHOWN_ON: Final = {
    "parcels": ("availability", ("availability", "parcels")),
    "projects": ("projects", ("projects",)),
    "parks": ("parks", ("park_figures", "parks")),
}
"""Noun → the collection its page asks, and the sources of the layer that shows it, the best first."""

_ANSWERS: Final[dict[int | str, dict[str, Any]]] = {
    200: {"content": {"text/html": {}}, "description": "The page"},
    403: {"description": "The role does not see this"},
    404: {"description": "Nothing of that key that day"},
}


def router() -> APIRouter:
    """Return the routes."""
    routes = APIRouter(tags=["maps"])
    for noun, title in (("parcels", "宗地"), ("projects", "项目"), ("parks", "园区")):
        routes.add_api_route(
            f"/{noun}/{{key}}",
            _route(noun),
            methods=["GET"],
            responses=_ANSWERS,
            response_class=Response,
            summary=f"{title}页 · a page of its own",
            operation_id=f"page_{noun}",
        )
    return routes


def _route(noun: str) -> Callable[..., Response]:
    collection, sources = SHOWN_ON[noun]
    reader = Requires(f"{collection}:read")

    def page(
        request: Request,
        service: Serving,
        principal: Annotated[Principal, Depends(reader)],
        key: Annotated[str, Path(max_length=64)],
        language: Spoken,
        datetime: Annotated[str | None, Query()] = None,
    ) -> Response:
        asked = Asked(datetime, None, language)
        asking = asking_for(service, principal, asked)
        with service.database.read() as connection:
            found = orjson.loads(features.item(connection, asking.query(collection), key))["properties"]
        definition, layer = _map_of(read_definitions(service.settings.maps_dir).values(), sources)
        name = found.get("name") or found.get("parcel_number") or key
        item = Item(layer=layer, key=key, name=name, href=f"{asking.root}/maps/{definition.name}#{key}")
        return draw(asking, replace(definition, main=layer), asked.language, item)

    return page


def _map_of(definitions: Any, sources: tuple[str, ...]) -> tuple[MapDefinition, str]:
    """Return the map that shows a noun, and the layer it is on."""
    for source in sources:
        for definition in definitions:
            for layer in definition.layers:
                if layer.source == source and (layer.id == definition.main or source == sources[-1]):
                    return definition, layer.id
    raise NotFound("No map shows this", ", ".join(sources), "Add a definition with such a layer.")
