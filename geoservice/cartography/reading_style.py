"""Read the part of a definition that says how features look: classes, palettes, fills and outlines."""

from __future__ import annotations

import re
from typing import Final

from geoservice.cartography.definition import Style
from geoservice.cartography.node import Node
from geoservice.cartography.palettes import MIN_OPACITY, OUTLINE, PALETTES, Swatch

MARK_LENGTH: Final = 2

_COLOUR: Final = re.compile(r"#[0-9A-Fa-f]{6}")


def read_style(node: Node) -> Style:
    """Return a style.

    Raises
    ------
    InvalidDefinition
        With file, key, value and remedy.
    """
    style = Style(
        property=node.text("property", "") or None,
        otherwise=node.text("otherwise", "") or None,
        classes=_classes(node),
        fill=_colour(node, "fill", ""),
        fill_opacity=node.number("fill_opacity", MIN_OPACITY, 0, 1),
        outline=_colour(node, "outline", OUTLINE) or OUTLINE,
        outline_width=node.number("outline_width", 0.8, 0, 12),
        dashed=node.flag("dashed", False),
        title=node.wording("title") if node.has("title") else None,
    )
    if style.classes and not style.property:
        node.refuse("property", None, "Name the property whose values the classes are")
    if style.classes and style.fill_opacity < MIN_OPACITY:
        node.refuse("fill_opacity", style.fill_opacity, f"Classes stay apart only from {MIN_OPACITY} upward")
    node.refuse_the_rest()
    return style


def _classes(node: Node) -> tuple[Swatch, ...]:
    palette = node.text("palette", "")
    classes = tuple(_class(entry) for entry in node.tables("classes"))
    if palette and classes:
        node.refuse("classes", "…", "Name a palette or list the classes, not both")
    if palette:
        return PALETTES[node.choice("palette", list(PALETTES), palette)]
    return classes


def _class(node: Node) -> Swatch:
    title = node.wording("title")
    swatch = Swatch(
        value=node.text("value"),
        colour=node.matching("colour", _COLOUR, "Write a colour as #RRGGBB"),
        zh=title.zh,
        en=title.en,
        mark=_mark(node),
        hatch=node.flag("hatch", False),
        optional=node.flag("optional", False),
    )
    node.refuse_the_rest()
    return swatch


def _mark(node: Node) -> str:
    mark = node.text("mark", "")
    if len(mark) > MARK_LENGTH:
        node.refuse("mark", mark, f"A swatch has room for {MARK_LENGTH} characters")
    return mark


def _colour(node: Node, key: str, default: str) -> str | None:
    value = node.text(key, default)
    if value and not _COLOUR.fullmatch(value):
        node.refuse(key, value, "Write a colour as #RRGGBB")
    return value or None
