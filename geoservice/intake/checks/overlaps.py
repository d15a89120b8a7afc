"""Shapes that repeat or overlap one another, in the file and against what is held."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pandas as pd
import shapely

from geoservice.geo.arrays import Geometries
from geoservice.geo.overlay import overlaps_within, overlay
from geoservice.intake.findings import Finding, finding
from geoservice.intake.geometry.stored import place_of
from geoservice.intake.known import Known
from geoservice.intake.table import Rows

EXCLUSIVE: Final = frozenset({"parcel", "park", "zone"})
"""Nouns whose things share no land with one another (zones: with those of their own kind)."""


def repeated(geometry: Geometries, rows: Rows) -> tuple[list[Finding], set[int]]:
    """Return a warning for each shape that repeats an earlier one exactly, and their positions; O(n)."""
    found: list[Finding] = []
    seen: dict[bytes, int] = {}
    twins: set[int] = set()
    normal = shapely.to_wkb(shapely.normalize(geometry))
    for i, wkb in enumerate(normal):
        if wkb is None:
            continue
        first = seen.setdefault(wkb, i)
        if first != i:
            twins.add(i)
            place = place_of(geometry[i])
            found.append(finding("geometry_duplicate", row=int(rows[i]), other=int(rows[first]), place=place))
    return found, twins


def within(
    geometry: Geometries, rows: Rows, groups: list[Any], min_area_m2: float, skip: set[int]
) -> list[Finding]:
    """Return a warning for each pair of rows of one group that overlap by more than `min_area_m2`."""
    found = []
    by_group = pd.Series(range(len(rows))).groupby(pd.Series(groups).astype(str), sort=False)
    for _, positions in by_group:
        at = np.array([p for p in positions if p not in skip], dtype=int)
        for pair in overlaps_within(geometry[at], min_area_m2).to_dict("records"):
            left, right = at[pair["left"]], at[pair["right"]]
            place = place_of(shapely.intersection(geometry[left], geometry[right]))
            found.append(
                finding(
                    "overlap_within",
                    row=int(rows[right]),
                    other=int(rows[left]),
                    area=f"{pair['area_m2']:.2f}",
                    place=place,
                )
            )
    return found


def against_held(
    noun_name: str,
    geometry: Geometries,
    rows: Rows,
    own: list[str | None],
    known: Known,
    min_area_m2: float,
) -> list[Finding]:
    """Return a warning for each overlap with a held thing that is not the row's own earlier version.

    Parameters
    ----------
    own : list of str
        Key under which each row is held already, ``None`` where it is new.
    """
    there = np.flatnonzero(~shapely.is_missing(geometry))
    held = known.overlapping(noun_name, geometry[there]) if len(there) else pd.DataFrame()
    if not len(held):
        return []
    # What the file itself replaces is not in the way.
    replaced = {key for key in own if key is not None}
    held = held[~held["key"].isin(replaced)].reset_index(drop=True)
    pairs = overlay(geometry[there], held["geometry"].to_numpy(dtype=object), geometry=True)
    found = []
    for pair in pairs[pairs.area_m2 > min_area_m2].to_dict("records"):
        other = held.at[pair["right"], "number"] or held.at[pair["right"], "key"]
        found.append(
            finding(
                "overlap_held",
                row=int(rows[there[pair["left"]]]),
                other=other,
                area=f"{pair['area_m2']:.2f}",
                place=place_of(pair["geometry"]),
            )
        )
    return found
