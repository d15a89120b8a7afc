"""Read a layer through GDAL (pyogrio) into raw values and shapes."""

from __future__ import annotations

import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyogrio
import shapely

from geoservice.geo.arrays import Geometries
from geoservice.intake.table import Rows, is_missing


@contextmanager
def named_as(path: Path, suffix: str) -> Iterator[Path]:
    """Yield a path that ends as GDAL's driver expects, whatever the file or folder is called.

    Parts of the same name stand beside it, so that a Shapefile stays whole.
    """
    if path.suffix.lower() == suffix:
        yield path
        return
    with tempfile.TemporaryDirectory() as folder:
        link = Path(folder) / f"source{suffix}"
        link.symlink_to(path.resolve())
        for part in path.parent.iterdir() if suffix == ".shp" else ():
            if part.stem == path.stem and part != path:
                (Path(folder) / f"source{part.suffix.lower()}").symlink_to(part.resolve())
        yield link


def layer_names(path: Path | str) -> list[str]:
    """Return the names of all layers GDAL sees."""
    return [str(name) for name in pyogrio.list_layers(path)[:, 0]]


def read_layer(
    path: Path | str, layer: str | None, encoding: str | None = None
) -> tuple[pd.DataFrame, Geometries | None, dict[int, str], str | None]:
    """Return values, shapes, the rows whose shape is unreadable, and the declared CRS of one layer.

    Values are left as GDAL gives them (text, numbers, datetimes); whole numbers stay whole. Shapes that do not
    parse are ``None`` and named with the reason.
    """
    with warnings.catch_warnings():
        # Notes about measured geometries, names and types: nothing a person could act upon.
        warnings.simplefilter("ignore")
        meta, fids, wkb, columns = pyogrio.raw.read(path, layer=layer, encoding=encoding)
    del fids
    values = pd.DataFrame(
        {str(n): _cells(c) for n, c in zip(meta["fields"], columns, strict=True)}, dtype=object
    )
    if wkb is None or meta["geometry_type"] is None:
        count = len(columns[0]) if len(columns) else 0
        return values.reindex(range(count)), None, {}, None
    shapes, unreadable = parse_wkb(wkb)
    return values.reindex(range(len(wkb))), shapes, unreadable, meta["crs"]


def parse_wkb(wkb: Any) -> tuple[Geometries, dict[int, str]]:
    """Return shapes of WKB values and, by position, why some could not be read."""
    shapes: Geometries = np.asarray(shapely.from_wkb(wkb, on_invalid="ignore"), dtype=object)
    given = np.array([not is_missing(v) for v in wkb], dtype=bool)
    unreadable = {int(i): _why(wkb[i]) for i in np.flatnonzero(given & shapely.is_missing(shapes))}
    return shapes, unreadable


def ordinals(count: int) -> Rows:
    """Return row numbers of a layer: its records counted from 1."""
    return np.arange(1, count + 1, dtype=np.int64)


def _cells(column: Any) -> list[Any]:
    array = np.asarray(column)
    if array.dtype.kind == "M":
        stamps = pd.Series(pd.to_datetime(array)).dt.to_pydatetime()
        return [None if is_missing(stamp) else _plain(stamp) for stamp in stamps]
    return [None if is_missing(v) else v for v in array.tolist()]


def _plain(stamp: datetime) -> Any:
    midnight = stamp.hour == stamp.minute == stamp.second == stamp.microsecond == 0
    return stamp.date() if midnight else stamp


def _why(value: Any) -> str:
    try:
        shapely.from_wkb(value)
    except (shapely.errors.ShapelyError, TypeError, ValueError) as error:
        return str(error).split(":", 1)[-1].strip()[:120]
    return "unreadable"
