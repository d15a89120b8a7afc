"""Definitions are read whole or refused with file, key, value and remedy."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from geoservice.cartography import (
    InvalidDefinition,
    UnknownMap,
    find_definition,
    read_definition,
    read_definitions,
)
from geoservice.cartography.reading import parse_definition
from tests.cartography.small import DOCUMENT

Change = Callable[[dict[str, Any]], Any]


def test_shipped_maps_are_read_in_their_order() -> None:
    shipped = read_definitions()
    assert list(shipped)[:3] == ["projects", "availability", "demolition"]
    for name, definition in shipped.items():
        assert definition.name == name
        assert definition.main in {layer.id for layer in definition.layers}
        assert definition.title.zh != definition.title.en


def test_the_stage_map_needs_what_it_draws() -> None:
    sources = find_definition("projects").sources
    assert {"projects", "parcels", "parks", "demolition", "base:road", "base:water"} <= set(sources)


def test_an_unknown_name_says_which_there_are() -> None:
    with pytest.raises(UnknownMap, match="projects, availability, demolition"):
        find_definition("nowhere")


def layer(key: str, value: Any) -> Change:
    return lambda document: document["layers"][0].update({key: value})


def style(key: str, value: Any) -> Change:
    return lambda document: document["layers"][0]["style"].update({key: value})


@pytest.mark.parametrize(
    ("change", "key", "value"),
    [
        (lambda d: d.update(titel="x"), "titel", "x"),
        (lambda d: d.pop("title"), "title", ""),
        (lambda d: d.update(layers=[]), "layers", ""),
        (lambda d: d.update(base=["clouds"]), "base", "clouds"),
        (lambda d: d.update(main="parks"), "main", "parks"),
        (lambda d: d["layers"].append(d["layers"][0]), "layers.id", "projects"),
        (layer("source", "weather"), "layers[1].source", "weather"),
        (layer("id", "Projekte 1"), "layers[1].id", "Projekte 1"),
        (layer("min_zoom", "13"), "layers[1].min_zoom", "13"),
        (layer("visible", "yes"), "layers[1].visible", "yes"),
        (layer("card", [{"property": "level", "as": "levels"}]), "layers[1].card[1].as", "levels"),
        (layer("label", {"min_zoom": 3}), "layers[1].label.property", ""),
        (style("palette", "rainbow"), "layers[1].style.palette", "rainbow"),
        (style("fill_opacity", 0.4), "layers[1].style.fill_opacity", "0.4"),
        (style("outline", "black"), "layers[1].style.outline", "black"),
        (style("property", ""), "layers[1].style.property", ""),
        (style("classes", [{"value": "a"}]), "layers[1].style.classes[1].title", ""),
    ],
)
def test_a_mistake_is_named_with_its_place(change: Change, key: str, value: str) -> None:
    document = copy.deepcopy(DOCUMENT)
    change(document)
    with pytest.raises(InvalidDefinition) as refusal:
        parse_definition(document, "small.toml", name="small")
    assert f"small.toml: {key} " in str(refusal.value)
    assert value in str(refusal.value)
    assert refusal.value.remedy


def test_a_bureau_adds_a_map_with_classes_of_its_own(tmp_path: Path) -> None:
    file = tmp_path / "mining.toml"
    file.write_text(
        """
        title = { zh = "采煤沉陷区", en = "Mining subsidence" }
        [[layers]]
        id = "subsidence"
        source = "layer:MCXQ"
        title = "沉陷区"
        style.property = "class"
        style.classes = [
          { value = "stable", title = "稳沉", colour = "#9ECAE1", mark = "1" },
          { value = "moving", title = "未稳沉", colour = "#99000D", mark = "2", hatch = true },
        ]
        """,
        encoding="utf-8",
    )
    definition = read_definition(file)
    assert definition.sources == ("layer:MCXQ",)
    assert [(c.value, c.mark, c.hatch) for c in definition.layers[0].style.classes] == [
        ("stable", "1", False),
        ("moving", "2", True),
    ]
    assert definition.layers[0].title.en == "沉陷区"


def test_a_file_that_is_not_toml_is_named(tmp_path: Path) -> None:
    file = tmp_path / "broken.toml"
    file.write_bytes("title = '项目'".encode("gbk"))
    with pytest.raises(InvalidDefinition, match=r"broken\.toml cannot be read as TOML"):
        read_definition(file)


def test_a_name_inside_must_agree_with_the_file() -> None:
    with pytest.raises(InvalidDefinition, match=r"small\.toml: name"):
        parse_definition({**DOCUMENT, "name": "other"}, "small.toml", name="small")
