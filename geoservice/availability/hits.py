"""Hits: which rule strikes which parcel version, from when until when, over which part, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd

from geoservice.availability.frames import as_objects
from geoservice.availability.ground import Ground
from geoservice.availability.timeline import Ints, run_ends
from geoservice.clock import OPEN_DAY

Hits: TypeAlias = dict[str, npt.NDArray[Any]]

DATED: Final = ["version", "from_day", "to_day", "from_plan", "to_plan"]


def make_hits(
    rows: pd.DataFrame,
    *,
    source: Sequence[str],
    identity: Sequence[str],
    unit: Sequence[str] | None = None,
    by_area: bool = False,
    args: Sequence[Mapping[str, Any]] | None = None,
) -> Hits:
    """Return dated rows as hits: arrays by name, since a frame per rule would cost more than its judging.

    Parameters
    ----------
    rows : DataFrame
        ``version, from_day, to_day``; ``from_plan, to_plan`` where bounds may be planned; ``piece`` and
        ``area_m2`` where ``by_area``, and ``share`` where a part of unknown place is meant.
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
    columns = {
        "source": source,
        "identity": identity,
        "unit": [""] * count if unit is None else unit,
        "piece": taken["piece"].to_numpy() if "piece" in taken else [None] * count,
        "args": [{}] * count if args is None else args,
    }
    nobody, unknown = np.zeros(count, dtype=bool), np.full(count, np.nan)
    return {
        **{name: rows[name].to_numpy() if name in rows else nobody for name in DATED},
        **{name: as_objects(values) for name, values in columns.items()},
        **{
            name: taken[name].to_numpy(dtype=float) if name in taken else unknown
            for name in ("share", "area_m2")
        },
    }


NOTHING: Final[Hits] = {}
"""What a predicate returns that strikes nobody."""


def gather_hits(found: Sequence[tuple[int, int, Hits]]) -> pd.DataFrame:
    """Put the hits of all rules, each with the numbers of its effect and rule, into one frame in that order.

    The order is the one in which reasons are told: effect, rule, then what goes on.
    """
    struck = [(effect, rule, hits) for effect, rule, hits in found if hits]
    if not struck:
        return pd.DataFrame()
    counts = [len(hits["version"]) for _, _, hits in struck]
    columns = {name: np.concatenate([hits[name] for _, _, hits in struck]) for name in struck[0][2]}
    frame = pd.DataFrame({name: pd.Series(values, dtype=values.dtype) for name, values in columns.items()})
    frame["effect"] = np.repeat([effect for effect, _, _ in struck], counts)
    frame["rule"] = np.repeat([rule for _, rule, _ in struck], counts)
    return frame.sort_values(["effect", "rule", "identity"], kind="stable", ignore_index=True)


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
