"""Build a folium map from a definition and its sources, and render the page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any, Final

import folium

from geoservice import clock
from geoservice.cartography.definition import LayerDefinition, MapDefinition, Text
from geoservice.cartography.embedding import embeddable
from geoservice.cartography.errors import InvalidSource
from geoservice.cartography.figure import MapFigure
from geoservice.cartography.layers import Basemap, FeatureLayer, Screen, StageTiles
from geoservice.cartography.page import Link, Page
from geoservice.cartography.palettes import OTHER_COLOUR, STAGE_GROUPS, VERDICTS, Swatch, ink_on
from geoservice.cartography.placing import placed
from geoservice.cartography.sources import Sources, Tiled
from geoservice.model.vocabulary import vocabularies

MIN_ZOOM: Final = 7
MAX_ZOOM: Final = 19


def build_map(definition: MapDefinition, sources: Sources, page: Page) -> folium.Map:
    """Build the map of a definition.

    Parameters
    ----------
    definition : MapDefinition
        From :func:`~geoservice.cartography.reading.find_definition`.
    sources : mapping
        For every name in ``definition.sources`` an address (only in served mode), GeoJSON in CRS84 as
        mapping or text, a GeoDataFrame, a list of these, or ``None`` to leave the layer out. A missing
        base theme is left out as well: not every city has every theme.
    page : Page
        The surroundings: city, mode, language, nonce, date, reader …

    Returns
    -------
    folium.Map
        Inside a :class:`~geoservice.cartography.figure.MapFigure`; :func:`render` gives the page, and a
        notebook shows the map as it is.

    Raises
    ------
    InvalidSource
        When a source is missing, is not a feature collection, or is an address in a single file.
    """
    title, city = (
        (definition.title.zh, page.city.zh) if page.language == "zh" else (definition.title.en, page.city.en)
    )
    figure = MapFigure(
        f"{page.item.name if page.item else title} · {city}",
        mode=page.mode,
        language=page.language,
        nonce=page.nonce,
        static=page.static,
    )
    layers = [layer for layer in definition.layers if _wanted(layer, sources)]
    places = {layer.source: placed(figure, layer.source, sources[layer.source], page) for layer in layers}
    ground = {
        theme: placed(figure, f"base:{theme}", sources.get(f"base:{theme}"), page)["places"]
        for theme in definition.base
    }
    figure.embed("geoservice-config", embeddable(_config(definition, layers, places, ground, page)))
    return _folium_map(figure, definition.name, layers, sources, page)


def render(folium_map: folium.Map) -> str:
    """Return the page of a map as HTML text."""
    return str(folium_map.get_root().render())


def _folium_map(
    figure: MapFigure, name: str, layers: Sequence[LayerDefinition], sources: Sources, page: Page
) -> folium.Map:
    west, south, east, north = page.bounds or (73, 18, 135, 53)
    folium_map = folium.Map(
        location=[(south + north) / 2, (west + east) / 2],
        zoom_start=11 if page.bounds else 5,
        tiles=None,
        zoom_control=False,
        attribution_control=False,
        zoom_snap=0.25,
        zoom_delta=1,
        wheel_px_per_zoom_level=90,
        min_zoom=MIN_ZOOM,
    )
    # folium drops max_zoom where there are no tiles.
    folium_map.options["max_zoom"] = MAX_ZOOM
    folium_map._id = name.replace("-", "_")
    figure.add_child(folium_map)
    Basemap().add_to(folium_map)
    for layer in layers:
        kind = StageTiles if isinstance(sources[layer.source], Tiled) else FeatureLayer
        kind(layer).add_to(folium_map)
    Screen().add_to(folium_map)
    return folium_map


def _wanted(layer: LayerDefinition, sources: Sources) -> bool:
    if layer.source not in sources:
        raise InvalidSource(
            "The map needs a source that was not given", layer.source, "Pass it, or None to leave it out"
        )
    return sources[layer.source] is not None


def _config(
    definition: MapDefinition,
    layers: Sequence[LayerDefinition],
    places: dict[str, dict[str, Any]],
    ground: dict[str, list[dict[str, str]]],
    page: Page,
) -> dict[str, Any]:
    """Return everything the scripts of a page need to know."""
    ids = [layer.id for layer in layers]
    return {
        "name": definition.name,
        "title": asdict(definition.title),
        "subtitle": asdict(definition.subtitle),
        "main": definition.main if definition.main in ids else next(iter(ids), None),
        "layers": [_layer(layer) | _found(layer, places[layer.source]) for layer in layers],
        "base": [{"theme": theme, "places": found} for theme, found in ground.items() if found],
        "city": asdict(page.city),
        "language": page.language,
        "today": (page.today or page.as_of or clock.today()).isoformat(),
        "pages": page.pages if page.mode == "served" else None,
        "history": page.history,
        "asOf": page.as_of.isoformat() if page.as_of else None,
        "bounds": page.bounds,
        "maps": [_link(link) for link in page.maps] if page.mode == "served" else [],
        "places": [_link(link) for link in page.places] if page.mode == "served" else [],
        "backgrounds": [asdict(one) for one in page.backgrounds] if page.mode == "served" else [],
        "notice": _text(page.notice),
        "stamp": _text(page.stamp),
        "watermark": _text(page.watermark),
        "viewer": _text(page.viewer),
        "account": _link(page.account) if page.account else None,
        "api": page.api if page.mode == "served" else None,
        "other": OTHER_COLOUR,
        "palettes": {
            "verdict_status": [_swatch(swatch) for swatch in VERDICTS],
            "stage_group": [_swatch(swatch) for swatch in STAGE_GROUPS],
        },
        "item": asdict(page.item) if page.item else None,
        "period": [day.isoformat() for day in page.period] if page.period else None,
        "vocabularies": {name: vocabulary.labels() for name, vocabulary in vocabularies()},
    }


def _layer(layer: LayerDefinition) -> dict[str, Any]:
    described = asdict(layer)
    for style, given in zip(
        (described["style"], *described["themes"]), (layer.style, *layer.themes), strict=True
    ):
        style["classes"] = [_swatch(swatch) for swatch in given.classes]
    return described


def _found(layer: LayerDefinition, places: dict[str, Any]) -> dict[str, Any]:
    """Return where the layer's features are; what the definition says about rings goes before what suits them."""
    return places if layer.donuts_below is None else places | {"donuts_below": layer.donuts_below}


def _swatch(swatch: Swatch) -> dict[str, Any]:
    return {
        "value": swatch.value,
        "colour": swatch.colour,
        "ink": ink_on(swatch.colour),
        "title": {"zh": swatch.zh, "en": swatch.en},
        "mark": swatch.mark,
        "hatch": swatch.hatch,
        "optional": swatch.optional,
        **({"dark": swatch.dark, "dark_ink": ink_on(swatch.dark)} if swatch.dark else {}),
    }


def _text(text: Text | None) -> dict[str, str] | None:
    return asdict(text) if text else None


def _link(link: Link) -> dict[str, Any]:
    return {"name": link.name, "title": asdict(link.title), "href": link.href}
