"""Which entities of a drawing are closed outlines, and which texts stand in them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import pandas as pd
import shapely

from geoservice.geo.arrays import Geometries, only
from geoservice.intake.table import is_missing

_LINE, _POLYGON, _MULTIPOLYGON, _COLLECTIONS = 1, 3, 6, frozenset({4, 5, 7})
_SYMBOLS: Final = ("AcDbCircle", "AcDbEllipse", "AcDbTrace")
"""Closed entities that mark a place rather than bound one."""
_SNAP: Final = 1e-2
"""Ends nearer to each other than this (1 cm of a drawing in metres) …"""
_SNAP_SHARE: Final = 1e-4
"""… and than this share of the line's length were meant to meet."""


@dataclass
class Outlines:
    """The closed outlines of a drawing.

    Attributes
    ----------
    shapes : list of Polygon or MultiPolygon
    layer, handles : list of str
        Drawing layer and entity handle of each.
    gaps : list of float
        How far its ends were apart, in drawing units; 0 where it was closed.
    layers : list of str
        Layers that hold any, in order of appearance.
    open_in : dict of str to int
        Open lines by layer, which bound nothing.
    texts : list of (Point, str)
    """

    shapes: list[Any] = field(default_factory=list)
    layer: list[str] = field(default_factory=list)
    handles: list[str | None] = field(default_factory=list)
    gaps: list[float] = field(default_factory=list)
    open_in: Counter[str] = field(default_factory=Counter)
    texts: list[tuple[Any, str]] = field(default_factory=list)

    @property
    def layers(self) -> list[str]:
        """Return the layers that hold closed outlines."""
        return list(dict.fromkeys(self.layer))

    @property
    def open(self) -> int:
        """Return how many lines of the drawing are open."""
        return sum(self.open_in.values())


def outlines_of(values: pd.DataFrame, shapes: Geometries | None) -> Outlines:
    """Sort the entities of a drawing, as GDAL gives them, into outlines, texts and open lines; O(entities)."""
    found = Outlines()
    if shapes is None:
        return found
    columns = [values.get(n, pd.Series([None] * len(values))) for n in _FIELDS]
    for shape, layer, classes, handle, text in zip(shapes, *columns, strict=True):
        if shape is None or shape.is_empty:
            continue
        name = "0" if is_missing(layer) else str(layer)
        # A hatch names its pattern where a text has its words.
        if shapely.get_dimensions(shape) == 0 and not is_missing(text) and str(text).strip():
            found.texts.append((shapely.centroid(shape), " ".join(str(text).split())))
            continue
        if any(symbol in str(classes) for symbol in _SYMBOLS):
            continue
        for part in _parts(shape):
            _sort(part, name, None if is_missing(handle) else str(handle), found)
    return found


def texts_within(shapes: Geometries, outlines: Outlines) -> list[str | None]:
    """Return for each outline the texts that stand in it, in drawing order; O(n log n) plus the pairs."""
    said: list[list[str]] = [[] for _ in shapes]
    if outlines.texts and len(shapes):
        points = np.array([p for p, _ in outlines.texts], dtype=object)
        usable = only(shapes, shapely.is_valid(shapes))
        text, outline = shapely.STRtree(usable).query(points, predicate="within")
        for t, o in sorted(zip(text.tolist(), outline.tolist(), strict=True)):
            said[o].append(outlines.texts[t][1])
    return ["、".join(dict.fromkeys(words)) or None for words in said]


_FIELDS: Final = ("Layer", "SubClasses", "EntityHandle", "Text")


def _parts(shape: Any) -> list[Any]:
    """Return the parts of what a block or hatch put together."""
    if shapely.get_type_id(shape) not in _COLLECTIONS:
        return [shape]
    return [part for inner in shape.geoms for part in _parts(inner)]


def _sort(part: Any, layer: str, handle: str | None, found: Outlines) -> None:
    kind, gap = shapely.get_type_id(part), 0.0
    if kind == _LINE:
        coords = shapely.get_coordinates(part)
        gap = float(np.hypot(*(coords[0] - coords[-1])))
        if len(np.unique(coords, axis=0)) < 3 or gap > min(_SNAP, _SNAP_SHARE * part.length):
            found.open_in[layer] += 1
            return
        part = shapely.Polygon(shapely.get_coordinates(part, include_z=bool(part.has_z)))
    elif kind not in {_POLYGON, _MULTIPOLYGON}:
        return
    found.shapes.append(part)
    found.layer.append(layer)
    found.handles.append(handle)
    found.gaps.append(gap)
