"""Constraint features laid over parcels, once per distinct parcel shape and feature."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

Shapes: TypeAlias = npt.NDArray[np.object_]
Floats: TypeAlias = npt.NDArray[np.float64]

GRID: Final = 1e-9
"""Overlays round to the grid on which geometry is stored, so that pieces and rests share their edges."""


def overlay(shapes: Shapes, features: Shapes) -> pd.DataFrame:
    """Return the part of each feature inside each shape.

    Returns
    -------
    DataFrame
        ``shape, feature`` (positions) and ``piece`` (polygonal; the shape itself where it is covered), ordered by
        shape and feature. Pairs that share no area are left out.

    Notes
    -----
    O((s + f) log s) for the search; features are prepared, so that a city-wide boundary is tested cheaply
    against thousands of shapes, and only the shapes it cuts are intersected.
    """
    tree = shapely.STRtree(shapes)
    feature, shape = _ordered(*tree.query(features, predicate="intersects"))
    covering, covered = tree.query(features, predicate="covers")
    inside = np.isin(feature * len(shapes) + shape, covering * len(shapes) + covered)
    piece = shapes[shape]
    cut = ~inside
    piece[cut] = intersect(piece[cut], features[feature[cut]])
    keep = shapely.area(piece) > 0
    return pd.DataFrame({"shape": shape[keep], "feature": feature[keep], "piece": as_column(piece[keep])})


def _ordered(feature: Any, shape: Any) -> tuple[Any, Any]:
    order = np.lexsort((feature, shape))
    return feature[order], shape[order]


def as_column(geometries: Shapes) -> pd.Series[Any]:
    """Return geometries as a plain object column that pandas does not try to interpret."""
    return pd.Series(geometries, dtype=object)


def intersect(shapes: Shapes, others: Shapes) -> Shapes:
    """Return the common area of two geometries, row by row; ``None`` where either is missing."""
    return polygonal(shapely.intersection(shapes, others, grid_size=GRID))


def polygonal(geometries: Shapes) -> Shapes:
    """Drop the points and lines that an overlay leaves where boundaries touch; O(coordinates)."""
    mixed = np.flatnonzero(shapely.get_type_id(geometries) == 7)
    for row in mixed:
        parts = shapely.get_parts(geometries[row])
        geometries[row] = shapely.union_all(parts[shapely.get_dimensions(parts) == 2])
    return geometries


def unite(pieces: Sequence[Any]) -> Any:
    """Return the union of pieces in the order given, on the stored grid."""
    return pieces[0] if len(pieces) == 1 else shapely.union_all(np.array(pieces, dtype=object), grid_size=GRID)


def subtract(shapes: Shapes, pieces: Shapes) -> Shapes:
    """Return what the pieces leave of the shapes, row by row, polygonal and on the stored grid."""
    return polygonal(shapely.difference(shapes, pieces, grid_size=GRID))
