"""A definition and its sources become a genuine folium map; data stays data."""

from __future__ import annotations

import json
import re
from typing import Any

import folium
import geopandas as gpd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import box

from geoservice.cartography import (
    InvalidSource,
    MapDefinition,
    Page,
    Text,
    build_map,
    find_definition,
    render,
)
from geoservice.cartography.embedding import embeddable
from geoservice.cartography.layers import FeatureLayer
from tests.cartography.small import CITY, collection

NASTY = "</script><script>alert(1)</script><!-- \u2028 {{ 7 * 7 }} {% raw %} ${alert(1)} \"'"


def block(page: str, identifier: str) -> Any:
    """Return what a JSON block of the page says."""
    found = re.search(rf'<script type="application/json" id="{identifier}">(.*?)</script>', page, re.DOTALL)
    assert found, identifier
    return json.loads(found[1])


def test_it_is_a_folium_map_with_folium_layers(definition: MapDefinition, inline: Page) -> None:
    folium_map = build_map(definition, {"projects": collection({})}, inline)
    assert isinstance(folium_map, folium.Map)
    layers = [child for child in folium_map._children.values() if isinstance(child, FeatureLayer)]
    assert [layer.definition.id for layer in layers] == ["projects"]
    assert isinstance(layers[0], folium.map.Layer)
    assert folium_map.options["max_zoom"] == 19


def test_names_cannot_leave_the_data(definition: MapDefinition, inline: Page) -> None:
    page = render(build_map(definition, {"projects": collection({"name": NASTY})}, inline))
    assert block(page, "data-projects-0")["features"][0]["properties"]["name"] == NASTY
    assert "alert(1)</script>" not in page
    assert "49" not in re.sub(
        r"[0-9.]{3,}", "", block(page, "data-projects-0")["features"][0]["properties"]["name"]
    )


def test_titles_and_city_cannot_leave_their_place(inline: Page) -> None:
    definition = find_definition("projects")
    sources = {name: collection({}) for name in definition.sources}
    page = render(build_map(definition, sources, Page(city=Text(NASTY, NASTY))))
    assert block(page, "geoservice-config")["city"]["zh"] == NASTY
    assert "<script>alert" not in page
    assert "&lt;/script&gt;" in page.split("</title>")[0]


@given(st.text())
def test_any_text_survives_embedding_and_ends_no_script(text: str) -> None:
    embedded = embeddable({"name": text})
    assert json.loads(embedded) == {"name": text}
    assert not set("<>&\u2028\u2029") & set(embedded)


def test_a_served_page_names_addresses_and_carries_no_features(
    definition: MapDefinition, served: Page
) -> None:
    sources = {
        "projects": "/v1/projects?limit=1000",
        "base:water": ["/v1/layers/a/features", "/v1/layers/b/features"],
    }
    page = render(build_map(definition, sources, served))
    config = block(page, "geoservice-config")
    assert config["layers"][0]["places"] == [{"url": "/v1/projects?limit=1000"}]
    assert [place["url"] for place in config["base"][0]["places"]] == sources["base:water"]
    assert page.count("application/json") == 1


def test_a_single_file_refuses_addresses(definition: MapDefinition, inline: Page) -> None:
    with pytest.raises(InvalidSource, match="cannot fetch projects: /v1/projects"):
        build_map(definition, {"projects": "/v1/projects"}, inline)


def test_a_forgotten_source_is_named_and_none_leaves_it_out(inline: Page) -> None:
    definition = find_definition("projects")
    sources = dict.fromkeys(definition.sources, collection({}))
    with pytest.raises(InvalidSource, match="demolition"):
        build_map(definition, {k: v for k, v in sources.items() if k != "demolition"}, inline)
    page = render(build_map(definition, {**sources, "demolition": None, "projects": None}, inline))
    config = block(page, "geoservice-config")
    assert [layer["id"] for layer in config["layers"]] == ["parcels", "parks"]
    assert config["main"] == "parcels"


@pytest.mark.parametrize("source", [{"type": "Feature"}, '{"type": "FeatureCollection"}', b"{]", "{not json"])
def test_what_is_no_collection_is_refused(definition: MapDefinition, inline: Page, source: Any) -> None:
    with pytest.raises(InvalidSource, match="projects"):
        build_map(definition, {"projects": source}, inline)


def test_a_frame_is_brought_to_degrees(definition: MapDefinition, inline: Page) -> None:
    degrees = gpd.GeoDataFrame(
        {"name": ["a"], "area_m2": [None]}, geometry=[box(119.6, 33.2, 119.61, 33.21)], crs=4490
    )
    for frame in (degrees, degrees.to_crs(4528)):
        page = render(build_map(definition, {"projects": frame}, inline))
        feature = block(page, "data-projects-0")["features"][0]
        west, south = feature["geometry"]["coordinates"][0][0]
        assert min(abs(west - 119.6), abs(west - 119.61)) < 1e-6
        assert min(abs(south - 33.2), abs(south - 33.21)) < 1e-6
        assert feature["properties"]["area_m2"] is None


def test_a_frame_without_crs_is_refused(definition: MapDefinition, inline: Page) -> None:
    frame = gpd.GeoDataFrame({"name": ["a"]}, geometry=[box(0, 0, 1, 1)])
    with pytest.raises(InvalidSource, match="no CRS"):
        build_map(definition, {"projects": frame}, inline)


def test_a_notebook_shows_the_map(definition: MapDefinition, inline: Page) -> None:
    shown = build_map(definition, {"projects": collection({})}, inline)._repr_html_()
    assert shown.lstrip().startswith("<div")
    assert "srcdoc=" in shown


def test_the_language_of_the_page(definition: MapDefinition) -> None:
    page = render(build_map(definition, {"projects": collection({})}, Page(city=CITY, language="en")))
    assert '<html lang="en">' in page
    assert "<title>Projects · Demo City</title>" in page
