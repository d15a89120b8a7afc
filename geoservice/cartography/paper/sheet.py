"""One named map on one sheet, or as one picture: drawn, counted and set from the same features."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from geoservice.cartography.definition import LayerDefinition, MapDefinition, Text
from geoservice.cartography.page import INTERNAL, Page
from geoservice.cartography.palettes import ink_on
from geoservice.cartography.paper.classes import legend_of
from geoservice.cartography.paper.drawing import Features, bounds_of, map_svg
from geoservice.cartography.paper.figures import figure_text
from geoservice.cartography.paper.frame import Frame, fit, round_length
from geoservice.cartography.paper.sizes import Paper
from geoservice.cartography.paper.typesetting import Form, typeface, typeset

LEGEND_MM: Final = 46.0
_HEAD_MM, _FOOT_MM = 13.0, 7.0
_WORDS: Final = {
    "as_of": Text("数据日期", "Data of"),
    "source": Text("来源", "Source"),
    "projection": Text(
        "2000国家大地坐标系 高斯-克吕格投影 3°带 第{zone}带（中央经线 {meridian}°）",
        "CGCS2000 Gauss-Krüger, 3° zone {zone}, central meridian {meridian}°",
    ),
    "viewer": Text("按“{role}”可见范围制图", "Shows what the role “{role}” sees"),
    "unmapped": Text("另有 {count} 项未落图，未在图上表示", "{count} more have no place on the map"),
    "register": Text("geoservice 项目用地一张图数据库", "geoservice register"),
}


def typeset_sheet(
    definition: MapDefinition,
    features: Features,
    base: Features,
    page: Page,
    paper: Paper,
    form: Form = "pdf",
) -> bytes:
    """Return a named map as a PDF sheet or a PNG picture.

    Parameters
    ----------
    definition : MapDefinition
        Which map.
    features, base : mapping of str to sequence
        GeoJSON features by source, and by theme of the ground; what the reader does not see is not in them.
    page : Page
        City, date, stamp, language and bounds.
    paper : Paper
        Size of the sheet.
    form : {"pdf", "png"}
    """
    english = page.language == "en"
    frame = frame_of(paper, page.bounds or bounds_of(features.get(_main(definition).source, ())))
    svg = map_svg(
        definition, features, base, frame, paper.factor, font=typeface(), coordinates=page.notice is None
    )
    data = common(definition.title, definition.subtitle, page, paper, frame) | {
        "legend": [
            _group(layer, features.get(layer.source, ()), english=english)
            for layer in definition.layers
            if layer.visible and layer.legend and layer.style.classes
        ],
        "bar": bar_of(frame, paper, english=english),
        "note": _unmapped(definition, features, english=english),
    }
    return typeset("sheet", data, {"map.svg": svg}, form, paper.pixels_per_inch)


def frame_of(
    paper: Paper, bounds: tuple[float, float, float, float] | None, *, below_mm: float = 0.0
) -> Frame:
    """Return the map's frame on a sheet: what heading, legend, foot and `below_mm` leave."""
    width = paper.width_mm - 2 * paper.margin_mm - (LEGEND_MM + 5) * paper.factor
    height = paper.height_mm - 2 * paper.margin_mm - (_HEAD_MM + _FOOT_MM + below_mm) * paper.factor
    return fit(bounds or (73.0, 18.0, 135.0, 53.0), width, height)


def common(title: Text, subtitle: Text, page: Page, paper: Paper, frame: Frame) -> dict[str, Any]:
    """Return what every page says: titles, date, source, projection, stamp, and its measures."""
    english = page.language == "en"
    day = page.as_of or date.today()
    projection = word("projection", english=english).format(zone=frame.zone, meridian=frame.meridian)
    parts = [
        f"{word('as_of', english=english)} {day.isoformat()}",
        f"{word('source', english=english)} {word('register', english=english)}",
        projection,
    ]
    if page.viewer is not None:
        parts.append(word("viewer", english=english).format(role=said(page.viewer, english=english)))
    if page.notice is not None:
        parts.append(said(page.notice, english=english))
    return {
        "lang": page.language,
        "font": typeface(),
        "title": said(title, english=english),
        "subtitle": said(subtitle, english=english),
        "right": f"{said(page.city, english=english)} · {day.isoformat()}",
        "foot": " · ".join(parts),
        "stamp": said(page.stamp or INTERNAL, english=english),
        "paper": {
            "width": paper.width_mm,
            "height": paper.height_mm,
            "margin": paper.margin_mm,
            "factor": paper.factor,
        },
        "frame": {"width": frame.width_mm, "height": frame.height_mm},
    }


def bar_of(frame: Frame, paper: Paper, *, english: bool) -> dict[str, Any]:
    """Return the scale bar: a round length that fits below the legend."""
    length = round_length(frame.scale / 1000 * 30 * paper.factor)
    kilometres = length >= 1000
    unit = "km" if kilometres else "m"
    shown = length / 1000 if kilometres else length
    ratio = f"1 : {frame.scale:,}"
    return {
        "millimetres": length * 1000 / frame.scale,
        "half": f"{shown / 2:g}",
        "whole": f"{shown:g} {unit}",
        "ratio": ratio if english else f"比例尺 {ratio}",
    }


def word(name: str, *, english: bool) -> str:
    """Return a wording of the sheet in a language."""
    return said(_WORDS[name], english=english)


def said(text: Text, *, english: bool) -> str:
    """Return a text in a language."""
    return text.en if english else text.zh


def _group(layer: LayerDefinition, features: Sequence[Mapping[str, Any]], *, english: bool) -> dict[str, Any]:
    title = layer.style.title or layer.title
    return {
        "title": said(title, english=english),
        "lines": [
            {
                "colour": line.swatch.colour,
                "mark": line.swatch.mark,
                "hatch": line.swatch.hatch,
                "ink": ink_on(line.swatch.colour),
                "label": line.swatch.en if english else line.swatch.zh,
                "count": f"{line.count:,}",
            }
            for line in legend_of(layer, features)
        ],
        "figures": [
            {"title": said(one.title, english=english), "value": figure_text(one, features, english=english)}
            for one in layer.figures
        ],
    }


def _unmapped(definition: MapDefinition, features: Features, *, english: bool) -> str:
    found = features.get(_main(definition).source, ())
    count = sum(1 for one in found if not one.get("geometry"))
    return word("unmapped", english=english).format(count=count) if count else ""


def _main(definition: MapDefinition) -> LayerDefinition:
    return next(layer for layer in definition.layers if layer.id == definition.main)
