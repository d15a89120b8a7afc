"""What is written about map files is what the reader of map files takes: every key is named, the example is a map."""

from __future__ import annotations

import re
import tomllib
from dataclasses import fields
from pathlib import Path

import pytest

from geoservice.cartography import InvalidDefinition, LayerDefinition, MapDefinition
from geoservice.cartography.definition import Style
from geoservice.cartography.reading import SOURCES, parse_definition

SAID_OTHERWISE = {"classes", "shown_as"}


def test_every_key_and_source_of_a_map_file_is_named(repository: Path) -> None:
    text = (repository / "maps" / "README.md").read_text(encoding="utf-8")
    keys = {one.name for kind in (MapDefinition, LayerDefinition, Style) for one in fields(kind)}
    named = set(re.findall(r"`([a-z_]+)", text)) | SAID_OTHERWISE
    assert keys - named - {"layers", "name"} == set()
    assert set(SOURCES) <= named


def test_the_example_of_the_guide_is_a_map_and_its_mistake_is_told(repository: Path) -> None:
    guide = (repository / "docs" / "guides" / "maps.md").read_text(encoding="utf-8")
    example = re.search(r"```toml\n(.*?)```", guide, re.S)
    assert example
    definition = parse_definition(tomllib.loads(example[1]), "free.toml", name="free")
    assert definition.main == "land"
    wrong = example[1].replace('id = "land"', 'id = "land"\ndraw = "tile"')
    with pytest.raises(InvalidDefinition) as refused:
        parse_definition(tomllib.loads(wrong), "free.toml", name="free")
    assert str(refused.value) in guide
