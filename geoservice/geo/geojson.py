"""Geometry as GeoJSON text (RFC 7946): what is served, made once at the moment of writing."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import shapely

from geoservice.geo.arrays import Geometries, as_geometries, only
from geoservice.geo.errors import GeometryUnreadable
from geoservice.geo.grid import round_to

SERVED_DECIMALS: Final = 7
"""Decimals of served degrees: 1e-7 degree is 1 cm on the ground."""


def geometry_text(geoms: Any, decimals: int = SERVED_DECIMALS) -> Geometries:
    """Return the GeoJSON text of each geometry, ``None`` where there is none.

    Seven decimals, shells counter-clockwise and holes clockwise (RFC 7946, 3.1.6), no ``crs`` member, no
    spaces. Holes and parts that rounding collapses are dropped; what collapses as a whole, and empty
    geometries, have no text. O(coordinates), about a second per 200,000 parcels.

    Parameters
    ----------
    geoms : array of geometries
        Longitude and latitude in degrees.
    decimals : int

    Returns
    -------
    ndarray of object
        ``str`` or ``None``.

    Examples
    --------
    >>> geometry_text([shapely.LineString([(120, 34), (120.00000004, 34.5)]), None]).tolist()
    ['{"type":"LineString","coordinates":[[120.0,34.0],[120.0,34.5]]}', None]
    """
    source = as_geometries(geoms)
    source[shapely.is_empty(source)] = None
    rounded = round_to(source, decimals)
    rounded[shapely.is_empty(rounded)] = None
    oriented = shapely.orient_polygons(rounded)
    texts: Geometries = shapely.to_geojson(oriented)
    return texts


def from_text(texts: Any) -> Geometries:
    """Return the geometries of GeoJSON texts, ``None`` for ``None``; O(coordinates).

    Raises
    ------
    GeometryUnreadable
        A text is no GeoJSON geometry; names the first row.

    Examples
    --------
    >>> from_text(['{"type":"Point","coordinates":[120,34]}', None]).tolist()
    [<POINT (120 34)>, None]
    """
    array = np.array(list(texts), dtype=object).reshape(-1)
    given = np.array([text is not None for text in array], dtype=np.bool_)
    readable = np.array([isinstance(text, (str, bytes)) for text in array], dtype=np.bool_)
    geoms: Geometries = shapely.from_geojson(only(array, readable), on_invalid="ignore")
    unread = np.flatnonzero(shapely.is_missing(geoms) & given)
    if unread.size:
        row = int(unread[0])
        shown = str(array[row])
        raise GeometryUnreadable(
            f"Row {row} is no GeoJSON geometry",
            shown if len(shown) <= 80 else f"{shown[:77]}...",
            "Pass a geometry object of RFC 7946.",
        )
    return geoms
