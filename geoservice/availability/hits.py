"""Hits: which rule strikes which parcel version, from when until when, over which part, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
import pandas as pd

from geoservice.availability.frames import as_column
from geoservice.availability.ground import Ground
from geoservice.availability.timeline import Ints, run_ends
from geoservice.clock import OPEN_DAY

DATED: Final = ["version", "from_day", "to_day", "from_plan", "to_plan"]


def make_hits(
    rows: pd.DataFrame,
    *,
    source: Sequence[str],
    identity: Sequence[str],
    unit: Sequence[str] | None = None,
    by_area: bool = False,
    args: Sequence[Mapping[str, Any]] | None = None,
) -> pd.DataFrame:
    """Return dated rows as hits.

    Parameters
    ----------
    rows : DataFrame
        ``version, from_day, to_day, from_plan, to_plan``; ``piece`` and ``area_m2`` where ``by_area``, and
        ``share`` where a part of unknown place is meant.
    source : sequence of str
        The record behind each hit as ``noun:key``, as it may be shown.
    identity : sequence of str
        What makes two hits of a rule on one parcel the same thing going on.
    unit : sequence of str, optional
        The responsible unit where the record knows better than the rule.
    by_area : bool
        ``False``: the hit concerns the parcel as a whole.
    args : sequence of mappings, optional
        Values of the placeholders in the rule's texts.
    """
    count = len(rows)
    taken: pd.DataFrame | dict[str, Any] = rows if by_area else {}
    return pd.DataFrame(
        {
            **{name: rows[name].to_numpy() for name in DATED},
            "source": as_column(source),
            "identity": as_column(identity),
            "unit": as_column([""] * count if unit is None else unit),
            "piece": as_column(taken["piece"].to_numpy() if "piece" in taken else [None] * count),
            "share": taken["share"].to_numpy() if "share" in taken else np.full(count, np.nan),
            "area_m2": taken["area_m2"].to_numpy() if "area_m2" in taken else np.full(count, np.nan),
            "args": as_column([{}] * count if args is None else args),
        }
    )


NOTHING: Final = make_hits(pd.DataFrame({name: [] for name in DATED}), source=[], identity=[])
"""What a predicate returns that strikes nobody."""


def follow(hits: pd.DataFrame, ground: Ground) -> pd.DataFrame:
    """Add ``until_day`` and ``until_plan``: when the thing behind each hit ends, over all versions it spans.

    ``OPEN_DAY`` where no end is known, and where it only ends because the parcel itself does (a merged or
    split parcel is not a solved problem). O(h log h).
    """
    versions = ground.versions.frame
    parcel = versions["parcel"].to_numpy()[hits["version"]]
    keys = pd.DataFrame({"parcel": parcel, "rule": hits["rule"], "identity": hits["identity"]})
    group = keys.groupby(["parcel", "rule", "identity"], sort=False).ngroup().to_numpy().astype(np.int64)
    to_day = hits["to_day"].to_numpy()
    run, end = run_ends(group, hits["from_day"].to_numpy(), to_day)
    last = to_day == end
    planned = np.zeros(len(hits), dtype=bool)
    np.logical_or.at(planned, run[last], hits["to_plan"].to_numpy()[last])
    gone = np.zeros(len(hits), dtype=bool)
    np.logical_or.at(gone, run[last], (end == _parcel_ends(versions)[hits["version"]])[last])
    known = ~gone[run] & (end < OPEN_DAY)
    return hits.assign(until_day=np.where(known, end, OPEN_DAY), until_plan=known & planned[run])


def _parcel_ends(versions: pd.DataFrame) -> Ints:
    """Return the day on which the parcel ends with a version, -1 where another one follows at once."""
    parcel, start, end = (versions[name].to_numpy() for name in ("parcel", "from_day", "to_day"))
    followed = np.zeros(len(versions), dtype=bool)
    followed[:-1] = (parcel[1:] == parcel[:-1]) & (start[1:] == end[:-1])
    ends: Ints = np.where(followed, -1, end)
    return ends
