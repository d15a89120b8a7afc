"""The one shape in which geometries travel through this room: a flat NumPy object array."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from geoservice.geo.errors import GeometryUnreadable

Geometries: TypeAlias = npt.NDArray[np.object_]
Coordinates: TypeAlias = npt.NDArray[np.float64]
Floats: TypeAlias = npt.NDArray[np.float64]
Indices: TypeAlias = npt.NDArray[np.intp]
Flags: TypeAlias = npt.NDArray[np.bool_]

POLYGON: Final = 3
"""GEOS type number of a polygon."""
FIRST_NESTED_TYPE: Final = 4
"""GEOS type numbers from MultiPoint (4) to GeometryCollection (7) hold further geometries."""


def as_geometries(geoms: Any) -> Geometries:
    """Return any sequence of geometries as a flat object array with ``None`` for the missing.

    Parameters
    ----------
    geoms : geometry, sequence, array or series of geometries
        ``None``, ``NaN`` and ``NA`` count as missing. The result is a copy; O(n).

    Raises
    ------
    GeometryUnreadable
        A value is neither a geometry nor missing.

    Examples
    --------
    >>> as_geometries([shapely.Point(1, 2), float("nan")]).tolist()
    [<POINT (1 2)>, None]
    """
    if isinstance(geoms, Iterable) and not isinstance(geoms, np.ndarray):
        geoms = list(geoms)
    array = np.array(geoms, dtype=object).reshape(-1)
    strange = np.flatnonzero(~shapely.is_geometry(array))
    for row in strange:
        value = array[row]
        if not (value is None or value is pd.NA or (isinstance(value, float) and np.isnan(value))):
            raise GeometryUnreadable(
                f"Row {row} holds no geometry", type(value).__name__, "Pass shapely geometries or None."
            )
        array[row] = None
    return array


def only(geoms: Geometries, kept: Flags) -> Geometries:
    """Return a copy in which the rows that are not ``kept`` are missing; positions stay."""
    array = geoms.copy()
    array[~kept] = None
    return array


def explode(geoms: Geometries) -> tuple[Geometries, Indices]:
    """Return all simple parts and the row each came from; collections open at any depth, O(parts)."""
    parts, rows = shapely.get_parts(geoms, return_index=True)
    while (shapely.get_type_id(parts) >= FIRST_NESTED_TYPE).any():
        parts, index = shapely.get_parts(parts, return_index=True)
        rows = rows[index]
    return parts, rows
