"""How well coordinates fit a supposed reference system: whether they lie where it is used."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from pyproj import CRS

from geoservice.geo.arrays import Coordinates, Flags
from geoservice.geo.bbox import Bbox, contains_points, intersects, pad
from geoservice.geo.crs_hypotheses import CHINA, Hypothesis
from geoservice.geo.projecting import unprojected
from geoservice.geo.zones import Zone, zone_of_crs

ZONE_SLACK_DEG: Final = 1.5
"""Cities on a zone's edge keep one zone for all; beyond this much it is the wrong zone."""
AREA_SLACK_DEG: Final = 2.0


@dataclass(frozen=True, slots=True)
class Fit:
    """How a sample fits a reading.

    Attributes
    ----------
    share : float
        Of the sample, lying where the system is used.
    inside : bool
        The sample's plausible part meets the configured extent.
    bounds : (minx, miny, maxx, maxy)
        Of the plausible part, degrees.
    beyond_zone_deg : float
        How far it reaches over the edge of its Gauss-Krüger zone; 0 for other systems.
    zone_number : int or None
    """

    share: float
    inside: bool
    bounds: Bbox
    beyond_zone_deg: float
    zone_number: int | None


def fit(reading: Any, coords: Coordinates, extent: Bbox | None) -> Fit:
    """Measure how ``coords`` fit a :class:`Hypothesis`; O(n)."""
    supposed: Hypothesis = reading
    lonlat = unprojected(coords[:, ::-1] if supposed.swapped else coords, supposed.crs)
    zone = zone_of_crs(supposed.crs)
    good = _plausible(lonlat, coords, supposed.crs, zone)
    if not good.any():
        return Fit(0.0, False, (math.nan,) * 4, 0.0, zone.number if zone else None)
    kept = lonlat[good]
    (west, south), (east, north) = kept.min(axis=0).tolist(), kept.max(axis=0).tolist()
    bounds: Bbox = (west, south, east, north)
    beyond = 0.0
    if zone is not None:
        beyond = float(np.abs(kept[:, 0] - zone.central_meridian).max()) - zone.width / 2
    return Fit(
        float(good.mean()),
        extent is not None and intersects(bounds, extent),
        bounds,
        max(beyond, 0.0),
        zone.number if zone else None,
    )


def _plausible(lonlat: Coordinates, given: Coordinates, crs: CRS, zone: Zone | None) -> Flags:
    with np.errstate(invalid="ignore"):
        good = contains_points((-180.0, -90.0, 180.0, 90.0), lonlat)
        if zone is not None:
            reach = zone.width / 2 + ZONE_SLACK_DEG
            west, east = zone.central_meridian - reach, zone.central_meridian + reach
            return good & contains_points((west, CHINA[1], east, CHINA[3]), lonlat)
    if crs.is_geographic:
        return good
    area = crs.area_of_use
    if area is None:
        # Nothing says where a home-made projection is used; but its metres are not degrees.
        return good & ~contains_points((-180.0, -180.0, 180.0, 180.0), given)
    if area.west > area.east:
        return good
    return good & contains_points(pad((area.west, area.south, area.east, area.north), AREA_SLACK_DEG), lonlat)
