"""A page links to files of ours alone, or to none."""

from __future__ import annotations

import re

import folium
import pytest
from branca.element import CssLink, Element, JavascriptLink
from folium.plugins import MarkerCluster

from geoservice.cartography import MapDefinition, MapFigure, Page, UnknownAsset, build_map, render
from geoservice.cartography.assets import (
    ASSETS_DIRECTORY,
    BUNDLES,
    SCRIPTS,
    STYLES,
    VENDOR_DIRECTORY,
    resolve,
)
from tests.cartography.small import collection

REFERENCE = re.compile(r"<(?:script|link|img|iframe)\b[^>]*\b(?:src|href)=\"([^\"]*)\"")
SOURCES = {"projects": collection({"key": "XM1"})}


def references(page: str) -> list[str]:
    """Return every address that loading the page asks for."""
    return REFERENCE.findall(page)


def test_a_served_page_asks_only_for_files_that_are_served(definition: MapDefinition, served: Page) -> None:
    found = references(render(build_map(definition, SOURCES, served)))
    assert any(href.startswith("/static/vendor/leaflet/leaflet.js?v=") for href in found)
    for href in found:
        root, _, path = href.partition("?")[0].removeprefix("/static/").partition("/")
        if root == "bundle":
            kind = path.rpartition(".")[2]
            assert path == f"map.{kind}"
            assert all(one.file.is_file() for one in BUNDLES[kind].assets)
            continue
        assert ({"map": ASSETS_DIRECTORY, "vendor": VENDOR_DIRECTORY}[root] / path).is_file(), href


def test_a_single_file_asks_for_nothing(definition: MapDefinition, inline: Page) -> None:
    page = render(build_map(definition, SOURCES, inline))
    assert all(href.startswith("data:") for href in references(page))
    assert not re.search(r"url\((?!['\"]?(?:data:|#))", page)
    assert "@import" not in page
    assert "default-src 'none'" in page


def test_every_script_and_style_carries_the_nonce(
    definition: MapDefinition, served: Page, inline: Page
) -> None:
    for page in (served, inline):
        text = render(build_map(definition, SOURCES, page))
        policy = re.search(r"script-src 'nonce-([^']+)'", text)
        nonce = policy[1] if policy else "n0nce"
        tags = re.findall(r"<(?:script|style)\b[^>]*>|<link rel=\"stylesheet\"[^>]*>", text)
        executed = [tag for tag in tags if "application/json" not in tag]
        assert len(executed) > 3
        assert all(f'nonce="{nonce}"' in tag for tag in executed)


def test_a_served_page_is_small_and_its_handlers_are_not_inline(
    definition: MapDefinition, served: Page
) -> None:
    page = render(build_map(definition, {"projects": "/v1/projects"}, served))
    assert len(page.encode()) < 30_000
    assert not re.search(r"\son[a-z]+\s*=", page)


def test_libraries_folium_brings_for_nothing_are_left_out(definition: MapDefinition, served: Page) -> None:
    page = render(build_map(definition, SOURCES, served))
    for name in ("jquery", "bootstrap", "awesome", "cdn."):
        assert name not in page


def test_a_link_nobody_knows_is_refused(definition: MapDefinition, served: Page) -> None:
    folium_map = build_map(definition, SOURCES, served)
    MarkerCluster().add_to(folium_map)  # type: ignore[no-untyped-call]
    with pytest.raises(UnknownAsset, match="markercluster"):
        render(folium_map)


@pytest.mark.parametrize(
    "stranger",
    [
        JavascriptLink("https://cdn.example/extra.js"),
        CssLink("https://cdn.example/extra.css"),
        Element('<script src="https://cdn.example/leaflet.js"></script>'),
        Element("<link rel=stylesheet href=https://cdn.example/x.css>"),
    ],
)
def test_a_stranger_in_the_header_is_refused(stranger: Element, served: Page) -> None:
    figure = MapFigure("x", mode="served")
    figure.add_child(folium.Map(tiles=None))
    figure.header.add_child(stranger)
    with pytest.raises(UnknownAsset, match=r"cdn\.example"):
        figure.render()


def test_maps_do_not_leak_into_each_other(definition: MapDefinition, served: Page) -> None:
    first = render(build_map(definition, SOURCES, served))
    assert render(build_map(definition, SOURCES, served)) == first


def test_every_script_is_loaded_and_every_loaded_script_exists() -> None:
    # The shell around a locked map runs alone.
    assert {file.stem for file in ASSETS_DIRECTORY.glob("*.js")} == {*SCRIPTS, "locked"}
    assert {file.stem for file in ASSETS_DIRECTORY.glob("*.css")} == {*STYLES, "locked"}
    assert all(resolve(f"geoservice:{name}.js") for name in SCRIPTS)


def test_scripts_never_turn_data_into_markup() -> None:
    forbidden = re.compile(
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|bindPopup|bindTooltip"
    )
    for file in ASSETS_DIRECTORY.glob("*.js"):
        text = file.read_text(encoding="utf-8")
        if file.stem == "locked":
            # Its one page is not data: only who knew the passphrase can have sealed it.
            text = text.replace("document.write(page);", "", 1)
        assert not forbidden.search(text), file.name
