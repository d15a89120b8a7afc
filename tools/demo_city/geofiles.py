"""Write shapes as bureaus hand them over: Shapefile in GBK without a hint, GeoPackage, GeoJSON."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pyogrio
import shapely
from pyproj import Transformer
from shapely.geometry.base import BaseGeometry

from .noise import Array
from .place import EPSG, ORIGIN

_STAMP = "2026-11-20T00:00:00.000Z"
_TO_DEGREES = Transformer.from_crs(EPSG, 4490, always_xy=True)
Layer = tuple[str, Sequence[dict[str, Any]], Sequence[BaseGeometry]]


def to_grid(shape: BaseGeometry) -> BaseGeometry:
    """Return a local shape in EPSG:4528, to the millimetre."""
    return shapely.transform(shape, lambda xy: np.round(xy + ORIGIN, 3))


def to_degrees(shape: BaseGeometry) -> BaseGeometry:
    """Return a local shape in EPSG:4490 as lon, lat, to 1e-9 degree."""
    return shapely.transform(shape, _degrees)


def write_shapefile(path: Path, rows: Sequence[dict[str, Any]], shapes: Sequence[BaseGeometry]) -> None:
    """Write a GBK Shapefile in EPSG:4528 that says nothing of its encoding: no .cpg, LDID 0."""
    frame = gpd.GeoDataFrame(list(rows), geometry=[to_grid(shape) for shape in shapes], crs=EPSG)
    pyogrio.write_dataframe(
        frame, path, driver="ESRI Shapefile", encoding="GBK", layer_options={"RESIZE": "YES"}
    )
    path.with_suffix(".cpg").unlink(missing_ok=True)
    table = path.with_suffix(".dbf")
    content = bytearray(table.read_bytes())
    content[1:4] = bytes((126, 11, 20))
    content[29] = 0
    table.write_bytes(content)


def write_geopackage(path: Path, layers: Iterable[Layer], epsg: int) -> None:
    """Write layers to a new GeoPackage in EPSG:4528 (metres) or EPSG:4490 (degrees)."""
    path.unlink(missing_ok=True)
    move = to_grid if epsg == EPSG else to_degrees
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": _STAMP})
    for name, rows, shapes in layers:
        frame = gpd.GeoDataFrame(list(rows), geometry=[move(shape) for shape in shapes], crs=epsg)
        pyogrio.write_dataframe(frame, path, layer=name, driver="GPKG", append=path.exists())
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": None})


def write_geojson(path: Path, rows: Sequence[dict[str, Any]], shapes: Sequence[BaseGeometry]) -> None:
    """Write a GeoJSON collection with 7 decimals (RFC 7946)."""
    features = [
        {
            "type": "Feature",
            "properties": row,
            "geometry": json.loads(shapely.to_geojson(_plain(to_degrees(shape)))),
        }
        for row, shape in zip(rows, shapes, strict=True)
    ]
    text = ",\n".join(json.dumps(feature, ensure_ascii=False) for feature in features)
    path.write_text(f'{{"type": "FeatureCollection", "features": [\n{text}\n]}}\n', encoding="utf-8")


def _plain(shape: BaseGeometry) -> BaseGeometry:
    rounded = shapely.transform(shape, lambda xy: np.round(xy, 7))
    return shapely.orient_polygons(rounded)


def _degrees(xy: Array) -> Array:
    lon, lat = _TO_DEGREES.transform(xy[:, 0] + ORIGIN[0], xy[:, 1] + ORIGIN[1])
    return np.round(np.column_stack([lon, lat]), 9)
