"""Rows outside the city, and a file whose declared system puts most of it there."""

from __future__ import annotations

import numpy as np
import shapely

from geoservice.geo.bbox import Bbox, contains_points
from geoservice.intake.findings import Finding, finding
from geoservice.intake.geometry.reference import Reference, likely
from geoservice.intake.geometry.stored import Shapes, place_of
from geoservice.intake.table import Rows


def outside(shapes: Shapes, rows: Rows, extent: Bbox | None, reference: Reference) -> list[Finding]:
    """Return an error for each row outside the city, or one for the file where most rows are.

    Parameters
    ----------
    shapes : Shapes
    rows : ndarray of int
    extent : (minx, miny, maxx, maxy) or None
        Degrees EPSG:4490; without it nothing is outside.
    reference : Reference
        The system the coordinates were read in.
    """
    if extent is None:
        return []
    there = np.flatnonzero(~shapely.is_missing(shapes.geometry))
    centres = shapely.get_coordinates(shapely.centroid(shapes.geometry[there]))
    strays = there[~contains_points(extent, centres)]
    if (
        len(strays)
        and 2 * len(strays) > len(there)
        and (len(there) > 1 or _elsewhere(shapes, extent, reference))
    ):
        return [_contradiction(shapes, strays, len(there), extent, reference)]
    return [finding("outside_extent", row=int(rows[i]), place=place_of(shapes.geometry[i])) for i in strays]


def _elsewhere(shapes: Shapes, extent: Bbox, reference: Reference) -> bool:
    near = likely(shapes.original, extent)
    return near is not None and near != reference.name


def _contradiction(
    shapes: Shapes, strays: np.ndarray, total: int, extent: Bbox, reference: Reference
) -> Finding:
    near = likely(shapes.original, extent)
    known = near is not None and near != reference.name
    return finding(
        "crs_contradicts",
        value=reference.name,
        count=len(strays),
        outside=total,
        place=place_of(shapes.geometry[strays[0]]),
        hint=f"按 {near} 读则落在本市。" if known else "",
        hint_en=f"Read as {near} they fall into the city. " if known else "",
    )
