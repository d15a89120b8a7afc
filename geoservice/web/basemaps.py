"""``/basemaps/…``: tiles of base maps of others, from a file or fetched by the service; a page asks nobody else."""

from __future__ import annotations

from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Path
from starlette.responses import Response

from geoservice.access.principals import Principal
from geoservice.basemaps import Basemaps, Tile
from geoservice.basemaps.tianditu import LAYERS
from geoservice.cartography import Background, Text
from geoservice.errors import NotFound
from geoservice.service import Service
from geoservice.web.permission import Requires, Serving

_ANSWERS: Final[dict[int | str, dict[str, Any]]] = {
    200: {"content": {"image/png": {}, "image/jpeg": {}, "image/webp": {}}, "description": "The tile"},
    204: {"description": "The file has no tile there"},
    403: {"description": "The role does not see this base map"},
    404: {"description": "There is no such base map here"},
    503: {"description": "The base map cannot be fetched right now"},
}
_DAY_S: Final = 86_400
_SETS: Final = (
    ("vec", "cva", Text("天地图 · 矢量", "Tianditu · map")),
    ("img", "cia", Text("天地图 · 影像", "Tianditu · imagery")),
    ("ter", "cta", Text("天地图 · 地形", "Tianditu · terrain")),
)
"""A layer of 天地图, the names that belong on it, what both are called."""
Zoom = Annotated[int, Path(ge=0, le=24)]
Place = Annotated[int, Path(ge=0, le=1 << 24)]


def router() -> APIRouter:
    """Return the routes."""
    routes = APIRouter(prefix="/basemaps", tags=["maps"])
    plain: dict[str, Any] = {"methods": ["GET"], "responses": _ANSWERS, "response_class": Response}
    routes.add_api_route(
        "/local/{z}/{x}/{y}", local, summary="本地底图 · a tile of the office's file", **plain
    )
    routes.add_api_route(
        "/tianditu/{layer}/{z}/{x}/{y}", tianditu, summary="天地图 · a tile of 天地图", **plain
    )
    return routes


def local(
    service: Serving, _: Annotated[Principal, Depends(Requires("map:read"))], z: Zoom, x: Place, y: Place
) -> Response:
    """Return a tile of the file an office named."""
    archive = service.basemaps.local
    if archive is None:
        raise NotFound("No file of tiles is set", None, "Set GEOSERVICE_BASEMAP_FILE.")
    tile = archive.tile(z, x, y)
    return Response(status_code=204) if tile is None else _answer(tile, "public")


def tianditu(
    service: Serving,
    _: Annotated[Principal, Depends(Requires("basemaps:read"))],
    layer: Annotated[str, Path(max_length=8)],
    z: Zoom,
    x: Place,
    y: Place,
) -> Response:
    """Return a tile of 天地图, fetched with the key of the office."""
    door = service.basemaps.tianditu
    if door is None:
        raise NotFound("No key of 天地图 is set", None, "Set GEOSERVICE_TIANDITU_KEY.")
    return _answer(door.tile(layer, z, x, y), "private")


def backgrounds(service: Service, principal: Principal, root: str) -> list[Background]:
    """Return the base maps a reader may put beneath a map."""
    found: list[Background] = []
    opened: Basemaps = service.basemaps
    if opened.local is not None:
        about = opened.local.about
        zooms = (about.min_zoom, about.max_zoom)
        title = Text(about.name, about.name) if about.name else Text("本地底图", "Local base map")
        source = Text(about.attribution, about.attribution)
        found.append(Background("local", title, (f"{root}/basemaps/local/{{z}}/{{x}}/{{y}}",), zooms, source))
    if opened.tianditu is not None and service.policy.allows(principal, "basemaps:read"):
        tiles = f"{root}/basemaps/tianditu/{{layer}}/{{z}}/{{x}}/{{y}}"
        found += [
            Background(
                layer,
                title,
                tuple(tiles.replace("{layer}", one) for one in (layer, names)),
                LAYERS[layer],
                Text("© 天地图", "© Tianditu"),
            )
            for layer, names, title in _SETS
        ]
    return found


def _answer(tile: Tile, reach: str) -> Response:
    headers = {"Cache-Control": f"{reach}, max-age={_DAY_S}", "X-Content-Type-Options": "nosniff"}
    return Response(tile.body, 200, headers, tile.media_type)
