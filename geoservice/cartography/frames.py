"""A GeoDataFrame as tiles and a roll: what a map needs to show a hundred thousand features without a server."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
import shapely
from numpy.typing import NDArray

from geoservice.cartography.errors import InvalidSource
from geoservice.cartography.sources import Frame, Tiled
from geoservice.geo.mvt import Value, encode_layer
from geoservice.geo.mvt_grid import BUFFER, Tile, tile_at

SCALE: Final = 1e-5
"""Degrees in a unit of the roll's places."""

FEATURES_A_TILE: Final = 3_000
"""A tile of more is slow to draw where it is not needed; tiles of fewer are many."""

MIN_ZOOM, MAX_ZOOM = 8, 15


def tiled(frame: Frame, name: str = "features", track: str | None = None) -> Tiled:
    """Return a frame as a source of :class:`~geoservice.cartography.layers.StageTiles`.

    Parameters
    ----------
    frame : GeoDataFrame
        Shapes in any CRS. A column ``key`` names the rows; without one their number does.
    name : str
        What the layer of the tiles is called.
    track : {"verdicts", "stages", "clearance"}, optional
        The column that holds dated answers (``"19723:u;20849:a"``), for the time slider.

    Returns
    -------
    Tiled
        Tiles of one zoom, which the page enlarges and reduces, and the roll.

    Raises
    ------
    InvalidSource
        If the frame has no CRS.

    Notes
    -----
    O(features): every feature lies in the few tiles it touches.
    """
    if frame.crs is None:
        raise InvalidSource(f"The frame of {name} has no CRS", None, "Set it: frame.set_crs(4490)")
    moved: Any = frame if frame.crs.to_epsg() in (4490, 4326) else frame.to_crs("OGC:CRS84")
    shapes = np.asarray(moved.geometry.values, dtype=object)
    columns = {str(label): list(moved[label]) for label in moved.columns if label != moved.geometry.name}
    keys = [str(key) for key in columns.get("key", range(1, len(shapes) + 1))]
    columns["key"] = keys
    there = np.array([shape is not None and not shape.is_empty for shape in shapes], dtype=bool)
    zoom = _zoom(shapes[there])
    carried = {label: columns[label] for label in ("key", "name", track) if label in columns}
    return Tiled(
        collection=name,
        tiles=_tiles(shapes, there, carried, name, zoom),
        roll=_roll(columns, shapes, there),
        track=track,
        tile_zoom=zoom,
        donuts_below=0,
        units=False,
    )


def _zoom(shapes: NDArray[Any]) -> int:
    """Return the zoom at which a tile holds no more than :data:`FEATURES_A_TILE`, on average."""
    if not len(shapes):
        return MIN_ZOOM
    west, south, east, north = shapely.total_bounds(shapes)
    for zoom in range(MIN_ZOOM, MAX_ZOOM):
        if len(shapes) <= FEATURES_A_TILE * len(_covering((west, south, east, north), zoom)):
            return zoom
    return MAX_ZOOM


def _covering(bounds: tuple[float, float, float, float], zoom: int) -> list[Tile]:
    west, south, east, north = (float(edge) for edge in bounds)
    first, last = tile_at(west, north, zoom), tile_at(east, south, zoom)
    return [Tile(zoom, x, y) for x in range(first.x, last.x + 1) for y in range(first.y, last.y + 1)]


def _tiles(
    shapes: NDArray[Any], there: NDArray[Any], columns: Mapping[str, list[Any]], name: str, zoom: int
) -> dict[str, bytes]:
    if not there.any():
        return {}
    tree = shapely.STRtree(shapes)
    tiles = _covering(tuple(shapely.total_bounds(shapes[there])), zoom)
    held = {}
    for tile in tiles:
        found = np.sort(tree.query(shapely.box(*tile.bounds(BUFFER))))
        if not len(found):
            continue
        values = {label: [_value(column[n]) for n in found] for label, column in columns.items()}
        numbers = [int(n) + 1 for n in found]
        body = encode_layer(tile, name, shapes[found], values, numbers)
        if body:
            held[f"{tile.z}/{tile.x}/{tile.y}"] = body
    return held


def _roll(columns: Mapping[str, list[Any]], shapes: NDArray[Any], there: NDArray[Any]) -> dict[str, Any]:
    edges = np.full((len(shapes), 4), np.nan)
    edges[there] = shapely.bounds(shapes[there])
    origin = np.floor(edges[there, :2].min(axis=0) / SCALE) if there.any() else np.zeros(2)
    units = np.nan_to_num(np.round(edges / SCALE) - np.tile(origin, 2)).astype(np.int64)
    west, south, east, north = units.T
    listed = {"west": west, "south": south, "width": east - west, "height": north - south}
    return {
        "count": len(shapes),
        "unmapped": int((~there).sum()),
        "covers": {"from": None, "to": None},
        "columns": {
            name: {"values": [_plain(value) for value in column]} for name, column in columns.items()
        },
        "places": {
            "origin": [int(edge) for edge in origin],
            "scale": SCALE,
            **{name: _with_gaps(values, there) for name, values in listed.items()},
        },
    }


def _with_gaps(values: Any, there: NDArray[Any]) -> list[int | None]:
    return [value if known else None for value, known in zip(values.tolist(), there.tolist(), strict=True)]


def _value(value: Any) -> Value | None:
    plain = _plain(value)
    return plain if isinstance(plain, str | int | float | bool) else None


def _plain(value: Any) -> Any:
    """Return a cell as JSON has it: NaN and NaT are nothing, numbers of NumPy plain ones."""
    if isinstance(value, np.generic):
        value = value.item()
    if value is None or value != value:  # noqa: PLR0124 - what is not itself is no number, or no time
        return None
    if isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, Sequence | Mapping):
        return value
    return value.isoformat() if hasattr(value, "isoformat") else str(value)
