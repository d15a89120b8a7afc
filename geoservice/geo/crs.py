"""Reference systems at the door: name them, refuse what cannot be trusted, transform to EPSG:4490."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, Final

import numpy as np
import shapely
from pyproj import CRS
from pyproj.exceptions import CRSError

from geoservice.geo.arrays import Coordinates, Geometries, as_geometries
from geoservice.geo.datum import refuse_datum, shift_to_stored
from geoservice.geo.errors import CoordinatesRefused, CrsUnknown
from geoservice.geo.projecting import moved, unprojected, unprojection
from geoservice.geo.zones import Zone, gauss_kruger_epsg, zone_of_crs

__all__ = [
    "STORED_CRS",
    "STORED_EPSG",
    "Zone",
    "from_stored",
    "gauss_kruger_epsg",
    "ground_unit_m",
    "parse_crs",
    "refuse_datum",
    "to_stored",
    "zone_of_crs",
]

STORED_EPSG: Final = 4490
STORED_CRS: Final = CRS.from_epsg(STORED_EPSG)
"""CGCS2000 geographic; coordinates are always longitude, latitude in degrees."""
DEGREE_M: Final = 111194.92664455874
"""One degree of a great circle on the mean earth (R = 6,371,008.8 m, IUGG)."""


def parse_crs(text: Any) -> CRS:
    """Return the reference system that a number, code, URN, URL, WKT or PROJ text names.

    Parameters
    ----------
    text : int, str or pyproj.CRS
        For example ``4490``, ``"EPSG:4528"``, ``"urn:ogc:def:crs:OGC:1.3:CRS84"`` or the text of a .prj file.
        A bare numeral is an EPSG code.

    Raises
    ------
    CrsUnknown
        Nothing is known under that name, or it is not a horizontal system on the earth.

    Examples
    --------
    >>> parse_crs("EPSG:4528").name
    'CGCS2000 / 3-degree Gauss-Kruger zone 40'
    >>> parse_crs("EPSG:1")
    Traceback (most recent call last):
    geoservice.geo.errors.CrsUnknown: Unknown coordinate reference system: EPSG:1. Give ...
    """
    if isinstance(text, CRS):
        return _horizontal(text)
    if isinstance(text, (int, np.integer)) and not isinstance(text, bool):
        return _parse(f"EPSG:{int(text)}")
    if not isinstance(text, str) or not text.strip():
        raise _unknown(text)
    text = text.strip().lstrip("\ufeff")
    return _parse(f"EPSG:{text}" if re.fullmatch(r"\d{4,6}", text) else text)


def to_stored(geoms: Any, crs: Any) -> Geometries:
    """Transform geometries to longitude and latitude in EPSG:4490, two-dimensional.

    Projections are inverted exactly. Between datums the service is honest and repeatable: frames that agree
    with CGCS2000 within about two metres (WGS 84, NAD83, ETRS89, ITRF …) are taken as equal, which is what
    PROJ does for them as well; older datums go through the most accurate operation PROJ knows to WGS 84, one
    and the same for all coordinates of a call so that shared boundaries stay shared; 西安80 and 北京54 are
    refused. EPSG:4490, EPSG:4326 and CRS84 pass unchanged. O(coordinates).

    Parameters
    ----------
    geoms : array of geometries
        Coordinates in ``crs``, always east (or longitude) first. Heights are dropped, ``None`` stays.
    crs : pyproj.CRS or anything :func:`parse_crs` reads

    Raises
    ------
    DatumRefused
        The datum has no trustworthy way to CGCS2000.
    CoordinatesRefused
        A coordinate is not finite or does not transform; names the first row.

    Examples
    --------
    >>> round(to_stored([shapely.Point(40500000, 3800000)], "EPSG:4528")[0].x, 9)
    120.0
    """
    array, source = as_geometries(geoms), parse_crs(crs)
    refuse_datum(source)
    lonlat, rows = shapely.get_coordinates(array, return_index=True)
    if not len(lonlat):
        return _two_dimensional(array)
    _finite(lonlat, rows, lonlat, source, "is not a finite number")
    own = unprojected(lonlat, source)
    _finite(own, rows, lonlat, source, "does not transform to longitude and latitude")
    stored = shift_to_stored(own, source)
    _on_earth(stored, rows, lonlat, source)
    return shapely.set_coordinates(_two_dimensional(array), stored)  # type: ignore[no-any-return]


def from_stored(geoms: Any, crs: Any) -> Geometries:
    """Transform stored geometries (EPSG:4490 degrees) to ``crs``; the exact way back of :func:`to_stored`.

    Raises
    ------
    DatumRefused, CoordinatesRefused
        As :func:`to_stored`.
    """
    array, target = as_geometries(geoms), parse_crs(crs)
    refuse_datum(target)
    lonlat, rows = shapely.get_coordinates(array, return_index=True)
    if not len(lonlat):
        return _two_dimensional(array)
    placed = shift_to_stored(lonlat, target, inverse=True)
    transformer = unprojection(target)
    if transformer is not None:
        placed = moved(transformer, placed, inverse=True)
    _finite(placed, rows, lonlat, target, "has no place in that system")
    return shapely.set_coordinates(_two_dimensional(array), placed)  # type: ignore[no-any-return]


def ground_unit_m(crs: Any) -> float:
    """Return how many metres one coordinate unit of ``crs`` is on the ground.

    Exact for linear units (a US survey foot is 1200/3937 m); for degrees it is a degree of latitude on the
    mean earth, good for tolerances and not for measures.

    Examples
    --------
    >>> round(ground_unit_m(2249), 9)
    0.30480061
    """
    source = parse_crs(crs)
    factor = float(source.axis_info[0].unit_conversion_factor)
    return float(np.degrees(factor)) * DEGREE_M if source.is_geographic else factor


@lru_cache(maxsize=256)
def _parse(text: str) -> CRS:
    try:
        return _horizontal(CRS.from_user_input(text))
    except CRSError as error:
        raise _unknown(text) from error


def _horizontal(crs: CRS) -> CRS:
    if crs.is_compound:
        crs = crs.sub_crs_list[0]
    if crs.is_geocentric or not (crs.is_geographic or crs.is_projected):
        raise CrsUnknown(
            "Not a horizontal coordinate reference system",
            crs.name,
            "Export the data in a geographic or projected system.",
        )
    return crs.to_2d() if len(crs.axis_info) > 2 else crs


def _unknown(value: object) -> CrsUnknown:
    shown = value if not isinstance(value, str) or len(value) <= 120 else f"{value[:117]}..."
    return CrsUnknown(
        "Unknown coordinate reference system",
        shown if shown != "" else "(empty)",
        "Give an EPSG code such as EPSG:4490 or EPSG:4528, or the WKT of a .prj file.",
    )


def _finite(checked: Coordinates, rows: Any, given: Coordinates, crs: CRS, what: str) -> None:
    _refuse(~np.isfinite(checked).all(axis=1), rows, given, crs, what)


def _on_earth(lonlat: Coordinates, rows: Any, given: Coordinates, crs: CRS) -> None:
    outside = (np.abs(lonlat) > (180.0, 90.0)).any(axis=1)
    _refuse(outside, rows, given, crs, "lies outside longitude ±180, latitude ±90")


def _refuse(wrong: Any, rows: Any, given: Coordinates, crs: CRS, what: str) -> None:
    if not wrong.any():
        return
    first = int(np.flatnonzero(wrong)[0])
    more = np.unique(rows[wrong]).size
    raise CoordinatesRefused(
        f"A coordinate of geometry {int(rows[first])} {what} ({crs.name}; {more} such geometries)",
        f"{given[first, 0]!s}, {given[first, 1]!s}",
        "Check the declared coordinate reference system and the order of the axes.",
    )


def _two_dimensional(array: Geometries) -> Geometries:
    flat: Geometries = shapely.force_2d(array)
    return flat
