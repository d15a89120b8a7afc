"""Drawing a named map's layers into a frame: classed areas, outlines, dots for what is too small, and their names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import shapely

from geoservice.cartography.definition import LayerDefinition, MapDefinition
from geoservice.cartography.palettes import OTHER_COLOUR, Swatch, ink_on
from geoservice.cartography.paper.classes import swatch_of
from geoservice.cartography.paper.frame import BBox, Frame, round_length
from geoservice.cartography.paper.ground import OUTSIDE, Shape, ground_labels, ground_svg, shapes_on
from geoservice.cartography.paper.labels import Label, placed
from geoservice.cartography.paper.svg import document, element, path_of, text

FONTS: Final = (
    "Noto Sans CJK SC",
    "Noto Sans SC",
    "Source Han Sans SC",
    "Microsoft YaHei",
    "PingFang SC",
    "SimHei",
)
"""Typefaces tried in this order; the first one installed is used."""
_SMALL_MM, _DOT_MM, _MARK_MM = 1.3, 0.85, 4.2
_FINEST_LINE, _WHOLE_LINE_MM = 0.35, 10.0
"""Areas below this size have a thinner outline: a mesh of dark lines would outshine what they enclose."""
_HATCH: Final = "hatch"
_FINER_PRINT: Final = 1.5
"""Zoom levels by which paper carries more names than a screen: print is finer and held still."""
Features = Mapping[str, Sequence[Mapping[str, Any]]]


def map_svg(
    definition: MapDefinition,
    features: Features,
    base: Features,
    frame: Frame,
    factor: float,
    *,
    font: str = FONTS[0],
    coordinates: bool = True,
    chosen: str | None = None,
    layers: frozenset[str] | None = None,
) -> str:
    """Return a map as SVG, one millimetre a unit.

    Parameters
    ----------
    definition : MapDefinition
        What is shown and how.
    features, base : mapping of str to sequence
        GeoJSON features by source, and by theme of the ground.
    frame : Frame
        Where and at which scale.
    factor : float
        How much larger than on A4 lines and type are.
    font : str
        Typeface of names.
    coordinates : bool
        Whether the grid carries kilometres of the zone.
    chosen : str, optional
        Key of the feature the page is about; it is framed in the accent colour.
    layers : frozenset of str, optional
        Which layers; default those the definition shows at first.
    """
    drawn = ground_svg(frame, base, factor)
    names = ground_labels(frame, base, factor)
    accent: list[str] = []
    for layer in definition.layers:
        if not (layer.visible if layers is None else layer.id in layers) or frame.zoom < layer.min_zoom:
            continue
        shapes = shapes_on(frame, features.get(layer.source, ()))
        drawn += [part for shape in shapes for part in _feature(layer, shape, factor)]
        names += _names(layer, shapes, frame, factor)
        accent += [_chosen(shape, factor) for shape in shapes if shape.properties.get("key") == chosen]
    drawn += accent
    drawn += [_label(one) for one in placed(names, frame.width_mm, frame.height_mm)]
    drawn += _grid(frame, factor, coordinates=coordinates)
    border = element(
        "rect",
        x=0.2 * factor,
        y=0.2 * factor,
        width=frame.width_mm - 0.4 * factor,
        height=frame.height_mm - 0.4 * factor,
        fill="none",
        stroke="#1F2937",
        stroke_width=0.3 * factor,
    )
    parts = [_defs(frame, factor), _clipped(drawn), border]
    return document(frame.width_mm, frame.height_mm, parts, font=font)


def _defs(frame: Frame, factor: float) -> str:
    step = 0.9 * factor
    hatch = element(
        "pattern",
        element("path", d=f"M0 {step}L{step} 0", stroke="#FFFFFF", stroke_width=0.16 * factor, fill="none"),
        id=_HATCH,
        width=step,
        height=step,
        patternUnits="userSpaceOnUse",
    )
    clip = element(
        "clipPath", element("rect", x=0, y=0, width=frame.width_mm, height=frame.height_mm), id="frame"
    )
    return element("defs", hatch + clip)


def _clipped(drawn: Sequence[str]) -> str:
    return element("g", "".join(drawn), clip_path="url(#frame)")


def _feature(layer: LayerDefinition, shape: Shape, factor: float) -> list[str]:
    style, swatch = layer.style, swatch_of(layer.style, shape.properties)
    fill = swatch.colour if swatch else style.fill
    dimension = int(shapely.get_dimensions(shape.geometry))
    if dimension == 0 or (layer.dots and swatch and _extent(shape) < _SMALL_MM * factor):
        return [_dot(shape, fill or OTHER_COLOUR, factor)]
    width = style.outline_width * 0.16 * factor
    if dimension > 1:
        width *= min(1.0, max(_FINEST_LINE, _extent(shape) / (_WHOLE_LINE_MM * factor)))
    path = path_of(shape.geometry)
    if dimension == 1:
        colour = fill or style.outline
        lined = (
            [element("path", d=path, fill="none", stroke=style.outline, stroke_width=1.3 * factor)]
            if fill
            else []
        )
        return [*lined, element("path", d=path, fill="none", stroke=colour, stroke_width=0.9 * factor)]
    parts = [
        element(
            "path",
            d=path,
            fill=fill or "none",
            fill_opacity=style.fill_opacity if fill else None,
            fill_rule="evenodd",
            stroke=style.outline,
            stroke_width=width,
            stroke_dasharray=f"{1.4 * factor} {0.7 * factor}" if style.dashed else None,
        )
    ]
    if swatch and swatch.hatch:
        parts.append(element("path", d=path, fill=f"url(#{_HATCH})", fill_rule="evenodd"))
    if swatch and swatch.mark and _extent(shape) > _MARK_MM * factor:
        parts.append(_mark(shape, swatch, factor))
    return parts


def _dot(shape: Shape, colour: str, factor: float) -> str:
    x, y = shapely.get_coordinates(shapely.point_on_surface(shape.geometry))[0]
    return element(
        "circle",
        cx=float(x),
        cy=float(y),
        r=_DOT_MM * factor,
        fill=colour,
        stroke="#1F2937",
        stroke_width=0.14 * factor,
    )


def _mark(shape: Shape, swatch: Swatch, factor: float) -> str:
    """Write the digit of a class into its area, so that colour is not the only thing that tells it."""
    x, y = shapely.get_coordinates(shapely.point_on_surface(shape.geometry))[0]
    return text(swatch.mark, float(x), float(y), 1.9 * factor, fill=ink_on(swatch.colour), font_weight=600)


def _chosen(shape: Shape, factor: float) -> str:
    path = path_of(shape.geometry)
    if not path:
        x, y = shapely.get_coordinates(shape.geometry)[0]
        return element(
            "circle",
            cx=float(x),
            cy=float(y),
            r=2.0 * factor,
            fill="none",
            stroke="#1D5FE0",
            stroke_width=0.7 * factor,
        )
    return element(
        "path", d=path, fill="none", stroke="#1D5FE0", stroke_width=0.9 * factor, stroke_linejoin="round"
    )


def _names(layer: LayerDefinition, shapes: Sequence[Shape], frame: Frame, factor: float) -> list[Label]:
    if layer.label is None or frame.zoom + _FINER_PRINT < layer.label.min_zoom:
        return []
    size = (3.0 if layer.label.strong else 2.1) * factor
    found = []
    for shape in shapes:
        words = str(shape.properties.get(layer.label.property) or "")
        extent = _extent(shape)
        # A name that is several times as long as its area says more about the neighbours than about it.
        if not words or (not layer.label.strong and not layer.dots and extent < 0.7 * size * len(words)):
            continue
        short = words if len(words) <= 18 else f"{words[:17]}…"
        x, y = shapely.get_coordinates(shapely.point_on_surface(shape.geometry))[0]
        below = size if layer.dots and extent < 3 * factor else 0.0
        weight = 600 if layer.label.strong else 400
        colour = "#0B5B55" if layer.label.strong else "#1F2937"
        priority = (16.0 if layer.label.strong else 10.0) + min(extent, 60.0) / 100
        found.append(Label(short, float(x), float(y) + below, size, priority, colour, weight))
    return found


def _label(one: Label) -> str:
    return text(
        one.words,
        one.x,
        one.y,
        one.size,
        halo="#FFFFFF",
        fill=one.colour,
        font_weight=one.weight,
        letter_spacing=one.spacing or None,
        font_style=one.style if one.style != "normal" else None,
    )


def _grid(frame: Frame, factor: float, *, coordinates: bool) -> list[str]:
    """Draw the kilometre grid of the zone as hairlines with its numbers at the edge."""
    west, south, east, north = frame.bounds_m
    step = round_length(frame.scale / 1000 * 62 * factor)
    metres = frame.scale / 1000
    drawn = []
    for x in _multiples(west, east, step):
        at = (x - west) / metres
        drawn.append(_hairline(at, 0, at, frame.height_mm, factor))
        if coordinates:
            drawn += [
                _number(
                    f"{frame.zone}{x / 1000:03.0f}" if step >= 1000 else f"{frame.zone}{x / 1000:05.1f}",
                    at,
                    y,
                    factor,
                )
                for y in (1.6 * factor, frame.height_mm - 1.6 * factor)
            ]
    for y in _multiples(south, north, step):
        at = (north - y) / metres
        drawn.append(_hairline(0, at, frame.width_mm, at, factor))
        if coordinates:
            words = f"{y / 1000:.0f}" if step >= 1000 else f"{y / 1000:.1f}"
            drawn += [_number(words, x, at, factor) for x in (3.2 * factor, frame.width_mm - 3.2 * factor)]
    return drawn


def _hairline(x1: float, y1: float, x2: float, y2: float, factor: float) -> str:
    return element(
        "line", x1=x1, y1=y1, x2=x2, y2=y2, stroke="#1F2937", stroke_opacity=0.16, stroke_width=0.08 * factor
    )


def _number(words: str, x: float, y: float, factor: float) -> str:
    return text(words, x, y, 1.6 * factor, halo=OUTSIDE, fill="#6F7784")


def _multiples(low: float, high: float, step: float) -> list[float]:
    first = int(low // step) + 1
    return [n * step for n in range(first, int(high // step) + 1)]


def _extent(shape: Shape) -> float:
    west, south, east, north = shapely.bounds(shape.geometry)
    return float(max(east - west, north - south))


def bounds_of(features: Sequence[Mapping[str, Any]]) -> BBox | None:
    """Return the box around features in degrees, ``None`` where none has a shape."""
    shapes = [shapely.geometry.shape(one["geometry"]) for one in features if one.get("geometry")]
    if not shapes:
        return None
    west, south, east, north = (float(edge) for edge in shapely.total_bounds(shapes))
    return west, south, east, north
