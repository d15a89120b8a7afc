"""Which polygons overlap which, by how much, and what is left; in bulk, prepared, in threads."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from geoservice.geo.arrays import Flags, Floats, Geometries, Indices, as_geometries, only
from geoservice.geo.measure import area_m2, straight_area_m2
from geoservice.geo.validity import polygons_only

_CHUNK: Final = 20_000
"""Pairs per task: large enough to forget the overhead, small enough to keep all threads busy."""


def overlaps_within(geoms: Any, min_area_m2: float = 0.0, threads: int = 1) -> pd.DataFrame:
    """Return the pairs of one layer whose interiors overlap by more than ``min_area_m2``.

    Neighbours that share an edge or a corner do not count. O(n log n) plus the overlapping pairs.

    Parameters
    ----------
    geoms : array of polygons
        EPSG:4490 degrees. Missing, empty and invalid ones are passed over.
    min_area_m2 : float
        Overlaps up to this area are dropped.

    Returns
    -------
    DataFrame
        ``left`` < ``right`` (positions), ``area_m2`` on the ellipsoid; sorted.

    Examples
    --------
    >>> twice = overlaps_within([shapely.box(0, 0, 2, 1), shapely.box(1, 0, 3, 1), shapely.box(3, 0, 4, 1)])
    >>> twice[["left", "right"]].values.tolist()
    [[0, 1]]
    """
    array = _usable(geoms)
    left, right = _candidates(array, array)
    once = left < right
    table = _overlaid(array, array, left[once], right[once], area_m2(array), threads)
    kept = table[table.area_m2 > min_area_m2]
    return kept[["left", "right", "area_m2"]].reset_index(drop=True)


def overlay(
    left: Any,
    right: Any,
    areas_left_m2: npt.ArrayLike | None = None,
    *,
    geometry: bool = False,
    threads: int = 1,
) -> pd.DataFrame:
    """Return every pair of a left and a right polygon whose interiors overlap, with the area.

    The area is the left one's own area times the share of it that lies in the right one, so that all of an
    area is exactly all of it, in whatever way it was measured. Shares are taken in an equal-area measure: in
    the plane of degrees they would be off by up to 3e-5 per kilometre of extent. A left polygon covered by
    the right one is recognised by a prepared test, without any intersection. O(n log n) plus the pairs.

    Parameters
    ----------
    left, right : array of polygons
        EPSG:4490 degrees. Missing, empty and invalid ones are passed over; repair them first.
    areas_left_m2 : array of float, optional
        Area of each left polygon in square metres; the ellipsoidal one if not given.
    geometry : bool
        Also return the intersections (polygons only).
    threads : int
        Shapely works without the interpreter lock: two threads take little more than half the time.

    Returns
    -------
    DataFrame
        ``left``, ``right`` (positions), ``area_m2``, ``share`` (of the left polygon, 0 to 1) and, if asked
        for, ``geometry``; sorted by left and right.

    Examples
    --------
    >>> half_and_neighbour = [shapely.box(1, 0, 3, 1), shapely.box(2, 0, 3, 1)]
    >>> overlay([shapely.box(0, 0, 2, 1)], half_and_neighbour, [1000.0]).round(6).values.tolist()
    [[0.0, 0.0, 500.0, 0.5]]
    """
    ours, theirs = _usable(left), _usable(right)
    areas = area_m2(ours) if areas_left_m2 is None else np.asarray(areas_left_m2, dtype=np.float64)
    table = _overlaid(ours, theirs, *_candidates(ours, theirs), areas, threads)
    return table if geometry else table.drop(columns="geometry")


def largest_overlap(left: Any, right: Any, min_share: float = 0.5, threads: int = 1) -> Indices:
    """Return for each left geometry the right polygon it mostly lies in, or -1.

    Parameters
    ----------
    left : array of geometries
        Polygons are weighed by area, lines by length, points by being inside; EPSG:4490 degrees.
    right : array of polygons
    min_share : float
        The winner must hold at least this share of the left geometry; 0 takes whichever holds most.

    Returns
    -------
    ndarray of int
        Equal shares go to the first. O(n log n) plus the pairs.

    Examples
    --------
    >>> zones = [shapely.box(0, 0, 2, 2), shapely.box(2, 0, 4, 2)]
    >>> largest_overlap([shapely.box(1, 0, 2.5, 1), shapely.Point(3, 1), shapely.Point(9, 9)], zones).tolist()
    [0, 1, -1]
    """
    ours, theirs = _usable(left), _usable(right)
    # The query prepares its inputs: the right side is the one with the large, much-used polygons.
    outer, inner = shapely.STRtree(ours).query(_areal(theirs), predicate="intersects")
    covered = _covered(ours, theirs, inner, outer)
    shares = covered.astype(np.float64)
    partly = np.flatnonzero(~covered & (shapely.get_dimensions(ours[inner]) > 0))
    cut = ours[inner[partly]]
    pieces, kinds = _intersections(cut, theirs[outer[partly]], threads), shapely.get_dimensions(cut)
    shares[partly] = _extent(pieces, kinds) / _extent(cut, kinds)
    held = shares > 0
    held &= shares >= min_share - 1e-9
    # Rounded, so that two halves are equal and the first one wins.
    order = np.lexsort((-outer[held], shares[held].round(9)))
    winner = np.full(len(ours), -1, dtype=np.intp)
    winner[inner[held][order]] = outer[held][order]
    return winner


def subtract(geoms_left: Any, groups: Sequence[Any]) -> Geometries:
    """Return each left polygon minus the union of its blockers, always from scratch.

    Computed anew from the whole and in the order given, so that the same facts give the same geometry on
    every machine; never patched from an earlier result. O(coordinates log coordinates) of each group.

    Parameters
    ----------
    geoms_left : array of polygons
        EPSG:4490 degrees.
    groups : sequence of arrays of polygons
        The blockers of each left polygon, in key order; empty where it has none.

    Returns
    -------
    ndarray of polygons
        Polygons only (an empty one where nothing is left), ``None`` where there was none.

    Examples
    --------
    >>> subtract([shapely.box(0, 0, 4, 1)], [[shapely.box(3, 0, 9, 9), shapely.box(0, 0, 1, 9)]])[0].bounds
    (1.0, 0.0, 3.0, 1.0)
    """
    array = as_geometries(geoms_left)
    if len(groups) != len(array):
        raise ValueError(f"{len(array)} polygons but {len(groups)} groups of blockers")
    for row, blockers in enumerate(groups):
        standing = as_geometries(blockers)
        standing = standing[~shapely.is_missing(standing)]
        if array[row] is not None and len(standing):
            array[row] = shapely.difference(array[row], shapely.union_all(standing))
    return polygons_only(array)


def _usable(geoms: Any) -> Geometries:
    array = as_geometries(geoms)
    array[shapely.is_empty(array) | ~shapely.is_valid(array)] = None
    return array


def _areal(geoms: Geometries) -> Geometries:
    return only(geoms, shapely.get_dimensions(geoms) == 2)


def _candidates(left: Geometries, right: Geometries) -> tuple[Indices, Indices]:
    """Return the pairs of polygons whose boxes overlap, sorted; boxes that only touch hold no overlap."""
    outer, inner = shapely.STRtree(_areal(left)).query(_areal(right))
    one, other = shapely.bounds(left)[inner], shapely.bounds(right)[outer]
    low, high = np.maximum(one[:, :2], other[:, :2]), np.minimum(one[:, 2:], other[:, 2:])
    return _sorted(inner, outer, (high > low).all(axis=1))


def _sorted(inner: Indices, outer: Indices, kept: Flags) -> tuple[Indices, Indices]:
    inner, outer = inner[kept], outer[kept]
    order = np.lexsort((outer, inner))
    return inner[order], outer[order]


def _covered(left: Geometries, right: Geometries, inner: Indices, outer: Indices) -> Flags:
    shapely.prepare(right[np.unique(outer)])
    covered: Flags = shapely.covers(right[outer], left[inner])
    return covered


def _interiors_meet(ours: Geometries, theirs: Geometries) -> Flags:
    """Tell which pairs truly overlap: most neighbours only touch, and tests are cheaper than intersections.

    The larger of the two is prepared, so that a street with thousands of neighbours is walked once.
    """
    ours_larger = shapely.get_num_coordinates(ours) > shapely.get_num_coordinates(theirs)
    large, small = np.where(ours_larger, ours, theirs), np.where(ours_larger, theirs, ours)
    shapely.prepare(large)
    meeting: Flags = shapely.intersects(large, small)
    meeting[meeting] = ~shapely.touches(large[meeting], small[meeting])
    return meeting


def _overlaid(
    left: Geometries, right: Geometries, inner: Indices, outer: Indices, areas: Floats, threads: int
) -> pd.DataFrame:
    covered = _covered(left, right, inner, outer)
    pieces = left[inner]
    partly = np.flatnonzero(~covered)
    meeting = _interiors_meet(left[inner[partly]], right[outer[partly]])
    pieces[partly[~meeting]] = None
    cut = partly[meeting]
    pieces[cut] = polygons_only(_intersections(left[inner[cut]], right[outer[cut]], threads))
    share = np.ones(len(inner))
    share[partly[~meeting]] = 0.0
    # One large polygon may meet thousands: its own area is taken once.
    whole, of_whole = np.unique(inner[cut], return_inverse=True)
    share[cut] = straight_area_m2(pieces[cut]) / straight_area_m2(left[whole])[of_whole]
    kept = share > 0
    share = np.minimum(share[kept], 1.0)
    return pd.DataFrame(
        {
            "left": inner[kept],
            "right": outer[kept],
            "area_m2": areas[inner[kept]] * share,
            "share": share,
            "geometry": pieces[kept],
        }
    )


def _intersections(left: Geometries, right: Geometries, threads: int) -> Geometries:
    starts = range(0, len(left), _CHUNK)
    if threads <= 1 or len(starts) <= 1:
        whole: Geometries = shapely.intersection(left, right)
        return whole
    with ThreadPoolExecutor(threads) as pool:
        pieces = pool.map(lambda i: shapely.intersection(left[i : i + _CHUNK], right[i : i + _CHUNK]), starts)
        return np.concatenate(list(pieces))


def _extent(geoms: Geometries, dimensions: npt.NDArray[np.integer[Any]]) -> Floats:
    """Return area for what was a polygon and length for what was a line, in degrees: for shares only.

    Where a polygon merely touches, the piece is a line and has no area, whatever its length.
    """
    extent: Floats = np.where(dimensions == 2, shapely.area(geoms), shapely.length(geoms))
    return extent
