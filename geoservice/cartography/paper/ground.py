"""The ground a map lies on: land, water, roads by class, boundaries and names, as quiet as on the screen."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import shapely

from geoservice.cartography.paper.frame import Frame
from geoservice.cartography.paper.labels import Label
from geoservice.cartography.paper.svg import element, path_of

OUTSIDE: Final = "#EEEBE4"
_INSIDE, _BUILT, _GREEN, _WATER = "#F4F2EC", "#E9E5DC", "#E3EBD9", "#CFE1EC"
_WATER_NAME, _DISTRICT_NAME, _PLACE_NAME = "#5B87A5", "#8A8578", "#8F8A80"
_ROADS: Final = (
    (re.compile(r"高速|快速|motorway|express|freeway|trunk|highway", re.I), 0.85, "#FFF6E0"),
    (re.compile(r"国道|省道|主干|primary|arterial|main", re.I), 0.65, "#FFFFFF"),
    (re.compile(r"次干|县道|secondary|collector", re.I), 0.45, "#FFFFFF"),
    (re.compile(r"", re.I), 0.25, "#FFFFFF"),
)
"""Class names of a rank, width in millimetres on A4, fill."""
_DISTRICTS_UNTIL: Final = 13.5
"""From this zoom on the name of a district would cover what the map is about."""
_CASING: Final = "#D8D2C6"


@dataclass(frozen=True)
class Shape:
    """A feature on paper: its geometry in millimetres, its properties."""

    geometry: Any
    properties: Mapping[str, Any]


def shapes_on(frame: Frame, features: Sequence[Mapping[str, Any]]) -> list[Shape]:
    """Return the features that reach into the frame, cut to it with a margin. O(features)."""
    kept = [feature for feature in features if feature.get("geometry")]
    if not kept:
        return []
    geometries = np.asarray([shapely.geometry.shape(feature["geometry"]) for feature in kept], dtype=object)
    moved = frame.millimetres(geometries)
    box = (-4.0, -4.0, frame.width_mm + 4.0, frame.height_mm + 4.0)
    west, south, east, north = shapely.bounds(moved).T
    inside = (west <= box[2]) & (east >= box[0]) & (south <= box[3]) & (north >= box[1])
    found = []
    for at in np.flatnonzero(inside):
        whole = box[0] <= west[at] and box[1] <= south[at] and east[at] <= box[2] and north[at] <= box[3]
        cut = moved[at] if whole else shapely.clip_by_rect(moved[at], *box)
        if not cut.is_empty:
            found.append(Shape(cut, kept[at]["properties"]))
    return found


def ground_svg(frame: Frame, base: Mapping[str, Sequence[Mapping[str, Any]]], factor: float) -> list[str]:
    """Return the drawing of the base themes, from below to above."""
    shapes = {theme: shapes_on(frame, features) for theme, features in base.items()}
    drawn = [element("rect", x=0, y=0, width=frame.width_mm, height=frame.height_mm, fill=OUTSIDE)]
    drawn.append(_areas(shapes.get("boundary", []), _INSIDE))
    for theme, colour in (("built", _BUILT), ("green", _GREEN), ("water", _WATER)):
        drawn.append(_areas(shapes.get(theme, []), colour))
        drawn.append(_lines(shapes.get(theme, []), colour, 0.5 * factor))
    drawn += _roads(shapes.get("road", []), frame, factor)
    drawn.append(
        element(
            "path",
            d=_joined(shapes.get("boundary", [])),
            fill="none",
            stroke="#B9B3A6",
            stroke_width=0.25 * factor,
            stroke_dasharray=f"{1.6 * factor} {0.8 * factor} {0.4 * factor} {0.8 * factor}",
        )
    )
    return drawn


def ground_labels(
    frame: Frame, base: Mapping[str, Sequence[Mapping[str, Any]]], factor: float
) -> list[Label]:
    """Return the names of districts, waters and places, each name once."""
    found: list[Label] = []
    for theme, size, priority, colour, weight, spacing, style in (
        ("boundary", 3.6, 20.0, _DISTRICT_NAME, 600, 1.2, "normal"),
        ("water", 2.6, 12.0, _WATER_NAME, 400, 0.6, "italic"),
        ("label", 2.4, 8.0, _PLACE_NAME, 400, 0.3, "normal"),
    ):
        if theme == "boundary" and frame.zoom > _DISTRICTS_UNTIL:
            continue
        largest: dict[str, Shape] = {}
        for shape in shapes_on(frame, base.get(theme, ())):
            name = str(shape.properties.get("name") or "")
            if name and (name not in largest or _extent(shape) > _extent(largest[name])):
                largest[name] = shape
        for name, shape in largest.items():
            if theme == "water" and _extent(shape) < 14 * factor:
                continue
            x, y = shapely.get_coordinates(shapely.point_on_surface(shape.geometry))[0]
            found.append(
                Label(
                    name, float(x), float(y), size * factor, priority, colour, weight, spacing * factor, style
                )
            )
    return found


def _areas(shapes: Sequence[Shape], colour: str) -> str:
    areas = [shape for shape in shapes if shapely.get_dimensions(shape.geometry) == 2]
    return element("path", d=_joined(areas), fill=colour, fill_rule="evenodd") if areas else ""


def _lines(shapes: Sequence[Shape], colour: str, width: float) -> str:
    lines = [shape for shape in shapes if shapely.get_dimensions(shape.geometry) == 1]
    if not lines:
        return ""
    return element("path", d=_joined(lines), fill="none", stroke=colour, stroke_width=width)


def _roads(shapes: Sequence[Shape], frame: Frame, factor: float) -> list[str]:
    """Draw all casings before all roads, low ranks first, so that crossings join without seams."""
    ranks: list[list[Shape]] = [[] for _ in _ROADS]
    for shape in shapes:
        name = str(shape.properties.get("class") or "")
        ranks[next(n for n, (words, _, _) in enumerate(_ROADS) if words.search(name))].append(shape)
    # Roads are drawn wider where the map is of a larger scale, within what stays quiet.
    wider = factor * min(3.0, max(0.7, 60_000 * factor / frame.scale))
    drawn = []
    for casing in (True, False):
        for (_, width, colour), some in reversed(list(zip(_ROADS, ranks, strict=True))):
            drawn.append(
                element(
                    "path",
                    d=_joined(some),
                    fill="none",
                    stroke=_CASING if casing else colour,
                    stroke_width=width * wider + (0.16 * factor if casing else 0),
                    stroke_linecap="round",
                    stroke_linejoin="round",
                )
                if some
                else ""
            )
    return drawn


def _joined(shapes: Sequence[Shape]) -> str:
    return "".join(path_of(shape.geometry) for shape in shapes)


def _extent(shape: Shape) -> float:
    west, south, east, north = shapely.bounds(shape.geometry)
    return float(max(east - west, north - south))
