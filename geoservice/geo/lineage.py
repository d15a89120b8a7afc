"""What became of parcels: split, merge, boundary change and renumbering, told from shapes and keys."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pandas as pd

from geoservice.geo.arrays import Floats, Indices, as_geometries
from geoservice.geo.measure import area_m2
from geoservice.geo.overlay import overlay

SPLIT: Final = "split"
MERGE: Final = "merge"
BOUNDARY: Final = "boundary"
RENUMBERED: Final = "renumbered"
REARRANGED: Final = "rearranged"

COLUMNS: Final = [
    "predecessor",
    "successor",
    "kind",
    "area_m2",
    "share_of_predecessor",
    "share_of_successor",
]


def parcel_lineage(
    before: pd.DataFrame,
    after: pd.DataFrame,
    *,
    min_share: float = 0.1,
    same_share: float = 0.98,
    sliver_m2: float = 1.0,
) -> pd.DataFrame:
    """Return which parcels of before live on in which of after, and how.

    Parcels that hold at least `min_share` of one another belong together; each such group of before and after is
    one event. One into several is a split (the old number may stay with a part), several into one a merge, one into
    another key over the same ground a renumbering, over other ground a rearrangement, as is several into several.
    Smaller pieces that change hands are boundary changes.

    Parameters
    ----------
    before, after : DataFrame
        ``key`` and ``geometry`` (polygons, EPSG:4490) of the parcels that ended, began or changed their shape; a
        parcel that kept its shape is in neither.
    min_share : float
        Share of either parcel from which on the two belong together.
    same_share : float
        Share of both from which on they are the same ground.
    sliver_m2 : float
        Overlaps up to this area are digitising slips; so is a difference of at most this in one parcel.

    Returns
    -------
    DataFrame
        ``predecessor, successor`` (keys), ``kind``, ``area_m2`` shared on the ellipsoid, and its share of either;
        sorted by predecessor and successor. O(n log n) plus the pairs.

    Examples
    --------
    >>> import shapely
    >>> old = pd.DataFrame({"key": ["A"], "geometry": [shapely.box(119, 33, 119.002, 33.001)]})
    >>> new = pd.DataFrame({"key": ["B", "C"], "geometry": [shapely.box(119, 33, 119.001, 33.001),
    ...     shapely.box(119.001, 33, 119.002, 33.001)]})
    >>> parcel_lineage(old, new)[["predecessor", "successor", "kind", "share_of_predecessor"]].values.tolist()
    [['A', 'B', 'split', 0.5], ['A', 'C', 'split', 0.5]]
    """
    pairs = _pairs(before, after, sliver_m2)
    if not len(pairs):
        return pd.DataFrame(columns=COLUMNS)
    strong = (pairs[["share_left", "share_right"]] >= min_share).any(axis=1).to_numpy()
    pairs["kind"] = BOUNDARY
    pairs.loc[strong, "kind"] = _kinds(pairs[strong], len(before), len(after), same_share)
    left, right = pairs["left"].to_numpy(), pairs["right"].to_numpy()
    keys_before, keys_after = before["key"].to_numpy(object), after["key"].to_numpy(object)
    told = pd.DataFrame(
        {
            "predecessor": keys_before[left],
            "successor": keys_after[right],
            "kind": pairs["kind"].to_numpy(object),
            "area_m2": pairs["area_m2"].round(2).to_numpy(),
            "share_of_predecessor": pairs["share_left"].round(6).to_numpy(),
            "share_of_successor": pairs["share_right"].round(6).to_numpy(),
        }
    )
    moved = ~_unmoved(told, pairs, sliver_m2)
    kept: pd.DataFrame = told[moved].sort_values(["predecessor", "successor"], ignore_index=True)
    return kept


def _pairs(before: pd.DataFrame, after: pd.DataFrame, sliver_m2: float) -> pd.DataFrame:
    ours, theirs = as_geometries(before["geometry"].tolist()), as_geometries(after["geometry"].tolist())
    left_m2, right_m2 = area_m2(ours), area_m2(theirs)
    pairs = overlay(ours, theirs, left_m2)
    pairs = pairs[pairs["area_m2"] > sliver_m2].reset_index(drop=True)
    pairs["left_m2"] = left_m2[pairs["left"].to_numpy(int)]
    pairs["right_m2"] = right_m2[pairs["right"].to_numpy(int)]
    pairs["share_left"] = np.minimum(pairs["area_m2"] / pairs["left_m2"], 1.0)
    pairs["share_right"] = np.minimum(pairs["area_m2"] / pairs["right_m2"], 1.0)
    return pairs


def _kinds(strong: pd.DataFrame, count_before: int, count_after: int, same_share: float) -> list[str]:
    """Name the event of each pair by the size of the group it belongs to."""
    left, right = strong["left"].to_numpy(int), strong["right"].to_numpy(int) + count_before
    total = count_before + count_after
    group = _groups(left, right, total)
    olds = np.bincount(group[np.unique(left)], minlength=total)
    news = np.bincount(group[np.unique(right)], minlength=total)
    same = (strong[["share_left", "share_right"]] >= same_share).all(axis=1).to_numpy()
    keyed = zip(group[left], same, strict=True)
    return [_kind(int(olds[number]), int(news[number]), bool(alike)) for number, alike in keyed]


def _groups(left: Indices, right: Indices, total: int) -> Indices:
    """Return for each parcel the smallest number it hangs together with; as many rounds as the longest chain."""
    group = np.arange(total, dtype=np.intp)
    while True:
        least = np.minimum(group[left], group[right])
        joined = group.copy()
        np.minimum.at(joined, left, least)
        np.minimum.at(joined, right, least)
        if np.array_equal(joined, group):
            return group
        group = joined


def _kind(olds: int, news: int, alike: bool) -> str:
    if olds == 1 and news == 1:
        return RENUMBERED if alike else REARRANGED
    if olds == 1:
        return SPLIT
    return MERGE if news == 1 else REARRANGED


def _unmoved(told: pd.DataFrame, pairs: pd.DataFrame, sliver_m2: float) -> Any:
    """Word pairs of one key alone as boundary changes, and find those whose ground did not really change."""
    own = (told["predecessor"] == told["successor"]).to_numpy()
    alone = own & told["kind"].isin([RENUMBERED, REARRANGED]).to_numpy() & _single(told, own)
    told.loc[alone, "kind"] = BOUNDARY
    shared: Floats = pairs["area_m2"].to_numpy(np.float64)
    gone, come = pairs["left_m2"].to_numpy() - shared, pairs["right_m2"].to_numpy() - shared
    return alone & (gone <= sliver_m2) & (come <= sliver_m2)


def _single(told: pd.DataFrame, own: Any) -> Any:
    """Say which pairs are the only strong one of both their parcels."""
    strong = told[told["kind"] != BOUNDARY]
    olds, news = strong["predecessor"].value_counts(), strong["successor"].value_counts()
    once = told["predecessor"].map(olds).eq(1) & told["successor"].map(news).eq(1)
    return once.to_numpy() & own
