"""Rows outside the city, and a file whose declared system puts most of it there."""

from __future__ import annotations

from typing import Final

import numpy as np
import shapely

from geoservice.geo.bbox import Bbox, contains_points
from geoservice.intake.findings import Finding, finding
from geoservice.intake.geometry.reference import Reference, likely
from geoservice.intake.geometry.stored import Shapes, place_of
from geoservice.intake.known import Known
from geoservice.intake.table import Rows

_ALIKE: Final = frozenset({"OGC:CRS84", "EPSG:4326", "EPSG:4490"})


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
        and (len(there) > 1 or _elsewhere(shapes, extent, reference) is not None)
    ):
        return [_contradiction(shapes, strays, len(there), extent, reference)]
    return [finding("outside_extent", row=int(rows[i]), place=place_of(shapes.geometry[i])) for i in strays]


def over_surveys(
    noun_name: str, held: list[str | None], shapes: Shapes | None, rows: Rows, known: Known
) -> list[Finding]:
    """Return an error for each approximate shape that would replace a surveyed one."""
    if shapes is None:
        return []
    there = ~shapely.is_missing(shapes.geometry)
    keys = [key for key, shape in zip(held, there, strict=True) if key is not None and shape]
    surveyed = known.surveyed(noun_name, keys) if keys else set()
    return [
        finding("approximate_over_survey", row=int(rows[i]), value=key, place=place_of(shapes.geometry[i]))
        for i, key in enumerate(held)
        if key in surveyed and there[i]
    ]


def _elsewhere(shapes: Shapes, extent: Bbox, reference: Reference) -> str | None:
    """Return the system in which the file would lie in the city, if that is another than it was read in."""
    near = likely(shapes.original, extent)
    if near is None or near == reference.name:
        return None
    # Degrees of CGCS2000 and WGS 84 are one place: points that lie in the city as they are were read right.
    held = contains_points(extent, shapely.get_coordinates(shapes.original))
    return None if near in _ALIKE and reference.name in _ALIKE and held.any() else near


def _contradiction(
    shapes: Shapes, strays: np.ndarray, total: int, extent: Bbox, reference: Reference
) -> Finding:
    near = _elsewhere(shapes, extent, reference)
    return finding(
        "crs_contradicts",
        value=reference.name,
        count=len(strays),
        outside=total,
        place=place_of(shapes.geometry[strays[0]]),
        hint=f"按 {near} 读则落在本市。" if near else "",
        hint_en=f"Read as {near} they fall into the city. " if near else "",
    )
