"""Constraint features on parcel versions: laid over once per shape, then dated and united per layer and class."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from geoservice.availability.overlay import Shapes, as_column, overlay, unite
from geoservice.availability.timeline import Ints, join, split
from geoservice.availability.versions import Versions, flags, in_force

GROUP = ["version", "layer", "class", "effect"]


def layer_overlaps(versions: Versions, constraints: pd.DataFrame) -> pd.DataFrame:
    """Return what each layer covers of each version, and when.

    The features of a layer with one class and effect count together: their union is what the sliver tolerance
    is held against, so that a layer cut into tiles judges like one that is not, and nothing counts twice.

    Returns
    -------
    DataFrame
        The constraint columns, with ``version, from_day, to_day, piece, area_m2``. Lines and points cover nothing.
    """
    constraints = in_force(constraints).sort_values(["layer", "feature"], kind="stable", ignore_index=True)
    features = np.asarray(constraints.pop("geometry"), dtype=object)
    constraints["class"] = constraints["class"].fillna("")
    constraints["hidden"] = flags(constraints["hidden"])
    constraints["sliver_m2"] = pd.to_numeric(constraints["sliver_m2"]).fillna(0.0).astype(float)
    pieces = overlay(versions.shapes, features).join(constraints, on="feature", rsuffix="_key")
    dated = join(versions.frame, pieces, "shape").sort_values(
        [*GROUP, "feature"], kind="stable", ignore_index=True
    )
    group = dated.groupby(GROUP, sort=False).ngroup().to_numpy(dtype=np.int64)
    cut = split(group, dated["from_day"].to_numpy(), dated["to_day"].to_numpy())
    first = cut.row_of[np.unique(cut.interval_of, return_index=True)[1]]
    united = dated.iloc[first].reset_index(drop=True).assign(from_day=cut.from_day, to_day=cut.to_day)
    united["piece"] = as_column(unite_members(dated["piece"].to_numpy(), cut.interval_of, cut.row_of))
    united["area_m2"] = versions.measure(united["version"].to_numpy(), united["piece"].to_numpy())
    return united[united["area_m2"] > 0].reset_index(drop=True)


def unite_members(pieces: Shapes, interval_of: Ints, row_of: Ints) -> Shapes:
    """Return the union of each interval's pieces in order of row; the same pieces are united once."""
    known: dict[tuple[int, ...], Any] = {}
    starts = np.flatnonzero(np.diff(interval_of, prepend=-1))
    united = np.empty(len(starts), dtype=object)
    for interval, rows in enumerate(np.split(row_of, starts[1:]) if len(starts) else ()):
        members = tuple(id(piece) for piece in pieces[rows])
        if members not in known:
            known[members] = unite(list(pieces[rows]))
        united[interval] = known[members]
    return united
