"""Constraint features on parcels: laid over once per shape, dated, and united per layer and class."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import shapely

from geoservice.availability.errors import FactsInvalid
from geoservice.availability.facts import CONSTRAINTS
from geoservice.availability.frames import as_column, flags, in_force, texts
from geoservice.availability.timeline import Ints, join, split
from geoservice.availability.versions import Versions
from geoservice.geo.arrays import Geometries
from geoservice.geo.overlay import overlay

GROUP = ["version", "layer", "class", "effect"]


def layer_overlaps(versions: Versions, constraints: pd.DataFrame) -> pd.DataFrame:
    """Return what each layer covers of each version, and when.

    The features of a layer with one class and effect count together: their union is what the sliver tolerance
    is held against, so that a layer cut into tiles judges like one that is not, and nothing counts twice.

    Returns
    -------
    DataFrame
        The constraint columns, with ``version, from_day, to_day, piece, area_m2``. Lines cover nothing.

    Raises
    ------
    FactsInvalid
        A feature near a parcel is not valid: passing over it would call land free that may not be.
    """
    dated = _dated(versions, _near(versions, in_force(constraints)))
    group = dated.groupby(GROUP, sort=False).ngroup().to_numpy().astype(np.int64)
    cut = split(group, dated["from_day"].to_numpy(), dated["to_day"].to_numpy())
    first = cut.row_of[np.unique(cut.interval_of, return_index=True)[1]]
    united = dated.iloc[first].reset_index(drop=True).assign(from_day=cut.from_day, to_day=cut.to_day)
    united["piece"] = as_column(
        [unite(members) for members in gather(dated["piece"].to_numpy(), cut.interval_of, cut.row_of)]
    )
    united["area_m2"] = versions.measure(united["version"].to_numpy(), united["piece"].to_numpy())
    return united[united["area_m2"] > 0].reset_index(drop=True)


def _near(versions: Versions, constraints: pd.DataFrame) -> pd.DataFrame:
    """Keep the features whose boxes meet a parcel's, in key order."""
    features = np.asarray(constraints["geometry"], dtype=object)
    near = np.unique(shapely.STRtree(versions.shapes).query(features)[0])
    columns = [name for name in (*CONSTRAINTS, "layer_name_en") if name in constraints]
    kept = constraints[columns].iloc[near].sort_values(["layer", "feature"], kind="stable", ignore_index=True)
    broken = kept[~shapely.is_valid(np.asarray(kept["geometry"], dtype=object))]
    if len(broken):
        names = ", ".join(f"{layer}/{feature}" for layer, feature in broken[["layer", "feature"]].values[:5])
        raise FactsInvalid(
            "A constraint feature is not valid", names, "Repair the layer and import it again."
        )
    return kept.assign(
        **{
            "class": as_column(texts(kept["class"])),
            "effect": as_column(texts(kept["effect"])),
            "layer": as_column(texts(kept["layer"])),
            "layer_name": as_column(texts(kept["layer_name"])),
            "hidden": flags(kept["hidden"]),
            "sliver_m2": pd.to_numeric(kept["sliver_m2"]).fillna(0.0).astype(float),
        }
    )


def _dated(versions: Versions, constraints: pd.DataFrame) -> pd.DataFrame:
    """Lay features over the distinct shapes once; a piece holds while both its version and its feature do."""
    features = np.asarray(constraints.pop("geometry"), dtype=object)
    laid = overlay(versions.shapes, features, versions.ellipsoid_m2, geometry=True)
    pieces = constraints.iloc[laid["right"].to_numpy()].reset_index(drop=True)
    pieces["shape"], pieces["order"] = laid["left"], laid["right"]
    pieces["piece"] = as_column(laid["geometry"].to_numpy())
    dated = join(versions.frame[["shape", "version", "from_day", "to_day"]], pieces, "shape")
    return dated.sort_values([*GROUP, "order"], kind="stable", ignore_index=True)


def gather(values: Any, interval_of: Ints, row_of: Ints) -> list[Any]:
    """Return the values of each interval's rows as one array per interval."""
    if not len(interval_of):
        return []
    starts = np.flatnonzero(np.diff(interval_of, prepend=-1))
    return np.split(values[row_of], starts[1:])


def unite(pieces: Sequence[Any] | Geometries) -> Any:
    """Return the union of pieces in the order given; a single one is returned as it is."""
    return pieces[0] if len(pieces) == 1 else shapely.union_all(np.asarray(pieces, dtype=object))
