"""Narrow gaps between polygons that should be neighbours: edges are hashed, only what shares none is measured."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from geoservice.geo.arrays import Flags, Geometries, Indices, as_geometries, only
from geoservice.geo.measure import area_m2

_METRES: Final = 111_194.92664455874
"""One degree of latitude on the mean earth; good for tolerances."""
_ROUNDING_M: Final = 5e-3
"""Gaps up to this mean width are the millimetres of surveyed coordinates."""
_COLUMNS: Final = ["left", "right", "area_m2", "width_m", "geometry"]


def gaps_within(geoms: Any, width_m: float, length_m: float) -> pd.DataFrame:
    """Return the narrow gaps between polygons of one layer.

    Neighbours that share an edge exactly are no candidates, which leaves few in a sound layer. What lies
    between two others and is covered by a third polygon is no gap.

    Parameters
    ----------
    geoms : array of polygons
        EPSG:4490 degrees. Missing, empty and invalid ones are passed over.
    width_m : float
        Gaps up to this width count; wider ones are streets and ditches.
    length_m : float
        … if they are at least this long: corners that nearly touch are no gap.

    Returns
    -------
    DataFrame
        ``left`` < ``right`` (positions), ``area_m2``, mean ``width_m`` and ``geometry`` of the gap; sorted.
        O(n log n) plus the pairs of polygons that are near one another and share no edge.

    Examples
    --------
    >>> left, right = shapely.box(0, 0, 1e-3, 1e-3), shapely.box(1.002e-3, 0, 2e-3, 1e-3)
    >>> gaps_within([left, right], 0.5, 5.0)[["left", "right"]].values.tolist()
    [[0, 1]]
    """
    array = _usable(geoms)
    left, right = _near(array, array, width_m, length_m)
    return _gaps(array, array, left, right, width_m, length_m)


def gaps_between(ours: Any, theirs: Any, width_m: float, length_m: float) -> pd.DataFrame:
    """Return the narrow gaps between polygons of two layers, as :func:`gaps_within` does."""
    mine, other = _usable(ours), _usable(theirs)
    left, right = _near(mine, other, width_m, length_m)
    return _gaps(mine, other, left, right, width_m, length_m)


def _usable(geoms: Any) -> Geometries:
    array = as_geometries(geoms)
    kinds = shapely.get_type_id(array)
    return only(array, np.isin(kinds, (3, 6)) & shapely.is_valid(array) & ~shapely.is_empty(array))


def _near(ours: Geometries, theirs: Geometries, width_m: float, length_m: float) -> tuple[Indices, Indices]:
    """Return pairs whose boxes have room for a gap between them, without those that share an edge."""
    if shapely.is_missing(ours).all() or shapely.is_missing(theirs).all():
        nothing = np.empty(0, dtype=np.intp)
        return nothing, nothing
    squeeze = _squeeze(ours)
    reach = width_m / _METRES / squeeze
    grown = shapely.bounds(ours) + reach * np.array([-1, -1, 1, 1])
    boxes = only(shapely.box(*grown.T), ~shapely.is_missing(ours))
    left, right = shapely.STRtree(theirs).query(boxes)
    if theirs is ours:
        once = left < right
        left, right = left[once], right[once]
    # Neighbours by a corner have boxes that overlap in a spot: no gap of that length fits in.
    other = shapely.bounds(theirs)[right] + reach * np.array([-1, -1, 1, 1])
    room = np.minimum(grown[left, 2:], other[:, 2:]) - np.maximum(grown[left, :2], other[:, :2])
    long = np.hypot(room[:, 0] * squeeze, room[:, 1]) * _METRES >= length_m
    left, right = left[long], right[long]
    shared = _sharing(ours, theirs, left, right)
    return left[~shared], right[~shared]


def _sharing(ours: Geometries, theirs: Geometries, left: Indices, right: Indices) -> Flags:
    """Tell which pairs have an edge in common: the same two points, in either direction."""
    if theirs is ours:
        edges, owner = _edges(ours)
        codes = np.unique(edges, axis=0, return_inverse=True)[1].ravel()
        mine = other = pd.DataFrame({"edge": codes, "owner": owner})
    else:
        (one, owners), (two, others) = _edges(ours), _edges(theirs)
        codes = np.unique(np.concatenate([one, two]), axis=0, return_inverse=True)[1].ravel()
        mine = pd.DataFrame({"edge": codes[: len(one)], "owner": owners})
        other = pd.DataFrame({"edge": codes[len(one) :], "owner": others})
    pairs = mine.merge(other, on="edge")
    size = len(theirs) + 1
    shared = np.unique(pairs["owner_x"].to_numpy() * size + pairs["owner_y"].to_numpy())
    found: Flags = np.isin(left * size + right, shared)
    return found


def _edges(array: Geometries) -> tuple[npt.NDArray[np.float64], Indices]:
    """Return the edges, smaller end first, and the geometry each belongs to."""
    coords, ring = shapely.get_coordinates(shapely.boundary(array), return_index=True)
    within = ring[1:] == ring[:-1]
    start, end, owner = coords[:-1][within], coords[1:][within], ring[1:][within]
    turn = (start[:, 0] > end[:, 0]) | ((start[:, 0] == end[:, 0]) & (start[:, 1] > end[:, 1]))
    start[turn], end[turn] = end[turn], start[turn]
    return np.column_stack([start, end]), owner


def _gaps(
    ours: Geometries, theirs: Geometries, left: Indices, right: Indices, width_m: float, length_m: float
) -> pd.DataFrame:
    if not len(left):
        return pd.DataFrame(columns=_COLUMNS)
    squeeze = _squeeze(ours)
    mine, other = _flat(ours, squeeze), _flat(theirs, squeeze)
    near = shapely.dwithin(mine[left], other[right], width_m)
    left, right = left[near], right[near]
    # Each polygon is grown once; where two grown ones meet beyond both there is a gap between them.
    between = shapely.intersection(_grown(mine, left, width_m), _grown(other, right, width_m))
    west, south, east, north = shapely.bounds(between).T
    long = np.hypot(east - west, north - south) >= length_m
    left, right, between = left[long], right[long], between[long]
    beyond = shapely.difference(shapely.difference(between, mine[left]), other[right])
    some = shapely.length(beyond) / 2 > length_m
    left, right = left[some], right[some]
    between = _closed(mine[left], other[right], width_m)
    long = shapely.length(between) / 2 >= length_m
    left, right, between = left[long], right[long], between[long]
    between = _uncovered(_uncovered(between, mine), other)
    return _table(left, right, between, squeeze, length_m)


def _closed(ones: Geometries, others: Geometries, width_m: float) -> Geometries:
    """Return what growing both by half the width and shrinking them again fills: only what lies between them."""
    both = shapely.union(ones, others)
    out = shapely.buffer(both, width_m / 2, join_style="mitre")
    back = shapely.buffer(out, -width_m / 2, join_style="mitre")
    filled = shapely.buffer(shapely.difference(back, both), -_ROUNDING_M / 4, join_style="mitre")
    # Growing and shrinking leaves films of rounding along every edge.
    gap: Geometries = shapely.buffer(filled, _ROUNDING_M / 4, join_style="mitre")
    return gap


def _grown(array: Geometries, at: Indices, width_m: float) -> Geometries:
    """Return the polygons at those places, grown; mitred joins keep corners from growing round."""
    distinct, place = np.unique(at, return_inverse=True)
    grown: Geometries = shapely.buffer(array[distinct], width_m, join_style="mitre", cap_style="flat")
    return grown[place.ravel()]


def _uncovered(between: Geometries, covers: Geometries) -> Geometries:
    """Return what no polygon covers of the places between."""
    at, cover = shapely.STRtree(covers).query(between, predicate="intersects")
    for i in np.unique(at):
        between[i] = shapely.difference(between[i], shapely.union_all(covers[cover[at == i]]))
    return between


def _table(
    left: Indices, right: Indices, between: Geometries, squeeze: float, length_m: float
) -> pd.DataFrame:
    back = shapely.transform(between, lambda c: c / _METRES / (squeeze, 1.0))
    length = shapely.length(between) / 2
    areas = area_m2(back)
    real = (length >= length_m) & (areas > _ROUNDING_M * length)
    with np.errstate(divide="ignore", invalid="ignore"):
        widths = areas / length
    table = pd.DataFrame(
        {"left": left, "right": right, "area_m2": areas, "width_m": widths, "geometry": back}
    )
    kept: pd.DataFrame = table[real].sort_values(["left", "right"], ignore_index=True)
    return kept


def _flat(array: Geometries, squeeze: float) -> Geometries:
    flat: Geometries = shapely.transform(array, lambda c: c * (squeeze, 1.0) * _METRES)
    return flat


def _squeeze(array: Geometries) -> float:
    """Return how much shorter a degree of longitude is than one of latitude in the middle of a layer."""
    south, north = shapely.total_bounds(array)[[1, 3]]
    return float(np.cos(np.radians((south + north) / 2)))
