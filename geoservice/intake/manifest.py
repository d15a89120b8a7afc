"""Manifests: a whole city as an ordered list of files with their mappings (``city.toml``)."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping as Table
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from geoservice.geo.bbox import Bbox
from geoservice.intake.errors import refuse
from geoservice.intake.mapping import Mapping
from geoservice.intake.mapping_file import read_mapping, wrong
from geoservice.intake.settings import IntakeSettings
from geoservice.model.nouns import NOUNS
from geoservice.model.vocabulary import LayerEffect, LayerKind

_ENTRY: Final = frozenset({"file", "layer", "sheet", "noun", "mapping", "layer_meta", "crs"})
_LAYER: Final = frozenset(NOUNS["layer"].fields)


@dataclass(frozen=True)
class Entry:
    """One import of a manifest.

    Attributes
    ----------
    file : str
        Relative to the folder of the data.
    noun : str
    mapping : Mapping
        With layer, sheet, CRS and layer metadata of the entry written in.
    """

    file: str
    noun: str
    mapping: Mapping

    @property
    def title(self) -> str:
        """Return file and layer, as progress and reports name the entry."""
        layer = self.mapping.source.layer
        return f"{self.file} · {layer}" if layer else self.file


@dataclass(frozen=True)
class CityManifest:
    """A city: its name, where it is, and what is imported in which order."""

    name: str
    name_en: str
    county: str | None
    default_crs: str | None
    extent: Bbox | None
    imports: tuple[Entry, ...]
    said: Table[str, Any] = field(default_factory=dict)

    def settings(self) -> IntakeSettings:
        """Return the settings every file of the city is checked with."""
        return IntakeSettings(extent=self.extent, default_crs=self.default_crs, county=self.county)


def read_manifest(path: Path) -> CityManifest:
    """Return the city a ``city.toml`` describes, with all mappings read.

    Raises
    ------
    IntakeRefused
        The manifest or a mapping is absent or wrong; names it.
    """
    if not path.is_file():
        raise refuse("file_absent", value=path.name)
    try:
        said = tomllib.loads(path.read_text("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise wrong(f"{path.name}：{error}", "按 TOML 语法改正。", "Correct the TOML syntax.") from error
    city = said.get("city")
    entries = said.get("import")
    if not isinstance(city, dict) or not isinstance(entries, list) or not entries:
        raise wrong(f"{path.name} 应有 [city] 与至少一个 [[import]]")
    return CityManifest(
        name=str(city.get("name", "")),
        name_en=str(city.get("name_en", city.get("name", ""))),
        county=_text(city.get("county")),
        default_crs=_text(city.get("default_crs")),
        extent=_extent(city.get("extent"), path.name),
        imports=tuple(_entry(entry, path.parent) for entry in entries),
        said=city,
    )


def _entry(said: dict[str, Any], folder: Path) -> Entry:
    for name in ("file", "mapping"):
        if not isinstance(said.get(name), str):
            raise wrong(f"[[import]] 要写 {name}：{said.get('file', '')}")
    mapping = read_mapping(folder / said["mapping"])
    noun = said.get("noun", mapping.noun)
    if noun != mapping.noun:
        raise wrong(
            f"[[import]] {said['file']} 的 noun 是 {noun}，映射 {said['mapping']} 的是 {mapping.noun}"
        )
    mapping = mapping.with_source(layer=said.get("layer") or said.get("sheet"), crs=_text(said.get("crs")))
    layer = {k: v for k, v in said.items() if k not in _ENTRY} | dict(said.get("layer_meta", {}))
    if layer:
        mapping = replace(mapping, layer=_layer({**mapping.layer, **layer}, said["file"]))
    return Entry(said["file"], noun, mapping)


def _layer(said: dict[str, Any], file: str) -> dict[str, Any]:
    if unknown := sorted(set(said) - _LAYER):
        raise wrong(
            f"[[import]] {file} 里没有“{'、'.join(unknown)}”这一项；图层可用：{'、'.join(sorted(_LAYER))}"
        )
    for name, vocabulary in (("kind", LayerKind), ("effect", LayerEffect)):
        word = said.get(name)
        if word is not None and word not in {term.value for term in vocabulary}:
            raise wrong(f'{file} 的 {name} = "{word}"，可用：{"、".join(t.value for t in vocabulary)}')
    if missing := [name for name in ("code", "name", "kind") if not said.get(name)]:
        raise wrong(f"{file} 的图层元数据缺少 {'、'.join(missing)}")
    return said


def _extent(said: Any, name: str) -> Bbox | None:
    if said is None:
        return None
    numbers = said if isinstance(said, list) and all(isinstance(v, (int, float)) for v in said) else []
    if len(numbers) != 4 or numbers[0] >= numbers[2] or numbers[1] >= numbers[3]:
        raise wrong(f"{name} 的 extent 应是 [最小经度, 最小纬度, 最大经度, 最大纬度]")
    west, south, east, north = (float(v) for v in numbers)
    return west, south, east, north


def _text(value: Any) -> str | None:
    return None if value is None else str(value)
