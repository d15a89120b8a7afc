"""Coarse rasters of the plan, so that tracing a street asks a table and not a polygon."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from .noise import Array
from .place import HALF_HEIGHT_M, HALF_WIDTH_M

_CELL_M = 40.0


def cell_centres() -> tuple[Array, Array]:
    """Return easting and northing of all cell centres, in local metres."""
    x, y = np.meshgrid(
        np.arange(-HALF_WIDTH_M + _CELL_M / 2, HALF_WIDTH_M, _CELL_M),
        np.arange(-HALF_HEIGHT_M + _CELL_M / 2, HALF_HEIGHT_M, _CELL_M),
    )
    return x, y


def inside(shape: BaseGeometry) -> NDArray[np.bool_]:
    """Return which cell centres lie in ``shape``."""
    x, y = cell_centres()
    shapely.prepare(shape)
    mask: NDArray[np.bool_] = shapely.contains_xy(shape, x, y)
    return mask


def reader(values: NDArray[np.float64]) -> Callable[[float, float], float]:
    """Return a function that reads ``values`` at a point; 0 outside the raster."""
    rows = values.tolist()
    height, width = values.shape

    def read(x: float, y: float) -> float:
        i, j = int((x + HALF_WIDTH_M) // _CELL_M), int((y + HALF_HEIGHT_M) // _CELL_M)
        return float(rows[j][i]) if 0 <= i < width and 0 <= j < height else 0.0

    return read
