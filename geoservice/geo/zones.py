"""Gauss-Krüger zones (高斯-克吕格分带) and their EPSG codes."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, Literal, TypeAlias

from pyproj import CRS

from geoservice.geo.errors import CrsUnknown

Datum: TypeAlias = Literal["cgcs2000", "xian80", "beijing54"]
Width: TypeAlias = Literal[3, 6]

ZONE_NUMBERS: Final[dict[int, range]] = {3: range(25, 46), 6: range(13, 24)}
"""Zones that cover China; the two ranges do not overlap, so the number alone tells the width."""

# EPSG code = offset + zone number; EPSG dataset, areas "China", as checked against PROJ by the tests.
_OFFSETS: Final[dict[tuple[str, int, bool], int]] = {
    ("cgcs2000", 3, True): 4488,
    ("cgcs2000", 3, False): 4509,
    ("cgcs2000", 6, True): 4478,
    ("cgcs2000", 6, False): 4489,
    ("xian80", 3, True): 2324,
    ("xian80", 3, False): 2345,
    ("xian80", 6, True): 2314,
    ("xian80", 6, False): 2325,
    ("beijing54", 3, True): 2376,
    ("beijing54", 3, False): 2397,
    ("beijing54", 6, True): 21400,
    ("beijing54", 6, False): 21440,
}


@dataclass(frozen=True, slots=True)
class Zone:
    """A Gauss-Krüger zone.

    Attributes
    ----------
    width : int
        3 or 6 degrees.
    number : int
        25–45 (3°) or 13–23 (6°).
    central_meridian : int
        Degrees east.
    numbered : bool
        Eastings carry the zone number as a prefix (8 digits), else 500 km stands alone (6 digits).
    """

    width: int
    number: int
    central_meridian: int
    numbered: bool


def width_of_zone_number(number: int) -> int | None:
    """Return 3 or 6 for a zone number used in China, else ``None``.

    >>> width_of_zone_number(40), width_of_zone_number(20), width_of_zone_number(50)
    (3, 6, None)
    """
    return next((width for width, numbers in ZONE_NUMBERS.items() if number in numbers), None)


def central_meridian(width: int, number: int) -> int:
    """Return the central meridian in degrees east: 3z for 3° zones, 6z - 3 for 6° zones."""
    return 3 * number if width == 3 else 6 * number - 3


def gauss_kruger_epsg(datum: str, width: int, zone: int, numbered: bool) -> int:
    """Return the EPSG code of a Gauss-Krüger zone in China.

    Parameters
    ----------
    datum : {"cgcs2000", "xian80", "beijing54"}
    width : {3, 6}
        Degrees.
    zone : int
        25–45 for 3° zones, 13–23 for 6° zones.
    numbered : bool
        Whether eastings carry the zone number.

    Raises
    ------
    CrsUnknown
        No such zone.

    Examples
    --------
    >>> gauss_kruger_epsg("cgcs2000", 3, 40, True), gauss_kruger_epsg("cgcs2000", 3, 40, False)
    (4528, 4549)
    """
    offset = _OFFSETS.get((datum, width, numbered))
    if offset is None or zone not in ZONE_NUMBERS[width]:
        raise CrsUnknown(
            "No such Gauss-Krüger zone in China",
            f"{datum}, {width}°, zone {zone}",
            "3° zones are 25 to 45, 6° zones 13 to 23.",
        )
    return offset + zone


def zone_of_crs(crs: Any) -> Zone | None:
    """Return the Gauss-Krüger zone of a projected system, or ``None`` if it is none used in China.

    Read from the parameters, so that a .prj with any name is understood: transverse Mercator, scale 1 on the
    central meridian, false easting 500 km with or without the zone number. Without the number, meridians such
    as 117° serve both widths; the name then tells, else 3° is taken (the coordinates are the same).

    Examples
    --------
    >>> zone_of_crs(CRS.from_epsg(4549))
    Zone(width=3, number=40, central_meridian=120, numbered=False)
    >>> zone_of_crs(CRS.from_epsg(32650)) is None
    True
    """
    source = CRS.from_user_input(crs)
    if source.is_bound and source.source_crs is not None:
        source = source.source_crs
    return _zone_of_wkt(source.to_wkt()) if source.is_projected else None


@lru_cache(maxsize=256)
def _zone_of_wkt(wkt: str) -> Zone | None:
    crs = CRS.from_wkt(wkt)
    operation = crs.coordinate_operation
    if operation is None or operation.method_name not in {"Transverse Mercator", "Gauss-Kruger"}:
        return None
    value = {p.name.lower(): float(p.value) * p.unit_conversion_factor for p in operation.params}
    scale = value.get("scale factor at natural origin", 1.0)
    origin = value.get("latitude of natural origin", 0.0)
    northing = value.get("false northing", 0.0)
    if abs(scale - 1) > 1e-9 or abs(origin) > 1e-9 or abs(northing) > 1e-6:
        return None
    meridian = math.degrees(value.get("longitude of natural origin", math.nan))
    return _zone(meridian, value.get("false easting", math.nan), crs.name)


def _zone(meridian: float, false_easting: float, name: str) -> Zone | None:
    if not math.isfinite(meridian) or abs(meridian - round(meridian)) > 1e-7 or round(meridian) % 3:
        return None
    degrees = round(meridian)
    prefix, rest = divmod(round(false_easting), 1_000_000)
    if rest != 500_000:
        return None
    if prefix:
        width = width_of_zone_number(prefix)
        fits = width is not None and central_meridian(width, prefix) == degrees
        return Zone(width, prefix, degrees, True) if fits and width is not None else None
    width = 6 if degrees % 2 and _names_six_degrees(name) else 3
    number = degrees // 3 if width == 3 else (degrees + 3) // 6
    return Zone(width, number, degrees, False) if number in ZONE_NUMBERS[width] else None


def _names_six_degrees(name: str) -> bool:
    """EPSG and ESRI name 3° zones as such and leave the width of 6° zones unsaid."""
    plain = name.lower().replace("_", " ").replace("-", " ")
    return ("gauss kruger" in plain or " gk " in plain) and "3 degree" not in plain
