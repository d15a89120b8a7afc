"""Narrow gaps between neighbours, in the file and towards what is held."""

from __future__ import annotations

import numpy as np
import pandas as pd
import shapely

from geoservice.geo.arrays import Geometries
from geoservice.geo.gaps import gaps_between, gaps_within
from geoservice.intake.findings import Finding, finding
from geoservice.intake.geometry.stored import place_of
from geoservice.intake.known import Known
from geoservice.intake.rules.check_rules import CheckRules
from geoservice.intake.table import Rows

_REACH_DEG = 2e-5
"""Held shapes within some two metres may be neighbours."""


def within(geometry: Geometries, rows: Rows, rules: CheckRules) -> list[Finding]:
    """Return a warning for each narrow gap between two rows; O(n log n) plus the pairs that nearly meet."""
    if not rules.on("gap_within"):
        return []
    width, length = rules.number("gap_within", "width_m"), rules.number("gap_within", "length_m")
    return [
        finding(
            "gap_within",
            row=int(rows[pair["right"]]),
            other=int(rows[pair["left"]]),
            area=f"{pair['area_m2']:.2f}",
            width=f"{pair['width_m']:.3f}",
            place=place_of(pair["geometry"]),
        )
        for pair in gaps_within(geometry, width, length).to_dict("records")
    ]


def against_held(
    noun_name: str, geometry: Geometries, rows: Rows, own: list[str | None], known: Known, rules: CheckRules
) -> list[Finding]:
    """Return a warning for each narrow gap between a row and a held thing that the file does not replace."""
    there = np.flatnonzero(~shapely.is_missing(geometry))
    if not len(there) or not rules.on("gap_held"):
        return []
    reach = shapely.box(*(shapely.bounds(geometry[there]).T + _REACH_DEG * np.array([[-1], [-1], [1], [1]])))
    held = known.overlapping(noun_name, reach)
    held = held[~held["key"].isin({key for key in own if key is not None})].reset_index(drop=True)
    return _held_gaps(geometry[there], rows[there], held, rules) if len(held) else []


def _held_gaps(geometry: Geometries, rows: Rows, held: pd.DataFrame, rules: CheckRules) -> list[Finding]:
    width, length = rules.number("gap_held", "width_m"), rules.number("gap_held", "length_m")
    pairs = gaps_between(geometry, held["geometry"].to_numpy(dtype=object), width, length)
    return [
        finding(
            "gap_held",
            row=int(rows[pair["left"]]),
            other=held.at[pair["right"], "number"] or held.at[pair["right"], "key"],
            area=f"{pair['area_m2']:.2f}",
            width=f"{pair['width_m']:.3f}",
            place=place_of(pair["geometry"]),
        )
        for pair in pairs.to_dict("records")
    ]
