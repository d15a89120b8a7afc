"""Maps in a notebook: a GeoDataFrame in, a folium map out, with no server and no network."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, Final, Literal

import folium

from geoservice.cartography.build import build_map
from geoservice.cartography.definition import (
    Column,
    Figure,
    Label,
    LayerDefinition,
    MapDefinition,
    Style,
    Text,
)
from geoservice.cartography.errors import InvalidSource
from geoservice.cartography.frames import tiled
from geoservice.cartography.page import Page
from geoservice.cartography.palettes import PALETTES, Swatch
from geoservice.cartography.sources import Frame

COLOURS: Final = (
    "#825ADA",
    "#FEC162",
    "#006280",
    "#FE7782",
    "#5B9A4B",
    "#B27AAA",
    "#F16913",
    "#9ECAE1",
    "#8A8178",
)
"""For classes nobody gave a palette; marks tell them apart without colour."""


def stage_map(
    frame: Frame,
    *,
    colour_by: str | None = None,
    palette: str | Sequence[Swatch] | None = None,
    title: str = "地图",
    label: str | None = None,
    filters: Iterable[str] = (),
    figures: Iterable[str] = (),
    track: str | None = None,
    as_of: date | None = None,
    language: Literal["zh", "en"] = "zh",
) -> folium.Map:
    """Draw a frame as a map with legend, list, search and, with dated answers, a time slider.

    Parameters
    ----------
    frame : GeoDataFrame
        Features in any CRS, a hundred thousand and more. Columns ``name``, ``park_name`` and ``district_name``
        are used where they are.
    colour_by : str, optional
        The column whose values are the classes.
    palette : str or sequence of Swatch, optional
        ``stage_group``, ``task_state``, ``verdict_status``, or classes of one's own; by default one is made.
    title : str
        What the map is called.
    label : str, optional
        The column written on the features.
    filters : iterable of str
        Columns the list can be narrowed by.
    figures : iterable of str
        Columns summed up above the list.
    track : {"verdicts", "stages", "clearance"}, optional
        The column that holds dated answers; the slider then shows any day.
    as_of : date, optional
        The date of the data.
    language : {"zh", "en"}
        The language of the page.

    Returns
    -------
    folium.Map
        Shown by a notebook as it is; ``geoservice.cartography.render`` gives one HTML file.

    Raises
    ------
    InvalidSource
        If the frame has no CRS or no such column.

    Examples
    --------
    >>> import geopandas, shapely
    >>> from geoservice.cartography import render, stage_map
    >>> parcels = geopandas.GeoDataFrame(
    ...     {"name": ["一号地"], "status": ["available"]},
    ...     geometry=[shapely.box(119.5, 33.2, 119.51, 33.21)],
    ...     crs=4490,
    ... )
    >>> page = render(stage_map(parcels, colour_by="status", palette="verdict_status"))
    >>> any(f'<{asks}="http' in page for asks in ("script src", "link href", "img src"))
    False
    """
    _require(frame, [name for name in (colour_by, label, track, *filters, *figures) if name])
    style = (
        Style(property=colour_by, classes=_classes(frame, colour_by, palette))
        if colour_by
        else Style(fill="#9ECAE1")
    )
    layer = LayerDefinition(
        id="features",
        source="features",
        title=Text(title, title),
        style=style,
        label=Label(label) if label else None,
        filters=tuple(Column(name, Text(name, name)) for name in filters),
        figures=tuple(Figure(Text(name, name), name) for name in figures),
    )
    definition = MapDefinition(
        name=re.sub(r"\W+", "_", title) or "map",
        title=Text(title, title),
        subtitle=Text("", ""),
        layers=(layer,),
        main="features",
    )
    bounds = _bounds(frame)
    page = Page(city=Text(title, title), language=language, as_of=as_of, bounds=bounds, stamp=None)
    return build_map(definition, {"features": tiled(frame, "features", track)}, page)


def _require(frame: Any, names: Iterable[str]) -> None:
    missing = [name for name in names if name not in frame.columns]
    if missing:
        known = ", ".join(str(name) for name in frame.columns)
        raise InvalidSource("The frame has no such column", ", ".join(missing), f"It has: {known}")


def _classes(frame: Any, name: str, palette: str | Sequence[Swatch] | None) -> tuple[Swatch, ...]:
    if isinstance(palette, str):
        if palette not in PALETTES:
            raise InvalidSource("There is no such palette", palette, f"Use one of: {', '.join(PALETTES)}")
        return PALETTES[palette]
    if palette is not None:
        return tuple(palette)
    values = [str(value) for value in frame[name].value_counts().index[: len(COLOURS)]]
    return tuple(
        Swatch(value, colour, value, value, mark=str(number))
        for number, (value, colour) in enumerate(zip(values, COLOURS, strict=False), start=1)
    )


def _bounds(frame: Any) -> tuple[float, float, float, float] | None:
    if frame.crs is None or not len(frame):
        return None
    west, south, east, north = (float(edge) for edge in frame.to_crs("OGC:CRS84").total_bounds)
    return None if west != west else (west, south, east, north)  # noqa: PLR0124 - NaN: nothing has a shape
