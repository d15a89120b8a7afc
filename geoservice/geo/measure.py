"""Areas and lengths of stored geometry: on the ellipsoid, and in the plane of its own 3° zone."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import lru_cache, partial
from typing import Any, Final

import numpy as np
import shapely
from pyproj import Geod, Transformer

from geoservice.geo.arrays import POLYGON, Coordinates, Floats, Geometries, Indices, as_geometries, explode
from geoservice.geo.projecting import moved
from geoservice.geo.units import MONEY_FEN, MU_M2, SQUARE_METRES, to_fen, to_square_metres

__all__ = [
    "MONEY_FEN",
    "MU_M2",
    "SQUARE_METRES",
    "area_m2",
    "length_m",
    "planar_area_m2",
    "straight_area_m2",
    "to_fen",
    "to_square_metres",
    "zone_number",
]

# CGCS2000 ellipsoid (GB 22021): the same a and, to ten digits, the same 1/f as GRS 80.
SEMI_MAJOR_M: Final = 6378137.0
FLATTENING: Final = 1 / 298.257222101
_E2: Final = FLATTENING * (2 - FLATTENING)
_E: Final = math.sqrt(_E2)
_Q_POLE: Final = 1 + (1 - _E2) / _E * math.atanh(_E)
_AUTHALIC_RADIUS_M: Final = SEMI_MAJOR_M * math.sqrt(_Q_POLE / 2)
_GEOD: Final = Geod(a=SEMI_MAJOR_M, f=FLATTENING)


def area_m2(geoms: Any) -> Floats:
    """Return the area on the CGCS2000 ellipsoid in square metres (椭球面积).

    Latitudes are turned into authalic ones, which maps the ellipsoid to a sphere without changing any area
    (the cylindrical equal-area projection uses the same function); on the sphere the area below each edge is
    exact. Edges are great circles there, which differ from geodesics by about e² of their own bulge: against
    ``pyproj.Geod`` the relative difference stays below 1e-6 for parcels from 20 m to 5 km across and below
    2e-4 for provinces of 10°; below 20 m it is ``Geod`` that loses digits, against a local equal-area plane
    ``area_m2`` keeps 1e-7 down to a tenth of a metre (all tested). Neighbours add up exactly.
    O(coordinates): about 5 s for a million parcels, a quarter of what ``Geod`` takes.

    Parameters
    ----------
    geoms : array of geometries
        EPSG:4490 longitude and latitude in degrees.

    Returns
    -------
    ndarray of float
        0 for points, lines and empty geometries, ``NaN`` for missing ones. Holes count against their polygon;
        what overlaps itself is invalid, and its area means nothing.

    Examples
    --------
    >>> float(area_m2([shapely.box(117, 34, 117.001, 34.001)])[0].round(2))
    10247.48
    """
    array = as_geometries(geoms)
    return _ring_sums(array, _geodesic_edges)


def straight_area_m2(geoms: Any) -> Floats:
    """Return the ellipsoidal area with edges straight in longitude and latitude, as GeoJSON draws them.

    Overlays cut along such edges, so the pieces add up to the whole exactly, whatever its size; geodesic
    edges (:func:`area_m2`) bulge by 7e-5 of the area of a 10 km square. For shares, not for ledgers.
    EPSG:4490 degrees in, square metres out, 0 and ``NaN`` as in :func:`area_m2`; O(coordinates).
    """
    return _ring_sums(as_geometries(geoms), _straight_edges)


def planar_area_m2(geoms: Any) -> Floats:
    """Return the area in the Gauss-Krüger plane of each geometry's own 3° zone, as a 宗地 survey states it.

    The zone is that of the centre of the geometry's box (see :func:`zone_number`); near zone edges the plane
    exceeds the ellipsoid by up to about 2e-4 in China's latitudes, and more in the tropics. O(coordinates).

    Parameters
    ----------
    geoms : array of geometries
        EPSG:4490 longitude and latitude in degrees.

    Returns
    -------
    ndarray of float
        Square metres; 0 for points and lines, ``NaN`` for missing geometries.
    """
    array = as_geometries(geoms)
    numbers = zone_number(array)
    areas = np.where(shapely.is_missing(array), np.nan, 0.0)
    for number in np.unique(numbers[numbers >= 0]):
        rows = np.flatnonzero(numbers == number)
        transformer = _gauss_kruger(int(number))
        plane = shapely.transform(array[rows], partial(moved, transformer))
        areas[rows] = shapely.area(plane)
    return areas


def zone_number(geoms: Any) -> Indices:
    """Return the number of the 3° zone in which each geometry's box is centred: 40 for 118.5° to 121.5°.

    Counted eastward from 3° E (1) round the globe to the Greenwich meridian (0); -1 for empty geometries.
    """
    bounds = shapely.bounds(as_geometries(geoms))
    middle = (bounds[:, 0] + bounds[:, 2]) / 2
    numbers = np.full(len(bounds), -1, dtype=np.intp)
    there = np.isfinite(middle)
    numbers[there] = np.floor((middle[there] + 1.5) / 3).astype(np.intp) % 120
    return numbers


def length_m(geoms: Any) -> Floats:
    """Return the geodesic length on the CGCS2000 ellipsoid in metres; the perimeter for polygons.

    0 for points and empty geometries, ``NaN`` for missing ones. O(coordinates), about a microsecond each.

    Examples
    --------
    >>> float(length_m([shapely.LineString([(117, 34), (117, 34.001)])])[0].round(3))
    110.922
    """
    array = as_geometries(geoms)
    parts, rows = explode(array)
    polygons = shapely.get_type_id(parts) == POLYGON
    rings, ring_of = shapely.get_rings(parts[polygons], return_index=True)
    lines = np.concatenate([parts[~polygons], rings])
    rows = np.concatenate([rows[~polygons], rows[polygons][ring_of]])
    coords, line = shapely.get_coordinates(lines, return_index=True)
    edges = np.flatnonzero(line[1:] == line[:-1])
    totals: Floats = np.zeros(len(array))
    if edges.size:
        metres = _GEOD.inv(*coords[edges].T, *coords[edges + 1].T)[2]
        totals += np.bincount(rows[line[edges]], weights=metres, minlength=len(array))
    totals[shapely.is_missing(array)] = np.nan
    return totals


def _ring_sums(array: Geometries, edge_areas: Callable[[Coordinates, Coordinates], Floats]) -> Floats:
    """Add up the shells of every row and take off its holes."""
    parts, rows = explode(array)
    polygons = shapely.get_type_id(parts) == POLYGON
    rings, polygon = shapely.get_rings(parts[polygons], return_index=True)
    totals: Floats = np.zeros(len(array))
    if len(rings):
        coords, ring = shapely.get_coordinates(rings, return_index=True)
        edges = np.flatnonzero(ring[1:] == ring[:-1])
        below = edge_areas(coords[edges], coords[edges + 1])
        enclosed = np.abs(np.bincount(ring[edges], weights=below, minlength=len(rings)))
        shell = np.diff(polygon, prepend=-1) > 0
        signed = np.where(shell, enclosed, -enclosed)
        totals += np.bincount(rows[polygons][polygon], weights=signed, minlength=len(array))
    totals[shapely.is_missing(array)] = np.nan
    return totals


def _geodesic_edges(start: Coordinates, end: Coordinates) -> Floats:
    """Return the area between each edge and the equator.

    On a sphere it is twice atan(tan(Δλ/2) · sin((ξ1+ξ2)/2) / cos((ξ1-ξ2)/2)) by the radius squared.
    """
    xi1, xi2 = _authalic(start[:, 1]), _authalic(end[:, 1])
    half = np.radians(end[:, 0] - start[:, 0]) / 2
    tangent = np.tan(half) * np.sin((xi1 + xi2) / 2) / np.cos((xi1 - xi2) / 2)
    excess: Floats = 2 * np.arctan(tangent) * _AUTHALIC_RADIUS_M**2
    return excess


def _straight_edges(start: Coordinates, end: Coordinates) -> Floats:
    """Return the area between each straight edge and the equator, by Simpson's rule in latitude."""
    y1, y2 = start[:, 1], end[:, 1]
    mean = (_height(y1) + 4 * _height((y1 + y2) / 2) + _height(y2)) / 6
    below: Floats = np.radians(end[:, 0] - start[:, 0]) * mean * _AUTHALIC_RADIUS_M**2
    return below


def _authalic(latitude_deg: Floats) -> Floats:
    """Return the authalic latitude in radians (Snyder 1987, eq. 3-11)."""
    authalic: Floats = np.arcsin(np.clip(_height(latitude_deg), -1, 1))
    return authalic


def _height(latitude_deg: Floats) -> Floats:
    """Return the sine of the authalic latitude (q / q at the pole; Snyder 1987, eq. 3-12)."""
    sine = np.sin(np.radians(latitude_deg))
    q: Floats = (1 - _E2) * (sine / (1 - _E2 * sine**2) + np.arctanh(_E * sine) / _E)
    return q / _Q_POLE


@lru_cache(maxsize=120)
def _gauss_kruger(number: int) -> Transformer:
    plane = f"+proj=tmerc +lon_0={number * 3 if number <= 60 else number * 3 - 360} +ellps=GRS80 +type=crs"
    geographic = "+proj=longlat +ellps=GRS80 +type=crs"
    return Transformer.from_crs(geographic, plane, always_xy=True)
