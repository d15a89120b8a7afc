"""What blockers leave of a parcel: always the whole minus the union of all that is taken, from scratch."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import shapely

from geoservice.availability.frames import as_column
from geoservice.availability.layering import gather
from geoservice.availability.timeline import Flags, Ints
from geoservice.availability.versions import Versions
from geoservice.geo.arrays import Geometries, explode
from geoservice.geo.grid import snap
from geoservice.geo.measure import area_m2
from geoservice.geo.overlay import subtract

NOISE_M2 = 0.01
"""Parts smaller than an area can be told are left over from rounding."""


def usable_parts(
    versions: Versions, version: Ints, interval_of: Ints, blockers: pd.DataFrame, remnant_m2: float
) -> pd.DataFrame:
    """Return the usable part of each interval.

    Parameters
    ----------
    versions : Versions
    version : ndarray of int
        The parcel version of each interval.
    interval_of : ndarray of int
        The interval of each row of ``blockers``, ascending; rows of one interval in key order.
    blockers : DataFrame
        ``piece`` (the part taken, ``None`` for all of it) and ``share`` (a taken part of unknown place, else
        NaN).
    remnant_m2 : float
        What is left below this is nothing.

    Returns
    -------
    DataFrame
        ``usable`` (the parcel itself where nothing is taken, ``None`` where nothing is left) and
        ``usable_area_m2`` (to 0.01 m²). A part of unknown place is taken from the area and not from the
        geometry, as if it lay outside of the located ones: a project does not sit where nothing may be built.

    Notes
    -----
    Intervals of one shape with the same blockers are computed once.
    """
    usable = versions.shapes_of(version)
    piece, share = blockers["piece"].to_numpy(), blockers["share"].to_numpy(dtype=float)
    located = ~shapely.is_missing(piece)
    whole = ~located & np.isnan(share)
    usable[np.unique(interval_of[whole])] = None
    _carve(usable, interval_of[located], piece[located])
    taken = (
        np.bincount(interval_of, np.nan_to_num(share), len(version)) if len(share) else np.zeros(len(version))
    )
    own = versions.frame["area_m2"].to_numpy()[version]
    area = np.round(np.maximum(versions.measure(version, usable) - np.minimum(taken, 1) * own, 0), 2)
    struck = np.isin(np.arange(len(version)), interval_of)
    nothing = struck & ((area < remnant_m2) | (area < NOISE_M2))
    usable[nothing], area[nothing] = None, 0.0
    return pd.DataFrame({"usable": as_column(usable), "usable_area_m2": area})


def _carve(usable: Geometries, interval_of: Ints, pieces: Geometries) -> None:
    """Put into ``usable`` what the located pieces leave, once per shape and set of pieces."""
    job_of: dict[tuple[int, ...], int] = {}
    jobs: list[tuple[Any, Any]] = []
    rows: list[int] = []
    wanted: list[int] = []
    members = gather(pieces, interval_of, np.arange(len(pieces)))
    for row, taken in zip(np.unique(interval_of).tolist(), members, strict=True):
        if usable[row] is not None:
            key = (id(usable[row]), *map(id, taken))
            if key not in job_of:
                job_of[key] = len(jobs)
                jobs.append((usable[row], taken))
            rows.append(row)
            wanted.append(job_of[key])
    left = without_noise(snap(subtract([shape for shape, _ in jobs], [taken for _, taken in jobs])))
    usable[rows] = left[wanted]


def without_noise(geometries: Geometries) -> Geometries:
    """Drop parts below :data:`NOISE_M2`, ``None`` where none is left; O(coordinates)."""
    parts, owner = explode(geometries)
    kept: Flags = area_m2(parts) >= NOISE_M2
    cleaned = np.full(len(geometries), None, dtype=object)
    counts = np.bincount(owner[kept], minlength=len(geometries))
    for row, members in zip(*_grouped(owner[kept], parts[kept]), strict=True):
        cleaned[row] = members[0] if counts[row] == 1 else shapely.MultiPolygon(list(members))
    return cleaned


def _grouped(owner: Any, parts: Geometries) -> tuple[list[int], Sequence[Any]]:
    return np.unique(owner).tolist(), gather(parts, owner, np.arange(len(parts)))
