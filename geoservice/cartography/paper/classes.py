"""Which class of its layer a feature falls into, and how many fall into each: what the legend says."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from geoservice.cartography.definition import LayerDefinition, Style
from geoservice.cartography.palettes import OTHER_COLOUR, Swatch

OTHER = Swatch("", OTHER_COLOUR, "其他", "Other", optional=True)


@dataclass(frozen=True)
class LegendLine:
    """A line of the legend: its swatch and how many features wear it."""

    swatch: Swatch
    count: int


def swatch_of(style: Style, properties: Mapping[str, Any]) -> Swatch | None:
    """Return the class of a feature, :data:`OTHER` for a value no class names, ``None`` without classes."""
    if not style.classes:
        return None
    value = properties.get(style.property) if style.property else None
    if value is None and style.otherwise:
        value = properties.get(style.otherwise)
    return next((swatch for swatch in style.classes if swatch.value == value), OTHER)


def legend_of(layer: LayerDefinition, features: Iterable[Mapping[str, Any]]) -> Sequence[LegendLine]:
    """Return the legend of a layer: every class with its count, optional ones only where they occur."""
    counts = Counter(swatch_of(layer.style, feature["properties"]) for feature in features)
    swatches = [*layer.style.classes, OTHER]
    return [LegendLine(one, counts[one]) for one in swatches if counts[one] or not one.optional]
