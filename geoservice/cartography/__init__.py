"""Maps: a definition and its sources become a folium map on a page of its own.

``find_definition`` and ``read_definitions`` read ``maps/NAME.toml``; ``build_map`` turns a
``MapDefinition``, its sources and a ``Page`` into a ``folium.Map``; ``render`` gives the HTML. In mode
"served" the page links to ``/static/bundle/…`` (:data:`BUNDLES`) and ``/static/vendor/…``
(:data:`VENDOR_DIRECTORY`) and fetches its features; in mode "inline" it is one file that opens from disk.

This room knows no database and no web framework: it is given features or their addresses.

Examples
--------
>>> from geoservice.cartography import Page, Text, build_map, find_definition, render
>>> definition = find_definition("projects")
>>> sources = {name: f"/v1/{name}" for name in definition.sources if ":" not in name}
>>> page = render(build_map(definition, sources, Page(city=Text("演示市", "Demo City"), mode="served")))
>>> page.startswith("<!DOCTYPE html>")
True
"""

from geoservice.cartography.assets import ASSETS_DIRECTORY, BUNDLES, VENDOR_DIRECTORY
from geoservice.cartography.build import build_map, render
from geoservice.cartography.definition import LayerDefinition, MapDefinition, Text
from geoservice.cartography.errors import InvalidDefinition, InvalidSource, UnknownAsset, UnknownMap
from geoservice.cartography.figure import MapFigure
from geoservice.cartography.frames import tiled
from geoservice.cartography.notebook import stage_map
from geoservice.cartography.page import INTERNAL, PUBLIC_NOTICE, Background, Item, Link, Page
from geoservice.cartography.reading import (
    find_definition,
    read_definition,
    read_definitions,
)
from geoservice.cartography.sources import Dated, Tiled
from geoservice.cartography.wall import Slide, Wall, read_wall

__all__ = [
    "ASSETS_DIRECTORY",
    "BUNDLES",
    "INTERNAL",
    "PUBLIC_NOTICE",
    "VENDOR_DIRECTORY",
    "Background",
    "Dated",
    "InvalidDefinition",
    "InvalidSource",
    "Item",
    "LayerDefinition",
    "Link",
    "MapDefinition",
    "MapFigure",
    "Page",
    "Slide",
    "Text",
    "Tiled",
    "UnknownAsset",
    "UnknownMap",
    "Wall",
    "build_map",
    "find_definition",
    "read_definition",
    "read_definitions",
    "read_wall",
    "render",
    "stage_map",
    "tiled",
]
