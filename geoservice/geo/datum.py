"""Datums: which are as good as CGCS2000, which shift by a known operation, which are refused."""

from __future__ import annotations

import re
import warnings
from functools import lru_cache
from typing import Any, Final

import numpy as np
from pyproj import CRS, Transformer
from pyproj.transformer import AreaOfInterest, TransformerGroup

from geoservice.geo.arrays import Coordinates
from geoservice.geo.errors import DatumRefused
from geoservice.geo.projecting import geographic_of, moved

_WGS84: Final = CRS.from_epsg(4326)

# Geocentric frames within about two metres of CGCS2000 (= ITRF97, epoch 2000.0).
_EQUAL: Final = re.compile(
    r"china.?(geodetic.*)?2000|cgcs.?2000|world.?geodetic.?system.?(19)?84|wgs.?(19)?84|north.?american.?(datum.?)?"
    r"(of.?)?1983|nad.?(19)?83|european.?terrestrial.?reference.?system.?(19)?89|etrs.?(19)?89|itrf|"
    r"international.?terrestrial.?reference|geocentric.?datum.?of.?(australia|korea)|korea.?2000|"
    r"japanese.?geodetic.?datum|jgd.?20|taiwan.?datum.?1997|new.?zealand.?geodetic.?datum.?2000|sirgas",
    re.IGNORECASE,
)
_XIAN: Final = re.compile(r"xi'?an.?(19)?80|西安.?(19)?80|1980.?西安|iag.?(19)?75", re.IGNORECASE)
_BEIJING: Final = re.compile(
    r"(beijing|peking).?(19)?54|new.?beijing|北京.?(19)?54|1954.?北京|krass?o[vw]sk", re.IGNORECASE
)
_REMEDY: Final = (
    "No public operation leads from it to CGCS2000 (PROJ has only a null path, wrong by tens of metres). "
    "Have the surveying office transform the data to CGCS2000 (2000国家大地坐标系) and import that."
)


def datum_name(crs: Any) -> str | None:
    """Return ``"cgcs2000"``, ``"xian80"`` or ``"beijing54"`` where the datum is one of these, else ``None``.

    Told by the names in the WKT and by the ellipsoid (Krassowsky: a = 6378245 m; IAG 75: a = 6378140 m), so
    that a renamed or anonymous .prj does not slip through.

    Examples
    --------
    >>> datum_name(CRS.from_epsg(4610)), datum_name(CRS.from_epsg(4528)), datum_name(CRS.from_epsg(4326))
    ('xian80', 'cgcs2000', None)
    """
    source = CRS.from_user_input(crs)
    base = geographic_of(source)
    ellipsoid = base.ellipsoid
    names = f"{source.name} | {base.name} | {base.datum.name if base.datum else None}"
    axis = ellipsoid.semi_major_metre if ellipsoid else 0.0
    if _BEIJING.search(names) or (ellipsoid and _BEIJING.search(ellipsoid.name)) or abs(axis - 6378245) < 1:
        return "beijing54"
    if _XIAN.search(names) or (ellipsoid and _XIAN.search(ellipsoid.name)) or abs(axis - 6378140) < 1:
        return "xian80"
    return "cgcs2000" if re.search(r"china.?(geodetic.*)?2000|cgcs.?2000", names, re.IGNORECASE) else None


def refuse_datum(crs: Any) -> None:
    """Raise for 西安80, 北京54, 新北京54 and anything else on their ellipsoids.

    Raises
    ------
    DatumRefused
        The data must be transformed by somebody who holds the local parameters.

    Examples
    --------
    >>> refuse_datum(CRS.from_epsg(4490))
    >>> refuse_datum(CRS.from_epsg(2364))
    Traceback (most recent call last):
    geoservice.geo.errors.DatumRefused: The datum is 西安80 (Xian 1980): Xian 1980 / 3-degree ...
    """
    source = CRS.from_user_input(crs)
    names = {
        "xian80": "西安80 (Xian 1980)",
        "beijing54": "北京54 (Beijing 1954) or another one on Krassowsky",
    }
    found = datum_name(source)
    if found in names:
        raise DatumRefused(f"The datum is {names[found]}", source.name, _REMEDY)


def shift_to_stored(lonlat: Coordinates, crs: CRS, inverse: bool = False) -> Coordinates:
    """Move longitudes and latitudes of the datum of ``crs`` to CGCS2000 (or back); O(coordinates).

    Raises
    ------
    DatumRefused
        PROJ knows no operation with a stated accuracy for these places.
    """
    base = geographic_of(crs)
    if _is_equal(base.to_wkt()):
        return lonlat
    # Areas are given in longitude and latitude; a datum shift moves them by less than the pad.
    west, south = np.clip(lonlat.min(axis=0) - 0.01, (-180, -90), (180, 90))
    east, north = np.clip(lonlat.max(axis=0) + 0.01, (-180, -90), (180, 90))
    area = tuple(float(round(v, 1)) for v in (west, south, east, north))
    operation = _operation(base.to_wkt(), area)
    if operation is None:
        if _geocentric(base.ellipsoid):
            return lonlat
        raise DatumRefused("No known way from this datum to CGCS2000", base.name, _REMEDY.split(". ", 1)[1])
    return moved(operation, lonlat, inverse)


@lru_cache(maxsize=128)
def _is_equal(wkt: str) -> bool:
    base = CRS.from_wkt(wkt)
    named = f"{base.name} | {base.datum.name if base.datum else None}"
    greenwich = base.prime_meridian is None or base.prime_meridian.longitude == 0
    return greenwich and _geocentric(base.ellipsoid) and bool(_EQUAL.search(named))


def _geocentric(ellipsoid: Any) -> bool:
    """Tell whether it is GRS 80, CGCS2000 or WGS 84, which are one ellipsoid to a tenth of a millimetre."""
    return (
        ellipsoid is not None
        and abs(ellipsoid.semi_major_metre - 6378137) < 0.001
        and abs(ellipsoid.inverse_flattening - 298.2572) < 1e-4
    )


@lru_cache(maxsize=64)
def _operation(wkt: str, area: tuple[float, ...]) -> Transformer | None:
    with warnings.catch_warnings():
        # A missing grid is no news: the best operation that can run is taken, and its accuracy is known.
        warnings.simplefilter("ignore", UserWarning)
        group = TransformerGroup(
            CRS.from_wkt(wkt),
            _WGS84,
            always_xy=True,
            area_of_interest=AreaOfInterest(*area),
            allow_ballpark=False,
        )
    return next((t for t in group.transformers if t.accuracy >= 0), None)
