"""Fill in by location what rows do not say: district, sub-district, park."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pandas as pd
import shapely

from geoservice.geo.overlay import largest_overlap
from geoservice.intake.known import Known
from geoservice.model.nouns import Noun

_AREAS: Final = {
    "district": ("zone", "district"),
    "subdistrict": ("zone", "subdistrict"),
    "park": ("park", None),
}


def locate(kind: Noun, frame: pd.DataFrame, known: Known) -> pd.DataFrame:
    """Return the frame with the areas each shape mostly lies in, where the row names none.

    A shape lies in an area when at least half of it does; what straddles more than two stays open.
    O(n log n) plus the pairs.
    """
    if "geometry" not in frame or not len(frame):
        return frame
    frame = frame.copy()
    shapes = frame["geometry"].to_numpy(dtype=object)
    for field, (noun_name, zone_kind) in _AREAS.items():
        if field in kind.references and noun_name != kind.name:
            frame[field] = _filled(frame, field, shapes, known.areas(noun_name, zone_kind))
    return frame


def _filled(frame: pd.DataFrame, field: str, shapes: Any, areas: pd.DataFrame) -> list[Any]:
    said = frame[field].tolist() if field in frame else [None] * len(frame)
    open_rows = np.array([v is None for v in said]) & ~shapely.is_missing(shapes)
    if not open_rows.any() or not len(areas):
        return said
    at = np.flatnonzero(open_rows)
    winners = largest_overlap(shapes[at], areas["geometry"].to_numpy(dtype=object))
    for row, winner in zip(at, winners, strict=True):
        if winner >= 0:
            said[row] = areas["key"].iloc[int(winner)]
    return said
