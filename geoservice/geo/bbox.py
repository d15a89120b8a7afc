"""Bounding boxes: always ``(minx, miny, maxx, maxy)`` in degrees of longitude and latitude."""

from __future__ import annotations

import math
from typing import Any, TypeAlias

import numpy as np
import shapely

from geoservice.geo.arrays import Coordinates, Flags, as_geometries
from geoservice.geo.errors import BboxInvalid

Bbox: TypeAlias = tuple[float, float, float, float]

_REMEDY = "Write bbox=minlon,minlat,maxlon,maxlat in degrees, for example 117.0,33.8,117.5,34.2."


def parse_bbox(text: str) -> Bbox:
    """Return the box a query parameter names.

    Parameters
    ----------
    text : str
        Four numbers, or six with heights (OGC API - Features, requirement 15); heights are dropped.

    Raises
    ------
    BboxInvalid
        Not four or six finite numbers, out of range, upside down, or wrapping the antimeridian.

    Examples
    --------
    >>> parse_bbox("117,33.8,117.5,34.2")
    (117.0, 33.8, 117.5, 34.2)
    >>> parse_bbox("170,0,-170,5")
    Traceback (most recent call last):
    geoservice.geo.errors.BboxInvalid: A bbox across the antimeridian is not supported: 170,0,-170,5. ...
    """
    numbers = _numbers(text)
    if len(numbers) == 6:
        numbers = [numbers[i] for i in (0, 1, 3, 4)]
    if len(numbers) != 4:
        raise BboxInvalid("A bbox is four numbers, or six with heights", text, _REMEDY)
    west, south, east, north = numbers
    if not (-180 <= west <= 180 and -180 <= east <= 180 and -90 <= south <= 90 and -90 <= north <= 90):
        raise BboxInvalid("A bbox lies within longitude ±180 and latitude ±90", text, _REMEDY)
    if south > north:
        raise BboxInvalid("The southern edge of the bbox lies north of the northern one", text, _REMEDY)
    if west > east:
        raise BboxInvalid(
            "A bbox across the antimeridian is not supported", text, f"Ask for its two halves. {_REMEDY}"
        )
    return west, south, east, north


def of(geoms: Any) -> Bbox | None:
    """Return the box around all geometries, or ``None`` where there is nothing; O(coordinates).

    >>> of([shapely.Point(1, 2), shapely.Point(3, 0), None])
    (1.0, 0.0, 3.0, 2.0)
    """
    array = as_geometries(geoms)
    array = array[~(shapely.is_missing(array) | shapely.is_empty(array))]
    if not len(array):
        return None
    west, south, east, north = (float(v) for v in shapely.total_bounds(array))
    return west, south, east, north


def contains(outer: Bbox, inner: Bbox) -> bool:
    """Tell whether ``inner`` lies in ``outer``, edges included.

    >>> contains((0, 0, 4, 4), (1, 1, 4, 4))
    True
    """
    return outer[0] <= inner[0] and outer[1] <= inner[1] and inner[2] <= outer[2] and inner[3] <= outer[3]


def contains_points(outer: Bbox, points: Coordinates) -> Flags:
    """Tell for each of ``points`` (n, 2) whether it lies in ``outer``, edges included; O(n)."""
    low, high = np.asarray(outer[:2]), np.asarray(outer[2:])
    x_inside = (points[:, 0] >= low[0]) & (points[:, 0] <= high[0])
    y_inside = (points[:, 1] >= low[1]) & (points[:, 1] <= high[1])
    inside: Flags = np.logical_and(x_inside, y_inside)
    return inside


def intersects(one: Bbox, other: Bbox) -> bool:
    """Tell whether two boxes share a point."""
    return one[0] <= other[2] and other[0] <= one[2] and one[1] <= other[3] and other[1] <= one[3]


def pad(box: Bbox, margin_deg: float) -> Bbox:
    """Return the box grown by a margin on every side, cut at the edges of the world.

    >>> pad((117, 34, 118, 89.5), 1)
    (116, 33, 119, 90.0)
    """
    return (
        max(box[0] - margin_deg, -180.0),
        max(box[1] - margin_deg, -90.0),
        min(box[2] + margin_deg, 180.0),
        min(box[3] + margin_deg, 90.0),
    )


def _numbers(text: str) -> list[float]:
    try:
        numbers = [float(part) for part in text.split(",")]
    except (ValueError, AttributeError):
        raise BboxInvalid("A bbox is four numbers separated by commas", text, _REMEDY) from None
    if not all(math.isfinite(number) for number in numbers):
        raise BboxInvalid("A bbox has finite numbers only", text, _REMEDY)
    return numbers
