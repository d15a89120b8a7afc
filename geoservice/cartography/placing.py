"""Say where scripts find a layer's features: at an address, or in a block of the page."""

from __future__ import annotations

import base64
import gzip
from collections.abc import Mapping, Sequence
from typing import Any, cast

from geoservice.cartography.embedding import embeddable
from geoservice.cartography.errors import InvalidSource
from geoservice.cartography.figure import MapFigure
from geoservice.cartography.page import Page
from geoservice.cartography.sources import Dated, Source, Tiled, embedded, is_address

Placed = dict[str, Any]


def placed(
    figure: MapFigure, name: str, source: Source | Sequence[Source] | Dated | Tiled | None, page: Page
) -> Placed:
    """Return the places of a source, embedding in the page what is not fetched.

    Parameters
    ----------
    figure : MapFigure
        The page.
    name : str
        What errors and blocks call the source.
    source : Source, sequence of Source, Dated, Tiled or None
        The features.
    page : Page
        Whether the page may fetch anything.

    Raises
    ------
    InvalidSource
        When a single file is given an address.
    """
    if isinstance(source, Tiled):
        return _tiled(figure, name, source, page)
    if isinstance(source, Dated):
        found = placed(figure, name, source.features, page)
        return found | {"roll": _one(figure, f"{name}-roll", source.roll, page)}
    several: Sequence[Source | None] = source if isinstance(source, list | tuple) else (cast(Source, source),)
    places = []
    for number, one in enumerate(one for one in several if one is not None):
        if is_address(one):
            places.append(_address(name, one, page))
        else:
            identifier = _identifier(f"{name}-{number}")
            figure.embed(identifier, embedded(name, one))
            places.append({"block": identifier})
    return {"places": places}


def _tiled(figure: MapFigure, name: str, source: Tiled, page: Page) -> Placed:
    roll = source.roll
    return {
        "places": [],
        "collection": source.collection,
        "track": source.track,
        "tile_zoom": source.tile_zoom,
        "donuts_below": source.donuts_below,
        "units": source.units,
        "tiles": _tiles(figure, name, source.tiles, page),
        "roll": None if roll is None else _one(figure, f"{name}-roll", roll, page),
    }


def _tiles(figure: MapFigure, name: str, tiles: str | Mapping[str, bytes], page: Page) -> dict[str, str]:
    if isinstance(tiles, str):
        return _address(name, tiles, page)
    identifier = _identifier(f"{name}-tiles")
    packed = {key: base64.b64encode(gzip.compress(body, 9, mtime=0)).decode() for key, body in tiles.items()}
    figure.embed(identifier, embeddable(packed))
    return {"block": identifier}


def _one(figure: MapFigure, name: str, roll: str | Mapping[str, Any], page: Page) -> dict[str, str]:
    if isinstance(roll, str):
        return _address(name, roll, page)
    identifier = _identifier(name)
    figure.embed(identifier, embeddable(roll))
    return {"block": identifier}


def _address(name: str, address: str, page: Page) -> dict[str, str]:
    if page.mode == "inline":
        raise InvalidSource(f"A single file cannot fetch {name}", address, "Pass the features themselves")
    return {"url": address}


def _identifier(name: str) -> str:
    return f"data-{name}".replace(":", "-")
