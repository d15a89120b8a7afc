"""The site of a project on any day: the parcels linked to it then, joined into one shape."""

from __future__ import annotations

from itertools import pairwise
from typing import Any, Final

import numpy as np
import pandas as pd
import shapely

COLUMNS: Final = ("project", "from_day", "to_day", "parcel_count", "land_area_m2", "basis", "geometry")


def site_intervals(links: pd.DataFrame) -> pd.DataFrame:
    """Return the site of each project over the intervals in which its links and their parcels stay the same.

    Parameters
    ----------
    links : DataFrame
        ``project, parcel, share`` (NaN or None: the whole parcel), ``basis, from_day, to_day, area_m2`` (m²),
        ``geometry`` (EPSG:4490), one row per link and parcel version.

    Returns
    -------
    DataFrame
        ``project, from_day, to_day, parcel_count, land_area_m2`` (m², shares counted by area), ``basis, geometry``.

    Notes
    -----
    O(links · versions) per project; the union is of the few parcels of one project.
    """
    rows = [
        row for project, own in links.groupby("project", sort=True) for row in _of_project(str(project), own)
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _of_project(project: str, links: pd.DataFrame) -> list[tuple[Any, ...]]:
    starts = links["from_day"].to_numpy(dtype=np.int64)
    ends = links["to_day"].to_numpy(dtype=np.int64)
    turns = np.unique(np.concatenate([starts, ends]))
    rows = []
    for start, end in pairwise(turns):
        current = links[(starts <= start) & (ends > start)]
        if len(current):
            rows.append((project, int(start), int(end), *_site(current)))
    return rows


def _site(current: pd.DataFrame) -> tuple[int, float, str, Any]:
    shares = pd.to_numeric(current["share"], errors="coerce").fillna(1.0).to_numpy()
    area = float(np.round((current["area_m2"].astype(float).to_numpy() * shares).sum(), 2))
    bases = sorted(set(current["basis"]))
    basis = bases[0] if len(bases) == 1 else "both"
    shape = shapely.union_all(np.asarray(current.sort_values("parcel")["geometry"], dtype=object))
    return int(current["parcel"].nunique()), area, basis, shape
