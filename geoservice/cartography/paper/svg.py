"""Writing SVG: paths from geometries in millimetres, texts with a halo; every text is escaped, none is markup."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import numpy as np
import shapely

DECIMALS = 2
"""A hundredth of a millimetre: finer than any printer."""


def path_of(geometry: Any) -> str:
    """Return the path data of a geometry of lines and areas, an empty text for anything else."""
    return "".join(_pieces(geometry))


def _pieces(geometry: Any) -> Iterator[str]:
    for part in shapely.get_parts(geometry):
        if part.geom_type == "Polygon":
            for ring in (part.exterior, *part.interiors):
                yield _line(shapely.get_coordinates(ring)[:-1]) + "Z"
        elif part.geom_type in ("LineString", "LinearRing"):
            yield _line(shapely.get_coordinates(part))
        elif hasattr(part, "geoms"):
            yield from _pieces(part)


def _line(coordinates: Any) -> str:
    if len(coordinates) == 0:
        return ""
    texts = np.char.mod("%.2f", np.round(coordinates, DECIMALS))
    return "M" + "L".join(f"{x} {y}" for x, y in texts)


def element(name: str, content: str = "", **attributes: Any) -> str:
    """Return an element; underscores in attribute names become hyphens, ``None`` leaves one out."""
    written = "".join(
        f" {key.rstrip('_').replace('_', '-')}={quoteattr(_plain(value))}"
        for key, value in attributes.items()
        if value is not None
    )
    return f"<{name}{written}>{content}</{name}>" if content else f"<{name}{written}/>"


def text(words: str, x: float, y: float, size: float, *, halo: str | None = None, **attributes: Any) -> str:
    """Return a line of text around its middle, with a halo that keeps it readable on any ground."""
    placed = {
        "x": x,
        "y": y + size * 0.36,
        "font_size": size,
        "text_anchor": "middle",
        **attributes,
    }
    lines = []
    if halo is not None:
        lines.append(
            element(
                "text",
                escape(words),
                **{**placed, "fill": halo},
                stroke=halo,
                stroke_width=size * 0.24,
                stroke_linejoin="round",
            )
        )
    lines.append(element("text", escape(words), **placed))
    return "".join(lines)


def document(width_mm: float, height_mm: float, content: Iterable[str], *, font: str) -> str:
    """Return an SVG document measured in millimetres."""
    body = "".join(content)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width_mm:.2f}mm" height="{height_mm:.2f}mm" '
        f'viewBox="0 0 {width_mm:.2f} {height_mm:.2f}" font-family={quoteattr(font)}>{body}</svg>'
    )


def _plain(value: Any) -> str:
    return f"{value:.3f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)
